import { claimPairs, createClaims, runPasses, type ClaimTables } from './claims';
import { certaintyOfRule, toleranceOf } from './company-rules';
import { FOUND_COLUMNS, MATCH_COLUMNS, resetMatches } from './found';
import { foldedName } from './folding';
import { pairOpen, referencesIn } from './open-pairs';
import { poolOfBatchSql, poolOfMethodSql, type Pools } from './pools';
import { literal, step, type Scope } from './scope';

export const RECEIPT_CLAIMS: ClaimTables = { left: 'money_receipt', right: 'movement', claims: 'receipt_claim' };

/**
 * What sales says was paid against what the channel or the bank says. Bank entries that no receipt claims are judged later, with the ledger
 * (see channels-ledger): interest is not a missing receipt.
 */
export async function reconcileReceiptsChannels(scope: Scope, pools: Pools): Promise<void> {
  await resetMatches(scope, 'receipts-channels');
  await compareReceipts(scope);
  await reportOpen(scope, pools);
}

/** Claims receipts and movements for each other; channels-ledger builds on it even where nothing is reported here. */
export async function claimMovements(scope: Scope, pools: Pools): Promise<void> {
  await gatherReceipts(scope, pools);
  await gatherMovements(scope, pools);
  await nameByText(scope);
  await createClaims(scope, RECEIPT_CLAIMS);
  await runPasses(scope, RECEIPT_CLAIMS, [
    { rule: 'transaction-no', leftKey: 'l.channel_reference_key', rightKey: 'r.transaction_key', same: ['incoming'] },
    {
      rule: 'merchant-reference',
      leftKey: 'l.channel_reference_key',
      rightKey: 'r.merchant_reference_key',
      same: ['incoming'],
    },
    { rule: 'receipt-no', leftKey: 'l.receipt_key', rightKey: 'r.merchant_reference_key', same: ['incoming'] },
    {
      rule: 'order-no',
      leftKey: `l.order_key || ':' || trim_scale(l.amount)`,
      rightKey: `r.merchant_reference_key || ':' || trim_scale(r.amount)`,
      same: ['pool', 'incoming'],
    },
    { rule: 'order-no', leftKey: 'l.order_key', rightKey: 'r.merchant_reference_key', same: ['pool', 'incoming'] },
    {
      rule: 'number-in-text',
      leftKey: `l.named || ':' || trim_scale(l.amount)`,
      rightKey: `r.named || ':' || trim_scale(r.amount)`,
      same: ['pool', 'incoming'],
    },
    { rule: 'number-in-text', leftKey: 'l.named', rightKey: 'r.named', same: ['pool', 'incoming'] },
  ]);
  await pairLikeReceipts(scope);
  await runPasses(scope, RECEIPT_CLAIMS, [
    {
      rule: 'amount-window',
      leftKey: `l.currency || trim_scale(l.amount)`,
      rightKey: `r.currency || trim_scale(r.amount)`,
      same: ['pool'],
      agree: 'customer_key',
      leftWhere: 'l.channel_reference_key IS NULL',
      rightWhere: `r.named IS NULL AND NOT r.payout_like
        AND NOT EXISTS (SELECT 1 FROM money_receipt x WHERE x.receipt_key = r.merchant_reference_key)
        AND NOT EXISTS (SELECT 1 FROM money_receipt x WHERE x.order_key = r.merchant_reference_key)`,
      onlyPairWithinDays: scope.settings.policy.tolerance.days,
    },
  ]);
  await joinRepeatedCharges(scope);
}

