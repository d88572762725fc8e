import { pairOpen, referencesIn } from './open-pairs';
import { WAYS_SHOWN } from './pair-table';
import { poolOfText, poolsAgree } from './payout-channels';
import { namesMeant, tellingAmounts } from './payout-names';
import { literal, step, type Scope } from './scope';

const WORDS = `concat_ws(' ', g.text, g.more_text)`;

/** SQL: payouts with their net as what is looked for. */
const PAYOUT_AMOUNTS = `(SELECT *, net AS amount FROM payout)`;

/**
 * `payout_posting` (gid, key, rule): the vouchers of each payout, by the payout's number, by the bank's reference of its credit, else by what only one of
 * them fits. A voucher of several payouts stands once for each.
 */
export async function findVouchers(scope: Scope): Promise<void> {
  await step(
    scope,
    'channels-ledger: vouchers of payouts',
    `CREATE TEMP TABLE candidate_number ON COMMIT DROP AS SELECT gid, unnest(numbers_in(${WORDS})) AS key FROM ledger_group g WHERE class IN ('payout', 'bank', 'fee');
     CREATE TEMP TABLE payout_candidate ON COMMIT DROP AS
     SELECT * FROM ledger_group
      WHERE class IN ('payout', 'bank')
         OR class = 'fee' AND (ref IN (SELECT name FROM payout_name) OR gid IN (SELECT gid FROM candidate_number t JOIN payout_name n ON n.name = t.key));
     CREATE TEMP TABLE payout_posting (gid bigint, key text, rule text) ON COMMIT DROP;
     ANALYZE payout_candidate; ANALYZE candidate_number;`,
  );
  await byNumber(scope);
  await byOtherNumber(scope);
  await bySiblingLines(scope);
  await byBankReference(scope);
  await byLikeness(scope);
  await byAmount(scope);
  await step(
    scope,
    'channels-ledger: vouchers of payouts',
    `CREATE TEMP TABLE payout_posting_used ON COMMIT DROP AS SELECT DISTINCT gid FROM payout_posting;
     ANALYZE payout_posting; ANALYZE payout_posting_used;`,
  );
}

async function byNumber(scope: Scope): Promise<void> {
  await step(
    scope,
    'channels-ledger: vouchers that name payouts',
    `CREATE TEMP TABLE voucher_name ON COMMIT DROP AS
     SELECT c.gid AS id, n.key, true AS direct FROM payout_candidate c JOIN payout_name n ON n.name = c.ref
     UNION ALL SELECT t.gid, n.key, false FROM candidate_number t JOIN payout_name n ON n.name = t.key;
     INSERT INTO payout_posting
     SELECT id, key, CASE WHEN direct THEN 'payout-no' ELSE 'number-in-text' END
       FROM (${namesMeant(scope, 'voucher_name', '(SELECT gid AS id, bank AS amount FROM payout_candidate)')}) n`,
  );
}

/**
 * A voucher that names another payout, which has a voucher of its own to the cent, and moves what only one payout without a voucher has paid: a slip
 * in the number that happens to be live.
 */
async function byOtherNumber(scope: Scope): Promise<void> {
  const days = String(scope.settings.policy.tolerance.days);
  const tolerance = literal(scope.settings.policy.tolerance.amount);
  await step(
    scope,
    'channels-ledger: vouchers that name another payout',
    `CREATE TEMP TABLE misnamed ON COMMIT DROP AS
     SELECT gid, key
       FROM (SELECT v.gid, p.key, count(*) OVER (PARTITION BY v.gid) AS of_voucher, count(*) OVER (PARTITION BY p.key) AS of_payout
               FROM (SELECT o.gid, abs(c.bank - p.net) <= ${tolerance} AS fits, count(*) FILTER (WHERE abs(c.bank - p.net) <= ${tolerance}) OVER (PARTITION BY o.key) AS fitting,
                            count(*) OVER (PARTITION BY o.gid) AS payouts, p.pool
                       FROM payout_posting o JOIN payout p USING (key) JOIN payout_candidate c USING (gid) WHERE c.bank IS NOT NULL) v
               JOIN (SELECT *, bank AS amount FROM payout_candidate) c USING (gid)
               JOIN ${tellingAmounts(PAYOUT_AMOUNTS, '(SELECT currency, bank AS amount FROM payout_candidate)')} p USING (currency, amount)
              WHERE v.fitting = 1 AND NOT v.fits AND v.payouts = 1 AND p.in_period AND ${poolsAgree('v.pool', 'p.pool')}
                AND c.date BETWEEN p.on_date AND p.on_date + ${days} AND NOT EXISTS (${HAS_VOUCHER})) x
      WHERE of_voucher = 1 AND of_payout = 1;
     UPDATE payout_posting o SET key = m.key, rule = 'amount-window' FROM misnamed m WHERE m.gid = o.gid`,
  );
}

