import { step, type Scope } from './scope';

/** Chains of links are followed so far; nobody's books hold longer ones. */
const ROUNDS = 30;

/**
 * What is compared as one. `payout_group` (key, grp): payouts that one voucher books, or that the bank paid together in a way that tells them not apart.
 * `payout_fees` (key, unit): payouts whose fees one voucher books.
 */
export async function groupPayouts(scope: Scope): Promise<void> {
  const payouts = `SELECT key FROM payout`;
  await joinLinked(
    scope,
    { table: 'payout_group', label: 'grp' },
    payouts,
    `SELECT gid::text AS link, key FROM payout_posting JOIN payout_candidate USING (gid) WHERE bank IS NOT NULL
     UNION ALL SELECT 'e' || id, key FROM payout_credit WHERE NOT shared`,
  );
  await joinLinked(
    scope,
    { table: 'payout_fees', label: 'unit' },
    payouts,
    `SELECT gid::text AS link, key FROM payout_posting JOIN payout_candidate USING (gid) WHERE fee IS NOT NULL`,
  );
}

/**
 * Makes a table (key, label): items that a chain of links joins bear the least of their keys, by rounds of passing the least label on.
 * @param items SQL for the column key
 * @param links SQL for the columns link and key; the items of one link belong together
 */
export async function joinLinked(
  scope: Scope,
  { table, label }: { readonly table: string; readonly label: string },
  items: string,
  links: string,
): Promise<void> {
  await step(
    scope,
    `${table}: links`,
    `CREATE TEMP TABLE ${table} ON COMMIT DROP AS SELECT key, key AS ${label} FROM (${items}) i;
     CREATE TEMP TABLE ${table}_link ON COMMIT DROP AS
     WITH linked AS MATERIALIZED (${links})
     SELECT link, key FROM (SELECT DISTINCT link, key FROM linked) l JOIN (SELECT link FROM linked GROUP BY link HAVING min(key) < max(key)) several USING (link);
     ANALYZE ${table}; ANALYZE ${table}_link;`,
  );
  for (let round = 0; round < ROUNDS; round++) {
    const passedOn = await step(
      scope,
      `${table}: joined`,
      `UPDATE ${table} i SET ${label} = x.least
         FROM (SELECT l.key, min(m.least) AS least
                 FROM ${table}_link l JOIN (SELECT l.link, min(i.${label}) AS least FROM ${table}_link l JOIN ${table} i USING (key) GROUP BY l.link) m USING (link) GROUP BY l.key) x
        WHERE x.key = i.key AND x.least < i.${label}`,
    );
    if (passedOn === 0) break;
  }
}
