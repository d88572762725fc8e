import { literal, monthBounds, step, type Scope } from './scope';

/**
 * What an account is for. R receivable · V revenue · T output tax · B bank · H channels · C cash · F fees.
 * The longest matching prefix wins, so 6603 for fees and 660301 for something else can live together.
 */
function roleExpression(scope: Scope): string {
  const { accounts } = scope.settings;
  const prefixes: [string, string][] = [
    [accounts.receivable, 'R'],
    [accounts.revenue, 'V'],
    [accounts.outputTax, 'T'],
    [accounts.bank, 'B'],
    [accounts.channels, 'H'],
    [accounts.cash, 'C'],
    [accounts.fees, 'F'],
  ];
  const cases = prefixes
    .filter(([prefix]) => prefix !== '')
    .sort(([a], [b]) => b.length - a.length || a.localeCompare(b))
    .map(([prefix, role]) => `WHEN starts_with(account, ${literal(prefix)}) THEN '${role}'`);
  return `CASE ${cases.join(' ')} END`;
}

/** Sums of debit − credit by role; null where no line has the role. */
const ROLES = { rec: 'R', rev: 'V', tax: 'T', bank: 'B', chan: 'H', cash: 'C', fee: 'F' } as const;
const ROLE_NAMES = Object.keys(ROLES);

/**
 * Gathers the ledger's lines into `ledger_group`: one row per voucher, reference and currency, with the sums by role.
 * `side` is 0 for the month, −1 before, 1 after: voucher numbers restart each month.
 *
 * `class` says what a group books: `sale` (revenue or tax) · `receipt` (money against receivable) · `payout` (channel or
 * till to bank) · `fee` (channel fees alone) · `bank` (any other movement of bank, channel or cash) · `other` (receivable alone).
 */
export async function gatherLedger(scope: Scope): Promise<void> {
  await gatherLines(scope);
  await joinUnreferencedLines(scope);
  await step(
    scope,
    'ledger: classify',
    `CREATE TEMP TABLE ledger_group ON COMMIT DROP AS
     SELECT row_number() OVER () AS gid, g.*,
            CASE WHEN rev IS NOT NULL OR tax IS NOT NULL THEN 'sale'
                 WHEN rec IS NOT NULL AND coalesce(bank, chan, cash) IS NOT NULL THEN 'receipt'
                 WHEN rec IS NOT NULL THEN 'other'
                 WHEN bank IS NOT NULL AND (chan IS NOT NULL OR cash IS NOT NULL) THEN 'payout'
                 WHEN fee IS NOT NULL AND bank IS NULL THEN 'fee'
                 ELSE 'bank' END AS class
       FROM ledger_gathered g`,
  );
  await classifyReceivableAlone(scope);
  await step(scope, 'ledger: statistics', 'ANALYZE ledger_group');
}

async function gatherLines(scope: Scope): Promise<void> {
  const { first } = monthBounds(scope.month);
  const sums = Object.entries(ROLES).map(([name, role]) => `sum(CASE WHEN role = '${role}' THEN debit - credit END) AS ${name}`);
  await step(
    scope,
    'ledger: gather',
    `CREATE TEMP TABLE ledger_gathered ON COMMIT DROP AS
     SELECT entry_no, side, currency, reference_key AS ref, min(posting_date) AS date, ${sums.join(', ')},
            array_agg(id) AS ids,
            min(CASE WHEN role = 'R' THEN customer_key END) AS customer_key,
            min(description) AS text, nullif(max(description), min(description)) AS more_text
       FROM (SELECT id, entry_no, currency, reference_key, posting_date, debit, credit, description, customer_key,
                    ${roleExpression(scope)} AS role,
                    CASE WHEN in_period THEN 0 WHEN posting_date < DATE '${first}' THEN -1 ELSE 1 END AS side
               FROM eff_ledger_entry) line
      WHERE role IS NOT NULL
      GROUP BY entry_no, side, currency, reference_key`,
  );
  await step(scope, 'ledger: statistics', 'ANALYZE ledger_gathered');
}

/** Lines without a reference belong to the voucher's reference where it has exactly one. */
async function joinUnreferencedLines(scope: Scope): Promise<void> {
  const sums = ROLE_NAMES.map((name) => `sum(${name}) AS ${name}`).join(', ');
  const joined = await step(
    scope,
    'ledger: lines without reference',
    `CREATE TEMP TABLE ledger_joined ON COMMIT DROP AS
     SELECT g.entry_no, g.side, g.currency, max(g.ref) AS ref, min(g.date) AS date, ${sums}, join_ids(g.ids) AS ids,
            min(g.customer_key) AS customer_key, min(g.text) AS text,
            nullif(max(coalesce(g.more_text, g.text)), min(g.text)) AS more_text
       FROM (SELECT entry_no, side FROM ledger_gathered GROUP BY entry_no, side
             HAVING count(*) > count(ref) AND count(DISTINCT ref) = 1) split
       JOIN ledger_gathered g USING (entry_no, side)
      GROUP BY g.entry_no, g.side, g.currency`,
  );
  if (joined === 0) return;
  await step(
    scope,
    'ledger: lines without reference',
    `DELETE FROM ledger_gathered g USING ledger_joined j WHERE g.entry_no = j.entry_no AND g.side = j.side`,
  );
  await step(scope, 'ledger: lines without reference', 'INSERT INTO ledger_gathered SELECT * FROM ledger_joined');
}

/** A receivable line with a reference of its own takes the class of its voucher; where that is mixed, its sign decides. */
async function classifyReceivableAlone(scope: Scope): Promise<void> {
  await step(
    scope,
    'ledger: receivable lines alone',
    `UPDATE ledger_group g SET class = CASE WHEN sale AND NOT money THEN 'sale' WHEN money AND NOT sale THEN 'receipt'
                                            WHEN sale AND rec > 0 THEN 'sale' WHEN money THEN 'receipt' ELSE 'other' END
       FROM (SELECT entry_no, side, bool_or(class = 'sale') AS sale,
                    bool_or(coalesce(bank, chan, cash) IS NOT NULL) AS money
               FROM ledger_group
              WHERE (entry_no, side) IN (SELECT entry_no, side FROM ledger_group WHERE class = 'other')
              GROUP BY entry_no, side) voucher
      WHERE g.class = 'other' AND g.entry_no = voucher.entry_no AND g.side = voucher.side`,
  );
}
