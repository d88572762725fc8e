import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildServer } from '../api/server';
import type { Bilingual } from '../domain/words';
import { fileTrials } from '../sources/profile/trials';
import { SYSTEMS } from '../sources/systems';
import { openPool } from '../store/db';
import { loadConfig, loadEnvFile, PROJECT_ROOT, type Config } from './config';

/** The API's process: opens the door on the configured port until it is asked to stop. */
async function main(): Promise<void> {
  loadEnvFile();
  const config = loadConfig(process.env);
  const pool = openPool(config.databaseUrl, { max: 12, applicationName: 'salesclose api' });
  const door = await buildServer({
    pool,
    databaseUrl: config.databaseUrl,
    dataDir: config.dataDir,
    version: readVersion(),
    trials: fileTrials,
    systems: SYSTEMS,
    parts: { temporal: config.temporalAddress, smtp: config.smtpUrl },
    unsafeSettings: unsafeSettings(config),
    log: true,
  });
  const stop = (): void => {
    // What is being answered is finished; the supervisor ends by force whatever takes too long.
    void door
      .close()
      .then(() => pool.end())
      .finally(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  await door.listen({ host: config.host, port: config.port });
}

function readVersion(): string {
  return (JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

/** Settings that work and yet should not stay so. */
function unsafeSettings(config: Config): Bilingual[] {
  const found: Bilingual[] = [];
  if (!isLoopback(config.host)) {
    found.push({
      zh: `API 监听 ${config.host} 且为明文 HTTP；请置于 TLS 反向代理之后`,
      en: `the API listens on ${config.host} in plain HTTP; put it behind a TLS proxy`,
    });
  }
  if (
    config.given.database &&
    !isLoopback(new URL(config.databaseUrl).hostname) &&
    !/sslmode=/.test(config.databaseUrl)
  ) {
    found.push({
      zh: '数据库在另一台主机且 DATABASE_URL 未设 sslmode；请加 sslmode=verify-full',
      en: 'the database is on another host and DATABASE_URL names no sslmode; add sslmode=verify-full',
    });
  }
  return found;
}

function isLoopback(host: string): boolean {
  return ['127.0.0.1', '::1', 'localhost'].includes(host);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
