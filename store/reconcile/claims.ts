import { step, type Scope } from './scope';

/**
 * The engine of the passes that compare two lists of movements of money. Each side is a temporary table of items
 * `(id, key columns..., amount, currency, in_period, on_date, ...)`; a pass groups what nobody has claimed yet by one key
 * on each side and claims the groups that exist on both. A claimed item is out of the later passes, so the most
 * certain reference always wins, and the result does not depend on the order rows come in.
 */
export interface ClaimPass {
  readonly rule: string;
  /** SQL for the key of a left item (alias l), null where it has none. */
  readonly leftKey: string;
  /** SQL for the key of a right item (alias r). */
  readonly rightKey: string;
  /** More that must be equal: sign, channel. Columns that both sides have. */
  readonly same?: readonly string[];
  /** Conditions on the items that take part. */
  readonly leftWhere?: string;
  readonly rightWhere?: string;
  /** Only where exactly one item on each side has the key and their days are at most this far apart. */
  readonly onlyPairWithinDays?: number;
  /** A column of both sides that must be equal where both know it. */
  readonly agree?: string;
}

/** Names of the temporary tables of one comparison. */
export interface ClaimTables {
  readonly left: string;
  readonly right: string;
  /** Filled: one row per claimed group. */
  readonly claims: string;
}

/** What a claim knows of each side: ids, sums in and outside the month, how many, least and most. */
const side = (
  alias: string,
): string => `array_agg(${alias}.id) AS ids, min(${alias}.currency) AS currency, max(${alias}.currency) AS other_currency,
  sum(${alias}.amount) FILTER (WHERE ${alias}.in_period) AS amount, sum(${alias}.amount) FILTER (WHERE NOT ${alias}.in_period) AS elsewhere,
  count(*) FILTER (WHERE ${alias}.in_period) AS items, min(${alias}.amount) AS least, max(${alias}.amount) AS most,
  min(${alias}.on_date) AS first_date, max(${alias}.on_date) AS last_date`;

/** Those columns, of a side that has them. */
const CLAIM_SIDE = (alias: string): string =>
  ['ids', 'currency', 'other_currency', 'amount', 'elsewhere', 'items', 'least', 'most', 'first_date', 'last_date']
    .map((column) => `${alias}.${column}`)
    .join(', ');

/** The same for a side with one item. */
const single = (alias: string): string => `ARRAY[${alias}.id], ${alias}.currency, ${alias}.currency,
  CASE WHEN ${alias}.in_period THEN ${alias}.amount END, CASE WHEN NOT ${alias}.in_period THEN ${alias}.amount END, ${alias}.in_period::integer,
  ${alias}.amount, ${alias}.amount, ${alias}.on_date, ${alias}.on_date`;

/** Columns of a claims table, in the order its inserts fill them. */
const CLAIM_COLUMNS = `rule, key, left_ids, left_currency, left_other_currency, left_amount, left_elsewhere, left_items, left_least, left_most, left_date, left_last,
            right_ids, right_currency, right_other_currency, right_amount, right_elsewhere, right_items, right_least, right_most, right_date, right_last`;

/** Makes the empty claims table and the tables of items that are already claimed. */
export async function createClaims(scope: Scope, tables: ClaimTables): Promise<void> {
  await step(
    scope,
    `${tables.claims}: prepare`,
    `CREATE TEMP TABLE ${tables.claims} (
       claim bigint GENERATED ALWAYS AS IDENTITY, rule text, key text,
       left_ids bigint[], left_currency text, left_other_currency text, left_amount numeric, left_elsewhere numeric, left_items bigint, left_least numeric, left_most numeric, left_date date, left_last date,
       right_ids bigint[], right_currency text, right_other_currency text, right_amount numeric, right_elsewhere numeric, right_items bigint, right_least numeric, right_most numeric, right_date date, right_last date
     ) ON COMMIT DROP;
     CREATE TEMP TABLE ${tables.left}_open ON COMMIT DROP AS SELECT * FROM ${tables.left};
     CREATE TEMP TABLE ${tables.right}_open ON COMMIT DROP AS SELECT * FROM ${tables.right};`,
  );
}

/** Runs the passes in order. What stays unclaimed is left in `<left>_open` and `<right>_open`. */
export async function runPasses(scope: Scope, tables: ClaimTables, passes: readonly ClaimPass[]): Promise<void> {
  for (const pass of passes) {
    const claimed = await runPass(scope, tables, pass);
    if (claimed > 0) await dropClaimed(scope, tables, claimed);
  }
}

