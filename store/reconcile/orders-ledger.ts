import { certaintyOfRule, toleranceOf } from './company-rules';
import { FOUND_COLUMNS, MATCH_COLUMNS, matchId, resetMatches } from './found';
import { pairOpen, referencesIn } from './open-pairs';
import { assignRedToReturns, documentFacts, SALE_STATUSES } from './sale-documents';
import { literal, monthBounds, step, type Scope } from './scope';

/**
 * Orders and returns against what finance booked as sales. Postings are brought to a document (an order or a return) pass by pass, summed
 * per document, and compared; a document or posting without the other side is an exception.
 */
export async function reconcileOrdersLedger(scope: Scope): Promise<void> {
  await resetMatches(scope, 'orders-ledger');
  await bringPostingsToDocuments(scope);
  await sumPostings(scope);
  await compare(scope);
}

/** `sale_posting`: each sale group with the document it books; `type` is null where none is found. */
async function bringPostingsToDocuments(scope: Scope): Promise<void> {
  await step(
    scope,
    'orders-ledger: postings',
    `CREATE TEMP TABLE sale_group ON COMMIT DROP AS
     SELECT gid, entry_no, side, currency, ref, date, ids, customer_key, coalesce(rec, -coalesce(rev, 0) - coalesce(tax, 0)) AS amount,
            -tax AS tax, rec IS NULL AS without_receivable, rev IS NULL AND tax IS NULL AS receivable_alone, text, more_text
       FROM ledger_group WHERE class = 'sale'`,
  );
  await step(
    scope,
    'orders-ledger: by number',
    `CREATE TEMP TABLE sale_posting ON COMMIT DROP AS
     SELECT g.*, coalesce(o.type, r.type) AS type, coalesce(o.key, r.key) AS document,
            CASE WHEN o.key IS NOT NULL THEN 'order-no' WHEN r.key IS NOT NULL THEN 'return-no' END AS rule
       FROM sale_group g LEFT JOIN sale_document o ON o.type = 'o' AND o.key = g.ref
                         LEFT JOIN sale_document r ON r.type = 'r' AND r.key = g.ref`,
  );
  await step(scope, 'orders-ledger: statistics', 'ANALYZE sale_posting');
  await byInvoice(scope);
  await byText(scope);
  await assignRedToReturns(scope, 'orders-ledger: red postings', {
    table: 'sale_posting',
    id: 'gid',
    order: 'coalesce(document, ref)',
    amount: 'amount',
    tieBreak: 'side, entry_no, gid',
    rule: 'return-by-order',
  });
  await bySameVoucher(scope);
  await sharedRevenue(scope);
  await byLikeness(scope);
}

async function byInvoice(scope: Scope): Promise<void> {
  await step(
    scope,
    'orders-ledger: by invoice',
    `UPDATE sale_posting p SET type = 'o', document = i.order_key, rule = 'invoice-no'
       FROM (SELECT invoice_key, min(order_key) AS order_key FROM eff_invoice WHERE order_key IS NOT NULL GROUP BY invoice_key) i
      WHERE p.type IS NULL AND p.ref = i.invoice_key
        AND EXISTS (SELECT 1 FROM sale_document d WHERE d.type = 'o' AND d.key = i.order_key)`,
  );
}

/** The number stands in the description: exactly one document must be named. */
async function byText(scope: Scope): Promise<void> {
  await step(
    scope,
    'orders-ledger: numbers in text',
    `CREATE TEMP TABLE named_in_text ON COMMIT DROP AS
     WITH token AS MATERIALIZED (
       SELECT gid, unnest(numbers_in(concat_ws(' ', text, more_text))) AS key FROM sale_posting WHERE type IS NULL
     ), named AS (
       SELECT gid, type, key AS document FROM token JOIN sale_document USING (key)
       UNION
       SELECT gid, 'o', order_key FROM token JOIN eff_invoice ON invoice_key = key WHERE order_key IN (SELECT key FROM sale_document WHERE type = 'o')
     )
     SELECT gid, type, document, count(*) OVER (PARTITION BY gid, type) AS named, rank() OVER (PARTITION BY gid ORDER BY type DESC) AS place FROM named;
     UPDATE sale_posting p SET type = b.type, document = b.document, rule = 'number-in-text'
       FROM named_in_text b WHERE b.gid = p.gid AND b.place = 1 AND b.named = 1`,
  );
  await severalInText(scope);
}

