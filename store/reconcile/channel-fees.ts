import { FOUND_COLUMNS, MATCH_COLUMNS } from './found';
import { poolOfText } from './payout-channels';
import { poolOfBatchSql, type Pools } from './pools';
import { batchesOf, literal, monthBounds, step, type Scope } from './scope';

/**
 * What the channel charged against what finance booked as fees. The unit is the payout batch where rows name one, else the channel's day. Finance may book
 * per transaction, per batch or per day; each booking is brought to its unit and the sums are compared within the policy's tolerance per batch.
 */
export async function reconcileFees(scope: Scope, pools: Pools): Promise<void> {
  if (batchesOf(scope, 'channel_transaction').length === 0) return;
  await gatherUnits(scope, pools);
  await gatherBookings(scope);
  await bringToUnits(scope);
  await compare(scope);
}

/** `fee_row`: each row's fee with its unit. `fee_unit`: what a batch or day cost. */
async function gatherUnits(scope: Scope, pools: Pools): Promise<void> {
  await step(
    scope,
    'channels-ledger: fees charged',
    `CREATE TEMP TABLE fee_row ON COMMIT DROP AS
     SELECT transaction_key, transaction_no, pool, on_date, in_period, fee, currency, type,
            CASE WHEN payout_key IS NOT NULL THEN 'p:' || coalesce(f.unit, payout_key) ELSE 'd:' || pool || ':' || on_date END AS unit
       FROM (SELECT transaction_key, transaction_no, payout_key, ${poolOfBatchSql(pools, 'id')} AS pool, occurred_on AS on_date, in_period, currency, type,
                    CASE type WHEN 'fee' THEN -net_amount ELSE fee_amount END AS fee
               FROM eff_channel_transaction WHERE type <> 'payout') r
       LEFT JOIN payout_fees f ON f.key = r.payout_key
      WHERE fee <> 0;
     CREATE TEMP TABLE batch_paid ON COMMIT DROP AS
     SELECT f.unit, CASE WHEN bool_and(p.states_fee) THEN sum(p.fee) END AS fee, join_ids(p.ids) AS ids, bool_or(p.in_period) AS in_period,
            max(j.kind) FILTER (WHERE j.kind IN ('fee_differs', 'missing_in_finance', 'date_differs', 'duplicate')) AS told, bool_and(j.in_transit) AS in_transit
       FROM payout_fees f JOIN payout p USING (key) JOIN payout_group g USING (key) JOIN judged_payout j USING (grp) GROUP BY f.unit;
     CREATE TEMP TABLE fee_unit ON COMMIT DROP AS
     SELECT u.unit, u.pool, u.on_date, u.currency, u.month_fee, coalesce(p.fee, u.fee) AS fee, u.fee_rows_only, u.first_transaction,
            p.ids AS payout_ids, p.told IS NOT NULL AS is_told, coalesce(p.in_period, u.in_month) AS in_period, coalesce(p.in_transit, false) AS in_transit,
            -- A batch the file has no payout row of is due once the bank has paid it.
            u.unit LIKE 'p:%' AND p.unit IS NULL AND paid.key IS NULL AS unpaid
       FROM (SELECT unit, min(pool) AS pool, min(on_date) AS on_date, min(currency) AS currency, sum(fee) AS fee,
                    sum(fee) FILTER (WHERE in_period) AS month_fee, bool_or(in_period) AS in_month, bool_and(type = 'fee') AS fee_rows_only,
                    min(transaction_key) AS first_transaction
               FROM fee_row GROUP BY unit) u
       LEFT JOIN batch_paid p ON u.unit = 'p:' || p.unit
       LEFT JOIN (SELECT DISTINCT n.key FROM movement_number n JOIN movement m USING (id) WHERE m.in_period) paid ON u.unit = 'p:' || paid.key;
     ANALYZE fee_row; ANALYZE fee_unit;`,
  );
}