/** Claims the pairs that `pairOpen` has found among the open items. */
export async function claimPairs(scope: Scope, tables: ClaimTables, pairs: string): Promise<void> {
  const claimed = await step(
    scope,
    `${tables.claims}: pairs alike`,
    `INSERT INTO ${tables.claims} (${CLAIM_COLUMNS})
     SELECT p.rule, 'alike:' || array_to_string(p.left_ids, ','), ${CLAIM_SIDE('l')}, ${CLAIM_SIDE('r')}
       FROM ${pairs} p
       JOIN (SELECT grp, ${side('i')} FROM (SELECT grp, unnest(left_ids)::bigint AS id FROM ${pairs}) m JOIN ${tables.left}_open i USING (id) GROUP BY grp) l USING (grp)
       JOIN (SELECT grp, ${side('i')} FROM (SELECT grp, unnest(right_ids)::bigint AS id FROM ${pairs}) m JOIN ${tables.right}_open i USING (id) GROUP BY grp) r USING (grp)
      ORDER BY p.grp`,
  );
  if (claimed > 0) await dropClaimed(scope, tables, claimed);
}

/**
 * Most keys stand once on each side: those rows are joined as they are. Only keys that stand several times on a side are grouped
 * and summed, which for a million rows costs three times as much.
 */
async function runPass(scope: Scope, tables: ClaimTables, pass: ClaimPass): Promise<number> {
  const same = pass.same ?? [];
  const keys = ['key', ...same].join(', ');
  const agree = pass.agree ?? 'NULL::text';
  const items = (alias: 'l' | 'r', table: string, key: string, where: string | undefined): string =>
    `CREATE TEMP TABLE pass_${alias} ON COMMIT DROP AS
     SELECT ${key} AS key${same.map((column) => `, ${alias}.${column}`).join('')}, ${agree} AS agree, ${alias}.id, ${alias}.amount, ${alias}.currency, ${alias}.in_period, ${alias}.on_date
       FROM ${table}_open ${alias} WHERE ${key} IS NOT NULL${where === undefined ? '' : ` AND ${where}`};`;
  await step(
    scope,
    `${tables.claims}: ${pass.rule}`,
    `${items('l', tables.left, pass.leftKey, pass.leftWhere)}
     ${items('r', tables.right, pass.rightKey, pass.rightWhere)}
     ANALYZE pass_l; ANALYZE pass_r;
     CREATE TEMP TABLE pass_many ON COMMIT DROP AS
     SELECT ${keys} FROM pass_l GROUP BY ${keys} HAVING count(*) > 1 UNION SELECT ${keys} FROM pass_r GROUP BY ${keys} HAVING count(*) > 1;`,
  );
  const key = `concat_ws('|', ${['l.key', ...same.map((column) => `l.${column}`)].join(', ')})`;
  const within =
    pass.onlyPairWithinDays === undefined
      ? ''
      : `AND abs(l.on_date - r.on_date) <= ${String(pass.onlyPairWithinDays)} AND coalesce(l.agree = r.agree, true)`;
  const many =
    pass.onlyPairWithinDays !== undefined
      ? ''
      : `UNION ALL
     SELECT '${pass.rule}', ${key}, ${CLAIM_SIDE('l')}, ${CLAIM_SIDE('r')}
       FROM (SELECT ${keys}, ${side('i')} FROM pass_l i JOIN pass_many m USING (${keys}) GROUP BY ${keys}) l
       JOIN (SELECT ${keys}, ${side('i')} FROM pass_r i JOIN pass_many m USING (${keys}) GROUP BY ${keys}) r USING (${keys})`;
  const claimed = await step(
    scope,
    `${tables.claims}: ${pass.rule}`,
    `INSERT INTO ${tables.claims} (${CLAIM_COLUMNS})
     SELECT '${pass.rule}', ${key}, ${single('l')}, ${single('r')}
       FROM pass_l l JOIN pass_r r USING (${keys})
      WHERE NOT EXISTS (SELECT 1 FROM pass_many m WHERE ${['key', ...same].map((column) => `m.${column} = l.${column}`).join(' AND ')}) ${within}
     ${many}`,
  );
  await scope.client.query('DROP TABLE pass_l, pass_r, pass_many');
  return claimed;
}

/**
 * Rebuilds the open tables without what the last pass has claimed: cheaper than marking a million rows.
 * @param last so many of the claims are new; they are numbered in their order
 */
async function dropClaimed(scope: Scope, tables: ClaimTables, last: number): Promise<void> {
  for (const [table, ids] of [
    [tables.left, 'left_ids'],
    [tables.right, 'right_ids'],
  ] as const) {
    await step(
      scope,
      `${tables.claims}: open items`,
      `CREATE TEMP TABLE ${table}_rest ON COMMIT DROP AS
       SELECT o.* FROM ${table}_open o WHERE NOT EXISTS (SELECT 1 FROM (SELECT unnest(${ids}) AS id FROM ${tables.claims} WHERE claim > (SELECT max(claim) FROM ${tables.claims}) - ${String(last)}) c WHERE c.id = o.id);
       DROP TABLE ${table}_open;
       ALTER TABLE ${table}_rest RENAME TO ${table}_open;
       ANALYZE ${table}_open;`,
    );
  }
}
