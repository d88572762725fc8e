import { createClaims, runPasses, type ClaimTables } from './claims';
import { certaintyOfRule } from './company-rules';
import { FOUND_COLUMNS, MATCH_COLUMNS } from './found';
import { claimByCommonNumbers } from './payout-entries';
import { CLAIM_KIND } from './receipts-channels';
import { batchesOf, literal, step, type Scope } from './scope';

const BANK_CLAIMS: ClaimTables = { left: 'bank_item', right: 'bank_posting', claims: 'bank_claim' };

/** Bank entries that neither a receipt's booking nor a payout has used, against bank postings nobody has used. */
export async function claimBank(scope: Scope): Promise<void> {
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

/** What the bank and its postings say of each other, and what either has alone. */
export async function reportBank(scope: Scope): Promise<void> {
  if (batchesOf(scope, 'bank_entry').length === 0) return;
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
  const receiptsGiven = batchesOf(scope, 'receipt').length > 0;
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
