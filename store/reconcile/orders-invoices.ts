import { certaintyOfRule, toleranceOf } from './company-rules';
import { foldedName } from './folding';
import { FOUND_COLUMNS, MATCH_COLUMNS, matchId, resetMatches } from './found';
import { pairOpen } from './open-pairs';
import { assignRedToReturns, documentFacts, SALE_STATUSES } from './sale-documents';
import { step, type Scope } from './scope';

/**
 * Orders and returns against invoices. Blue invoices belong to orders; a red invoice belongs to a return of its order where one is
 * waiting, else it lowers what the order was billed. Uses `sale_document` of orders-ledger.
 */
export async function reconcileOrdersInvoices(scope: Scope): Promise<void> {
  await resetMatches(scope, 'orders-invoices');
  await bringInvoicesToDocuments(scope);
  await assignRedToReturns(scope, 'orders-invoices: red invoices', {
    table: 'billed',
    id: 'id',
    order: 'order_key',
    amount: 'gross_amount',
    tieBreak: 'invoice_key, id',
    rule: 'red-for-return',
  });
  await byLikeness(scope);
  await sumInvoices(scope);
  await compareOrders(scope);
}

/** `billed`: each invoice with the document it bills; `side` as in the ledger, 0 for the month. */
async function bringInvoicesToDocuments(scope: Scope): Promise<void> {
  await step(
    scope,
    'orders-invoices: by order number',
    `CREATE TEMP TABLE billed ON COMMIT DROP AS
     SELECT i.id, i.invoice_key, i.original_invoice_key, i.in_period, i.issue_date, i.customer_key, i.currency, i.gross_amount, i.tax_amount, i.kind,
            coalesce(i.order_key, original.order_key) AS order_key, d.type, d.key AS document,
            CASE WHEN i.order_key IS NULL THEN 'original-invoice' ELSE 'order-no' END AS rule
       FROM eff_invoice i
       LEFT JOIN (SELECT invoice_key, min(order_key) AS order_key FROM eff_invoice GROUP BY invoice_key) original
              ON i.order_key IS NULL AND original.invoice_key = i.original_invoice_key
       LEFT JOIN sale_document d ON d.type = 'o' AND d.key = coalesce(i.order_key, original.order_key)`,
  );
  await step(scope, 'orders-invoices: statistics', 'ANALYZE billed');
  await byRemark(scope);
  await byBuyersName(scope);
}

/** A tax document names no order in a field of its own; its remark may name exactly one. */
async function byRemark(scope: Scope): Promise<void> {
  await step(
    scope,
    'orders-invoices: numbers in remarks',
    `WITH token AS MATERIALIZED (
       SELECT i.id, unnest(numbers_in(i.extra->>'备注')) AS key FROM billed b JOIN eff_invoice i USING (id) WHERE b.order_key IS NULL AND i.extra->>'备注' <> ''
     )
     UPDATE billed b SET order_key = n.key, type = 'o', document = n.key, rule = 'number-in-text'
       FROM (SELECT t.id, min(t.key) AS key FROM token t JOIN sale_document d ON d.type = 'o' AND d.key = t.key GROUP BY t.id HAVING count(DISTINCT t.key) = 1) n
      WHERE n.id = b.id`,
  );
}

/** Nor does it know our customers' numbers: a buyer whose name is one customer's alone is that customer. */
async function byBuyersName(scope: Scope): Promise<void> {
  await step(
    scope,
    'orders-invoices: buyers by name',
    `WITH buyer AS MATERIALIZED (
       SELECT i.id, ${foldedName(`i.extra->>'购买方名称'`)} AS name FROM billed b JOIN eff_invoice i USING (id) WHERE b.customer_key IS NULL AND i.extra->>'购买方名称' <> ''
     ), known AS (
       SELECT ${foldedName('customer_name')} AS name, min(customer_key) AS customer_key FROM eff_sales_order
        WHERE customer_name IS NOT NULL AND EXISTS (SELECT 1 FROM buyer) GROUP BY 1 HAVING count(DISTINCT customer_key) = 1
     )
     UPDATE billed b SET customer_key = k.customer_key FROM buyer JOIN known k USING (name) WHERE buyer.id = b.id`,
  );
}

