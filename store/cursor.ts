import type { Pool, QueryResultRow } from 'pg';
import { asError } from './db';
import { fetchAll } from './report/cursor';

/** Streams a query's rows through a cursor in a read-only transaction of its own: one snapshot, constant memory. */
export async function* streamRows<Row extends QueryResultRow>(
  pool: Pool,
  query: string,
  values: readonly unknown[],
): AsyncGenerator<Row> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    yield* fetchAll<Row>(client, 'rows_of_stream', query, values);
  } finally {
    await client.query('COMMIT').catch((error: unknown) => {
      broken = asError(error);
    });
    client.release(broken);
  }
}
