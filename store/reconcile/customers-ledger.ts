import { previousMonth } from '../../domain/periods';
import { FOUND_COLUMNS, MATCH_COLUMNS, resetMatches } from './found';
import { SALE_STATUSES } from './sale-documents';
import { batchesOf, literal, monthBounds, step, type Scope } from './scope';

/**
 * Per customer and currency: opening + sales − returns − receipts against opening + receivable postings. A balance that differs names the exceptions that
 * touch the customer's documents; where they explain the whole difference, it clears with them. Without a receipts file, postings of money are
 * left out on the other side too.
 */
export async function reconcileCustomersLedger(scope: Scope): Promise<void> {
  await resetMatches(scope, 'customers-ledger');
  await gatherReceivablePostings(scope);
  await writeBalances(scope);
  await gatherCauses(scope);
  await compare(scope);
}

/** `receivable_posting`: in-month receivable by customer; a line without a customer takes its document's. */
async function gatherReceivablePostings(scope: Scope): Promise<void> {
  const receivable = literal(scope.settings.accounts.receivable);
  const receiptsGiven = batchesOf(scope, 'receipt').length > 0;
  const lines = `SELECT id, customer_key, customer_no, currency, debit - credit AS amount FROM eff_ledger_entry WHERE in_period AND starts_with(account, ${receivable})`;
  await step(
    scope,
    'customers-ledger: postings',
    `CREATE TEMP TABLE nameless_line ON COMMIT DROP AS
     WITH line AS (SELECT id, amount FROM (${lines}) l WHERE customer_key IS NULL),
          lead AS (SELECT gid, unnest(ids) AS id, customer_key, class FROM ledger_group WHERE side = 0 AND EXISTS (SELECT 1 FROM line)),
          receipt_customer AS (
            SELECT p.id AS gid, min(r.customer_key) AS customer_key
              FROM (SELECT claim, unnest(right_ids) AS id FROM booking_claim) p
              JOIN (SELECT claim, unnest(left_ids) AS grp FROM booking_claim) c USING (claim)
              JOIN grouped_receipt g ON g.grp = c.grp JOIN money_receipt r ON r.id = g.id
             WHERE EXISTS (SELECT 1 FROM line) GROUP BY p.id)
     SELECT line.id, coalesce(lead.customer_key, d.customer_key, rc.customer_key, '?') AS customer_key
       FROM line LEFT JOIN lead USING (id)
       LEFT JOIN sale_posting p ON p.gid = lead.gid LEFT JOIN sale_document d ON d.type = p.type AND d.key = p.document
       LEFT JOIN receipt_customer rc ON rc.gid = lead.gid`,
  );
  const withoutReceipts = receiptsGiven
    ? ''
    : `WHERE NOT EXISTS (SELECT 1 FROM (SELECT unnest(ids) AS id FROM ledger_group WHERE class = 'receipt') m WHERE m.id = l.id)`;
  await step(
    scope,
    'customers-ledger: postings',
    `CREATE TEMP TABLE receivable_posting ON COMMIT DROP AS
     SELECT coalesce(l.customer_key, n.customer_key) AS customer_key, l.currency, sum(l.amount) AS amount, min(l.customer_no) AS customer_no
       FROM (${lines}) l LEFT JOIN nameless_line n ON n.id = l.id AND l.customer_key IS NULL ${withoutReceipts}
      GROUP BY 1, 2`,
  );
}

async function writeBalances(scope: Scope): Promise<void> {
  await step(
    scope,
    'customers-ledger: balances',
    `INSERT INTO customer_balance (period_id, customer_key, currency, customer_no, customer_name, sales_opening, sales, returns, receipts, adjustments,
                                   sales_closing, ledger_opening, postings, ledger_closing)
     SELECT ${scope.periodId}, customer_key, currency, coalesce(min(customer_no), '?'), min(customer_name), sum(sales_opening), sum(sales), sum(returns), sum(receipts), 0,
            sum(sales_opening) + sum(sales) - sum(returns) - sum(receipts), sum(ledger_opening), sum(postings), sum(ledger_opening) + sum(postings)
       FROM (
         SELECT customer_key, currency, min(customer_no) AS customer_no, min(customer_name) AS customer_name, 0::numeric AS sales_opening,
                sum(gross_amount) AS sales, 0::numeric AS returns, 0::numeric AS receipts, 0::numeric AS ledger_opening, 0::numeric AS postings
           FROM eff_sales_order WHERE in_period AND status IN ${SALE_STATUSES} GROUP BY 1, 2
         UNION ALL SELECT customer_key, currency, min(customer_no), NULL, 0, 0, sum(gross_amount), 0, 0, 0 FROM eff_sales_return WHERE in_period GROUP BY 1, 2
         UNION ALL SELECT customer_key, currency, min(customer_no), NULL, 0, 0, 0, sum(amount), 0, 0 FROM eff_receipt WHERE in_period GROUP BY 1, 2
         UNION ALL SELECT customer_key, currency, min(customer_no), NULL, 0, 0, 0, 0, 0, sum(amount) FROM receivable_posting GROUP BY 1, 2
         UNION ALL ${openings(scope)}
       ) side GROUP BY customer_key, currency`,
  );
}

