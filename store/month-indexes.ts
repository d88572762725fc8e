import type { Pool } from 'pg';

/**
 * Builds the indexes by which the records of a compared month are looked up, one record or one order at a time: without them each look reads
 * the whole month. What is there is left as it is. Imports of the month wait meanwhile, some seconds in a month of a million orders.
 */
export async function indexMonth(pool: Pool, periodId: number): Promise<void> {
  await pool.query('SELECT index_period($1)', [periodId]);
}
