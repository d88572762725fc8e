import type { Difference, ExceptionFacts } from '../../domain/explain';
import type { ToBook } from '../../domain/journal';
import type { Queryable } from '../db';
import type { Ground } from '../decisions/ground';

/** An exception with what a booking for it depends on. */
export interface Subject extends Omit<ToBook, 'action'> {
  readonly id: string;
}

interface SubjectRow extends Difference {
  readonly id: string;
  readonly facts: ExceptionFacts;
  readonly customer: string | null;
}

interface DocumentRow {
  readonly id: string;
  readonly customer: string | null;
  readonly gross: string | null;
  readonly tax: string | null;
}

/** Exceptions with the customers and taxes of their documents. */
export async function readSubjects(db: Queryable, ground: Ground, ids: readonly string[]): Promise<Subject[]> {
  const { rows } = await db.query<SubjectRow>(
    `SELECT id, reconciliation, kind, currency, difference, left_records AS left, right_records AS right, facts,
            coalesce(facts->>'customer', customer_key) AS customer
       FROM close_exception WHERE period_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id`,
    [ground.period.id, ids],
  );
  const documents = new Map<string, DocumentRow>();
  for (const sql of [OF_VOUCHERS, OF_MOVEMENTS, OF_RETURNS, OF_RECEIPTS, OF_ORDERS]) {
    const values = sql === OF_VOUCHERS ? [ground.settings.accounts.receivable, ground.settings.accounts.outputTax] : [];
    const found = await db.query<DocumentRow>(sql, [ground.period.id, ids, ...values]);
    for (const row of found.rows) documents.set(row.id, mergedWith(documents.get(row.id), row));
  }
  return rows.map((row) => {
    const found = documents.get(row.id);
    const { gross = null, tax = null } = found ?? {};
    return {
      ...row,
      customer: found?.customer ?? row.customer,
      document: gross === null || tax === null ? null : { gross, tax },
    };
  });
}

/** What a later source says goes before; what it does not know is taken from the one before. */
function mergedWith(before: DocumentRow | undefined, row: DocumentRow): DocumentRow {
  const { gross, tax } = row.gross !== null && row.tax !== null ? row : (before ?? row);
  return { id: row.id, customer: row.customer ?? before?.customer ?? null, gross, tax };
}

/** The records of the exceptions that come from one source, with the batches whose rows count. */
const named = (source: string): string => `
  WITH record AS MATERIALIZED (
    SELECT DISTINCT e.id, r->>'reference' AS reference
      FROM close_exception e, jsonb_array_elements(e.left_records || e.right_records) r
     WHERE e.period_id = $1 AND e.id = ANY ($2::uuid[]) AND r->>'source' = '${source}'
       AND e.reconciliation IN ('orders-ledger', 'orders-receipts', 'receipts-channels', 'channels-ledger')
  ), counted AS (SELECT id FROM batch WHERE period_id = $1 AND state IN ('accepted', 'admitted'))`;
const COUNTS = 'AND (f.id >> 32)::integer IN (SELECT id FROM counted)';

const OF_ORDERS = `${named('orders')}
  SELECT r.id, min(f.customer_no) AS customer, sum(f.gross_amount)::text AS gross, coalesce(sum(f.tax_amount), 0)::text AS tax
    FROM record r JOIN sales_order f ON f.period_id = $1 AND f.order_no = r.reference ${COUNTS} GROUP BY r.id`;

/** A return has its order's tax. */
const OF_RETURNS = `${named('returns')}
  SELECT r.id, min(f.customer_no) AS customer, sum(o.gross_amount)::text AS gross, coalesce(sum(o.tax_amount), 0)::text AS tax
    FROM record r JOIN sales_return f ON f.period_id = $1 AND f.return_no = r.reference ${COUNTS}
    LEFT JOIN sales_order o ON o.period_id = $1 AND o.order_key = f.order_key GROUP BY r.id`;

const OF_RECEIPTS = `${named('receipts')}
  SELECT r.id, min(f.customer_no) AS customer, NULL AS gross, NULL AS tax
    FROM record r JOIN receipt f ON f.period_id = $1 AND f.receipt_no = r.reference ${COUNTS} GROUP BY r.id`;

/** A movement of money is its receipt's customer's. */
const OF_MOVEMENTS = `
  SELECT e.id, min(f.customer_no) AS customer, NULL AS gross, NULL AS tax
    FROM close_exception e CROSS JOIN LATERAL jsonb_array_elements_text(e.facts->'receiptIds') r(id)
    JOIN receipt f ON f.period_id = $1 AND f.id = r.id::bigint
   WHERE e.period_id = $1 AND e.id = ANY ($2::uuid[]) GROUP BY e.id`;

/** What a voucher booked, where sales has no document: its receivable and its output tax. */
const OF_VOUCHERS = `${named('ledger')}
  SELECT r.id, min(f.customer_no) AS customer, sum(f.debit - f.credit) FILTER (WHERE starts_with(f.account, $3))::text AS gross,
         sum(f.credit - f.debit) FILTER (WHERE starts_with(f.account, $4))::text AS tax
    FROM record r JOIN ledger_entry f ON f.period_id = $1 AND f.entry_no = r.reference ${COUNTS} GROUP BY r.id`;

/** What one unit of each foreign currency was last worth in the month's ledger. */
export async function ratesOf(
  db: Queryable,
  periodId: number,
  currencies: readonly string[],
): Promise<Map<string, string>> {
  if (currencies.length === 0) return new Map();
  const { rows } = await db.query<{ currency: string; rate: string }>(
    `SELECT DISTINCT ON (currency) currency, exchange_rate::text AS rate FROM ledger_entry
      WHERE period_id = $1 AND currency = ANY ($2) AND exchange_rate > 0 ORDER BY currency, posting_date DESC, id DESC`,
    [periodId, currencies],
  );
  return new Map(rows.map(({ currency, rate }) => [currency, rate]));
}