/** The month before seals the openings; a company's first month takes them from its openings files. */
function openings(scope: Scope): string {
  return `SELECT b.customer_key, b.currency, b.customer_no, b.customer_name, b.sales_closing, 0, 0, 0, b.ledger_closing, 0
            FROM public.customer_balance b JOIN period p ON p.id = b.period_id
           WHERE p.company_id = ${scope.companyId} AND p.month = ${literal(previousMonth(scope.month))} AND p.locked_at IS NOT NULL
             AND (b.sales_closing <> 0 OR b.ledger_closing <> 0)
          UNION ALL
          SELECT customer_key, currency, customer_no, NULL, sales_amount, 0, 0, 0, ledger_amount, 0 FROM eff_opening_balance
           WHERE NOT EXISTS (SELECT 1 FROM period p WHERE p.company_id = ${scope.companyId} AND p.month < ${literal(scope.month)} AND p.locked_at IS NOT NULL)`;
}

/**
 * `cause`: for customers whose balance differs, what does not balance by itself, with the exceptions that touch it. A unit is a receipt with its movement and
 * postings, or a document or posting alone: what a unit does together is one effect, so a receipt that is booked explains nothing.
 */
async function gatherCauses(scope: Scope): Promise<void> {
  const tolerance = literal(scope.settings.policy.tolerance.amount);
  const differing = await step(
    scope,
    'customers-ledger: balances that differ',
    `CREATE TEMP TABLE differing ON COMMIT DROP AS
     SELECT customer_key, currency, sales_closing - ledger_closing AS difference FROM customer_balance
      WHERE period_id = ${scope.periodId} AND abs(sales_closing - ledger_closing) > ${tolerance}`,
  );
  await step(
    scope,
    'customers-ledger: causes',
    'CREATE TEMP TABLE cause (found tid, unit text, customer_key text, currency text, effect numeric) ON COMMIT DROP',
  );
  if (differing === 0) return;
  await step(
    scope,
    'customers-ledger: causes',
    `CREATE TEMP TABLE receivable_effect ON COMMIT DROP AS
     SELECT e.* FROM (
       SELECT id, customer_key, currency, gross_amount AS effect FROM eff_sales_order WHERE in_period AND status IN ${SALE_STATUSES}
       UNION ALL SELECT id, customer_key, currency, -gross_amount FROM eff_sales_return WHERE in_period
       UNION ALL SELECT id, customer_key, currency, -amount FROM eff_receipt WHERE in_period
       UNION ALL SELECT l.id, coalesce(l.customer_key, n.customer_key), l.currency, credit - debit
                   FROM eff_ledger_entry l LEFT JOIN nameless_line n USING (id)
                  WHERE in_period AND starts_with(account, ${literal(scope.settings.accounts.receivable)})
     ) e JOIN differing d ON d.customer_key = e.customer_key AND d.currency = e.currency;
     CREATE TEMP TABLE found_member ON COMMIT DROP AS
     SELECT f.ctid AS found, unnest(f.left_ids || f.right_ids || coalesce((SELECT array_agg(r::text::bigint) FROM jsonb_array_elements(f.facts->'receiptIds') r), '{}')) AS id
       FROM found f WHERE reconciliation IN ('orders-ledger', 'receipts-channels', 'channels-ledger')
     UNION
     SELECT f.ctid, unnest(f.right_ids) FROM found f WHERE reconciliation = 'orders-receipts' AND kind = 'duplicate';
     CREATE TEMP TABLE wanted ON COMMIT DROP AS SELECT id FROM receivable_effect UNION SELECT id FROM found_member;
     ANALYZE receivable_effect; ANALYZE found_member; ANALYZE wanted;
     CREATE TEMP TABLE unit_member ON COMMIT DROP AS
     SELECT x.id, 'claim ' || min(x.claim) AS unit
       FROM (SELECT c.claim, g.id FROM (SELECT claim, unnest(left_ids) AS grp FROM booking_claim) c JOIN grouped_receipt g USING (grp)
             UNION ALL SELECT c.claim, g.id FROM (SELECT claim, unnest(left_ids) AS grp FROM booking_claim) c JOIN grouped_movement g USING (grp)
             UNION ALL SELECT c.claim, unnest(p.ids) FROM (SELECT claim, unnest(right_ids) AS id FROM booking_claim) c JOIN money_posting p USING (id)) x
       JOIN wanted w USING (id) GROUP BY x.id;
     INSERT INTO cause
     SELECT f.found, f.unit, e.customer_key, e.currency, e.effect
       FROM (SELECT DISTINCT f.found, coalesce(u.unit, 'alone ' || f.id) AS unit FROM found_member f LEFT JOIN unit_member u USING (id)) f
       JOIN (SELECT coalesce(u.unit, 'alone ' || r.id) AS unit, customer_key, currency, sum(effect) AS effect
               FROM receivable_effect r LEFT JOIN unit_member u USING (id) GROUP BY 1, 2, 3) e USING (unit)
      WHERE e.effect <> 0;
     DELETE FROM cause c
      USING (SELECT found, customer_key, currency FROM cause GROUP BY 1, 2, 3 HAVING sum(effect) = 0) z
      WHERE c.found = z.found AND c.customer_key = z.customer_key AND c.currency = z.currency;`,
  );
  await forgetLateBookings(scope);
}

