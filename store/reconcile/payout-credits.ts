import { namesMeant, tellingAmounts } from './payout-names';
import { poolOfText, poolsAgree } from './payout-channels';
import { literal, step, type Scope } from './scope';

/**
 * `payout_credit` (id, key, amount, in_period, shared): the bank's entries of each payout, one or several, with the part of the amount that is the
 * payout's. An entry of several payouts is `shared` where it is their sum and all the bank has paid of them; else its payouts must be compared as one.
 */
export async function findCredits(scope: Scope): Promise<void> {
  await findNamed(scope);
  await findLone(scope);
  await step(
    scope,
    'channels-ledger: bank entries of payouts',
    `CREATE TEMP TABLE payout_credit ON COMMIT DROP AS
     SELECT id, key, CASE WHEN payouts = 1 THEN entry_amount WHEN shared THEN net WHEN place = 1 THEN entry_amount ELSE 0 END AS amount, in_period, shared
       FROM (SELECT *, payouts > 1 AND abs(all_nets - entry_amount) <= ${literal(scope.settings.policy.tolerance.amount)} AND most_credits = 1 AS shared
               FROM (SELECT n.id, n.key, p.net, e.amount AS entry_amount, e.in_period, count(*) OVER entry AS payouts, sum(p.net) OVER entry AS all_nets,
                            max(c.credits) OVER entry AS most_credits, row_number() OVER (PARTITION BY n.id ORDER BY n.key) AS place
                       FROM payout_entry n JOIN payout p USING (key) JOIN bank_open e USING (id)
                       JOIN (SELECT key, count(*) AS credits FROM payout_entry GROUP BY key) c USING (key)
                     WINDOW entry AS (PARTITION BY n.id)) e) s;
     CREATE TEMP TABLE payout_bank_used ON COMMIT DROP AS SELECT DISTINCT id FROM payout_entry;
     ANALYZE payout_credit; ANALYZE payout_bank_used;`,
  );
}

/** `bank_open`: the open entries that may be a payout's. Of those that name payouts: what goes the other way, or stands beside an entry of the payout's whole amount, is not the payout but its charges. */
async function findNamed(scope: Scope): Promise<void> {
  const tolerance = literal(scope.settings.policy.tolerance.amount);
  await step(
    scope,
    'channels-ledger: bank entries that name payouts',
    `CREATE TEMP TABLE entry_name ON COMMIT DROP AS
     SELECT t.id, n.key, false AS direct FROM movement_number t JOIN payout_name n ON n.name = t.key
     UNION ALL SELECT e.id, n.key, true FROM movement_open e JOIN payout_name n ON n.name = e.transaction_key
     UNION ALL SELECT e.id, n.key, true FROM movement_open e JOIN payout_name n ON n.name = e.merchant_reference_key;
     CREATE TEMP TABLE bank_open ON COMMIT DROP AS
     SELECT * FROM movement_open
      WHERE pool = 'bank' AND (payout_like OR id IN (SELECT id FROM entry_name) OR (currency, amount) IN (SELECT currency, net FROM payout));
     CREATE TEMP TABLE payout_entry ON COMMIT DROP AS
     SELECT id, key
       FROM (SELECT n.id, n.key, e.amount, p.net, abs(e.amount - p.net) <= ${tolerance} AS is_whole,
                    bool_or(abs(e.amount - p.net) <= ${tolerance}) OVER (PARTITION BY n.key) AS has_whole,
                    abs(sum(e.amount) OVER (PARTITION BY n.key) - p.net) <= ${tolerance} AS adds_up
               FROM (${namesMeant(scope, 'entry_name', 'bank_open')}) n JOIN bank_open e USING (id) JOIN payout p USING (key)) named
      WHERE CASE WHEN adds_up THEN true WHEN has_whole THEN is_whole ELSE sign(amount) = sign(net) END;
     ANALYZE bank_open; ANALYZE payout_entry;`,
  );
}