/** Two channels with fees on one day, and bookings that do not say whose they are: each goes to its nearest, if it is that one's nearest too. */
const NEAREST_UNIT = `WITH candidate AS (
       SELECT b.gid, u.unit, row_number() OVER (PARTITION BY b.gid ORDER BY abs(u.fee - b.fee), u.unit) AS of_booking,
              row_number() OVER (PARTITION BY u.unit ORDER BY abs(u.fee - b.fee), b.gid) AS of_unit
         FROM fee_booking b JOIN fee_unit u ON u.on_date = coalesce(b.day, b.date) AND u.unit LIKE 'd:%' AND coalesce(b.pool, u.pool) = u.pool
        WHERE b.unit IS NULL AND NOT EXISTS (SELECT 1 FROM fee_booking t WHERE t.unit = u.unit)
     )
     UPDATE fee_booking b SET unit = c.unit FROM candidate c WHERE c.gid = b.gid AND c.of_booking = 1 AND c.of_unit = 1;`;

async function gatherBookings(scope: Scope): Promise<void> {
  await step(
    scope,
    'channels-ledger: fees booked',
    `CREATE TEMP TABLE fee_booking ON COMMIT DROP AS
     SELECT gid, entry_no, ref, fee, currency, side, date, ids, text, more_text, NULL::text AS transaction_key, ${poolOfText('words')} AS pool,
            CASE WHEN day_text ~ '^20[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$' THEN to_date(day_text, 'YYYYMMDD') END AS day, NULL::text AS unit
       FROM (SELECT g.*, concat_ws(' ', ref, text, more_text) AS words,
                    substring(translate(concat_ws(' ', ref, text, more_text), '-/', '') FROM '20[0-9]{6}') AS day_text
               FROM ledger_group g WHERE fee <> 0 AND (bank IS NULL OR chan IS NOT NULL)) b`,
  );
}

async function bringToUnits(scope: Scope): Promise<void> {
  await step(
    scope,
    'channels-ledger: fees to units',
    `UPDATE fee_booking b SET unit = u.unit FROM fee_unit u WHERE u.unit = 'p:' || b.ref;
     UPDATE fee_booking b SET unit = u.unit FROM payout_posting p JOIN payout_fees f USING (key) JOIN fee_unit u ON u.unit = 'p:' || f.unit WHERE b.unit IS NULL AND p.gid = b.gid;
     UPDATE fee_booking b SET unit = r.unit, transaction_key = r.transaction_key FROM fee_row r WHERE b.unit IS NULL AND r.transaction_key = b.ref;
     CREATE TEMP TABLE fee_number ON COMMIT DROP AS SELECT gid, unnest(numbers_in(concat_ws(' ', text, more_text))) AS key FROM fee_booking WHERE unit IS NULL;
     UPDATE fee_booking b SET unit = x.unit, transaction_key = x.transaction_key
       FROM (SELECT t.gid, min(r.unit) AS unit, min(r.transaction_key) AS transaction_key FROM fee_number t JOIN fee_row r ON r.transaction_key = t.key
              GROUP BY t.gid HAVING count(DISTINCT r.transaction_key) = 1) x
      WHERE x.gid = b.gid;
     UPDATE fee_booking b SET unit = x.unit
       FROM (SELECT t.gid, min(u.unit) AS unit FROM fee_number t JOIN fee_unit u ON u.unit = 'p:' || t.key GROUP BY t.gid HAVING count(DISTINCT u.unit) = 1) x
      WHERE x.gid = b.gid AND b.unit IS NULL;
     UPDATE fee_booking b SET pool = x.pool
       FROM (SELECT b.gid, min(a.pool) AS pool
               FROM fee_booking b CROSS JOIN LATERAL unnest(b.ids) AS line(id) JOIN eff_ledger_entry l ON l.id = line.id JOIN account_pool a ON a.account = l.account
              WHERE b.unit IS NULL GROUP BY b.gid HAVING min(a.pool) = max(a.pool)) x
      WHERE x.gid = b.gid;
     UPDATE fee_booking b SET unit = u.unit FROM fee_unit u WHERE b.unit IS NULL AND u.unit = 'd:' || b.pool || ':' || b.day;
     UPDATE fee_booking b SET unit = x.unit
       FROM (SELECT b.gid, (array_agg(u.unit ORDER BY b.date - u.on_date, u.unit))[1] AS unit
               FROM fee_booking b JOIN fee_unit u ON u.fee = b.fee AND u.currency = b.currency AND coalesce(b.pool, u.pool) = u.pool
                AND u.on_date BETWEEN coalesce(b.day, b.date) - 4 AND coalesce(b.day, b.date)
              WHERE b.unit IS NULL AND u.unit LIKE 'd:%' AND NOT EXISTS (SELECT 1 FROM fee_booking t WHERE t.unit = u.unit)
              GROUP BY b.gid) x
      WHERE x.gid = b.gid;
     ${NEAREST_UNIT}
     ${NEAREST_UNIT}
     UPDATE fee_booking b SET unit = x.unit
       FROM (SELECT b.gid, min(u.unit) AS unit FROM fee_booking b JOIN fee_unit u ON u.on_date = coalesce(b.day, b.date) AND u.unit LIKE 'd:%' AND coalesce(b.pool, u.pool) = u.pool
              WHERE b.unit IS NULL GROUP BY b.gid HAVING count(*) = 1) x
      WHERE x.gid = b.gid;`,
  );
}

