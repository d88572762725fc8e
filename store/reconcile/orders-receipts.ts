import { certaintyOfRule } from './company-rules';
import { FOUND_COLUMNS, MATCH_COLUMNS, matchId, resetMatches } from './found';
import { WAYS_SHOWN } from './pair-table';
import { SALE_STATUSES } from './sale-documents';
import { literal, monthBounds, step, type Scope } from './scope';

/**
 * Orders against receipts: paid more than ordered, paid though not a sale, paid twice, or paid for no order. Not yet paid is receivable, not an
 * exception. What was received before the month counts towards its order; what comes after the month does not.
 */
export async function reconcileOrdersReceipts(scope: Scope): Promise<void> {
  await resetMatches(scope, 'orders-receipts');
  await sumReceipts(scope);
  await compare(scope);
  await suggestOrders(scope);
}

/** A receipt that points to no order may be for one that still waits for exactly this money: the customer's own, or one whose number is a slip away. */
async function suggestOrders(scope: Scope): Promise<void> {
  await step(
    scope,
    'orders-receipts: candidates',
    `INSERT INTO suggestion
     SELECT 'orders-receipts', CASE WHEN near THEN 'near-reference' ELSE 'customer-amount' END, ways, currency, 0, order_ids, receipt_ids
       FROM (SELECT d.currency, d.ids AS order_ids, p.ids AS receipt_ids, p.named AND is_near(d.key, p.key) AS near,
                    greatest(count(*) OVER (PARTITION BY d.key), count(*) OVER (PARTITION BY p.key)) AS ways
               FROM (SELECT p.* FROM paid p LEFT JOIN sale_document d ON d.type = 'o' AND d.key = p.key AND p.named WHERE d.key IS NULL AND p.receipts > 0 AND p.amount > 0) p
               JOIN (SELECT d.key, d.ids, d.currency, d.customer_key, d.amount - coalesce(p.amount, 0) AS due FROM sale_document d LEFT JOIN paid p ON p.named AND p.key = d.key
                      WHERE d.type = 'o' AND d.status IN ${SALE_STATUSES} AND d.ids <> '{}' AND d.amount > coalesce(p.amount, 0)) d
                 ON d.currency = p.currency AND d.due = p.amount AND d.customer_key = p.customer_key) c
      WHERE ways <= ${WAYS_SHOWN}`,
  );
}

/**
 * A receipt whose order number is nobody's, but one slip away from a number of the same customer's that waits for exactly this money: it is for that order. Only where
 * each is the other's only candidate.
 */
async function seeThroughSlips(scope: Scope): Promise<void> {
  await step(
    scope,
    'orders-receipts: near references',
    `WITH stray AS (
       SELECT k.key, min(k.customer_key) AS customer_key, min(k.currency) AS currency, sum(k.amount) AS amount
         FROM paid_keyed k LEFT JOIN sale_document d ON d.type = 'o' AND d.key = k.key
        WHERE k.named AND d.key IS NULL GROUP BY k.key HAVING bool_and(k.in_period) AND sum(k.amount) > 0
     ), near AS (
       SELECT s.key AS stray, d.key, d.amount, s.amount AS paid FROM stray s
         JOIN sale_document d ON d.type = 'o' AND d.status IN ${SALE_STATUSES} AND d.customer_key = s.customer_key AND d.currency = s.currency AND is_near(d.key, s.key)
     ), waiting AS (
       SELECT n.stray, n.key FROM near n LEFT JOIN paid_keyed k ON k.key = n.key AND k.named GROUP BY n.stray, n.key, n.amount, n.paid HAVING n.amount - coalesce(sum(k.amount), 0) = n.paid
     ), sure AS (
       SELECT * FROM (SELECT w.*, count(*) OVER (PARTITION BY stray) AS of_stray, count(*) OVER (PARTITION BY key) AS of_order FROM waiting w) c WHERE of_stray = 1 AND of_order = 1
     )
     UPDATE paid_keyed k SET key = s.key, rule = 'near-reference' FROM sure s WHERE k.key = s.stray AND k.named`,
  );
}

/** A receipt without an order number whose description names orders of its customer, and whose money is what they still wait for: each has its part. */
async function readDescriptions(scope: Scope): Promise<void> {
  await step(
    scope,
    'orders-receipts: numbers in descriptions',
    `CREATE TEMP TABLE described ON COMMIT DROP AS
     WITH token AS (
       SELECT id, currency, customer_key, amount, unnest(numbers_in(description)) AS key FROM eff_receipt WHERE order_key IS NULL AND in_period AND amount > 0 AND description IS NOT NULL
     ), named AS (
       SELECT t.id, t.amount AS receipt, d.key, d.amount FROM token t JOIN sale_document d ON d.type = 'o' AND d.key = t.key AND d.customer_key = t.customer_key AND d.currency = t.currency AND d.status IN ${SALE_STATUSES}
     ), due AS (
       SELECT n.id, n.key, n.receipt, n.amount - coalesce(sum(k.amount), 0) AS due FROM named n LEFT JOIN paid_keyed k ON k.key = n.key AND k.named GROUP BY n.id, n.key, n.receipt, n.amount
     )
     SELECT d.id, d.key, d.due FROM due d JOIN (SELECT id FROM due GROUP BY id, receipt HAVING sum(due) = receipt AND min(due) > 0) whole USING (id)
      WHERE d.key NOT IN (SELECT key FROM due GROUP BY key HAVING count(*) > 1);
     INSERT INTO paid_keyed (key, named, amount, in_period, currency, customer_key, id, receipt_keys, rule)
     SELECT d.key, true, d.due, k.in_period, k.currency, k.customer_key, k.id, k.receipt_keys, 'number-in-text' FROM described d JOIN paid_keyed k ON k.id = d.id;
     DELETE FROM paid_keyed k USING described d WHERE k.id = d.id AND NOT k.named;`,
  );
}

