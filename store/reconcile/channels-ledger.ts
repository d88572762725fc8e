import { claimPairs, createClaims, runPasses, type ClaimTables } from './claims';
import { certaintyOfRule, toleranceOf } from './company-rules';
import { FOUND_COLUMNS, MATCH_COLUMNS, resetMatches } from './found';
import { pairOpen, referencesIn } from './open-pairs';
import { reconcileFees } from './channel-fees';
import { reconcilePayouts } from './channel-payouts';
import { claimByCommonNumbers } from './payout-entries';
import type { Pools } from './pools';
import { CLAIM_KIND } from './receipts-channels';
import { literal, step, type Scope } from './scope';

const BOOKING_CLAIMS: ClaimTables = { left: 'money_group', right: 'money_posting', claims: 'booking_claim' };
const BANK_CLAIMS: ClaimTables = { left: 'bank_item', right: 'bank_posting', claims: 'bank_claim' };

/**
 * What moved at channels and banks against what finance booked: payments and refunds by the receipts they belong to, payouts, fees,
 * bank entries. Without channel files only the bookings of receipts are found out, for the customers' balances. A difference that receipts-channels
 * has as well is told here again: the ledger's clerk has another document to correct.
 */
export async function reconcileChannelsLedger(scope: Scope, pools: Pools, movementsGiven: boolean): Promise<void> {
  await resetMatches(scope, 'channels-ledger');
  await claimBookings(scope);
  if (!movementsGiven) return;
  await reportBookings(scope, pools);
  await reconcilePayouts(scope, pools);
  await claimBank(scope);
  await reportBank(scope);
  await reconcileFees(scope, pools);
}

/**
 * `money_group`: receipts with their movements, as receipts-channels claimed them, plus movements and receipts left alone.
 * `money_posting`: postings of money against receivable. They are claimed by receipt, transaction, then order number.
 */
