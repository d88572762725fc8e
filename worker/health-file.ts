import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { Worker } from '@temporalio/worker';
import { type OutboxHealth, outboxHealth } from '../store/health';
import { pause } from './pause';

const EVERY_MS = 5_000;

/** What `<data>/run/worker.health` says. Older than half a minute: the worker hangs. */
export interface WorkerHealth {
  /** ISO */
  readonly at: string;
  readonly pid: number;
  /** State of the Temporal worker: RUNNING when all is well. */
  readonly temporal: string;
  /** What waits to leave; null while the database is away. */
  readonly outbox: OutboxHealth | null;
}

/** Writes the health file every 5 seconds until it is told to stop. */
export async function writeHealth(dataDir: string, pool: Pool, worker: Worker, stop: AbortSignal): Promise<void> {
  const run = join(dataDir, 'run');
  mkdirSync(run, { recursive: true });
  while (!stop.aborted) {
    const outbox = await outboxHealth(pool).catch(() => null);
    const health: WorkerHealth = {
      at: new Date().toISOString(),
      pid: process.pid,
      temporal: worker.getState(),
      outbox,
    };
    writeFileSync(join(run, 'worker.health.next'), `${JSON.stringify(health)}\n`);
    renameSync(join(run, 'worker.health.next'), join(run, 'worker.health'));
    await pause(EVERY_MS, stop);
  }
}