/** One voucher for several documents, their numbers in its description: where they make up its amount and nobody else books them, each has its part. */
async function severalInText(scope: Scope): Promise<void> {
  const tolerance = literal(scope.settings.policy.tolerance.amount);
  await step(
    scope,
    'orders-ledger: several numbers in text',
    `CREATE TEMP TABLE part_in_text ON COMMIT DROP AS
     SELECT n.gid, n.type, n.document, CASE n.type WHEN 'r' THEN -d.amount ELSE d.amount END AS amount, coalesce(d.tax, 0) AS tax, row_number() OVER (PARTITION BY n.gid ORDER BY n.document) AS place
       FROM named_in_text n JOIN sale_document d ON d.type = n.type AND d.key = n.document
      WHERE n.named > 1 AND n.place = 1 AND NOT EXISTS (SELECT 1 FROM sale_posting p WHERE p.type = n.type AND p.document = n.document);
     CREATE TEMP TABLE parted ON COMMIT DROP AS
     SELECT p.*, x.amount AS parts, x.tax AS part_taxes
       FROM sale_posting p JOIN (SELECT gid, sum(amount) AS amount, sum(tax) AS tax FROM part_in_text
                                  WHERE document NOT IN (SELECT document FROM part_in_text GROUP BY type, document HAVING count(*) > 1) GROUP BY gid HAVING count(*) > 1) x USING (gid)
      WHERE p.type IS NULL AND abs(p.amount - x.amount) <= ${tolerance};
     DELETE FROM sale_posting p USING parted x WHERE x.gid = p.gid;
     INSERT INTO sale_posting (gid, entry_no, side, currency, ref, date, ids, customer_key, amount, tax, without_receivable, receivable_alone, text, more_text, type, document, rule)
     SELECT x.gid, x.entry_no, x.side, x.currency, x.ref, x.date, x.ids, x.customer_key, p.amount + CASE p.place WHEN 1 THEN x.amount - x.parts ELSE 0 END,
            p.tax + CASE p.place WHEN 1 THEN x.tax - x.part_taxes ELSE 0 END, x.without_receivable, x.receivable_alone, x.text, x.more_text, p.type, p.document, 'number-in-text'
       FROM parted x JOIN part_in_text p USING (gid)`,
  );
}

/** A group that names nothing known goes with the rest of its voucher where that books one document. */
async function bySameVoucher(scope: Scope): Promise<void> {
  await step(
    scope,
    'orders-ledger: same voucher',
    `UPDATE sale_posting p SET type = v.type, document = v.document, rule = v.rule
       FROM (SELECT entry_no, side, min(type) AS type, min(document) AS document, min(rule) AS rule
               FROM sale_posting WHERE type IS NOT NULL
                AND (entry_no, side) IN (SELECT entry_no, side FROM sale_posting WHERE type IS NULL)
              GROUP BY entry_no, side HAVING count(DISTINCT (type, document)) = 1) v
      WHERE p.type IS NULL AND (p.receivable_alone OR p.without_receivable) AND p.entry_no = v.entry_no AND p.side = v.side`,
  );
}

/** One voucher for several documents may name them on the receivable lines alone: its revenue and tax belong to all of them together. */
async function sharedRevenue(scope: Scope): Promise<void> {
  await step(
    scope,
    'orders-ledger: revenue of several documents',
    `DELETE FROM sale_posting p
      USING (SELECT entry_no, side, sum(amount) FILTER (WHERE type IS NULL) AS revenue, sum(amount) FILTER (WHERE type IS NOT NULL AND receivable_alone) AS receivable
               FROM sale_posting WHERE (entry_no, side) IN (SELECT entry_no, side FROM sale_posting WHERE type IS NULL AND without_receivable)
              GROUP BY entry_no, side) v
      WHERE p.type IS NULL AND p.without_receivable AND p.entry_no = v.entry_no AND p.side = v.side AND v.revenue = v.receivable`,
  );
}

/** What names no document, against documents nobody has booked. A voucher that is booked in parts is not one record to compare with. */
async function byLikeness(scope: Scope): Promise<void> {
  const paired = await pairOpen(scope, {
    reconciliation: 'orders-ledger',
    table: 'sale_pair',
    leftFacts: ['sales_order', 'sales_return'],
    rightFacts: ['ledger_entry'],
    left: `SELECT type || ':' || key AS id, ids, ARRAY[key] || coalesce(i.keys, '{}') AS keys, false AS nameless, customer_key, currency, CASE type WHEN 'r' THEN -amount ELSE amount END AS amount,
                  date AS on_date, '' AS same
             FROM sale_document d LEFT JOIN (SELECT order_key AS billed_order, array_agg(invoice_key) AS keys FROM eff_invoice WHERE order_key IS NOT NULL GROUP BY order_key) i
               ON d.type = 'o' AND i.billed_order = d.key
            WHERE in_period AND status IN ${SALE_STATUSES} AND amount <> 0 AND NOT EXISTS (SELECT 1 FROM sale_posting p WHERE p.type = d.type AND p.document = d.key)`,
    right: `SELECT gid::text AS id, ids, keys, keys = '{}' AS nameless, customer_key, currency, amount, date AS on_date, '' AS same
              FROM (SELECT p.*, CASE WHEN ref IS NOT NULL THEN ARRAY[ref] ELSE ${referencesIn(`concat_ws(' ', text, more_text)`)} END AS keys
                      FROM sale_posting p WHERE type IS NULL AND side = 0 AND amount <> 0 AND NOT receivable_alone AND NOT without_receivable) p`,
    live: `SELECT key, customer_key, currency, CASE type WHEN 'r' THEN -amount ELSE amount END AS amount FROM sale_document
           UNION ALL SELECT invoice_key, customer_key, currency, gross_amount FROM eff_invoice`,
    days: scope.settings.policy.tolerance.days,
  });
  if (paired === 0) return;
  await step(
    scope,
    'orders-ledger: pairs alike',
    `UPDATE sale_posting p SET type = left(x.left_ids[1], 1), document = substr(x.left_ids[1], 3), rule = x.rule
       FROM (SELECT left_ids, unnest(right_ids) AS right_id, rule FROM sale_pair) x WHERE p.gid = x.right_id::bigint`,
  );
}