/** What is left of a payout, by its amount in the days after it: entry and payout each the other's only candidate. */
async function findLone(scope: Scope): Promise<void> {
  const days = String(scope.settings.policy.tolerance.days);
  await step(
    scope,
    'channels-ledger: bank entries of payouts by amount',
    `INSERT INTO payout_entry
     WITH due AS (
       SELECT p.key, p.pool, p.currency, p.on_date, p.net - coalesce(c.credited, 0) AS amount, c.key IS NULL AS is_whole
         FROM payout p
         LEFT JOIN (SELECT n.key, sum(e.amount) AS credited, bool_or(s.payouts > 1) AS several
                      FROM payout_entry n JOIN bank_open e USING (id) JOIN (SELECT id, count(*) AS payouts FROM payout_entry GROUP BY id) s USING (id) GROUP BY n.key) c USING (key)
        WHERE c.several IS NOT TRUE
     )
     SELECT id, key
       FROM (SELECT e.id, d.key, count(*) OVER (PARTITION BY e.id) AS of_entry, count(*) OVER (PARTITION BY d.key) AS of_payout
               FROM ${tellingAmounts('due', 'bank_open')} d JOIN bank_open e USING (currency, amount)
              WHERE e.on_date BETWEEN d.on_date AND d.on_date + ${days} AND (d.is_whole OR e.payout_like)
                AND ${poolsAgree('d.pool', poolOfText(`concat_ws(' ', e.text, e.counterparty)`))}
                AND NOT EXISTS (SELECT 1 FROM payout_entry n WHERE n.id = e.id)) x
      WHERE of_entry = 1 AND of_payout = 1`,
  );
}

/**
 * What the bank still owes a group by its own word: the entry that one of the group's vouchers names, or the only one of what is left of the group's sum.
 * Needs `payout_group`; such an entry stands with the group's least payout.
 */
export async function findCreditsOfGroups(scope: Scope): Promise<void> {
  const days = String(scope.settings.policy.tolerance.days);
  await step(
    scope,
    'channels-ledger: bank entries of payouts together',
    `CREATE TEMP TABLE credit_of_group ON COMMIT DROP AS
     WITH due AS (
       SELECT g.grp, min(p.pool) AS pool, min(p.currency) AS currency, min(p.on_date) AS first_date, max(p.on_date) AS last_date, sum(p.net) - coalesce(min(c.credited), 0) AS amount
         FROM payout_group g JOIN payout p USING (key)
         LEFT JOIN (SELECT grp, sum(amount) AS credited FROM payout_credit JOIN payout_group USING (key) GROUP BY grp) c USING (grp) GROUP BY g.grp
     ), free AS (
       SELECT * FROM bank_open e WHERE payout_like AND NOT EXISTS (SELECT 1 FROM payout_bank_used u WHERE u.id = e.id)
     ), naming AS (
       SELECT c.ref AS name, g.grp FROM payout_posting o JOIN payout_group g USING (key) JOIN payout_candidate c USING (gid) WHERE c.bank IS NOT NULL
       UNION SELECT t.key, g.grp FROM payout_posting o JOIN payout_group g USING (key) JOIN payout_candidate c USING (gid) JOIN candidate_number t USING (gid) WHERE c.bank IS NOT NULL
     ), fits AS (
       SELECT e.id, d.grp, 1 AS step FROM free e JOIN naming n ON n.name = e.transaction_key JOIN due d USING (grp) WHERE abs(d.amount) >= abs(e.amount) AND sign(d.amount) = sign(e.amount)
       UNION ALL
       SELECT e.id, d.grp, 2 FROM ${tellingAmounts('due', 'free')} d JOIN free e USING (currency, amount)
        WHERE e.on_date BETWEEN d.first_date AND d.last_date + ${days} AND ${poolsAgree('d.pool', poolOfText(`concat_ws(' ', e.text, e.counterparty)`))}
     ), named AS (
       SELECT id, min(grp) AS grp FROM fits WHERE step = 1 GROUP BY id HAVING min(grp) = max(grp)
     )
     SELECT id, grp FROM named
     UNION ALL
     SELECT id, grp FROM (SELECT *, count(*) OVER (PARTITION BY id) AS of_entry, count(*) OVER (PARTITION BY grp) AS of_group FROM fits WHERE step = 2 AND grp NOT IN (SELECT grp FROM named) AND id NOT IN (SELECT id FROM named)) f
      WHERE of_entry = 1 AND of_group = 1;
     INSERT INTO payout_credit SELECT id, grp, e.amount, e.in_period, false FROM credit_of_group JOIN bank_open e USING (id);
     INSERT INTO payout_bank_used SELECT id FROM credit_of_group;`,
  );
}
