import { FOUND_COLUMNS, MATCH_COLUMNS } from './found';
import { poolOfBatchSql, type Pools } from './pools';
import { literal, monthBounds, step, type Scope } from './scope';

/**
 * Payouts of a channel (and deposits of the till) against their postings, by payout number. Leaves `payout_posting_used` and `payout_bank_used` for
 * the bank's comparison, and `payout_unit` for the fees.
 */
export async function reconcilePayouts(scope: Scope, pools: Pools): Promise<void> {
  await gatherPayouts(scope, pools);
  await findPostings(scope);
  await findBankEntries(scope);
  await compare(scope);
}

/** `payout`: one row per payout number, amounts positive. Where the payout row states no batch figures, its rows do. */
async function gatherPayouts(scope: Scope, pools: Pools): Promise<void> {
  await step(
    scope,
    'channels-ledger: payouts',
    `CREATE TEMP TABLE payout ON COMMIT DROP AS
     SELECT p.key, p.pool, p.ids, p.currency, p.in_period, p.on_date, p.net, p.other_key,
            CASE WHEN p.fee <> 0 THEN p.fee ELSE coalesce(r.fee, 0) END AS fee, p.fee <> 0 AS states_fee
       FROM (SELECT coalesce(payout_key, transaction_key) AS key, min(transaction_key) AS other_key, min(${poolOfBatchSql(pools, 'id')}) AS pool,
                    array_agg(id) AS ids, min(currency) AS currency, bool_or(in_period) AS in_period, min(occurred_on) AS on_date,
                    -sum(net_amount) AS net, -sum(fee_amount) AS fee
               FROM eff_channel_transaction WHERE type = 'payout' GROUP BY 1) p
       LEFT JOIN (SELECT payout_key AS key, sum(CASE type WHEN 'fee' THEN -net_amount ELSE fee_amount END) AS fee
                    FROM eff_channel_transaction WHERE type <> 'payout' AND payout_key IS NOT NULL GROUP BY 1) r USING (key)`,
  );
}

async function findPostings(scope: Scope): Promise<void> {
  await step(
    scope,
    'channels-ledger: postings of payouts',
    `CREATE TEMP TABLE payout_posting ON COMMIT DROP AS
     WITH candidate AS (
       SELECT * FROM ledger_group WHERE class IN ('payout', 'bank', 'fee') AND coalesce(bank, chan, cash, fee) IS NOT NULL
     ), numbered AS (
       SELECT c.*, p.key FROM candidate c JOIN payout p ON p.key = c.ref OR p.other_key = c.ref
     ), token AS (
       SELECT c.gid, unnest(numbers_in(concat_ws(' ', c.text, c.more_text))) AS key FROM candidate c
        WHERE NOT EXISTS (SELECT 1 FROM numbered n WHERE n.gid = c.gid)
     )
     SELECT * FROM numbered
     UNION ALL
     SELECT c.*, t.key FROM candidate c
       JOIN (SELECT t.gid, min(p.key) AS key FROM token t JOIN payout p USING (key) GROUP BY t.gid HAVING count(DISTINCT p.key) = 1) t USING (gid);
     CREATE TEMP TABLE payout_posting_used ON COMMIT DROP AS SELECT DISTINCT gid FROM payout_posting;`,
  );
}

/** The bank entry of a payout: the one that names it, else the only one of its amount in the days after it. */
async function findBankEntries(scope: Scope): Promise<void> {
  const days = String(scope.settings.policy.tolerance.days);
  await step(
    scope,
    'channels-ledger: bank entries of payouts',
    `CREATE TEMP TABLE payout_entry ON COMMIT DROP AS
     WITH entry AS (SELECT * FROM movement_open WHERE pool = 'bank'),
     named AS (SELECT min(t.id) AS id, p.key FROM movement_number t JOIN entry e USING (id) JOIN payout p ON p.key = t.key OR p.other_key = t.key GROUP BY p.key),
     lone AS (
       SELECT min(e.id) AS id, min(p.key) AS key
         FROM entry e JOIN payout p ON p.net = e.amount AND p.currency = e.currency AND e.on_date BETWEEN p.on_date AND p.on_date + ${days}
        WHERE NOT EXISTS (SELECT 1 FROM named n WHERE n.id = e.id OR n.key = p.key)
        GROUP BY e.amount, e.currency HAVING count(*) = 1
     )
     SELECT x.key, e.id, e.amount, e.in_period, e.on_date FROM (SELECT * FROM named UNION ALL SELECT * FROM lone) x JOIN entry e USING (id);
     CREATE TEMP TABLE payout_bank_used ON COMMIT DROP AS SELECT id FROM payout_entry;`,
  );
}