/**
 * `sale_booked`: per document (or per unknown reference), what is booked in the month and outside it. A voucher's groups are one posting; the amount is
 * the receivable where the voucher has one for the document, else revenue and tax.
 */
async function sumPostings(scope: Scope): Promise<void> {
  await step(
    scope,
    'orders-ledger: sums',
    `CREATE TEMP TABLE sale_keyed ON COMMIT DROP AS
     SELECT coalesce(type, 'u') AS type, coalesce(document, ref, 'voucher:' || entry_no) AS key, entry_no, side, amount * CASE WHEN type = 'r' THEN -1 ELSE 1 END AS amount,
            NOT receivable_alone AS shows_tax,
            tax, without_receivable, currency, customer_key, date, ids, rule
       FROM sale_posting;
     CREATE TEMP TABLE sale_many ON COMMIT DROP AS SELECT type, key FROM sale_keyed GROUP BY type, key HAVING count(*) > 1;
     ANALYZE sale_keyed; ANALYZE sale_many;
     CREATE TEMP TABLE sale_booked ON COMMIT DROP AS
     SELECT type, key, CASE WHEN side = 0 THEN amount END AS amount, CASE WHEN side <> 0 THEN amount END AS elsewhere, CASE WHEN side = 0 AND shows_tax THEN coalesce(tax, 0) END AS tax,
            (side = 0)::integer::bigint AS postings, CASE WHEN side = 0 THEN amount END AS most, currency, currency AS other_currency, customer_key,
            customer_key AS other_customer_key, CASE WHEN side <> 0 THEN date END AS elsewhere_date,
            CASE WHEN side = 0 THEN ids END AS ids, CASE WHEN side <> 0 THEN ids END AS elsewhere_ids, hashtextextended(entry_no, side) AS entries, rule
       FROM sale_keyed k WHERE NOT EXISTS (SELECT 1 FROM sale_many m WHERE m.type = k.type AND m.key = k.key)`,
  );
  await step(
    scope,
    'orders-ledger: sums of several postings',
    `WITH posting AS (
       SELECT type, key, entry_no, side, CASE WHEN bool_and(without_receivable) THEN sum(amount) ELSE sum(amount) FILTER (WHERE NOT without_receivable) END AS amount,
              CASE WHEN bool_or(shows_tax) THEN coalesce(sum(tax), 0) END AS tax, min(currency) AS currency, max(currency) AS other_currency, min(customer_key) AS customer_key,
              max(customer_key) AS other_customer_key, min(date) AS date, join_ids(ids) AS ids, min(rule) AS rule
         FROM sale_keyed JOIN sale_many USING (type, key) GROUP BY type, key, entry_no, side
     )
     INSERT INTO sale_booked
     SELECT type, key, sum(amount) FILTER (WHERE side = 0), sum(amount) FILTER (WHERE side <> 0), sum(tax) FILTER (WHERE side = 0), count(*) FILTER (WHERE side = 0),
            max(amount) FILTER (WHERE side = 0), min(currency), max(other_currency), min(customer_key), max(other_customer_key), min(date) FILTER (WHERE side <> 0),
            join_ids(ids) FILTER (WHERE side = 0), join_ids(ids) FILTER (WHERE side <> 0), bit_xor(hashtextextended(entry_no, side)), min(rule)
       FROM posting GROUP BY type, key`,
  );
  await step(scope, 'orders-ledger: statistics', 'ANALYZE sale_booked');
}