/** `paid`: what came in for each order up to the month's end. Orders with one receipt need no sums. */
async function sumReceipts(scope: Scope): Promise<void> {
  const { next } = monthBounds(scope.month);
  await step(
    scope,
    'orders-receipts: sums',
    `CREATE TEMP TABLE paid_keyed ON COMMIT DROP AS
     SELECT coalesce(order_key, 'receipt:' || receipt_key) AS key, order_key IS NOT NULL AS named, amount, in_period, currency, customer_key, id,
            hashtextextended(receipt_key, 0) AS receipt_keys, 'order-no' AS rule
       FROM eff_receipt WHERE received_on < DATE '${next}'
     UNION ALL
     SELECT order_key, true, amount, false, currency, customer_key, NULL, 0, 'order-no' FROM earlier_receipt;
     ANALYZE paid_keyed;`,
  );
  await seeThroughSlips(scope);
  await readDescriptions(scope);
  await step(
    scope,
    'orders-receipts: sums',
    `CREATE TEMP TABLE paid_many ON COMMIT DROP AS SELECT key FROM paid_keyed GROUP BY key HAVING count(*) > 1;
     ANALYZE paid_many;
     CREATE TEMP TABLE paid ON COMMIT DROP AS
     SELECT key, named, amount, CASE WHEN in_period THEN amount END AS in_month, in_period::integer::bigint AS receipts, currency, currency AS other_currency, customer_key,
            ARRAY[id] AS ids, receipt_keys, rule
       FROM paid_keyed k WHERE NOT EXISTS (SELECT 1 FROM paid_many m WHERE m.key = k.key)
     UNION ALL
     SELECT key, bool_or(named), sum(amount), sum(amount) FILTER (WHERE in_period), count(*) FILTER (WHERE in_period), min(currency), max(currency),
            min(customer_key), array_agg(id) FILTER (WHERE id IS NOT NULL), bit_xor(receipt_keys), max(rule)
       FROM paid_keyed JOIN paid_many USING (key) GROUP BY key;
     ANALYZE paid;`,
  );
}

async function compare(scope: Scope): Promise<void> {
  const tolerance = literal(scope.settings.policy.tolerance.amount);
  const { next } = monthBounds(scope.month);
  await step(
    scope,
    'orders-receipts: compare',
    `WITH repeated AS (
       SELECT order_key, sum(times - 1) AS repeated
         FROM (SELECT order_key, count(*) AS times FROM eff_receipt
                WHERE received_on < DATE '${next}' AND amount > 0 AND channel_reference_key IS NOT NULL AND order_key IN (SELECT key FROM paid_many)
                GROUP BY order_key, method, channel_reference_key, amount HAVING count(*) > 1) twice
        GROUP BY order_key
     ), pair AS (
       SELECT p.*, coalesce(x.repeated, 0) AS repeated, d.key IS NOT NULL AS known, d.ids AS left_ids, d.shown, d.amount AS ordered,
              d.currency AS left_currency, d.status,
              coalesce(d.customer_key, p.customer_key) AS left_customer
         FROM paid p LEFT JOIN sale_document d ON d.type = 'o' AND d.key = p.key AND p.named
                     LEFT JOIN repeated x ON x.order_key = p.key AND p.named
        WHERE p.receipts > 0
     ), judged AS MATERIALIZED (
       SELECT p.*,
         CASE
           WHEN NOT known THEN CASE WHEN in_month <> 0 THEN 'unapplied_receipt' ELSE 'none' END
           WHEN left_currency <> currency OR left_currency <> other_currency THEN 'currency_differs'
           WHEN status NOT IN ${SALE_STATUSES} THEN CASE WHEN amount > 0 THEN 'status_differs' ELSE 'none' END
           WHEN repeated > 0 THEN 'duplicate'
           WHEN amount - ordered > ${tolerance} THEN 'overpaid'
           ELSE 'match'
         END AS kind
         FROM pair p
     ), matched AS (
       INSERT INTO match (${MATCH_COLUMNS})
       SELECT ${scope.periodId}, 'orders-receipts', ${matchId('orders-receipts', `key || '|' || receipt_keys`)}, rule, 'confirmed', ${certaintyOfRule(scope)},
              left_currency, ordered - amount, left_ids, array_sort(ids)
         FROM judged WHERE kind = 'match'
     )
     INSERT INTO found (${FOUND_COLUMNS}, left_records)
     SELECT 'orders-receipts', kind, rule, coalesce(left_currency, currency), CASE WHEN known THEN ordered - amount ELSE -in_month END,
            'o:' || key, coalesce(left_ids, '{}'), ids, left_customer,
            jsonb_strip_nulls(jsonb_build_object('document', 'order', 'status', status, 'ordered', ordered::text, 'paid', amount::text,
              'named', CASE WHEN kind = 'unapplied_receipt' AND named THEN key END,
              'leftCurrency', CASE WHEN kind = 'currency_differs' THEN left_currency END,
              'rightCurrency', CASE WHEN kind = 'currency_differs' THEN CASE WHEN currency <> left_currency THEN currency ELSE other_currency END END,
              'postings', CASE WHEN kind = 'duplicate' THEN repeated + 1 END)), CASE WHEN shown IS NOT NULL THEN jsonb_build_array(shown) END
       FROM judged WHERE kind NOT IN ('match', 'none')`,
  );
}