/** An earlier month's sale that is booked only now ends the difference the month opened with: together the two are no cause of the closing one. */
async function forgetLateBookings(scope: Scope): Promise<void> {
  await step(
    scope,
    'customers-ledger: late bookings',
    `WITH late AS (
       SELECT c.ctid AS cause, c.customer_key, c.currency, c.effect FROM cause c JOIN found f ON f.ctid = c.found
        WHERE f.kind = 'date_differs' AND f.reconciliation = 'orders-ledger' AND (f.facts->>'leftDate')::date < DATE ${literal(monthBounds(scope.month).first)}
     ), ended AS (
       SELECT l.customer_key, l.currency FROM late l JOIN customer_balance b ON b.period_id = ${scope.periodId} AND b.customer_key = l.customer_key AND b.currency = l.currency
        GROUP BY l.customer_key, l.currency, b.sales_opening, b.ledger_opening HAVING sum(l.effect) = b.ledger_opening - b.sales_opening
     )
     DELETE FROM cause c USING late l JOIN ended e USING (customer_key, currency) WHERE c.ctid = l.cause`,
  );
}

async function compare(scope: Scope): Promise<void> {
  const { next } = monthBounds(scope.month);
  await step(
    scope,
    'customers-ledger: compare',
    `INSERT INTO match (${MATCH_COLUMNS})
     SELECT period_id, 'customers-ledger', md5('customers-ledger|' || customer_key || '|' || currency)::uuid, 'customer-balance', 'confirmed', 'certain',
            currency, sales_closing - ledger_closing, '{}', '{}'
       FROM customer_balance b WHERE period_id = ${scope.periodId}
        AND NOT EXISTS (SELECT 1 FROM differing d WHERE d.customer_key = b.customer_key AND d.currency = b.currency);
     INSERT INTO found (${FOUND_COLUMNS}, left_records, right_records)
     SELECT 'customers-ledger', 'amount_differs', 'customer-balance', b.currency, d.difference, 'customer:' || b.customer_key || ':' || b.currency, '{}', '{}', b.customer_key,
            jsonb_strip_nulls(jsonb_build_object('customer', b.customer_no, 'customerName', b.customer_name, 'explained', coalesce(c.explained, 0)::text,
              'openingDifference', nullif(b.sales_opening - b.ledger_opening, 0)::text,
              'salesOpening', b.sales_opening::text, 'sales', b.sales::text, 'returns', b.returns::text, 'receipts', b.receipts::text,
              'ledgerOpening', b.ledger_opening::text, 'postings', b.postings::text)),
            jsonb_build_array(jsonb_build_object('source', 'customers', 'reference', b.customer_no, 'date', DATE '${next}' - 1, 'amount', b.sales_closing::text)),
            jsonb_build_array(jsonb_build_object('source', 'ledger', 'reference', b.customer_no, 'date', DATE '${next}' - 1, 'amount', b.ledger_closing::text))
       FROM differing d JOIN customer_balance b ON b.period_id = ${scope.periodId} AND b.customer_key = d.customer_key AND b.currency = d.currency
       LEFT JOIN (SELECT customer_key, currency, sum(effect) AS explained
                    FROM (SELECT DISTINCT unit, customer_key, currency, effect FROM cause) x GROUP BY 1, 2) c
              ON c.customer_key = d.customer_key AND c.currency = d.currency`,
  );
}