/** An invoice that names no order that exists, and an unbilled order of the same customer and amount. */
async function byLikeness(scope: Scope): Promise<void> {
  const paired = await pairOpen(scope, {
    reconciliation: 'orders-invoices',
    table: 'bill_pair',
    leftFacts: ['sales_order'],
    rightFacts: ['invoice'],
    left: `SELECT key AS id, ids, ARRAY[key] AS keys, false AS nameless, customer_key, currency, amount, date AS on_date, '' AS same
             FROM sale_document d
            WHERE type = 'o' AND in_period AND status IN ('delivered', 'completed') AND NOT EXISTS (SELECT 1 FROM billed b WHERE b.type = 'o' AND b.document = d.key)`,
    right: `SELECT id::text, ARRAY[id] AS ids, CASE WHEN order_key IS NULL THEN '{}' ELSE ARRAY[order_key] END AS keys, order_key IS NULL AS nameless, customer_key, currency, gross_amount AS amount,
                   issue_date AS on_date, '' AS same
              FROM billed WHERE type IS NULL AND in_period AND gross_amount > 0`,
    live: `SELECT key, customer_key, currency, amount FROM sale_document WHERE type = 'o'`,
    // An order is billed when it is due, which may be weeks after its date.
    days: null,
  });
  if (paired === 0) return;
  await step(
    scope,
    'orders-invoices: pairs alike',
    `UPDATE billed b SET type = 'o', document = x.left_ids[1], rule = x.rule
       FROM (SELECT left_ids, unnest(right_ids) AS right_id, rule FROM bill_pair) x WHERE b.id = x.right_id::bigint`,
  );
}

/** `bill`: what each document was billed, in the month and elsewhere. Documents with one invoice need no sums. */
async function sumInvoices(scope: Scope): Promise<void> {
  await step(
    scope,
    'orders-invoices: sums',
    `CREATE TEMP TABLE bill_keyed ON COMMIT DROP AS
     SELECT coalesce(type, 'i') AS type, coalesce(document, 'invoice:' || invoice_key) AS key, in_period,
            gross_amount * CASE WHEN type = 'r' THEN -1 ELSE 1 END AS amount, tax_amount AS tax, kind = 'blue' AS blue, currency, customer_key, issue_date, id,
            hashtextextended(invoice_key, 0) AS invoices, rule
       FROM billed;
     CREATE TEMP TABLE bill_many ON COMMIT DROP AS SELECT type, key FROM bill_keyed GROUP BY type, key HAVING count(*) > 1;
     ANALYZE bill_keyed; ANALYZE bill_many;
     CREATE TEMP TABLE bill ON COMMIT DROP AS
     SELECT type, key, CASE WHEN in_period THEN amount END AS amount, CASE WHEN NOT in_period THEN amount END AS elsewhere, CASE WHEN in_period THEN tax END AS tax,
            CASE WHEN in_period THEN amount END AS most, (in_period AND blue)::integer::bigint AS blues, currency, currency AS other_currency, customer_key,
            customer_key AS other_customer_key, CASE WHEN NOT in_period THEN issue_date END AS elsewhere_date, CASE WHEN in_period THEN ARRAY[id] END AS ids,
            CASE WHEN NOT in_period THEN ARRAY[id] END AS elsewhere_ids, invoices, rule
       FROM bill_keyed k WHERE NOT EXISTS (SELECT 1 FROM bill_many m WHERE m.type = k.type AND m.key = k.key)
     UNION ALL
     SELECT type, key, sum(amount) FILTER (WHERE in_period), sum(amount) FILTER (WHERE NOT in_period), CASE WHEN bool_and(tax IS NOT NULL OR NOT in_period) THEN sum(tax) FILTER (WHERE in_period) END,
            max(amount) FILTER (WHERE in_period), count(*) FILTER (WHERE in_period AND blue), min(currency), max(currency), min(customer_key), max(customer_key),
            min(issue_date) FILTER (WHERE NOT in_period), array_agg(id) FILTER (WHERE in_period), array_agg(id) FILTER (WHERE NOT in_period), bit_xor(invoices),
            CASE WHEN bool_or(rule = 'customer-amount') THEN 'customer-amount' ELSE min(rule) END
       FROM bill_keyed JOIN bill_many USING (type, key) GROUP BY type, key;
     ANALYZE bill;`,
  );
}

