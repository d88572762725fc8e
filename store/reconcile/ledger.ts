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
  await joinNamelessLines(scope);
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

/** A line without a reference is told apart by its description: one voucher may book several documents. */
const GROUP_COLUMNS = 'entry_no, side, currency, ref, apart';

/**
 * Nearly every voucher has one line of a role and its lines stand together in the file. For those a maximum is the sum and the first and last id
 * are the ids, which takes a fraction of the memory that sums and lists of a million groups do; only the others are gathered with care.
 */
async function gatherLines(scope: Scope): Promise<void> {
  const { first } = monthBounds(scope.month);
  const roles = Object.entries(ROLES);
  // OFFSET 0 keeps the planner from working out the role anew for each sum.
  const line = `SELECT id, entry_no, currency, reference_key AS ref, CASE WHEN reference_key IS NULL THEN description END AS apart, posting_date, debit - credit AS amount, description,
                       CASE WHEN starts_with(account, ${literal(scope.settings.accounts.receivable)}) THEN customer_key END AS customer_key,
                       ${roleExpression(scope)} AS role, CASE WHEN in_period THEN 0 WHEN posting_date < DATE '${first}' THEN -1 ELSE 1 END AS side
                  FROM eff_ledger_entry OFFSET 0`;
  const amounts = (fold: 'max' | 'sum'): string =>
    roles.map(([name, role]) => `${fold}(CASE role WHEN '${role}' THEN amount END) AS ${name}`).join(', ');
  const common = `min(posting_date) AS date, min(customer_key) AS customer_key, min(description) AS text, max(description) AS last_text`;
  await step(
    scope,
    'ledger: gather',
    `CREATE TEMP TABLE ledger_first ON COMMIT DROP AS
     SELECT ${GROUP_COLUMNS}, ${common}, ${amounts('max')}, count(*) AS lines, min(id) AS first_id, max(id) AS last_id
       FROM (${line}) line WHERE role IS NOT NULL GROUP BY ${GROUP_COLUMNS}`,
  );
  const plain = `lines = num_nonnulls(${ROLE_NAMES.join(', ')}) AND last_id - first_id = lines - 1 AND lines <= 4`;
  const columns = `${GROUP_COLUMNS}, date, ${ROLE_NAMES.join(', ')}`;
  await step(
    scope,
    'ledger: gather vouchers with many lines',
    `CREATE TEMP TABLE ledger_gathered ON COMMIT DROP AS
     SELECT ${columns}, CASE lines WHEN 1 THEN ARRAY[first_id] WHEN 2 THEN ARRAY[first_id, last_id] WHEN 3 THEN ARRAY[first_id, first_id + 1, last_id]
                                   ELSE ARRAY[first_id, first_id + 1, first_id + 2, last_id] END AS ids,
            customer_key, text, nullif(last_text, text) AS more_text
       FROM ledger_first WHERE ${plain};
     CREATE TEMP TABLE ledger_many ON COMMIT DROP AS SELECT DISTINCT entry_no FROM ledger_first WHERE NOT (${plain});
     ANALYZE ledger_many;
     INSERT INTO ledger_gathered
     SELECT ${columns}, ids, customer_key, text, nullif(last_text, text)
       FROM (SELECT ${GROUP_COLUMNS}, ${common}, ${amounts('sum')}, array_agg(id ORDER BY id) AS ids
               FROM (${line}) line JOIN ledger_many USING (entry_no) WHERE role IS NOT NULL GROUP BY ${GROUP_COLUMNS}) g
      WHERE NOT (cardinality(ids) = num_nonnulls(${ROLE_NAMES.join(', ')}) AND ids[cardinality(ids)] - ids[1] = cardinality(ids) - 1 AND cardinality(ids) <= 4);
     DROP TABLE ledger_first;
     ANALYZE ledger_gathered;`,
  );
}

/** Lines of one voucher that name no different numbers are one booking, whatever else their descriptions say. */
async function joinNamelessLines(scope: Scope): Promise<void> {
  await joinGroups(
    scope,
    `SELECT entry_no, side FROM ledger_gathered JOIN (SELECT entry_no, side FROM ledger_gathered WHERE ref IS NULL GROUP BY 1, 2 HAVING count(*) > 1) several USING (entry_no, side)
      WHERE ref IS NULL GROUP BY entry_no, side HAVING count(DISTINCT nullif(numbers_in(text), '{}')) <= 1`,
    'g.ref IS NULL',
  );
}

/** Lines without a reference belong to the voucher's reference where it has exactly one and they name no other number. */
async function joinUnreferencedLines(scope: Scope): Promise<void> {
  await joinGroups(
    scope,
    `SELECT n.entry_no, n.side FROM ledger_gathered n
       JOIN (SELECT entry_no, side, min(ref) AS ref, max(ref) AS last_ref, min(text) AS text FROM ledger_gathered WHERE ref IS NOT NULL GROUP BY entry_no, side) r
         ON r.entry_no = n.entry_no AND r.side = n.side AND r.ref = r.last_ref
      WHERE n.ref IS NULL GROUP BY n.entry_no, n.side
     HAVING bool_and(n.text IS NULL OR n.text = r.text OR r.ref = ANY (numbers_in(n.text)) OR numbers_in(n.text) = '{}')`,
    'true',
  );
}

/** Makes one group of the groups of a voucher and currency that meet the condition, in the vouchers given. */
async function joinGroups(scope: Scope, vouchers: string, condition: string): Promise<void> {
  const sums = ROLE_NAMES.map((name) => `sum(${name}) AS ${name}`).join(', ');
  const joined = await step(
    scope,
    'ledger: lines without reference',
    `CREATE TEMP TABLE ledger_joined ON COMMIT DROP AS
     SELECT g.entry_no, g.side, g.currency, max(g.ref) AS ref, NULL::text AS apart, min(g.date) AS date, ${sums}, join_ids(g.ids) AS ids,
            min(g.customer_key) AS customer_key, min(g.text) AS text,
            nullif(max(coalesce(g.more_text, g.text)), min(g.text)) AS more_text
       FROM (${vouchers}) nameless JOIN ledger_gathered g USING (entry_no, side) WHERE ${condition}
      GROUP BY g.entry_no, g.side, g.currency`,
  );
  if (joined > 0) {
    await step(
      scope,
      'ledger: lines without reference',
      `ANALYZE ledger_joined;
       DELETE FROM ledger_gathered g USING ledger_joined j
        WHERE g.entry_no = j.entry_no AND g.side = j.side AND g.currency = j.currency AND ${condition};
       INSERT INTO ledger_gathered SELECT * FROM ledger_joined;`,
    );
  }
  await scope.client.query('DROP TABLE ledger_joined');
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
