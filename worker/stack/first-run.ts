import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSample } from '../../sample/load';
import { openPool } from '../../store/db';
import { bootstrapAdmin, bootstrapSample } from '../../store/people';
import type { Config } from '../config';
import { sleep } from './processes';

/** What kind of installation this data folder is: decided at its first start and kept. */
export type Installation = 'sample' | 'empty';

/**
 * Reads the kind of installation, or decides it. An installation begun with --empty never gets the sample's people,
 * whose password everybody knows.
 */
export function installationOf(config: Config): Installation {
  const path = join(config.dataDir, 'installation');
  if (!existsSync(path)) writeFileSync(path, config.empty ? 'empty\n' : 'sample\n');
  return readFileSync(path, 'utf8').trim() === 'sample' ? 'sample' : 'empty';
}

/**
 * Makes the people somebody needs to sign in at all, once.
 * @returns the one-time secret of `admin` when it was made just now
 */
export async function makeFirstPeople(config: Config, installation: Installation): Promise<string | undefined> {
  const pool = openPool(config.databaseUrl, { max: 1, applicationName: 'salesclose set-up' });
  try {
    if (installation === 'sample') {
      await bootstrapSample(pool, config.adminPassword ? { adminPassword: config.adminPassword } : {});
      return undefined;
    }
    const made = await bootstrapAdmin(pool, config.adminPassword ? { password: config.adminPassword } : {});
    return made.oneTimeSecret;
  } finally {
    await pool.end();
  }
}

const SAMPLE_ATTEMPTS = 5;

/** Loads the sample company and brings its close to review, as its people would: once, going on where it stopped. */
export async function loadSampleOnce(config: Config, tell: (line: string) => void): Promise<void> {
  const done = join(config.dataDir, 'sample.loaded');
  if (existsSync(done)) return;
  for (let attempt = 1; ; attempt++) {
    try {
      await loadSample({
        ...{ apiUrl: config.apiUrl, dataDir: config.dataDir, log: tell },
        ...(config.adminPassword ? { adminPassword: config.adminPassword } : {}),
      });
      writeFileSync(done, `${new Date().toISOString()}\n`);
      tell("样例 qinghe 2026-10 已到复核，等人处理 · the sample's month is in review and waits for its people");
      return;
    } catch (error) {
      tell(`the sample is not loaded yet: ${(error as Error).message}`);
      if (attempt === SAMPLE_ATTEMPTS) {
        tell('样例未能载入，重新运行 npm start 会从中断处继续 · npm start again goes on from here');
        return;
      }
      await sleep(attempt * 2_000);
    }
  }
}