async function compare(scope: Scope): Promise<void> {
  const tolerance = literal(scope.settings.policy.tolerance.feePerBatch);
  const { next } = monthBounds(scope.month);
  const days = String(scope.settings.policy.tolerance.days);
  await step(
    scope,
    'channels-ledger: compare fees',
    `CREATE TEMP TABLE judged_fee ON COMMIT DROP AS
     SELECT j.*,
       CASE
         WHEN NOT in_period OR is_told THEN 'none'
         WHEN booked IS NULL AND (in_transit OR unpaid OR (unit LIKE 'd:%' AND on_date >= DATE '${next}' - ${days} AND fee > 0 AND pool_booked)) THEN 'none'
         WHEN abs(fee - coalesce(booked, 0)) <= ${tolerance} OR abs(month_fee - coalesce(booked, 0)) <= ${tolerance} THEN 'match'
         WHEN unit LIKE 'd:%' AND abs(pool_fee - pool_sum) <= ${tolerance} THEN 'match'
         WHEN booked IS NULL AND fee_rows_only THEN 'missing_in_finance'
         ELSE 'fee_differs' END AS kind
       FROM (SELECT u.*, b.booked, b.posting_ids, sum(u.fee) OVER same_pool AS pool_fee, sum(b.booked) OVER same_pool AS pool_sum,
                    bool_or(b.booked IS NOT NULL) OVER same_pool AS pool_booked
               FROM fee_unit u
               LEFT JOIN (SELECT unit, sum(fee) AS booked, join_ids(ids) AS posting_ids FROM fee_booking WHERE unit IS NOT NULL GROUP BY unit) b USING (unit)
             WINDOW same_pool AS (PARTITION BY u.pool, u.unit LIKE 'd:%')) j;
     INSERT INTO match (${MATCH_COLUMNS})
     SELECT ${scope.periodId}, 'channels-ledger', md5('channels-ledger|fee|' || unit)::uuid, 'fee-of-batch', 'confirmed', 'certain', currency, fee - booked,
            coalesce(array_sort(payout_ids), '{}'), array_sort(posting_ids)
       FROM judged_fee WHERE kind = 'match' AND booked IS NOT NULL;
     ${FEES_BY_TRANSACTION}
     INSERT INTO found (${FOUND_COLUMNS}, left_records)
     SELECT 'channels-ledger', kind, 'fee-of-batch', currency, coalesce(t.difference, j.fee - coalesce(j.booked, 0)), 'fee:' || unit,
            CASE WHEN t.unit IS NULL THEN coalesce(array_sort(payout_ids), '{}') ELSE '{}' END, coalesce(t.posting_ids, array_sort(j.posting_ids), '{}'), NULL,
            jsonb_strip_nulls(jsonb_build_object('movement', 'fee', 'fee', coalesce(t.fee, j.fee)::text, 'bookedFee', coalesce(t.booked, j.booked, 0)::text, 'day', on_date, 'pool', pool)),
            coalesce(t.records, b.records, jsonb_build_array(jsonb_build_object('source', pool, 'date', on_date, 'amount', j.fee::text, 'reference',
              CASE WHEN fee_rows_only THEN (SELECT min(transaction_no) FROM eff_channel_transaction c WHERE c.transaction_key = first_transaction) ELSE on_date::text END)))
       FROM judged_fee j LEFT JOIN fee_by_transaction t USING (unit) LEFT JOIN (${RECORDS_OF_BATCH}) b USING (unit) WHERE kind NOT IN ('match', 'none');
     INSERT INTO found (${FOUND_COLUMNS})
     SELECT 'channels-ledger', 'missing_in_sales', 'fee-of-batch', currency, -fee, 'fee-posting:' || entry_no || ':' || coalesce(ref, ''), '{}', ids, NULL,
            jsonb_build_object('movement', 'fee', 'bookedFee', fee::text)
       FROM fee_booking b WHERE unit IS NULL AND side = 0 AND abs(fee) > ${tolerance}
        AND EXISTS (SELECT 1 FROM fee_unit u WHERE u.pool = coalesce(b.pool, u.pool) AND u.unit LIKE 'd:%')
        AND NOT EXISTS (SELECT 1 FROM payout_posting p WHERE p.gid = b.gid);`,
  );
}

