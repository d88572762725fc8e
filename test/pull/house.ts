import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Pool } from 'pg';
import { pullOnce } from '../../activities/pull-source';
import type { PullResources } from '../../activities/pulling/resources';
import type { PullOutcome } from '../../domain/source-words';
import { openPool } from '../../store/db';
import { evidencePath } from '../../store/evidence';
import type { SourceMonth } from '../../store/sources/month-view';
import { secretVariable } from '../../domain/source-secret';
import { openHouse, type House } from '../door/house';
import { MemoryServer, memorySystem } from './memory-system';
import { importer } from './read-orders';

export const MONTH = '2026-10';
export const TOKEN = 'canary-7f3a90d1c4';
const SOURCE_FILE = 'name: cards\nsystem: memory\nsettings: {endpoint: "https://cards.example"}\n';

/** A company with one source, `cards`, of the memory system, and the worker's part of pulling it. */
export interface PullHouse extends House {
  /** The company's code, and the API's paths of it and of its month. */
  readonly code: string;
  readonly C: string;
  readonly P: string;
  readonly server: MemoryServer;
  readonly workerPool: Pool;
  readonly resources: PullResources;
  /** What the clock shows. */
  clock: { now: Date };
  /** Asks for the month as a person does. */
  ask(login?: string, source?: string): Promise<void>;
  /** One look at the month, as the activity does it. */
  pull(source?: string): Promise<PullOutcome>;
  month(source?: string): Promise<SourceMonth>;
  rows<T>(sql: string, values?: unknown[]): Promise<T[]>;
  /** The text of a batch's file. */
  fileOf(batch: number): Promise<string>;
}

export async function openPullHouse(more: PullResources['systems'] = {}): Promise<PullHouse> {
  const server = new MemoryServer();
  const systems = { memory: memorySystem(server), ...more };
  const code = `c-${randomBytes(4).toString('hex')}`;
  const [C, P] = [`/api/v1/companies/${code}`, `/api/v1/companies/${code}/periods/${MONTH}`];
  const house = await openHouse({ systems, code });
  const variable = secretVariable({ company: code, source: 'cards', setting: 'token' });
  const workerPool = openPool(house.database.url, { max: 12 });
  const clock = { now: new Date() };
  const resources: PullResources = {
    ...{ pool: workerPool, dataDir: house.dataDir, systems, env: { [variable]: TOKEN } },
    importBatch: importer(workerPool, house.dataDir),
    now: () => clock.now,
    warn: () => undefined,
  };
  const added = await house.as('admin', 'POST', `${C}/sources`, SOURCE_FILE);
  if (added.status !== 201) throw new Error(added.text);
  const rows: PullHouse['rows'] = async (sql, values = []) => (await house.pool.query(sql, values)).rows as never[];
  const ids = async (source: string): Promise<{ sourceId: number; periodId: number }> => {
    const [found] = await rows<{ sourceId: number; periodId: number }>(
      `SELECT s.id AS "sourceId", p.id AS "periodId" FROM source s, period p WHERE p.month = $1 AND s.name = $2`,
      [MONTH, source],
    );
    return found!;
  };
  return {
    ...house,
    ...{ code, C, P, server, workerPool, resources, clock, rows },
    ask: async (login = 'preparer', source = 'cards') => {
      const { status, text } = await house.as(login, 'POST', `${P}/sources/${source}/pull`, {});
      if (status !== 202) throw new Error(text);
    },
    pull: async (source = 'cards') => pullOnce(resources, await ids(source), new AbortController().signal),
    month: async (source = 'cards') =>
      ((await house.as('auditor', 'GET', `${P}/sources?source=${source}`)).body as SourceMonth[])[0]!,
    fileOf: async (batch) => {
      const [found] = await rows<{ evidence: string }>('SELECT evidence FROM batch WHERE id = $1', [batch]);
      return readFileSync(evidencePath(house.dataDir, found!.evidence), 'utf8');
    },
    close: async () => {
      await workerPool.end();
      await house.close();
    },
  };
}
