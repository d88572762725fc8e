import { claimPairs, type ClaimTables } from './claims';
import { referencesIn } from './open-pairs';
import { joinLinked } from './payout-groups';
import { literal, step, type Scope } from './scope';

/** A number that more entries or vouchers bear than this is a merchant's or an account's, and nobody's document. */
const BEARERS_OF_A_NUMBER = 6;

/**
 * Bank entries that stand for payouts the channel's file has no row of, where one voucher books several or several one: entries and vouchers that a chain
 * of common numbers joins are claimed where both sides come to the same sum; first those of equal amounts.
 */
export async function claimByCommonNumbers(scope: Scope, tables: ClaimTables): Promise<void> {
  for (const common of ['key, incoming, currency, trim_scale(amount)', 'key, incoming, currency']) {
    await linkByNumbers(scope, common);
    await joinLinked(
      scope,
      { table: 'entry_member', label: 'grp' },
      'SELECT DISTINCT key FROM entry_number',
      'SELECT link, key FROM entry_number',
    );
    await groupLinked(scope);
    await claimPairs(scope, tables, 'entry_group');
    await scope.client.query('DROP TABLE entry_number, entry_member, entry_member_link, entry_group');
  }
}

/** `entry_number`: open entries and open vouchers by what they have in common; `key` is the item's id with its side before it. */
async function linkByNumbers(scope: Scope, common: string): Promise<void> {
  const atMost = (side: 'l' | 'r'): string =>
    `count(*) FILTER (WHERE left(key, 1) = '${side}') BETWEEN 1 AND ${String(BEARERS_OF_A_NUMBER)}`;
  await step(
    scope,
    'channels-ledger: numbers of bank entries and vouchers',
    `CREATE TEMP TABLE entry_number ON COMMIT DROP AS
     WITH named AS (
       SELECT DISTINCT item AS key, concat_ws('|', ${common}) AS link
         FROM (SELECT 'l' || id AS item, incoming, currency, amount, key FROM bank_item_open CROSS JOIN LATERAL unnest(${referencesIn('text')}) AS n(key)
               UNION ALL
               SELECT 'r' || id, incoming, currency, amount, key FROM bank_posting_open CROSS JOIN LATERAL unnest(ref || ${referencesIn('words')}) AS n(key) WHERE key IS NOT NULL) n
     )
     SELECT key, link FROM named JOIN (SELECT link FROM named GROUP BY link HAVING ${atMost('l')} AND ${atMost('r')}) few USING (link)`,
  );
}

/** `entry_group`: what the links join, where its entries and its vouchers come to the same sum in the month. */
async function groupLinked(scope: Scope): Promise<void> {
  const ids = (side: 'e' | 'v'): string =>
    `array_agg(substr(m.key, 2) ORDER BY m.key) FILTER (WHERE ${side}.id IS NOT NULL)`;
  await step(
    scope,
    'channels-ledger: bank entries by common numbers',
    `CREATE TEMP TABLE entry_group ON COMMIT DROP AS
     SELECT row_number() OVER (ORDER BY grp) AS grp, 'number-in-text' AS rule, left_ids, right_ids
       FROM (SELECT m.grp, ${ids('e')} AS left_ids, ${ids('v')} AS right_ids, sum(e.amount) AS credited, sum(v.amount) AS booked, bool_and(coalesce(e.in_period, v.in_period)) AS in_month
               FROM entry_member m LEFT JOIN bank_item_open e ON m.key = 'l' || e.id LEFT JOIN bank_posting_open v ON m.key = 'r' || v.id GROUP BY m.grp) joined
      WHERE in_month AND abs(credited - booked) <= ${literal(scope.settings.policy.tolerance.amount)}`,
  );
}
