import { foldedReference } from './folding';
import { literal, step, type Scope } from './scope';

/** SQL: the company's months before this one. */
const earlierPeriods = (scope: Scope): string =>
  `(SELECT id FROM period WHERE company_id = ${scope.companyId} AND month < ${literal(scope.month)})`;

/**
 * What this month's documents may point to in the company's earlier months: orders that are booked, billed or paid only now, and what was already paid for
 * them. `carried` holds the documents an earlier month has already reported: their late booking is no second difference.
 * Earlier orders join `sale_document` as documents of another month, shown by `shown` since their rows are not this month's.
 */
export async function addEarlierMonths(scope: Scope): Promise<void> {
  await step(
    scope,
    'earlier months: what is pointed to',
    `CREATE TEMP TABLE pointed_to ON COMMIT DROP AS
     SELECT DISTINCT key FROM (SELECT ref AS key FROM ledger_group WHERE class = 'sale'
                               UNION ALL SELECT order_key FROM eff_invoice UNION ALL SELECT order_key FROM eff_receipt) k
      WHERE key IS NOT NULL AND EXISTS ${earlierPeriods(scope)} AND NOT EXISTS (SELECT 1 FROM sale_document d WHERE d.type = 'o' AND d.key = k.key);
     ANALYZE pointed_to;
     INSERT INTO sale_document (type, key, order_key, ids, in_period, currency, amount, tax, customer_key, status, date, shown)
     SELECT 'o', o.order_key, o.order_key, '{}', false, min(o.currency), max(o.gross_amount), max(o.tax_amount), min(o.customer_key), max(o.status), max(o.order_date),
            jsonb_build_object('source', 'orders', 'reference', min(o.order_no), 'date', max(o.order_date), 'amount', max(o.gross_amount)::text)
       FROM sales_order o JOIN pointed_to p ON p.key = o.order_key JOIN batch b ON b.id = (o.id >> 32)::integer
      WHERE o.period_id IN ${earlierPeriods(scope)} AND o.in_period AND b.state IN ('accepted', 'admitted') GROUP BY o.order_key;`,
  );
  await step(
    scope,
    'earlier months: what was paid and reported',
    `CREATE TEMP TABLE earlier_receipt ON COMMIT DROP AS
     SELECT r.order_key, r.amount, r.currency, r.customer_key FROM receipt r JOIN batch b ON b.id = (r.id >> 32)::integer
      WHERE r.period_id IN ${earlierPeriods(scope)} AND r.in_period AND b.state IN ('accepted', 'admitted') AND r.order_key IN (SELECT order_key FROM eff_receipt);
     CREATE TEMP TABLE carried ON COMMIT DROP AS
     SELECT DISTINCT x.reconciliation, ${foldedReference(`r->>'reference'`)} AS key
       FROM public.close_exception x, jsonb_array_elements(x.left_records) r
      WHERE x.period_id IN ${earlierPeriods(scope)} AND NOT x.superseded AND r->>'source' IN ('orders', 'returns');
     ANALYZE sale_document; ANALYZE carried; ANALYZE earlier_receipt;`,
  );
}
