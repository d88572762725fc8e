import { certaintyOfRule, toleranceOf } from './company-rules';
import { FOUND_COLUMNS, MATCH_COLUMNS } from './found';
import { learnAccounts } from './payout-channels';
import { findCredits, findCreditsOfGroups } from './payout-credits';
import { groupPayouts } from './payout-groups';
import { findVouchers } from './payout-vouchers';
import { poolOfBatchSql, type Pools } from './pools';
import { literal, monthBounds, step, type Scope } from './scope';

/**
 * Payouts of a channel (and deposits of the till) against the bank's entries and finance's vouchers. Leaves `payout_posting_used` and `payout_bank_used` for
 * the bank's comparison; `payout`, `payout_fees`, `payout_posting`, `judged_payout` and `account_pool` for the fees.
 */
export async function reconcilePayouts(scope: Scope, pools: Pools): Promise<void> {
  await learnAccounts(scope);
  await gatherPayouts(scope, pools);
  await findCredits(scope);
  await findVouchers(scope);
  await groupPayouts(scope);
  await findCreditsOfGroups(scope);
  await gatherSums(scope);
  await judge(scope);
  await report(scope);
}

/**
 * `payout`: one row per payout number, amounts positive. Where the payout row states no batch figures, its rows do. `payout_name`: the numbers that lead to
 * one payout, its transaction number among them.
 */
async function gatherPayouts(scope: Scope, pools: Pools): Promise<void> {
  await step(
    scope,
    'channels-ledger: payouts',
    `CREATE TEMP TABLE payout ON COMMIT DROP AS
     SELECT p.key, p.pool, p.ids, p.currency, p.in_period, p.on_date, p.net,
            CASE WHEN p.fee <> 0 THEN p.fee ELSE coalesce(r.fee, 0) END AS fee, p.fee <> 0 AS states_fee
       FROM (SELECT coalesce(payout_key, transaction_key) AS key, min(${poolOfBatchSql(pools, 'id')}) AS pool,
                    array_agg(id) AS ids, min(currency) AS currency, bool_or(in_period) AS in_period, min(occurred_on) AS on_date,
                    -sum(net_amount) AS net, -sum(fee_amount) AS fee
               FROM eff_channel_transaction WHERE type = 'payout' GROUP BY 1) p
       LEFT JOIN (SELECT payout_key AS key, sum(CASE type WHEN 'fee' THEN -net_amount ELSE fee_amount END) AS fee
                    FROM eff_channel_transaction WHERE type <> 'payout' AND payout_key IS NOT NULL GROUP BY 1) r USING (key);
     CREATE TEMP TABLE payout_name ON COMMIT DROP AS
     SELECT name, min(key) AS key
       FROM (SELECT key AS name, key FROM payout
             UNION SELECT transaction_key, coalesce(payout_key, transaction_key) FROM eff_channel_transaction WHERE type = 'payout') n
      WHERE name IS NOT NULL GROUP BY name HAVING min(key) = max(key);
     ANALYZE payout; ANALYZE payout_name;`,
  );
}

/** How sure the least sure voucher of a group is, by its rule. */
const DOUBT = `CASE rule WHEN 'payout-no' THEN 1 WHEN 'number-in-text' THEN 2 WHEN 'bank-reference' THEN 3 WHEN 'near-reference' THEN 4 ELSE 5 END`;

/** `payout_sum`: the payouts of each group with what finance booked of them and the bank credited, in the month and beside it. */
async function gatherSums(scope: Scope): Promise<void> {
  const { next } = monthBounds(scope.month);
  const days = String(scope.settings.policy.tolerance.days);
  await step(
    scope,
    'channels-ledger: sums of payouts',
    `CREATE TEMP TABLE payout_sum ON COMMIT DROP AS
     WITH voucher AS (
       SELECT min(g.grp) AS grp, gid, (array_agg(rule ORDER BY ${DOUBT} DESC, rule))[1] AS rule FROM payout_posting JOIN payout_group g USING (key) GROUP BY gid HAVING min(g.grp) = max(g.grp)
     ), booked AS (
       SELECT grp, sum(bank) FILTER (WHERE side = 0) AS booked, sum(bank) FILTER (WHERE side <> 0) AS elsewhere, min(date) FILTER (WHERE side <> 0) AS elsewhere_date,
              count(bank) FILTER (WHERE side = 0) AS postings, sum(fee) AS booked_fee, join_ids(ids) AS posting_ids, join_ids(ids) FILTER (WHERE class <> 'fee') AS money_ids,
              (array_agg(rule ORDER BY ${DOUBT} DESC, rule) FILTER (WHERE bank IS NOT NULL))[1] AS rule
         FROM voucher JOIN payout_candidate USING (gid) GROUP BY grp
     ), credited AS (
       SELECT grp, sum(amount) AS credited, sum(amount) FILTER (WHERE in_period) AS in_month, array_agg(DISTINCT id) AS credit_ids FROM payout_credit JOIN payout_group USING (key) GROUP BY grp
     ), paid AS (
       SELECT grp, join_ids(ids) AS ids, min(currency) AS currency, bool_or(in_period) AS in_period, bool_and(on_date >= DATE '${next}' - ${days}) AS is_late, sum(net) AS net, sum(fee) AS fee
         FROM payout JOIN payout_group USING (key) GROUP BY grp
     )
     SELECT p.*, b.booked, b.elsewhere, b.elsewhere_date, b.postings, b.booked_fee, b.posting_ids, b.money_ids, coalesce(b.rule, 'payout-no') AS rule, c.credited, c.in_month, c.credit_ids,
            p.is_late AND c.in_month IS NULL AS in_transit
       FROM paid p LEFT JOIN booked b USING (grp) LEFT JOIN credited c USING (grp)`,
  );
}

