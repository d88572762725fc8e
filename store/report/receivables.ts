import { AGEING_BOUNDS } from '../../domain/ageing';
import { decimalsOf, formatAmount } from '../../domain/money';
import { addDays, daysOf } from '../../domain/periods';
import {
  REPORT_TOP_ROWS,
  type ReceivableAmounts,
  type ReceivableRow,
  type ReceivablesSection,
} from '../../domain/report-model';
import type { Queryable } from '../db';
import { fetchAll } from './cursor';
import { SALE_STATUSES } from '../reconcile/sale-documents';
import type { ReportScope } from './scope';

/**
 * Spreads every customer's balance over its ages (see domain/ageing) into the temporary table `report_receivable`, which
 * lasts as long as the caller's transaction. Done once; the report's totals, its largest rows and the full list read it.
 */
export async function prepareReceivables(db: Queryable, scope: ReportScope): Promise<void> {
  await db.query('DROP TABLE IF EXISTS report_receivable');
  const lastDay = daysOf(scope.month).last;
  const from = (bucket: number): string => `DATE '${addDays(lastDay, -(AGEING_BOUNDS[bucket] ?? 0))}'`;
  await db.query(
    `CREATE TEMP TABLE report_receivable ON COMMIT DROP AS
     WITH settled AS (
       SELECT order_key, currency, sum(amount) AS amount FROM (
         SELECT order_key, currency, amount FROM receipt WHERE ${scope.recentRows} AND order_key IS NOT NULL
         UNION ALL
         SELECT order_key, currency, gross_amount FROM sales_return WHERE ${scope.recentRows}) paid
        GROUP BY order_key, currency
     ), open AS (
       SELECT customer_key, currency, sum(amount) FILTER (WHERE order_date >= ${from(0)}) AS open0,
              sum(amount) FILTER (WHERE order_date >= ${from(1)} AND order_date < ${from(0)}) AS open1,
              sum(amount) FILTER (WHERE order_date >= ${from(2)} AND order_date < ${from(1)}) AS open2
         FROM (SELECT o.customer_key, o.currency, o.order_date, o.gross_amount - coalesce(s.amount, 0) AS amount
                 FROM sales_order o LEFT JOIN settled s USING (order_key, currency)
                WHERE ${scope.recentRows} AND o.status IN ${SALE_STATUSES}
                  AND (s.amount IS NULL OR o.gross_amount > s.amount)) orders
        GROUP BY customer_key, currency
     )
     SELECT b.customer_key, b.customer_no, b.customer_name, b.currency, b.sales_opening AS opening, b.sales, b.returns,
            b.receipts, b.adjustments, b.sales_closing AS closing, age0, age1, age2, owed - age0 - age1 - age2 AS age3,
            least(b.sales_closing, 0) AS credit
       FROM customer_balance b LEFT JOIN open USING (customer_key, currency),
            LATERAL (SELECT greatest(b.sales_closing, 0) AS owed) o,
            LATERAL (SELECT least(owed, coalesce(open0, 0)) AS age0) a0,
            LATERAL (SELECT least(owed - age0, coalesce(open1, 0)) AS age1) a1,
            LATERAL (SELECT least(owed - age0 - age1, coalesce(open2, 0)) AS age2) a2
      WHERE b.period_id = ${scope.periodId}`,
  );
}

const AMOUNTS = [
  'opening',
  'sales',
  'returns',
  'receipts',
  'adjustments',
  'closing',
  'age0',
  'age1',
  'age2',
  'age3',
  'credit',
] as const;

type AmountsRow = Record<(typeof AMOUNTS)[number], string> & { currency: string };
type BalanceRow = AmountsRow & { customer_no: string; customer_name: string | null };

/** Totals by currency and the largest balances. After prepareReceivables, in the same transaction. */
export async function readReceivables(db: Queryable): Promise<ReceivablesSection> {
  const totals = await db.query<AmountsRow & { customers: number }>(
    `SELECT currency, count(*)::integer AS customers, ${AMOUNTS.map((name) => `sum(${name}) AS ${name}`).join(', ')}
       FROM report_receivable GROUP BY currency ORDER BY currency`,
  );
  const top = await db.query<BalanceRow>(
    `SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY currency ORDER BY abs(closing) DESC, customer_key) AS place
                      FROM report_receivable) ranked
      WHERE place <= $1 ORDER BY currency, place`,
    [REPORT_TOP_ROWS],
  );
  return {
    totals: totals.rows.map((row) => ({ customers: row.customers, ...amountsOf(row) })),
    top: top.rows.map(receivableOf),
  };
}

/**
 * Every customer's balance with its ages, the largest of each currency first. After prepareReceivables, in the same transaction;
 * reads through a cursor, so memory does not grow with the customers.
 */
export async function* streamReceivables(db: Queryable): AsyncGenerator<ReceivableRow> {
  const query = 'SELECT * FROM report_receivable ORDER BY currency, abs(closing) DESC, customer_key';
  for await (const row of fetchAll<BalanceRow>(db, 'receivables', query, [])) yield receivableOf(row);
}

function receivableOf(row: BalanceRow): ReceivableRow {
  return { customerNo: row.customer_no, customerName: row.customer_name, ...amountsOf(row) };
}

function amountsOf(row: AmountsRow): ReceivableAmounts {
  const decimals = decimalsOf(row.currency);
  // Most sums have their decimals already, and there may be very many.
  const written = (name: (typeof AMOUNTS)[number]): string =>
    row[name].at(-decimals - 1) === '.' ? row[name] : formatAmount(row[name], row.currency);
  return {
    currency: row.currency,
    opening: written('opening'),
    sales: written('sales'),
    returns: written('returns'),
    receipts: written('receipts'),
    adjustments: written('adjustments'),
    closing: written('closing'),
    buckets: [written('age0'), written('age1'), written('age2'), written('age3')],
    credit: written('credit'),
  };
}
