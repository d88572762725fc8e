import { FOUND_COLUMNS } from './found';
import { step, type Scope } from './scope';

/** What a left side is worth: finance's side is the rest of the match's difference. */
const LEFT_AMOUNTS = `SELECT id, gross_amount AS amount, false AS at_bank FROM eff_sales_order UNION ALL SELECT id, gross_amount, false FROM eff_sales_return UNION ALL SELECT id, amount, false FROM eff_receipt
     UNION ALL SELECT id, CASE type WHEN 'payout' THEN -net_amount WHEN 'fee' THEN -net_amount ELSE gross_amount END, false FROM eff_channel_transaction UNION ALL SELECT id, amount, true FROM eff_bank_entry`;

/**
 * Matches that people have taken apart are none: each side is told as an exception of its own. What is taken apart is not matched anew with something else by the
 * machine, since nobody asked it to; people match it by hand.
 */
export async function takeApart(scope: Scope): Promise<void> {
  if (scope.isDryRun === true) return;
  const taken = await step(
    scope,
    'matches taken apart',
    `CREATE TEMP TABLE taken_apart ON COMMIT DROP AS SELECT * FROM take_apart(${scope.periodId})`,
  );
  if (taken === 0) return;
  await step(
    scope,
    'matches taken apart',
    `WITH side AS (
       -- A payout's bank credit is the same money once more.
       SELECT t.*, (SELECT coalesce(sum(a.amount) FILTER (WHERE NOT a.at_bank), sum(a.amount)) FROM (${LEFT_AMOUNTS}) a WHERE a.id = ANY (t.left_ids)) AS amount FROM taken_apart t
     )
     INSERT INTO found (${FOUND_COLUMNS})
     SELECT reconciliation, CASE reconciliation WHEN 'orders-invoices' THEN 'unbilled' ELSE 'missing_in_finance' END, rule, currency, amount, 'apart:left:' || id, left_ids, '{}'::bigint[], NULL, '{"apart": true}'::jsonb
       FROM side WHERE left_ids <> '{}' AND reconciliation NOT IN ('orders-receipts', 'customers-ledger')
     UNION ALL
     SELECT reconciliation, CASE reconciliation WHEN 'orders-receipts' THEN 'unapplied_receipt' ELSE 'missing_in_sales' END, rule, currency, difference - amount, 'apart:right:' || id, '{}', right_ids, NULL, '{"apart": true}'
       FROM side WHERE right_ids <> '{}' AND reconciliation <> 'customers-ledger'`,
  );
}
