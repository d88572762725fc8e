import { literal, step, type Scope } from './scope';

/** SQL: the channel whose money a text speaks of; null where it names none. */
export const poolOfText = (words: string): string =>
  `CASE WHEN ${words} ~* '支付宝|alipay|\\mali' THEN 'alipay' WHEN ${words} ~* '微信|财付通|wechat|weixin|tenpay|\\mwx' THEN 'wechat'
        WHEN ${words} ~* '刷卡|银联|收单|pos|card' THEN 'card' END`;

/** SQL: two pools do not contradict one another. A file of several methods does not say whose a row is. */
export const poolsAgree = (one: string, other: string): string =>
  `coalesce(${one} = ${other} OR ${one} IN ('mixed', 'unknown') OR ${other} IN ('mixed', 'unknown'), true)`;

/** So many bookings are enough to learn from. */
const ACCOUNT_SAMPLE = 20_000;

/**
 * `account_pool`: whose ledger account is whose, learnt from the bookings of receipts whose channel is known. A company with one account for all channels
 * teaches nothing.
 */
export async function learnAccounts(scope: Scope): Promise<void> {
  await step(
    scope,
    'channels-ledger: accounts of channels',
    `CREATE TEMP TABLE account_pool ON COMMIT DROP AS
     SELECT account, min(pool) AS pool
       FROM (SELECT l.account, m.pool
               FROM (SELECT left_ids[1] AS grp, right_ids[1] AS id FROM booking_claim
                      WHERE claim % (1 + (SELECT count(*) FROM booking_claim) / ${ACCOUNT_SAMPLE}) = 0) c
               JOIN grouped_movement g USING (grp) JOIN movement m ON m.id = g.id
               JOIN money_posting p ON p.id = c.id CROSS JOIN LATERAL unnest(p.ids) AS line(id) JOIN eff_ledger_entry l ON l.id = line.id
              WHERE starts_with(l.account, ${literal(scope.settings.accounts.channels)}) AND m.pool <> 'bank') x
      GROUP BY account HAVING min(pool) = max(pool)`,
  );
}