/** A batch's fee is told by its payout; where one voucher books the fees of several, each is told with its own. */
const RECORDS_OF_BATCH = `SELECT unit, jsonb_agg(jsonb_build_object('source', pool, 'date', on_date, 'amount', fee::text, 'reference', payout_no) ORDER BY payout_no) AS records
       FROM (SELECT j.unit, j.pool, j.on_date, c.payout_no, CASE WHEN f.payouts = 1 THEN j.fee ELSE p.fee END AS fee
               FROM judged_fee j JOIN (SELECT unit, key, count(*) OVER (PARTITION BY unit) AS payouts FROM payout_fees) f ON j.unit = 'p:' || f.unit
               JOIN payout p USING (key) JOIN eff_channel_transaction c ON c.id = p.ids[1] WHERE j.kind NOT IN ('match', 'none')) x GROUP BY unit`;

/**
 * Where finance books fees one by one, the transactions whose fee is wrong say more than their batch: they are named where they make up the
 * batch's whole difference.
 */
const FEES_BY_TRANSACTION = `CREATE TEMP TABLE fee_by_transaction ON COMMIT DROP AS
     SELECT d.unit, sum(d.fee) AS fee, sum(d.booked) AS booked, sum(d.fee - d.booked) AS difference, array_sort(join_ids(d.posting_ids)) AS posting_ids,
            jsonb_agg(jsonb_build_object('source', d.pool, 'reference', d.transaction_no, 'date', d.on_date, 'amount', d.fee::text) ORDER BY d.transaction_no) AS records
       FROM (SELECT r.unit, r.pool, r.transaction_key, min(r.transaction_no) AS transaction_no, min(r.on_date) AS on_date, sum(r.fee) AS fee, min(b.booked) AS booked, min(b.posting_ids) AS posting_ids
               FROM fee_row r
               JOIN judged_fee j ON j.unit = r.unit AND j.kind = 'fee_differs'
               JOIN (SELECT transaction_key, sum(fee) AS booked, join_ids(ids) AS posting_ids FROM fee_booking WHERE transaction_key IS NOT NULL GROUP BY transaction_key) b USING (transaction_key)
              WHERE NOT EXISTS (SELECT 1 FROM fee_booking o WHERE o.unit = r.unit AND o.transaction_key IS NULL)
              GROUP BY r.unit, r.pool, r.transaction_key HAVING sum(r.fee) <> min(b.booked)) d
       JOIN judged_fee j USING (unit)
      GROUP BY d.unit, j.fee, j.booked HAVING sum(d.fee - d.booked) = j.fee - j.booked;`;
