import { claimPairs, createClaims, runPasses, type ClaimTables } from './claims';
import { pairOpen, referencesIn } from './open-pairs';
import { step, type Scope } from './scope';

const BOOKING_CLAIMS: ClaimTables = { left: 'money_group', right: 'money_posting', claims: 'booking_claim' };

/**
 * `money_group`: receipts with their movements, as receipts-channels claimed them, plus movements and receipts left alone.
 * `money_posting`: postings of money against receivable. They are claimed by receipt, transaction, then order number.
 */
export async function claimBookings(scope: Scope): Promise<void> {
  await gatherGroups(scope);
  await gatherPostings(scope);
  await joinDifferentNames(scope);
  await createClaims(scope, BOOKING_CLAIMS);
  await runPasses(scope, BOOKING_CLAIMS, [
    { rule: 'receipt-no', leftKey: 'l.id::text', rightKey: 'r.by_receipt::text', same: ['incoming'] },
    { rule: 'transaction-no', leftKey: 'l.id::text', rightKey: 'r.by_transaction::text', same: ['incoming'] },
    {
      rule: 'order-no',
      leftKey: `l.order_key || ':' || trim_scale(l.amount)`,
      rightKey: `r.ref || ':' || trim_scale(r.amount)`,
      same: ['incoming'],
    },
    { rule: 'order-no', leftKey: 'l.order_key', rightKey: 'r.ref', same: ['incoming'] },
    { rule: 'number-in-text', leftKey: 'l.id::text', rightKey: 'r.by_text::text', same: ['incoming'] },
    {
      rule: 'number-in-text',
      leftKey: `l.order_key || ':' || trim_scale(l.amount)`,
      rightKey: `r.order_by_text || ':' || trim_scale(r.amount)`,
      same: ['incoming'],
    },
    { rule: 'number-in-text', leftKey: 'l.order_key', rightKey: 'r.order_by_text', same: ['incoming'] },
  ]);
  await pairLikeBookings(scope);
}

/**
 * Two postings may name one receipt in different ways: by its number, its transaction, its order, in words. They are told together, or the second would be an unknown one
 * where it is a duplicate. An order leads to a receipt where it has one only, and that of this amount.
 */
async function joinDifferentNames(scope: Scope): Promise<void> {
  await step(
    scope,
    'channels-ledger: one receipt under several names',
    `WITH lone AS (
       SELECT order_key, incoming, min(id) AS grp, min(amount) AS amount FROM money_group WHERE order_key IS NOT NULL GROUP BY order_key, incoming HAVING count(*) = 1
     ), target AS (
       SELECT p.id, coalesce(p.by_receipt, p.by_transaction, o.grp, p.by_text, t.grp) AS grp
         FROM money_posting p LEFT JOIN lone o ON o.order_key = p.ref AND o.incoming = p.incoming AND o.amount = p.amount
         LEFT JOIN lone t ON t.order_key = p.order_by_text AND t.incoming = p.incoming AND t.amount = p.amount
     ), several AS (
       SELECT t.grp FROM target t JOIN money_posting p USING (id) WHERE t.grp IS NOT NULL GROUP BY t.grp
       HAVING count(*) > 1 AND (count(p.by_receipt) > 0 AND count(p.by_receipt) < count(*) OR count(p.by_transaction) > 0 AND count(p.by_transaction) < count(*))
     )
     UPDATE money_posting p SET by_receipt = t.grp FROM target t JOIN several s USING (grp) WHERE t.id = p.id AND p.by_receipt IS DISTINCT FROM t.grp`,
  );
}

/** A group that goes by more numbers than this is near to nearly any. */
const NAMES_OF_A_GROUP = 30;

