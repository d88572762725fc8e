import type { Pool, PoolClient } from 'pg';
import { asError } from '../db';

/**
 * Runs `work` while no other process pulls from this source: the lock is held by a connection, and goes with it. What the pull stores
 * page by page goes through that connection, so that one that lost its lock stores nothing more.
 * @returns undefined where another pull of the source runs
 */
export async function withPullLock<T>(
  pool: Pool,
  sourceId: number,
  work: (client: PoolClient) => Promise<T>,
): Promise<T | undefined> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const taken = await client.query<{ taken: boolean }>(
      `SELECT pg_try_advisory_lock(hashtext('salesclose.pull'), $1) AS taken`,
      [sourceId],
    );
    if (taken.rows[0]?.taken !== true) return undefined;
    try {
      return await work(client);
    } finally {
      await client
        .query(`SELECT pg_advisory_unlock(hashtext('salesclose.pull'), $1)`, [sourceId])
        .catch((error: unknown) => {
          broken = asError(error);
        });
    }
  } finally {
    client.release(broken);
  }
}

/** Does `work` in one transaction of a connection that is held for longer. */
export async function within<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
