/** A worker's pull in a process of its own, so that a test can kill it: `kill-child.ts <database> <data folder> <company> <orders> <pause ms>`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pullOnce } from '../../activities/pull-source';
import { secretVariable } from '../../domain/source-secret';
import { openPool } from '../../store/db';
import { MemoryServer, memorySystem } from './memory-system';

async function main([database = '', dataDir = '', company = '', orders = '0', pause = '0']: string[]): Promise<void> {
  const server = new MemoryServer();
  server.fillRecords('2026-10', Number(orders));
  server.pageSize = 100;
  server.onPage = () => sleep(Number(pause));
  const pool = openPool(database, { max: 6 });
  const { rows } = await pool.query<{ sourceId: number; periodId: number }>(
    'SELECT source_id AS "sourceId", period_id AS "periodId" FROM source_pull',
  );
  const resources = {
    ...{ pool, dataDir, systems: { memory: memorySystem(server) }, now: () => new Date(), warn: () => undefined },
    env: { [secretVariable({ company, source: 'cards', setting: 'token' })]: 'killed with the process' },
    importBatch: () => Promise.reject(new Error('this process is killed before it imports')),
  };
  await pullOnce(resources, rows[0]!, new AbortController().signal);
}

void main(process.argv.slice(2));