/** One credit booked in one line against a line for each payout: the money's line is about all of them. */
async function bySiblingLines(scope: Scope): Promise<void> {
  await step(
    scope,
    'channels-ledger: lines beside those of payouts',
    `INSERT INTO payout_posting
     SELECT m.gid, p.key, min(p.rule)
       FROM payout_posting p JOIN payout_candidate named USING (gid)
       JOIN payout_candidate m USING (entry_no, side, currency)
      WHERE named.bank IS NULL AND named.fee IS NULL AND m.bank IS NOT NULL AND NOT EXISTS (SELECT 1 FROM payout_posting o WHERE o.gid = m.gid)
      GROUP BY m.gid, p.key`,
  );
}

/** The voucher names the credit, the credit the payout. A reference that two entries bear leads to neither. */
async function byBankReference(scope: Scope): Promise<void> {
  await step(
    scope,
    'channels-ledger: vouchers that name the bank’s entry of a payout',
    `CREATE TEMP TABLE credit_name ON COMMIT DROP AS
     SELECT name, min(id) AS id
       FROM (SELECT e.id, k.name FROM bank_open e JOIN payout_bank_used u USING (id) CROSS JOIN LATERAL unnest(ARRAY[e.transaction_key, e.merchant_reference_key]) AS k(name)) n
      WHERE name IS NOT NULL GROUP BY name HAVING min(id) = max(id);
     DELETE FROM credit_name c USING (SELECT c.name FROM credit_name c JOIN movement m ON m.transaction_key = c.name WHERE m.pool = 'bank' AND m.id <> c.id) other WHERE other.name = c.name;
     CREATE TEMP TABLE voucher_credit ON COMMIT DROP AS
     SELECT c.gid AS id, x.key, true AS direct FROM payout_candidate c JOIN credit_name n ON n.name = c.ref JOIN payout_credit x ON x.id = n.id WHERE c.bank IS NOT NULL
     UNION ALL
     SELECT c.gid, x.key, false FROM candidate_number t JOIN payout_candidate c USING (gid) JOIN credit_name n ON n.name = t.key JOIN payout_credit x ON x.id = n.id WHERE c.bank IS NOT NULL;
     INSERT INTO payout_posting
     SELECT id, key, 'bank-reference' FROM (${namesMeant(scope, 'voucher_credit', '(SELECT gid AS id, bank AS amount FROM payout_candidate)')}) n
      WHERE NOT EXISTS (SELECT 1 FROM payout_posting o WHERE o.gid = n.id)`,
  );
}

