import { Pool, types, type PoolClient } from 'pg';

/** Anything that runs a statement: the pool, or a client inside a transaction. */
export type Queryable = Pick<PoolClient, 'query'>;

// bigint and numeric stay strings: ids and money are never JavaScript numbers by accident. Dates stay `YYYY-MM-DD`.
types.setTypeParser(types.builtins.DATE, (text) => text);

/**
 * Opens the pool every room shares. One per process.
 * @param url the application role's address (DATABASE_URL)
 */
export function openPool(url: string, options: { max?: number; applicationName?: string } = {}): Pool {
  const pool = new Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'salesclose',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    // A session cannot change this once it has used a temporary table, so every session has what a comparison wants.
    options: '-c temp_buffers=64MB',
  });
  // An idle connection that breaks (the server was stopped) is replaced by the pool; it must not end the process.
  pool.on('error', () => undefined);
  // A connection in use that breaks fails its statement; its error event must not end the process either.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Serialization failure, deadlock: the whole transaction is tried again. */
const RETRYABLE = new Set(['40001', '40P01']);
const TRANSACTION_ATTEMPTS = 5;

/**
 * Runs `work` in one READ COMMITTED transaction and commits it; any error rolls back and is thrown on. Serialization
 * failures and deadlocks are tried again, so `work` must not have effects outside the database.
 */
export async function transaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((rollbackError: unknown) => {
        broken = asError(rollbackError);
      });
      const code = (error as { code?: string }).code ?? '';
      if (!RETRYABLE.has(code) || attempt >= TRANSACTION_ATTEMPTS) throw error;
    } finally {
      client.release(broken);
    }
  }
}

/** What was thrown, as an error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