/** Bookings of receipts with a slip in their number or none at all, against what nobody has booked. */
async function pairLikeBookings(scope: Scope): Promise<void> {
  const names = `SELECT g.grp, r.customer_key, k.key FROM grouped_receipt g JOIN money_receipt r USING (id)
                 CROSS JOIN LATERAL unnest(ARRAY[r.receipt_key, r.order_key, r.channel_reference_key]) AS k(key)
                 UNION ALL SELECT g.grp, NULL, m.transaction_key FROM grouped_movement g JOIN movement m USING (id) WHERE m.pool <> 'bank'`;
  await pairOpen(scope, {
    reconciliation: 'channels-ledger',
    table: 'booking_pair',
    leftFacts: ['receipt', 'channel_transaction', 'bank_entry'],
    rightFacts: ['ledger_entry'],
    left: `SELECT o.id::text, o.movement_ids || o.receipt_ids AS ids, n.keys, false AS nameless, n.customer_key, o.currency, o.amount, o.on_date, o.incoming::text AS same
             FROM money_group_open o
             JOIN (SELECT grp, array_agg(DISTINCT key) AS keys, min(customer_key) AS customer_key FROM (${names}) n WHERE key IS NOT NULL GROUP BY grp HAVING count(*) <= ${String(NAMES_OF_A_GROUP)}) n
               ON n.grp = o.id
            WHERE o.in_period`,
    right: `SELECT p.id::text, p.ids, p.keys, p.keys = '{}' AS nameless, g.customer_key, p.currency, p.amount, p.on_date, p.incoming::text AS same
              FROM (SELECT o.*, CASE WHEN ref IS NOT NULL THEN ARRAY[ref] ELSE ${referencesIn(`concat_ws(' ', text, more_text)`)} END AS keys FROM money_posting_open o WHERE in_period) p
              JOIN ledger_group g ON g.gid = p.id`,
    live: `SELECT n.key, n.customer_key, g.currency, g.amount FROM money_group g JOIN (${names}) n ON n.grp = g.id WHERE n.key IS NOT NULL`,
    days: scope.settings.policy.tolerance.days,
  });
  await claimPairs(scope, BOOKING_CLAIMS, 'booking_pair');
}

async function gatherGroups(scope: Scope): Promise<void> {
  await step(
    scope,
    'channels-ledger: movements',
    `CREATE TEMP TABLE grouped_receipt ON COMMIT DROP AS
     SELECT claim AS grp, unnest(left_ids) AS id FROM receipt_claim;
     CREATE TEMP TABLE grouped_movement ON COMMIT DROP AS
     SELECT claim AS grp, unnest(CASE WHEN claim IN (SELECT claim FROM repeated_charge) THEN right_ids[1:1] ELSE right_ids END) AS id FROM receipt_claim;
     CREATE TEMP TABLE money_group ON COMMIT DROP AS
     SELECT c.claim AS id, CASE WHEN x.claim IS NULL THEN coalesce(c.right_amount, c.right_elsewhere) ELSE c.right_most END AS amount,
            c.left_currency AS currency, c.right_amount IS NOT NULL AS in_period, c.right_date AS on_date,
            coalesce(c.right_amount, c.right_elsewhere) > 0 AS incoming, o.order_key, CASE WHEN x.claim IS NULL THEN c.right_ids ELSE c.right_ids[1:1] END AS movement_ids, c.left_ids AS receipt_ids, true AS moved, NULL::text AS pool
       FROM receipt_claim c
       JOIN (SELECT c.claim, r.order_key FROM receipt_claim c JOIN money_receipt r ON r.id = c.left_ids[1] WHERE cardinality(c.left_ids) = 1
             UNION ALL
             SELECT g.claim, CASE WHEN min(r.order_key) = max(r.order_key) THEN min(r.order_key) END
               FROM (SELECT claim, unnest(left_ids) AS id FROM receipt_claim WHERE cardinality(left_ids) > 1) g JOIN money_receipt r USING (id) GROUP BY g.claim) o USING (claim)
       LEFT JOIN repeated_charge x USING (claim)
     UNION ALL
     SELECT -id, amount, currency, in_period, on_date, amount > 0, NULL, ARRAY[id], '{}', true, pool FROM movement_open
     UNION ALL
     SELECT -id, amount, currency, in_period, on_date, amount > 0, order_key, '{}', ARRAY[id], false, pool FROM money_receipt_open;
     INSERT INTO grouped_receipt SELECT -id, id FROM money_receipt_open;
     INSERT INTO grouped_movement SELECT -id, id FROM movement_open;
     ANALYZE grouped_receipt; ANALYZE grouped_movement; ANALYZE money_group;`,
  );
}

