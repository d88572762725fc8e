import type { Pool, PoolClient } from 'pg';
import { transaction } from '../db';

const EVERY_MS = 1_000;

/**
 * Tells how far a load is, about once a second, over a connection of its own: the load's transaction shows nothing until
 * it commits. Progress never waits for a lock and never fails a load.
 */
export function startProgress(pool: Pool, batchId: number, rows: () => number): { stop(): Promise<void> } {
  let under: Promise<void> | null = null;
  const tell = async (count: number): Promise<void> => {
    await transaction(pool, async (client) => {
      surviveLoss(client);
      await client.query(`SET LOCAL lock_timeout = '300ms'`);
      await client.query('UPDATE batch SET rows_read = $2 WHERE id = $1 AND settled_at IS NULL', [batchId, count]);
    }).catch(() => undefined);
  };
  const timer = setInterval(() => {
    under ??= tell(rows()).finally(() => (under = null));
  }, EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await under;
    },
  };
}

/** A connection that breaks fails its statement and then says so itself, which must not end the process. */
export function surviveLoss(client: PoolClient): void {
  if (client.listenerCount('error') === 0) client.on('error', () => undefined);
}