async function compare(scope: Scope): Promise<void> {
  const tolerance = literal(scope.settings.policy.tolerance.amount);
  const feeTolerance = literal(scope.settings.policy.tolerance.feePerBatch);
  const { next } = monthBounds(scope.month);
  const days = String(scope.settings.policy.tolerance.days);
  await step(
    scope,
    'channels-ledger: compare payouts',
    `CREATE TEMP TABLE judged_payout ON COMMIT DROP AS
     SELECT j.*,
       CASE
         WHEN NOT in_period THEN 'none'
         WHEN in_transit AND coalesce(booked, 0) = 0 THEN 'none'
         WHEN booked IS NULL AND elsewhere IS NULL THEN 'missing_in_finance'
         WHEN booked IS NULL THEN 'date_differs'
         WHEN abs(net - booked) <= ${tolerance} THEN CASE WHEN abs(entry_amount - booked) > ${tolerance} THEN 'amount_differs' ELSE 'match' END
         WHEN abs(entry_amount - booked) <= ${tolerance} AND entry_amount <> net THEN 'amount_differs'
         WHEN abs(net + fee - booked - coalesce(booked_fee, 0)) <= ${tolerance} THEN
           CASE WHEN abs(fee - coalesce(booked_fee, 0)) > ${feeTolerance} THEN 'fee_differs' ELSE 'match' END
         WHEN postings >= 2 AND booked = net * postings THEN 'duplicate'
         ELSE 'amount_differs' END AS kind
       FROM (SELECT p.*, b.booked, b.elsewhere, b.elsewhere_date, b.postings, b.booked_fee, b.posting_ids, e.amount AS entry_amount, e.id AS entry_id,
                    p.on_date >= DATE '${next}' - ${days} AND coalesce(NOT e.in_period, true) AS in_transit
               FROM payout p
               LEFT JOIN (SELECT key, sum(bank) FILTER (WHERE side = 0) AS booked, sum(bank) FILTER (WHERE side <> 0) AS elsewhere,
                                 min(date) FILTER (WHERE side <> 0) AS elsewhere_date, count(bank) FILTER (WHERE side = 0) AS postings,
                                 sum(fee) AS booked_fee, join_ids(ids) AS posting_ids
                            FROM payout_posting GROUP BY key) b USING (key)
               LEFT JOIN (SELECT key, sum(amount) AS amount, min(id) AS id, bool_or(in_period) AS in_period FROM payout_entry GROUP BY key) e USING (key)) j;
     INSERT INTO match (${MATCH_COLUMNS})
     SELECT ${scope.periodId}, 'channels-ledger', md5('channels-ledger|payout|' || key)::uuid, 'payout-no', 'confirmed', 'certain', currency, net - booked,
            array_sort(ids || coalesce(ARRAY[entry_id], '{}')), array_sort(posting_ids)
       FROM judged_payout WHERE kind = 'match';
     INSERT INTO found (${FOUND_COLUMNS})
     SELECT 'channels-ledger', kind, 'payout-no', currency,
            CASE kind WHEN 'fee_differs' THEN fee - coalesce(booked_fee, 0)
                      WHEN 'amount_differs' THEN CASE WHEN abs(net - booked) <= ${tolerance} THEN entry_amount - booked ELSE net - booked END
                      ELSE net - coalesce(booked, elsewhere, 0) END,
            'payout:' || key, array_sort(ids), array_sort(coalesce(posting_ids, '{}')), NULL,
            jsonb_strip_nulls(jsonb_build_object('movement', 'payout', 'fee', CASE WHEN kind = 'fee_differs' THEN fee::text END, 'bookedFee', CASE WHEN kind = 'fee_differs' THEN coalesce(booked_fee, 0)::text END,
              'bookedElsewhere', CASE WHEN kind = 'date_differs' THEN elsewhere_date END, 'postings', CASE WHEN kind = 'duplicate' THEN postings END,
              'bankAmount', CASE WHEN kind = 'amount_differs' THEN entry_amount::text END))
       FROM judged_payout WHERE kind NOT IN ('match', 'none');`,
  );
}
