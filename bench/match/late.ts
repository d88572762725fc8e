import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { previewAdmission } from '../../store/arrival/preview';
import { indexMonth } from '../../store/month-indexes';
import { timed } from '../yardstick';
import { MONTH } from './ledger-file';

/** Late rows matched against what a compared month has left open. */
export interface LateRows {
  readonly rows: number;
  /** Building the month's indexes, once when its comparison ends. */
  readonly indexSeconds: number;
  readonly seconds: number;
  readonly settled: number;
  readonly raised: number;
}

const LATE_ROWS = 10_000;
const LINES_OF_A_VOUCHER = 2;

/** Ledger lines that come after the cut-off: they book the orders nobody has booked, and beyond these orders nobody knows. */
export async function matchLateRows(pool: Pool, periodId: number): Promise<LateRows> {
  const indexSeconds = await timed(() => indexMonth(pool, periodId));
  const batch = await parkLateRows(pool, periodId);
  let rows = 0;
  let [settled, raised] = [0, 0];
  const seconds = await timed(async () => {
    const preview = await previewAdmission(pool, periodId, [batch]);
    rows = preview.rows;
    settled = preview.reconciliations.reduce((sum, one) => sum + one.settled, 0);
    raised = preview.reconciliations.reduce((sum, one) => sum + one.raised, 0);
  });
  return { rows, indexSeconds, seconds, settled, raised };
}

async function parkLateRows(pool: Pool, periodId: number): Promise<number> {
  const evidence = randomBytes(32).toString('hex');
  await pool.query(`INSERT INTO evidence (sha256, bytes, first_name) VALUES ($1, 0, 'late')`, [evidence]);
  const { rows } = await pool.query<{ id: number }>(
    `INSERT INTO batch (period_id, kind, file_name, evidence, rows_in, rows_kept, state, settled_at)
     VALUES ($1, 'ledger-csv', 'late.csv', $2, $3, $3, 'parked', now()) RETURNING id`,
    [periodId, evidence, LATE_ROWS],
  );
  const batch = rows[0]?.id ?? 0;
  await pool.query(
    `INSERT INTO ledger_entry (period_id, id, in_period, entry_no, line_no, posting_date, account, customer_no, customer_key, reference, reference_key, currency, debit, credit)
     SELECT $1, ($2::bigint << 32) + n * $4 + line, true, 'LATE' || n, line::text, DATE '${MONTH}-31', account, holder, holder, number, number, 'CNY', debit, credit
       FROM (SELECT row_number() OVER () AS n, number, customer, gross
               FROM (SELECT o.order_key AS number, o.customer_key AS customer, o.gross_amount AS gross
                       FROM close_exception x JOIN sales_order o ON o.period_id = $1 AND o.order_no = x.left_records->0->>'reference'
                      WHERE x.period_id = $1 AND x.kind = 'missing_in_finance' AND x.reconciliation = 'orders-ledger' AND NOT x.superseded
                     UNION ALL SELECT 'NOBODY' || i, 'C0', 12.34 FROM generate_series(1, $3) i) s LIMIT $3) v
       CROSS JOIN LATERAL (VALUES (1, '1122', customer, gross, 0.00), (2, '6001', NULL, 0.00, gross)) AS l(line, account, holder, debit, credit)`,
    [periodId, batch, LATE_ROWS / LINES_OF_A_VOUCHER, LINES_OF_A_VOUCHER],
  );
  return batch;
}