/** What no number brings together: a slip of the keyboard in one, or a transfer that names nothing but comes from the customer. */
async function pairLikeReceipts(scope: Scope): Promise<void> {
  const keys = (...columns: string[]): string => `array_remove(ARRAY[${columns.join(', ')}], NULL)`;
  await pairOpen(scope, {
    reconciliation: 'receipts-channels',
    table: 'receipt_pair',
    leftFacts: ['receipt'],
    rightFacts: ['channel_transaction', 'bank_entry'],
    left: `SELECT id::text, ARRAY[id] AS ids, ${keys('channel_reference_key', 'receipt_key', 'order_key')} AS keys, false AS nameless, customer_key, currency, amount, on_date, pool || incoming AS same
             FROM money_receipt_open WHERE in_period AND pool IS NOT NULL`,
    right: `SELECT id::text, ARRAY[id] AS ids, CASE WHEN names <> '{}' THEN names ELSE ${keys('merchant_reference_key', 'transaction_key')} END AS keys, names = '{}' AND merchant_reference_key IS NULL AS nameless,
                   customer_key, currency, amount, on_date, pool || incoming AS same
              FROM (SELECT m.*, CASE WHEN pool = 'bank' THEN ${referencesIn('text')} ELSE '{}' END AS names FROM movement_open m WHERE in_period AND NOT payout_like) m`,
    live: `SELECT k.key, r.customer_key, r.currency, r.amount FROM money_receipt r CROSS JOIN LATERAL unnest(${keys('channel_reference_key', 'receipt_key', 'order_key')}) AS k(key)`,
    days: scope.settings.policy.tolerance.days,
  });
  await claimPairs(scope, RECEIPT_CLAIMS, 'receipt_pair');
}

/**
 * A customer charged twice: an open movement with the merchant reference and amount of a claimed one belongs to that claim. It stays among the open
 * movements for the ledger, where each charge needs a posting of its own.
 */
async function joinRepeatedCharges(scope: Scope): Promise<void> {
  await step(
    scope,
    'receipts-channels: charged twice',
    `CREATE TEMP TABLE repeated_charge ON COMMIT DROP AS
     SELECT c.claim, array_agg(o.id ORDER BY o.id) AS ids, count(*) AS times
       FROM movement_open o
       JOIN movement m ON m.merchant_reference_key = o.merchant_reference_key AND m.pool = o.pool AND m.amount = o.amount AND m.currency = o.currency AND m.id <> o.id
       JOIN receipt_claim c ON cardinality(c.right_ids) = 1 AND c.right_ids[1] = m.id
      WHERE o.in_period AND o.incoming AND o.pool <> 'bank' AND c.left_items = 1 AND c.left_amount = o.amount
      GROUP BY c.claim;
     UPDATE receipt_claim c SET right_ids = c.right_ids || r.ids, right_amount = coalesce(c.right_amount, 0) + c.right_most * r.times, right_items = c.right_items + r.times
       FROM repeated_charge r WHERE r.claim = c.claim;`,
  );
}

async function gatherReceipts(scope: Scope, pools: Pools): Promise<void> {
  await step(
    scope,
    'receipts-channels: receipts',
    `CREATE TEMP TABLE money_receipt ON COMMIT DROP AS
     SELECT id, receipt_key, order_key, customer_key, channel_reference_key, ${poolOfMethodSql(pools, 'method')} AS pool, amount > 0 AS incoming,
            amount, currency, in_period, received_on AS on_date, NULL::text AS named
       FROM eff_receipt`,
  );
}

/**
 * Payments and refunds of channels, and all entries of the bank; `payout_like` entries name a channel or a payout. `movement_number` holds the numbers
 * that remarks of the bank name; a payer whose name one customer bears is that customer.
 */
