import { Decimal, formatAmount } from '../../domain/money';
import {
  REPORT_TOP_ROWS,
  type SalesAmounts,
  type SalesRanking,
  type SalesSection,
  type SalesTotal,
} from '../../domain/report-model';
import type { Queryable } from '../db';
import { readProducts } from './products';
import { remainder, salesAmounts } from './sales-amounts';
import { SALE_STATUSES } from '../reconcile/sale-documents';
import type { ReportScope } from './scope';

type Dimension = 'total' | 'day' | 'salesperson' | 'region';

interface SalesRow {
  dimension: Dimension;
  currency: string;
  key: string | null;
  count: number;
  tax: string;
  gross: string;
  groups: number;
}

/** Sales by day, product, salesperson and region, with returns by day. */
export async function readSales(db: Queryable, scope: ReportScope): Promise<SalesSection> {
  const rows = await readOrders(db, scope);
  const returns = await readReturns(db, scope);
  const ofDimension = (dimension: Dimension): SalesRow[] => rows.filter((row) => row.dimension === dimension);
  const totals = withReturns(ofDimension('total'), returns.totals);
  const days = withReturns(ofDimension('day'), returns.days);
  return {
    totals: totals.map((line) => line.total),
    days: days.map(({ key, total }) => ({ date: key, ...total })),
    products: await readProducts(
      db,
      scope,
      totals.map((line) => line.total),
    ),
    salespeople: rank(
      ofDimension('salesperson'),
      totals.map((line) => line.total),
    ),
    regions: rank(
      ofDimension('region'),
      totals.map((line) => line.total),
    ),
  };
}

/** One scan for all groupings; of salespeople and regions only the largest come back. */
async function readOrders(db: Queryable, scope: ReportScope): Promise<SalesRow[]> {
  const { rows } = await db.query<SalesRow>(
    `WITH fine AS MATERIALIZED (
       SELECT currency, order_date, salesperson, region, count(*) AS count,
              sum(gross_amount) AS gross, coalesce(sum(tax_amount), 0) AS tax
         FROM sales_order WHERE ${scope.rows} AND status IN ${SALE_STATUSES}
        GROUP BY currency, order_date, salesperson, region
     ), grouped AS (
       SELECT CASE WHEN GROUPING(order_date) = 0 THEN 'day' WHEN GROUPING(salesperson) = 0 THEN 'salesperson'
                   WHEN GROUPING(region) = 0 THEN 'region' ELSE 'total' END AS dimension,
              currency, coalesce(order_date::text, salesperson, region) AS key,
              sum(count)::integer AS count, sum(tax) AS tax, sum(gross) AS gross
         FROM fine
        GROUP BY GROUPING SETS ((currency), (currency, order_date), (currency, salesperson), (currency, region))
     ), ranked AS (
       SELECT *, row_number() OVER (PARTITION BY dimension, currency ORDER BY gross DESC, key) AS place,
              count(*) OVER (PARTITION BY dimension, currency)::integer AS groups
         FROM grouped
     )
     SELECT dimension, currency, key, count, tax, gross, groups FROM ranked
      WHERE dimension IN ('total', 'day') OR place <= $1
      ORDER BY dimension, currency, CASE WHEN dimension = 'day' THEN key END, place`,
    [REPORT_TOP_ROWS],
  );
  return rows;
}

/** `key` is the day; empty for the sum of a currency. */
interface ReturnSum {
  readonly currency: string;
  readonly key: string;
  readonly amount: string;
}

async function readReturns(db: Queryable, scope: ReportScope): Promise<{ totals: ReturnSum[]; days: ReturnSum[] }> {
  const { rows } = await db.query<ReturnSum>(
    `SELECT currency, coalesce(return_date::text, '') AS key, sum(gross_amount) AS amount
       FROM sales_return WHERE ${scope.rows}
      GROUP BY GROUPING SETS ((currency), (currency, return_date))
      ORDER BY currency, return_date`,
  );
  return { totals: rows.filter((row) => row.key === ''), days: rows.filter((row) => row.key !== '') };
}

/** Joins sales and returns by currency and day; a day with returns alone is a day too. */
function withReturns(sales: readonly SalesRow[], returns: readonly ReturnSum[]): { key: string; total: SalesTotal }[] {
  const joined = new Map<string, { key: string; total: SalesTotal }>();
  for (const row of sales) {
    const amounts = salesAmounts(row);
    const total = { ...amounts, returns: formatAmount('0', row.currency), netSales: amounts.gross };
    joined.set(`${row.currency} ${row.key ?? ''}`, { key: row.key ?? '', total });
  }
  for (const { currency, key, amount } of returns) {
    const before =
      joined.get(`${currency} ${key}`)?.total ?? salesAmounts({ currency, count: 0, tax: '0', gross: '0' });
    const netSales = formatAmount(new Decimal(before.gross).minus(amount), currency);
    joined.set(`${currency} ${key}`, { key, total: { ...before, returns: formatAmount(amount, currency), netSales } });
  }
  return [...joined.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

function rank(rows: readonly SalesRow[], totals: readonly SalesAmounts[]): SalesRanking {
  const ranked = rows.map((row) => ({ key: row.key, name: row.key, quantity: null, ...salesAmounts(row) }));
  const rest = totals.flatMap((total) => {
    const groups = rows.find((row) => row.currency === total.currency)?.groups ?? 0;
    const shown = ranked.filter((row) => row.currency === total.currency);
    if (groups <= shown.length) return [];
    return [{ ...remainder(total, shown), groups: groups - shown.length }];
  });
  return { rows: ranked, rest };
}