/** A reference that two groups share leads to neither: uniqueness is part of certainty. */
async function gatherPostings(scope: Scope): Promise<void> {
  await step(
    scope,
    'channels-ledger: postings of receipts',
    `CREATE TEMP TABLE receipt_number ON COMMIT DROP AS
     SELECT r.receipt_key AS key, min(g.grp) AS grp FROM grouped_receipt g JOIN money_receipt r USING (id) GROUP BY r.receipt_key HAVING min(g.grp) = max(g.grp);
     ANALYZE receipt_number;
     CREATE TEMP TABLE posting_by_receipt ON COMMIT DROP AS
     SELECT p.gid AS id, p.ref, p.entry_no, -p.rec AS amount, p.currency, p.side = 0 AS in_period, p.date AS on_date, p.rec < 0 AS incoming, p.ids,
            p.bank, p.chan, p.cash, r.grp AS by_receipt, p.text, p.more_text
       FROM ledger_group p LEFT JOIN receipt_number r ON r.key = p.ref
      WHERE p.class = 'receipt' AND p.rec <> 0;
     CREATE TEMP TABLE posting_number ON COMMIT DROP AS
     SELECT id, incoming, unnest(numbers_in(concat_ws(' ', text, more_text))) AS key FROM posting_by_receipt WHERE by_receipt IS NULL;
     CREATE TEMP TABLE open_number ON COMMIT DROP AS
     SELECT k.key, o.order_key IS NOT NULL AS names_order
       FROM (SELECT ref AS key FROM posting_by_receipt WHERE by_receipt IS NULL AND ref IS NOT NULL UNION SELECT key FROM posting_number) k
       LEFT JOIN (SELECT DISTINCT order_key FROM money_receipt WHERE order_key IS NOT NULL) o ON o.order_key = k.key;
     ANALYZE open_number;
     CREATE TEMP TABLE transaction_number ON COMMIT DROP AS
     SELECT key, incoming, min(grp) AS grp
       FROM (SELECT m.transaction_key AS key, m.incoming, g.grp FROM movement m JOIN open_number o ON o.key = m.transaction_key JOIN grouped_movement g USING (id)
             UNION ALL SELECT o.key, m.incoming, g.grp FROM movement m JOIN open_number o ON o.key = m.merchant_reference_key AND NOT o.names_order JOIN grouped_movement g USING (id)
             UNION ALL SELECT o.key, r.incoming, g.grp FROM money_receipt r JOIN open_number o ON o.key = r.channel_reference_key AND NOT o.names_order JOIN grouped_receipt g USING (id)) n
      GROUP BY key, incoming HAVING min(grp) = max(grp);
     ANALYZE transaction_number;
     CREATE TEMP TABLE money_posting ON COMMIT DROP AS
     SELECT p.id, p.ref, p.entry_no, p.amount, p.currency, p.in_period, p.on_date, p.incoming, p.ids, p.bank, p.chan, p.cash, p.by_receipt, t.grp AS by_transaction,
            NULL::bigint AS by_text, NULL::text AS order_by_text, p.text, p.more_text
       FROM posting_by_receipt p LEFT JOIN transaction_number t ON t.key = p.ref AND t.incoming = p.incoming;
     WITH token AS MATERIALIZED (
       SELECT n.id, n.incoming, n.key FROM posting_number n JOIN money_posting p USING (id)
        WHERE by_transaction IS NULL AND NOT EXISTS (SELECT 1 FROM money_group g WHERE g.order_key = p.ref)
     ), named AS (
       SELECT t.id, min(n.grp) AS grp FROM token t JOIN (SELECT key, grp, NULL::boolean AS incoming FROM receipt_number UNION SELECT key, grp, incoming FROM transaction_number) n
           ON n.key = t.key AND coalesce(n.incoming = t.incoming, true) GROUP BY t.id HAVING count(DISTINCT n.grp) = 1
     ), ordered AS (
       SELECT t.id, min(o.order_key) AS order_key FROM token t JOIN (SELECT DISTINCT order_key FROM money_group) o ON o.order_key = t.key
        GROUP BY t.id HAVING count(DISTINCT o.order_key) = 1
     )
     UPDATE money_posting p SET by_text = x.grp, order_by_text = x.order_key
       FROM (SELECT id, n.grp, o.order_key FROM named n FULL JOIN ordered o USING (id)) x WHERE x.id = p.id;`,
  );
}