async function claimBookings(scope: Scope): Promise<void> {
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

/** A posting whose receipt the channel should have and does not have has no movement; receipts without a channel file are not compared. */
const BOOKING_KIND = (tolerance: string): string => `CASE
    WHEN NOT moved THEN CASE WHEN pool IS NOT NULL AND right_amount IS NOT NULL THEN 'missing_in_sales' ELSE 'none' END
    ELSE ${CLAIM_KIND(tolerance)} END`;

/** The members of claims that are more than one to one. */
const several = (ids: string): string =>
  `SELECT claim, unnest(${ids}) AS id FROM booking_claim WHERE cardinality(left_ids) > 1 OR cardinality(right_ids) > 1`;

async function reportBookings(scope: Scope, pools: Pools): Promise<void> {
  const tolerance = toleranceOf(scope, 'channels-ledger', 'left_amount');
  await step(
    scope,
    'channels-ledger: bookings of receipts',
    `CREATE TEMP TABLE judged_booking ON COMMIT DROP AS
     SELECT j.*, ${BOOKING_KIND(tolerance)} AS kind
       FROM (SELECT c.*, g.moved, g.pool, g.movement_ids, g.receipt_ids, p.ids AS posting_ids
               FROM booking_claim c JOIN money_group g ON g.id = c.left_ids[1] JOIN money_posting p ON p.id = c.right_ids[1]
              WHERE cardinality(c.left_ids) = 1 AND cardinality(c.right_ids) = 1
             UNION ALL
             SELECT c.*, m.moved, m.pool, m.movement_ids, m.receipt_ids, p.posting_ids
               FROM booking_claim c
               JOIN (SELECT c.claim, bool_or(g.moved) AS moved, min(g.pool) AS pool,
                            join_ids(g.movement_ids) AS movement_ids, join_ids(g.receipt_ids) AS receipt_ids
                       FROM (${several('left_ids')}) c JOIN money_group g USING (id) GROUP BY c.claim) m USING (claim)
               JOIN (SELECT c.claim, join_ids(g.ids) AS posting_ids
                       FROM (${several('right_ids')}) c JOIN money_posting g USING (id) GROUP BY c.claim) p USING (claim)) j`,
  );
  await step(
    scope,
    'channels-ledger: bookings matched',
    `INSERT INTO match (${MATCH_COLUMNS})
     SELECT ${scope.periodId}, 'channels-ledger', md5('channels-ledger|booking|' || rule || '|' || array_to_string(array_sort(movement_ids), ','))::uuid, rule, 'confirmed', ${certaintyOfRule(scope)},
            left_currency, coalesce(left_amount, left_elsewhere) - right_amount, array_sort(movement_ids), array_sort(posting_ids)
       FROM judged_booking WHERE kind = 'match' AND right_amount IS NOT NULL`,
  );
  await step(
    scope,
    'channels-ledger: bookings that differ',
    `INSERT INTO found (${FOUND_COLUMNS})
     SELECT 'channels-ledger', kind, rule, left_currency,
            CASE WHEN moved THEN coalesce(left_amount, left_elsewhere, 0) ELSE 0 END - coalesce(right_amount, right_elsewhere, 0),
            'booking:' || rule || ':' || key, array_sort(movement_ids), array_sort(posting_ids), NULL,
            jsonb_strip_nulls(jsonb_build_object('movement', 'payment', 'receiptIds', receipt_ids, 'bookedElsewhere', CASE WHEN kind = 'date_differs' THEN CASE WHEN right_amount IS NULL THEN right_date ELSE left_date END END,
              'postings', CASE WHEN kind = 'duplicate' THEN right_items END,
              'leftCurrency', CASE WHEN kind = 'currency_differs' THEN left_currency END, 'rightCurrency', CASE WHEN kind = 'currency_differs' THEN right_currency END))
       FROM judged_booking WHERE kind NOT IN ('match', 'none')`,
  );
  await step(
    scope,
    'channels-ledger: receipts not booked',
    `INSERT INTO found (${FOUND_COLUMNS})
     SELECT 'channels-ledger', 'missing_in_finance', 'transaction-no', currency, amount, 'movement:' || id, array_sort(movement_ids), '{}', NULL,
            jsonb_build_object('movement', 'payment', 'receiptIds', receipt_ids)
       FROM money_group_open WHERE moved AND in_period AND (receipt_ids <> '{}' OR pool <> 'bank') AND amount <> 0`,
  );
  await reportUnknownPostings(scope, pools);
}

/** A posting of money that neither sales nor channel knows, where the channel's file is there to know it. */
async function reportUnknownPostings(scope: Scope, pools: Pools): Promise<void> {
  const names = new Set(pools.ofBatch.values());
  const online = [...names].some((name) => !['bank', 'cash'].includes(name));
  const known = [
    ...(online ? ['chan IS NOT NULL'] : []),
    ...(names.has('cash') || names.has('mixed') ? ['cash IS NOT NULL'] : []),
  ];
  if (known.length === 0) return;
  await step(
    scope,
    'channels-ledger: postings nobody knows',
    `INSERT INTO found (${FOUND_COLUMNS})
     SELECT 'channels-ledger', 'missing_in_sales', 'receipt-no', currency, -amount, 'posting:' || entry_no || ':' || coalesce(ref, ''), '{}', ids, NULL, '{"movement": "payment"}'
       FROM money_posting_open WHERE in_period AND bank IS NULL AND (${known.join(' OR ')})`,
  );
}

/** Bank entries that neither a receipt's booking nor a payout has used, against bank postings nobody has used. */
async function claimBank(scope: Scope): Promise<void> {
  await step(
    scope,
    'channels-ledger: bank',
    `CREATE TEMP TABLE money_of_receipts ON COMMIT DROP AS
     -- One voucher for several receipts may name each on its receivable line and the transfer on the bank's: the money is theirs together.
     SELECT m.gid
       FROM (SELECT entry_no, side, currency, min(gid) AS gid, sum(bank) AS bank FROM ledger_group
              WHERE class = 'bank' AND bank IS NOT NULL AND num_nonnulls(rec, chan, cash, fee) = 0 GROUP BY entry_no, side, currency HAVING count(*) = 1) m
       JOIN (SELECT entry_no, side, currency, sum(rec) AS rec FROM ledger_group
              WHERE class = 'receipt' AND num_nonnulls(bank, chan, cash) = 0 GROUP BY entry_no, side, currency) r USING (entry_no, side, currency)
      WHERE m.bank = -r.rec;
     CREATE TEMP TABLE bank_posting ON COMMIT DROP AS
     SELECT g.gid AS id, g.ref, g.entry_no, g.bank AS amount, g.currency, g.side = 0 AS in_period, g.date AS on_date, g.bank > 0 AS incoming, g.ids, g.class,
            concat_ws(' ', g.text, g.more_text) AS words, NULL::bigint AS by_text
       FROM ledger_group g
      WHERE g.bank <> 0
        AND NOT EXISTS (SELECT 1 FROM (SELECT unnest(right_ids) AS id FROM booking_claim) c WHERE c.id = g.gid AND g.class = 'receipt')
        AND NOT EXISTS (SELECT 1 FROM payout_posting_used u WHERE u.gid = g.gid)
        AND NOT EXISTS (SELECT 1 FROM money_of_receipts m WHERE m.gid = g.gid);
     CREATE TEMP TABLE bank_item ON COMMIT DROP AS
     SELECT m.id, m.transaction_key, m.merchant_reference_key, m.amount, m.currency, m.in_period, m.on_date, m.incoming, m.text, m.counterparty, m.named
       FROM movement m
      WHERE m.pool = 'bank' AND NOT EXISTS (SELECT 1 FROM payout_bank_used u WHERE u.id = m.id)
        AND NOT EXISTS (SELECT 1 FROM grouped_movement gm JOIN (SELECT unnest(left_ids) AS grp FROM booking_claim) c USING (grp) WHERE gm.id = m.id);
     WITH token AS MATERIALIZED (SELECT n.id, n.key FROM movement_number n JOIN bank_item b USING (id)),
          named AS (SELECT id, ref AS key FROM bank_posting WHERE ref IS NOT NULL
                    UNION SELECT id, unnest(numbers_in(words)) FROM bank_posting WHERE ref IS NULL)
     UPDATE bank_posting p SET by_text = x.id
       FROM (SELECT n.id AS gid, min(t.id) AS id FROM named n JOIN token t USING (key) GROUP BY n.id HAVING min(t.id) = max(t.id)) x
      WHERE x.gid = p.id;
     ANALYZE bank_posting; ANALYZE bank_item;`,
  );
  await createClaims(scope, BANK_CLAIMS);
  await runPasses(scope, BANK_CLAIMS, [
    { rule: 'bank-reference', leftKey: 'l.transaction_key', rightKey: 'r.ref', same: ['incoming'] },
    { rule: 'bank-reference', leftKey: 'l.merchant_reference_key', rightKey: 'r.ref', same: ['incoming'] },
    { rule: 'number-in-text', leftKey: 'l.id::text', rightKey: 'r.by_text::text', same: ['incoming'] },
  ]);
  await claimByCommonNumbers(scope, BANK_CLAIMS);
  await runPasses(scope, BANK_CLAIMS, [
    {
      rule: 'amount-window',
      leftKey: 'l.currency || trim_scale(l.amount)',
      rightKey: 'r.currency || trim_scale(r.amount)',
      onlyPairWithinDays: scope.settings.policy.tolerance.days,
    },
  ]);
}

async function reportBank(scope: Scope): Promise<void> {
  if (!scope.batches.some((batch) => batch.kind === 'camt053' || batch.kind === 'mt940')) return;
  const tolerance = literal(scope.settings.policy.tolerance.amount);
  await step(
    scope,
    'channels-ledger: bank entries and postings',
    `CREATE TEMP TABLE judged_bank ON COMMIT DROP AS
     SELECT c.*, ${CLAIM_KIND(tolerance)} AS kind, p.posting_ids, p.classes
       FROM bank_claim c JOIN (SELECT c.claim, join_ids(g.ids) AS posting_ids, array_agg(DISTINCT g.class) AS classes
                                 FROM (SELECT claim, unnest(right_ids) AS id FROM bank_claim) c JOIN bank_posting g USING (id) GROUP BY c.claim) p USING (claim);
     INSERT INTO match (${MATCH_COLUMNS})
     SELECT ${scope.periodId}, 'channels-ledger', md5('channels-ledger|bank|' || array_to_string(array_sort(left_ids), ','))::uuid, rule, 'confirmed',
            ${certaintyOfRule(scope)}, left_currency, left_amount - right_amount, array_sort(left_ids), array_sort(posting_ids)
       FROM judged_bank WHERE kind = 'match';
     INSERT INTO found (${FOUND_COLUMNS})
     SELECT 'channels-ledger', kind, rule, left_currency, coalesce(left_amount, left_elsewhere, 0) - coalesce(right_amount, right_elsewhere, 0), 'bank:' || rule || ':' || key,
            array_sort(left_ids), array_sort(posting_ids), NULL,
            jsonb_strip_nulls(jsonb_build_object('movement', 'bank', 'bookedElsewhere', CASE WHEN kind = 'date_differs' THEN CASE WHEN right_amount IS NULL THEN right_date ELSE left_date END END,
              'postings', CASE WHEN kind = 'duplicate' THEN greatest(left_items, right_items) END))
       FROM judged_bank WHERE kind NOT IN ('match', 'none');
     INSERT INTO found (${FOUND_COLUMNS})
     SELECT 'channels-ledger', 'missing_in_sales', 'bank-reference', currency, -amount, 'posting:' || entry_no || ':' || coalesce(ref, ''), '{}', ids, NULL, '{"movement": "bank"}'
       FROM bank_posting_open WHERE in_period;`,
  );
  await reportOpenBankEntries(scope);
}

/**
 * A bank entry nobody booked is missing in finance. Where it is a customer's money (its remark or payer says so, or finance booked it against
 * receivable) sales lacks the receipt as well.
 */
async function reportOpenBankEntries(scope: Scope): Promise<void> {
  const receiptsGiven = scope.batches.some((batch) => batch.kind === 'receipts-csv');
  await step(
    scope,
    'channels-ledger: open bank entries',
    `CREATE TEMP TABLE open_entry ON COMMIT DROP AS
     WITH customer AS (SELECT DISTINCT customer_name FROM eff_sales_order WHERE customer_name IS NOT NULL),
          token AS (SELECT n.id, n.key FROM movement_number n JOIN bank_item_open b USING (id)),
          naming AS (SELECT DISTINCT t.id FROM token t JOIN (SELECT key FROM sale_document UNION SELECT customer_key FROM sale_document) d ON d.key = t.key),
          booked AS (SELECT DISTINCT unnest(left_ids) AS id FROM judged_bank WHERE 'receipt' = ANY (classes))
     SELECT b.id, b.amount, b.currency, b.transaction_key,
            bo.id IS NOT NULL AS booked,
            ${String(receiptsGiven)} AND b.amount > 0 AND (n.id IS NOT NULL OR bo.id IS NOT NULL OR b.counterparty IN (SELECT customer_name FROM customer)) AS from_customer
       FROM bank_item b JOIN movement_open m USING (id)
       LEFT JOIN naming n USING (id) LEFT JOIN booked bo USING (id)
      WHERE b.in_period AND (bo.id IS NOT NULL OR EXISTS (SELECT 1 FROM bank_item_open o WHERE o.id = b.id));
     INSERT INTO found (${FOUND_COLUMNS})
     SELECT 'channels-ledger', 'missing_in_finance', 'bank-reference', currency, amount, 'bank:' || id, ARRAY[id], '{}', NULL, '{"movement": "bank", "pool": "bank"}'
       FROM open_entry WHERE NOT booked;
     INSERT INTO found (${FOUND_COLUMNS})
     SELECT 'receipts-channels', 'missing_in_sales', 'transaction-no', currency, -amount, 'bank:' || id, '{}', ARRAY[id], NULL, '{"movement": "bank", "pool": "bank"}'
       FROM open_entry WHERE from_customer;
     INSERT INTO found (${FOUND_COLUMNS})
     SELECT 'receipts-channels', 'missing_in_sales', 'transaction-no', m.currency, -m.amount, 'bank:' || m.id, '{}', ARRAY[m.id], NULL, '{"movement": "bank", "pool": "bank"}'
       FROM movement_open m
      WHERE ${String(receiptsGiven)} AND m.pool = 'bank' AND m.in_period AND -m.id IN (SELECT unnest(left_ids) FROM booking_claim);`,
  );
}