async function compareOrders(scope: Scope): Promise<void> {
  const tolerance = toleranceOf(scope, 'orders-invoices', 'left_amount');
  await step(
    scope,
    'orders-invoices: compare',
    `WITH returned AS (
       SELECT order_key, sum(amount) AS amount FROM sale_document d
        WHERE type = 'r' AND in_period AND NOT EXISTS (SELECT 1 FROM billed b WHERE b.type = 'r' AND b.document = d.key)
        GROUP BY order_key
     ), pair AS (
       SELECT coalesce(d.type, b.type) AS type, coalesce(d.key, b.key) AS key, d.ids AS left_ids, d.shown, c.key IS NOT NULL AS carried, coalesce(d.in_period, false) AS in_period, d.currency AS left_currency,
              d.amount AS left_amount, d.tax AS left_tax, d.customer_key AS left_customer, d.status, d.date, d.order_key,
              d.status IN ${SALE_STATUSES} AS sale, d.status IN ('delivered', 'completed') AS due, b.type IS NOT NULL AS billed,
              b.amount AS right_amount, b.elsewhere, b.tax AS right_tax, b.most, b.blues, b.currency AS right_currency, b.other_currency,
              b.customer_key AS right_customer, b.other_customer_key, b.elsewhere_date, b.ids, b.elsewhere_ids, b.invoices, b.rule,
              coalesce(r.amount, 0) AS returned,
              -- A return needs a red invoice where its order was billed without it; an order from before is taken to have been billed.
              o.key IS NULL OR o.shown IS NOT NULL OR (ob.key IS NOT NULL AND o.amount - r.amount <> ob.amount) AS red_due
         FROM sale_document d FULL JOIN bill b ON b.type = d.type AND b.key = d.key
         LEFT JOIN carried c ON c.reconciliation = 'orders-invoices' AND c.key = d.key
         LEFT JOIN returned r ON r.order_key = d.order_key
         LEFT JOIN sale_document o ON o.type = 'o' AND o.key = CASE WHEN d.type = 'r' THEN d.order_key END
         LEFT JOIN (SELECT key, coalesce(amount, 0) + coalesce(elsewhere, 0) AS amount FROM bill WHERE type = 'o') ob
                ON ob.key = CASE WHEN d.type = 'r' THEN d.order_key END
     ), judged AS MATERIALIZED (
       SELECT p.*,
         CASE
           WHEN left_ids IS NULL THEN CASE WHEN coalesce(right_amount, 0) <> 0 THEN 'missing_in_sales' ELSE 'none' END
           WHEN carried AND (NOT in_period OR NOT billed) THEN 'none'
           WHEN NOT in_period THEN CASE WHEN coalesce(right_amount, 0) = 0 THEN 'none' WHEN NOT sale THEN 'status_differs' ELSE 'date_differs' END
           WHEN NOT sale THEN CASE WHEN coalesce(right_amount, 0) <> 0 THEN 'status_differs' ELSE 'none' END
           WHEN type = 'r' AND NOT billed THEN CASE WHEN red_due THEN 'unbilled' ELSE 'none' END
           WHEN NOT due THEN CASE WHEN coalesce(right_amount, 0) <> 0 THEN 'billed_not_delivered' ELSE 'none' END
           WHEN coalesce(right_amount, 0) = 0 AND coalesce(elsewhere, 0) = 0 AND left_amount <> 0 THEN
             CASE WHEN returned >= left_amount THEN 'none' ELSE 'unbilled' END
           WHEN left_currency <> right_currency OR left_currency <> other_currency THEN 'currency_differs'
           WHEN coalesce(right_amount, 0) = 0 AND left_amount <> 0 THEN 'date_differs'
           WHEN abs(left_amount - right_amount) > ${tolerance} THEN CASE
             WHEN blues >= 2 AND most = left_amount AND right_amount >= 2 * left_amount AND left_amount > 0 THEN 'duplicate'
             WHEN abs(left_amount - returned - right_amount) <= ${tolerance} THEN 'match'
             WHEN abs(left_amount - right_amount - coalesce(elsewhere, 0)) <= ${tolerance} THEN 'date_differs'
             ELSE 'amount_differs' END
           WHEN abs(left_tax - right_tax) > ${tolerance} THEN 'tax_differs'
           WHEN right_customer <> left_customer OR other_customer_key <> left_customer THEN 'customer_differs'
           ELSE 'match'
         END AS kind
         FROM pair p
     ), matched AS (
       INSERT INTO match (${MATCH_COLUMNS})
       SELECT ${scope.periodId}, 'orders-invoices', ${matchId('orders-invoices', `type || ':' || key || '|' || invoices`)}, coalesce(rule, 'order-no'), 'confirmed',
              ${certaintyOfRule(scope)},
              left_currency, left_amount - coalesce(right_amount, 0), left_ids, array_sort(coalesce(ids, '{}'))
         FROM judged WHERE kind = 'match'
     )
     INSERT INTO found (${FOUND_COLUMNS}, left_records)
     SELECT 'orders-invoices', kind, coalesce(rule, 'order-no'), coalesce(left_currency, right_currency),
            coalesce(left_amount, 0) - CASE WHEN kind IN ('date_differs', 'currency_differs') AND coalesce(right_amount, 0) = 0 THEN coalesce(elsewhere, 0)
                                            ELSE coalesce(right_amount, 0) END,
            type || ':' || key, coalesce(left_ids, '{}'),
            CASE WHEN kind IN ('date_differs', 'currency_differs') THEN coalesce(ids, '{}') || coalesce(elsewhere_ids, '{}') ELSE coalesce(ids, '{}') END,
            coalesce(left_customer, right_customer),
            ${documentFacts('blues')}, CASE WHEN shown IS NOT NULL THEN jsonb_build_array(shown) END
       FROM judged WHERE kind NOT IN ('match', 'none')`,
  );
}
