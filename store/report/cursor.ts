import type { QueryResultRow } from 'pg';
import type { Queryable } from '../db';

const ROWS_PER_FETCH = 2_000;

/**
 * Yields a query's rows through a server-side cursor: memory holds one fetch at a time. `db` must be a client inside a
 * transaction; `name` is a plain identifier of our own.
 */
export async function* fetchAll<Row extends QueryResultRow>(
  db: Queryable,
  name: string,
  query: string,
  values: readonly unknown[],
): AsyncGenerator<Row> {
  await db.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${query}`, [...values]);
  try {
    for (;;) {
      const { rows } = await db.query<Row>(`FETCH ${ROWS_PER_FETCH} FROM ${name}`);
      yield* rows;
      if (rows.length < ROWS_PER_FETCH) return;
    }
  } finally {
    // A failed transaction has closed it already, and its error is the one to hear of.
    await db.query(`CLOSE ${name}`).catch(() => undefined);
  }
}