async function compare(scope: Scope): Promise<void> {
  const tolerance = toleranceOf(scope, 'orders-ledger', 'left_amount');
  const { next } = monthBounds(scope.month);
  await step(
    scope,
    'orders-ledger: compare',
    `WITH pair AS (
       SELECT coalesce(d.type, b.type) AS type, coalesce(d.key, b.key) AS key, d.ids AS left_ids, d.shown, c.key IS NOT NULL AS carried, coalesce(d.in_period, false) AS in_period,
              d.currency AS left_currency, d.amount AS left_amount, d.tax AS left_tax, d.customer_key AS left_customer, d.status, d.date,
              d.status IN ${SALE_STATUSES} AS sale, b.type IS NOT NULL AS booked, b.amount AS right_amount, b.elsewhere,
              b.tax AS right_tax, b.postings, b.most, b.currency AS right_currency, b.other_currency,
              b.customer_key AS right_customer, b.other_customer_key, b.elsewhere_date, b.ids, b.elsewhere_ids, b.entries, b.rule
         FROM sale_document d FULL JOIN sale_booked b ON b.type = d.type AND b.key = d.key
         LEFT JOIN carried c ON c.reconciliation = 'orders-ledger' AND c.key = d.key
     ), judged AS MATERIALIZED (
       SELECT p.*,
         CASE
           WHEN left_ids IS NULL AND coalesce(right_amount, 0) <> 0 THEN 'missing_in_sales'
           WHEN left_ids IS NULL THEN 'none'
           WHEN carried AND (NOT in_period OR NOT booked) THEN 'none'
           WHEN NOT in_period AND NOT sale THEN CASE WHEN coalesce(right_amount, 0) <> 0 THEN 'status_differs' ELSE 'none' END
           WHEN NOT in_period THEN CASE WHEN coalesce(right_amount, 0) <> 0 THEN 'date_differs' ELSE 'none' END
           WHEN NOT sale THEN CASE WHEN coalesce(right_amount, 0) <> 0 THEN 'status_differs' ELSE 'none' END
           WHEN NOT booked OR (coalesce(right_amount, 0) = 0 AND coalesce(elsewhere, 0) = 0 AND left_amount <> 0) THEN 'missing_in_finance'
           WHEN left_currency <> right_currency OR left_currency <> other_currency THEN 'currency_differs'
           WHEN coalesce(right_amount, 0) = 0 AND left_amount <> 0 THEN 'date_differs'
           WHEN abs(left_amount - right_amount) > ${tolerance} THEN CASE
             WHEN postings >= 2 AND most = left_amount AND right_amount >= 2 * left_amount AND left_amount > 0 THEN 'duplicate'
             WHEN abs(left_amount - right_amount - coalesce(elsewhere, 0)) <= ${tolerance} THEN 'date_differs'
             ELSE 'amount_differs' END
           WHEN elsewhere = left_amount AND elsewhere_date >= DATE '${next}' THEN 'duplicate'
           WHEN abs(left_tax - right_tax) > ${tolerance} THEN 'tax_differs'
           WHEN right_customer IS NOT NULL AND (right_customer <> left_customer OR other_customer_key <> left_customer) THEN 'customer_differs'
           ELSE 'match'
         END AS kind
         FROM pair p
     ), matched AS (
       INSERT INTO match (${MATCH_COLUMNS})
       SELECT ${scope.periodId}, 'orders-ledger', ${matchId('orders-ledger', `type || ':' || key || '|' || entries`)}, coalesce(rule, 'order-no'), 'confirmed', ${certaintyOfRule(scope)},
              left_currency, left_amount - coalesce(right_amount, 0), left_ids, array_sort(ids)
         FROM judged WHERE kind = 'match'
     )
     INSERT INTO found (${FOUND_COLUMNS}, left_records)
     SELECT 'orders-ledger', kind, coalesce(rule, 'order-no'), coalesce(left_currency, right_currency),
            coalesce(left_amount, 0)
              - CASE WHEN kind IN ('date_differs', 'currency_differs') AND coalesce(right_amount, 0) = 0 THEN coalesce(elsewhere, 0)
                     WHEN kind = 'duplicate' AND elsewhere = left_amount THEN coalesce(right_amount, 0) + elsewhere
                     ELSE coalesce(right_amount, 0) END,
            type || ':' || key, coalesce(left_ids, '{}'),
            CASE WHEN kind IN ('date_differs', 'currency_differs') AND coalesce(right_amount, 0) = 0 THEN coalesce(elsewhere_ids, '{}')
                 WHEN kind = 'date_differs' OR kind = 'duplicate' THEN coalesce(ids, '{}') || coalesce(elsewhere_ids, '{}')
                 ELSE coalesce(ids, '{}') END,
            coalesce(left_customer, right_customer),
            ${documentFacts('postings')}, CASE WHEN shown IS NOT NULL THEN jsonb_build_array(shown) END
       FROM judged WHERE kind NOT IN ('match', 'none')`,
  );
}