async function gatherMovements(scope: Scope, pools: Pools): Promise<void> {
  await step(
    scope,
    'receipts-channels: movements',
    `CREATE TEMP TABLE customer_name ON COMMIT DROP AS
     SELECT name, min(customer_key) AS customer_key
       FROM (SELECT DISTINCT ${foldedName('customer_name')} AS name, customer_key FROM eff_sales_order WHERE customer_name IS NOT NULL) c GROUP BY name HAVING count(*) = 1;
     ANALYZE customer_name;
     CREATE TEMP TABLE movement ON COMMIT DROP AS
     SELECT id, transaction_key, merchant_reference_key, ${poolOfBatchSql(pools, 'id')} AS pool, gross_amount > 0 AS incoming, gross_amount AS amount,
            currency, in_period, occurred_on AS on_date, NULL::text AS named, NULL::text AS text, counterparty, NULL::text AS customer_key, false AS payout_like
       FROM eff_channel_transaction WHERE type IN ('payment', 'refund')
     UNION ALL
     SELECT id, bank_key, end_to_end_key, 'bank', amount > 0, amount, currency, in_period, booked_on, NULL,
            concat_ws(' ', description, end_to_end), counterparty, c.customer_key,
            concat_ws(' ', description, counterparty) ~* '支付宝|alipay|财付通|微信支付|wechat|weixin|tenpay|银联|收单|结算|settlement|payout'
       FROM eff_bank_entry LEFT JOIN customer_name c ON c.name = ${foldedName('counterparty')};
     CREATE TEMP TABLE movement_number ON COMMIT DROP AS SELECT id, unnest(numbers_in(text)) AS key FROM movement WHERE text IS NOT NULL;
     UPDATE movement m SET payout_like = true
       FROM (SELECT DISTINCT n.id FROM movement_number n JOIN (SELECT DISTINCT payout_key FROM eff_channel_transaction WHERE payout_key IS NOT NULL) p ON p.payout_key = n.key) named
      WHERE named.id = m.id AND NOT m.payout_like;
     ANALYZE movement; ANALYZE movement_number;`,
  );
}

/**
 * Numbers in bank remarks: an entry that names one order or receipt goes with it; one that names several orders is the
 * transfer for all of them. A receipt that is named itself (`r:`) goes by that rather than by its order (`o:`) or a transfer for several (`e:`).
 */
async function nameByText(scope: Scope): Promise<void> {
  await step(
    scope,
    'receipts-channels: numbers in remarks',
    `CREATE TEMP TABLE remark ON COMMIT DROP AS
     WITH token AS (SELECT n.id, n.key FROM movement_number n JOIN movement m USING (id) WHERE NOT m.payout_like)
     SELECT t.id, r.receipt_key, NULL::text AS order_key FROM token t JOIN (SELECT DISTINCT receipt_key FROM money_receipt) r ON r.receipt_key = t.key
     UNION
     SELECT t.id, NULL, o.order_key FROM token t JOIN (SELECT DISTINCT order_key FROM money_receipt) o ON o.order_key = t.key;
     CREATE TEMP TABLE remark_name ON COMMIT DROP AS
     SELECT id, CASE WHEN count(receipt_key) = 1 THEN 'r:' || max(receipt_key) WHEN count(receipt_key) > 1 THEN 'e:' || id
                     WHEN count(order_key) = 1 THEN 'o:' || max(order_key) ELSE 'e:' || id END AS named
       FROM remark GROUP BY id;
     UPDATE movement m SET named = n.named FROM remark_name n WHERE n.id = m.id;
     ANALYZE remark; ANALYZE remark_name;
     WITH naming AS MATERIALIZED (SELECT k.receipt_key, k.order_key, n.named, m.incoming FROM remark k JOIN remark_name n USING (id) JOIN movement m USING (id))
     UPDATE money_receipt r SET named = x.named
       FROM (SELECT id, max(named) AS named
               FROM (SELECT r.id, n.named FROM naming n JOIN money_receipt r ON r.receipt_key = n.receipt_key
                      WHERE r.pool = 'bank' AND r.incoming = n.incoming AND (n.named = 'r:' || r.receipt_key OR n.named LIKE 'e:%')
                     UNION ALL
                     SELECT r.id, n.named FROM naming n JOIN money_receipt r ON r.order_key = n.order_key
                      WHERE r.pool = 'bank' AND r.incoming = n.incoming AND (n.named = 'o:' || r.order_key OR n.named LIKE 'e:%')) named
              GROUP BY id) x
      WHERE x.id = r.id;`,
  );
}

