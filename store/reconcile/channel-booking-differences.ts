import { certaintyOfRule, toleranceOf } from './company-rules';
import { FOUND_COLUMNS, MATCH_COLUMNS } from './found';
import type { Pools } from './pools';
import { CLAIM_KIND } from './receipts-channels';
import { step, type Scope } from './scope';

/** A posting whose receipt the channel should have and does not have has no movement; receipts without a channel file are not compared. */
const BOOKING_KIND = (tolerance: string): string => `CASE
    WHEN NOT moved THEN CASE WHEN pool IS NOT NULL AND right_amount IS NOT NULL THEN 'missing_in_sales' ELSE 'none' END
    ELSE ${CLAIM_KIND(tolerance)} END`;

/** The members of claims that are more than one to one. */
const several = (ids: string): string =>
  `SELECT claim, unnest(${ids}) AS id FROM booking_claim WHERE cardinality(left_ids) > 1 OR cardinality(right_ids) > 1`;

/** Movements and their postings as `channel-bookings.ts` has claimed them: what agrees, what differs, what stands alone. */
export async function reportBookings(scope: Scope, pools: Pools): Promise<void> {
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
