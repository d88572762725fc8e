import { step, type Scope } from './scope';

/** Statuses of an order that are a sale (contracts, section 4). */
export const SALE_STATUSES = `('approved','delivered','completed')`;

/** `sale_document`: one row per order and return, in the month or known from another one. Every reconciliation of sales uses it. */
export async function gatherSaleDocuments(scope: Scope): Promise<void> {
  await step(
    scope,
    'orders-ledger: documents',
    `CREATE TEMP TABLE doubled_order ON COMMIT DROP AS SELECT order_key FROM eff_sales_order GROUP BY order_key HAVING count(*) > 1;
     CREATE TEMP TABLE sale_document ON COMMIT DROP AS
     SELECT 'o' AS type, order_key AS key, order_key, ARRAY[id] AS ids, in_period, currency, gross_amount AS amount, tax_amount AS tax, customer_key,
            status, order_date AS date, NULL::jsonb AS shown
       FROM eff_sales_order o WHERE NOT EXISTS (SELECT 1 FROM doubled_order d WHERE d.order_key = o.order_key)
     UNION ALL
     SELECT 'o', order_key, order_key, array_agg(id), bool_or(in_period), min(currency), sum(gross_amount), CASE WHEN bool_and(tax_amount IS NOT NULL) THEN sum(tax_amount) END, min(customer_key),
            min(status), min(order_date), NULL
       FROM eff_sales_order WHERE order_key IN (SELECT order_key FROM doubled_order) GROUP BY order_key
     UNION ALL
     SELECT 'r', return_key, min(order_key), array_agg(id), bool_or(in_period), min(currency), sum(gross_amount), NULL, min(customer_key),
            'completed', min(return_date), NULL
       FROM eff_sales_return GROUP BY return_key`,
  );
  await step(scope, 'orders-ledger: statistics', 'ANALYZE sale_document');
}

/** A list of red postings or invoices that are to find the return they are for. */
export interface RedList {
  readonly table: 'sale_posting' | 'billed';
  readonly id: string;
  /** SQL for the order a row names. */
  readonly order: string;
  readonly amount: string;
  /** Equal rows are taken in this order. */
  readonly tieBreak: string;
  readonly rule: string;
}

/**
 * A red row that names an order is for one of the order's returns: the one of its amount, or the only one that no row names by itself.
 */
export async function assignRedToReturns(
  scope: Scope,
  name: string,
  { table, id, order, amount, tieBreak, rule }: RedList,
): Promise<void> {
  const assign = (condition: string): string => `
     WITH red AS (
       SELECT ${id} AS id, ${order} AS order_key, -${amount} AS amount, row_number() OVER (PARTITION BY ${order}, ${amount} ORDER BY ${tieBreak}) AS place
         FROM ${table} WHERE ${amount} < 0 AND type IS DISTINCT FROM 'r' AND ${order} IS NOT NULL
     ), open_return AS (
       SELECT key, order_key, amount, row_number() OVER (PARTITION BY order_key, amount ORDER BY key) AS place,
              count(*) OVER (PARTITION BY order_key) AS returns
         FROM sale_document d WHERE type = 'r' AND NOT EXISTS (SELECT 1 FROM ${table} p WHERE p.type = 'r' AND p.document = d.key)
     )
     UPDATE ${table} p SET type = 'r', document = o.key, rule = '${rule}'
       FROM red JOIN open_return o ON o.order_key = red.order_key AND ${condition}
      WHERE p.${id} = red.id`;
  await step(scope, name, assign('o.amount = red.amount AND o.place = red.place'));
  await step(scope, name, assign('o.returns = 1 AND red.place = 1'));
}

/** What the explanation of a judged pair of document and bookings needs. @param copies the column that counts the bookings */
export const documentFacts = (copies: string): string =>
  `jsonb_strip_nulls(jsonb_build_object('document', CASE type WHEN 'r' THEN 'return' WHEN 'o' THEN 'order' END, 'status', status, 'leftDate', date,
              'bookedElsewhere', CASE WHEN kind = 'date_differs' AND in_period THEN elsewhere_date END, 'outside', CASE WHEN NOT in_period AND left_ids IS NOT NULL THEN true END,
              'leftTax', CASE WHEN kind = 'tax_differs' THEN left_tax::text END, 'rightTax', CASE WHEN kind = 'tax_differs' THEN right_tax::text END,
              'leftCustomer', CASE WHEN kind = 'customer_differs' THEN left_customer END,
              'rightCustomer', CASE WHEN kind = 'customer_differs' THEN CASE WHEN right_customer <> left_customer THEN right_customer ELSE other_customer_key END END,
              'leftCurrency', CASE WHEN kind = 'currency_differs' THEN left_currency END,
              'rightCurrency', CASE WHEN kind = 'currency_differs' THEN CASE WHEN right_currency <> left_currency THEN right_currency ELSE other_currency END END,
              'postings', CASE WHEN kind = 'duplicate' THEN ${copies} END))`;
