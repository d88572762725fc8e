import { Decimal, decimalsOf } from '../../domain/money';
import { REPORT_TOP_ROWS, type RankedSales, type SalesAmounts, type SalesRanking } from '../../domain/report-model';
import type { Queryable } from '../db';
import { remainder, salesAmounts } from './sales-amounts';
import { SALE_STATUSES } from '../reconcile/sale-documents';
import type { ReportScope } from './scope';

interface ProductRow {
  currency: string;
  key: string;
  name: string | null;
  quantity: string;
  count: number;
  tax: string;
  gross: string;
  groups: number;
  all_count: number;
  all_tax: string;
  all_gross: string;
}

/**
 * Products from the lines of orders that are sales. A line's tax is computed from its rate, so what the lines lack of the
 * orders' own net and tax (orders without lines, rounding) stands in one line without a product: the ranking adds up to the total.
 */
export async function readProducts(
  db: Queryable,
  scope: ReportScope,
  totals: readonly SalesAmounts[],
): Promise<SalesRanking> {
  const rows = await readOrderLines(db, scope);
  const products: RankedSales[] = [];
  const rest: (SalesAmounts & { groups: number })[] = [];
  for (const total of totals) {
    const ofCurrency = rows.filter((row) => row.currency === total.currency);
    const first = ofCurrency[0];
    if (first === undefined) continue;
    const shown = ofCurrency.map((row) => ({
      key: row.key,
      name: row.name,
      quantity: row.quantity,
      ...amountsOf(row),
    }));
    products.push(...shown);
    const lines = amountsOf({ ...first, count: first.all_count, tax: first.all_tax, gross: first.all_gross });
    if (first.groups > shown.length) rest.push({ ...remainder(lines, shown), groups: first.groups - shown.length });
    const unlisted = { ...remainder(total, [lines]), count: 0 };
    if (![unlisted.net, unlisted.tax, unlisted.gross].every((amount) => new Decimal(amount).isZero())) {
      products.push({ key: null, name: null, quantity: null, ...unlisted });
    }
  }
  return { rows: products, rest };
}

function amountsOf(row: { currency: string; count: number; tax: string; gross: string }): SalesAmounts {
  return salesAmounts({ ...row, tax: new Decimal(row.tax).toDecimalPlaces(decimalsOf(row.currency)).toFixed() });
}

/** A rate of 1 and more is a percentage (13), below it a fraction (0.13). */
async function readOrderLines(db: Queryable, scope: ReportScope): Promise<ProductRow[]> {
  const { rows } = await db.query<ProductRow>(
    `WITH sale AS (
       SELECT order_key, currency FROM sales_order WHERE ${scope.rows} AND status IN ${SALE_STATUSES}
     ), grouped AS (
       SELECT s.currency, l.product_no AS key, min(l.product_name) AS name, sum(l.quantity) AS quantity, count(*) AS count,
              sum(l.gross_amount) AS gross, coalesce(sum(l.gross_amount * l.rate / (1 + l.rate)), 0) AS tax
         FROM (SELECT order_key, product_no, product_name, quantity, gross_amount,
                      CASE WHEN tax_rate >= 1 THEN tax_rate / 100 ELSE tax_rate END AS rate
                 FROM order_line WHERE ${scope.rows}) l
         JOIN sale s USING (order_key)
        GROUP BY s.currency, l.product_no
     ), ranked AS (
       SELECT *, row_number() OVER (PARTITION BY currency ORDER BY gross DESC, key) AS place, count(*) OVER whole AS groups,
              sum(count) OVER whole AS all_count, sum(gross) OVER whole AS all_gross, sum(tax) OVER whole AS all_tax
         FROM grouped WINDOW whole AS (PARTITION BY currency)
     )
     SELECT currency, key, name, quantity, count::integer, tax, gross, groups::integer, all_count::integer, all_tax, all_gross
       FROM ranked WHERE place <= $1 ORDER BY currency, place`,
    [REPORT_TOP_ROWS],
  );
  return rows;
}