/** The kind of a claim's difference. A sum on one side that stands in another month is a cut-off difference. */
export const CLAIM_KIND = (tolerance: string): string => `CASE
    WHEN left_amount IS NULL AND right_amount IS NULL THEN 'none'
    WHEN left_currency <> right_currency OR left_currency <> left_other_currency OR right_currency <> right_other_currency THEN 'currency_differs'
    WHEN left_amount IS NULL OR right_amount IS NULL THEN 'date_differs'
    WHEN abs(left_amount - right_amount) <= ${tolerance} THEN 'match'
    WHEN left_items > right_items AND left_least = left_most AND left_least * right_items = right_amount THEN 'duplicate'
    WHEN right_items > left_items AND right_least = right_most AND right_least * left_items = left_amount THEN 'duplicate'
    WHEN abs(left_amount + coalesce(left_elsewhere, 0) - right_amount - coalesce(right_elsewhere, 0)) <= ${tolerance} THEN 'date_differs'
    ELSE 'amount_differs' END`;

/** left − right of a claim, with what stands in another month where nothing stands in this one. */
export const CLAIM_DIFFERENCE = `coalesce(left_amount, left_elsewhere, 0) - coalesce(right_amount, right_elsewhere, 0)`;

/** The day that is in another month, for the explanation. */
export const CLAIM_ELSEWHERE = `CASE WHEN right_amount IS NULL THEN right_date WHEN left_amount IS NULL THEN left_date WHEN right_elsewhere IS NOT NULL THEN right_last END`;

async function compareReceipts(scope: Scope): Promise<void> {
  const tolerance = toleranceOf(scope, 'receipts-channels', 'left_amount');
  await step(
    scope,
    'receipts-channels: compare',
    `WITH judged AS MATERIALIZED (SELECT *, ${CLAIM_KIND(tolerance)} AS kind FROM receipt_claim), matched AS (
       INSERT INTO match (${MATCH_COLUMNS})
       SELECT ${scope.periodId}, 'receipts-channels', md5('receipts-channels|' || rule || '|' || key)::uuid, rule, 'confirmed',
              ${certaintyOfRule(scope)}, left_currency, left_amount - right_amount, array_sort(left_ids), array_sort(right_ids)
         FROM judged WHERE kind = 'match'
     )
     INSERT INTO found (${FOUND_COLUMNS})
     SELECT 'receipts-channels', kind, rule, left_currency, ${CLAIM_DIFFERENCE}, rule || ':' || key, array_sort(left_ids), array_sort(right_ids),
            NULL,
            jsonb_strip_nulls(jsonb_build_object('bookedElsewhere', CASE WHEN kind = 'date_differs' THEN ${CLAIM_ELSEWHERE} END,
              'leftCurrency', CASE WHEN kind = 'currency_differs' THEN left_currency END, 'rightCurrency', CASE WHEN kind = 'currency_differs' THEN right_currency END,
              'postings', CASE WHEN kind = 'duplicate' THEN greatest(left_items, right_items) END, 'doubled', CASE WHEN kind = 'duplicate' THEN CASE WHEN left_items > right_items THEN 'left' ELSE 'right' END END))
       FROM judged WHERE kind NOT IN ('match', 'none')`,
  );
}

async function reportOpen(scope: Scope, pools: Pools): Promise<void> {
  const covered = [...new Set(pools.ofMethod.values())].map(literal).join(', ') || 'NULL';
  await step(
    scope,
    'receipts-channels: not in the channel',
    `INSERT INTO found (${FOUND_COLUMNS})
     SELECT 'receipts-channels', 'missing_in_finance', 'transaction-no', currency, amount, 'r:' || receipt_key, ARRAY[id], '{}', customer_key,
            jsonb_build_object('pool', pool)
       FROM money_receipt_open WHERE in_period AND amount <> 0 AND pool IN (${covered})`,
  );
  await step(
    scope,
    'receipts-channels: not in sales',
    `INSERT INTO found (${FOUND_COLUMNS})
     SELECT 'receipts-channels', 'missing_in_sales', 'transaction-no', currency, -amount, 't:' || transaction_key || ':' || id, '{}', ARRAY[id], NULL,
            jsonb_build_object('pool', pool)
       FROM movement_open WHERE in_period AND amount <> 0 AND pool <> 'bank' AND id NOT IN (SELECT unnest(ids) FROM repeated_charge)`,
  );
}