async function judge(scope: Scope): Promise<void> {
  const tolerance = toleranceOf(scope, 'channels-ledger', 'net', 'currency');
  const feeTolerance = literal(scope.settings.policy.tolerance.feePerBatch);
  await step(
    scope,
    'channels-ledger: compare payouts',
    `CREATE TEMP TABLE judged_payout ON COMMIT DROP AS
     SELECT *,
       CASE
         WHEN NOT in_period THEN 'none'
         WHEN in_transit AND coalesce(booked, 0) = 0 THEN 'none'
         WHEN booked IS NULL AND elsewhere IS NULL THEN 'missing_in_finance'
         WHEN booked IS NULL THEN 'date_differs'
         WHEN abs(net - booked) <= ${tolerance} THEN CASE WHEN abs(credited - booked) > ${tolerance} THEN 'amount_differs' ELSE 'match' END
         WHEN abs(credited - booked) <= ${tolerance} AND credited <> net THEN 'amount_differs'
         WHEN abs(net - booked - elsewhere) <= ${tolerance} THEN
           CASE WHEN is_late AND abs(in_month - booked) <= ${tolerance} THEN 'match' ELSE 'date_differs' END
         WHEN abs(net + fee - booked - coalesce(booked_fee, 0)) <= ${tolerance} THEN
           CASE WHEN abs(fee - coalesce(booked_fee, 0)) > ${feeTolerance} THEN 'fee_differs' ELSE 'match' END
         WHEN postings >= 2 AND booked = net * postings THEN 'duplicate'
         ELSE 'amount_differs' END AS kind
       FROM payout_sum`,
  );
}

/** A voucher of fees alone is part of a match or difference only where the fees are what is compared; else the fees' comparison has it. */
async function report(scope: Scope): Promise<void> {
  const tolerance = toleranceOf(scope, 'channels-ledger', 'net', 'currency');
  const vouchers = `CASE WHEN kind = 'fee_differs' OR kind = 'match' AND abs(net - booked) > ${tolerance} THEN posting_ids ELSE money_ids END`;
  await step(
    scope,
    'channels-ledger: payouts matched, payouts that differ',
    `INSERT INTO match (${MATCH_COLUMNS})
     SELECT ${scope.periodId}, 'channels-ledger', md5('channels-ledger|payout|' || grp)::uuid, rule, 'confirmed', ${certaintyOfRule(scope)}, currency,
            CASE WHEN abs(net - booked - elsewhere) <= ${tolerance} THEN net - booked - elsewhere ELSE net - booked END,
            array_sort(ids || coalesce(credit_ids, '{}')), array_sort(${vouchers})
       FROM judged_payout WHERE kind = 'match';
     INSERT INTO found (${FOUND_COLUMNS})
     SELECT 'channels-ledger', kind, rule, currency,
            CASE kind WHEN 'fee_differs' THEN fee - coalesce(booked_fee, 0)
                      WHEN 'amount_differs' THEN CASE WHEN abs(net - booked) <= ${tolerance} THEN credited - booked ELSE net - booked END
                      ELSE net - coalesce(booked, elsewhere, 0) END,
            'payout:' || grp, array_sort(ids), array_sort(coalesce(${vouchers}, '{}')), NULL,
            jsonb_strip_nulls(jsonb_build_object('movement', 'payout', 'fee', CASE WHEN kind = 'fee_differs' THEN fee::text END, 'bookedFee', CASE WHEN kind = 'fee_differs' THEN coalesce(booked_fee, 0)::text END,
              'bookedElsewhere', CASE WHEN kind = 'date_differs' THEN elsewhere_date END, 'postings', CASE WHEN kind = 'duplicate' THEN postings END,
              'bankAmount', CASE WHEN kind = 'amount_differs' THEN credited::text END))
       FROM judged_payout WHERE kind NOT IN ('match', 'none');`,
  );
}