/** A number one slip away, then the company's own rules. */
async function byLikeness(scope: Scope): Promise<void> {
  await pairOpen(scope, {
    reconciliation: 'channels-ledger',
    table: 'payout_pair',
    leftFacts: ['channel_transaction'],
    rightFacts: ['ledger_entry'],
    left: `SELECT p.key AS id, p.ids, n.names AS keys, false AS nameless, NULL::text AS customer_key, p.currency, p.net AS amount, p.on_date, 'payout' AS same
             FROM payout p JOIN (SELECT key, array_agg(name) AS names FROM payout_name GROUP BY key) n USING (key)
            WHERE p.in_period AND NOT EXISTS (${HAS_VOUCHER})`,
    right: `SELECT gid::text AS id, ids, keys, keys = '{}' AS nameless, NULL::text AS customer_key, currency, bank AS amount, date AS on_date, 'payout' AS same
              FROM (SELECT g.*, CASE WHEN ref IS NOT NULL THEN ARRAY[ref] ELSE ${referencesIn(WORDS)} END AS keys FROM payout_candidate g WHERE ${IS_OPEN}) v`,
    live: `SELECT n.name AS key, NULL::text AS customer_key, p.currency, p.net AS amount FROM payout p JOIN payout_name n USING (key)`,
    days: scope.settings.policy.tolerance.days,
  });
  await step(
    scope,
    'channels-ledger: vouchers like payouts',
    `INSERT INTO payout_posting SELECT r.gid::bigint, l.key, rule FROM payout_pair CROSS JOIN LATERAL unnest(left_ids) AS l(key) CROSS JOIN LATERAL unnest(right_ids) AS r(gid)`,
  );
}

/** SQL: the payout `p` has a voucher of money. */
const HAS_VOUCHER = `SELECT 1 FROM payout_posting o JOIN payout_candidate v USING (gid) WHERE v.bank IS NOT NULL AND o.key = p.key`;

/** SQL: the voucher `g` moves money at the bank and no payout has it. */
const IS_OPEN = `g.bank IS NOT NULL AND g.side >= 0 AND NOT EXISTS (SELECT 1 FROM payout_posting o WHERE o.gid = g.gid)`;

/**
 * A voucher that names nothing moves a payout's net from its channel to the bank in the days after it: each the other's only candidate. Of several, the
 * ways are suggested.
 */
async function byAmount(scope: Scope): Promise<void> {
  const days = String(scope.settings.policy.tolerance.days);
  await step(
    scope,
    'channels-ledger: nameless vouchers of payouts',
    `CREATE TEMP TABLE nameless_voucher ON COMMIT DROP AS
     SELECT g.gid, g.ids, g.currency, g.bank AS amount, g.date, coalesce(a.pool, CASE WHEN g.chan IS NULL THEN 'cash' END, ${poolOfText(WORDS)}) AS pool
       FROM payout_candidate g
       LEFT JOIN (SELECT c.gid, min(a.pool) AS pool FROM payout_candidate c CROSS JOIN LATERAL unnest(c.ids) AS line(id) JOIN eff_ledger_entry l ON l.id = line.id JOIN account_pool a USING (account)
                   WHERE c.class = 'payout' GROUP BY c.gid HAVING min(a.pool) = max(a.pool)) a USING (gid)
      WHERE g.class = 'payout' AND ${IS_OPEN} AND ${referencesIn(`concat_ws(' ', g.ref, ${WORDS})`)} = '{}' AND coalesce(g.ref !~ '[0-9]' OR g.ref ~ '^20[0-9]{6}$', true);
     CREATE TEMP TABLE nameless_pair ON COMMIT DROP AS
     SELECT p.key, v.gid, currency, p.ids AS left_ids, v.ids AS right_ids, count(*) OVER (PARTITION BY p.key) AS of_payout, count(*) OVER (PARTITION BY v.gid) AS of_voucher
       FROM ${tellingAmounts(PAYOUT_AMOUNTS, 'nameless_voucher')} p JOIN nameless_voucher v USING (currency, amount)
      WHERE p.in_period AND v.date BETWEEN p.on_date AND p.on_date + ${days} AND ${poolsAgree('p.pool', 'v.pool')} AND NOT EXISTS (${HAS_VOUCHER});
     INSERT INTO payout_posting SELECT gid, key, 'amount-window' FROM nameless_pair WHERE of_payout = 1 AND of_voucher = 1;
     INSERT INTO suggestion
     SELECT 'channels-ledger', 'amount-window', greatest(of_payout, of_voucher), currency, 0, left_ids, right_ids FROM nameless_pair
      WHERE greatest(of_payout, of_voucher) BETWEEN 2 AND ${String(WAYS_SHOWN)}`,
  );
}
