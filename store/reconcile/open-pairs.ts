import type { RuledReconciliation } from '../../domain/match-rules';
import type { FactRelation } from '../../domain/words';
import { runCompanyRules } from './company-rules';
import { areFree, PAIRS_OF_A_BLOCK } from './pair-table';
import { step, type Scope } from './scope';
import { suggestCandidates, suggestSums } from './suggestions';

/**
 * What the passes by reference have left open on both sides of a comparison, and the table the pairs go to. Both lists have the columns
 * `id text, ids bigint[], keys text[], nameless boolean, customer_key text, currency text, amount numeric, on_date date, same text`: `ids` are the
 * facts of a record, `keys` the numbers it goes by or names, `nameless` says that it names none, `same` must be equal (sign, channel).
 */
export interface OpenPairing {
  readonly reconciliation: RuledReconciliation;
  /** Made: grp bigint, rule text, left_ids text[], right_ids text[]. */
  readonly table: string;
  readonly left: string;
  readonly right: string;
  /** Where the facts of each side are, for the fields a company's rules compare. */
  readonly leftFacts: readonly FactRelation[];
  readonly rightFacts: readonly FactRelation[];
  /** SQL for every left record there is, open or not: key, customer_key, currency, amount. */
  readonly live: string;
  /** How far apart the days of a pair without a reference may be; null where the month is the window. */
  readonly days: number | null;
}

/**
 * Pairs open records whose amounts agree to the cent: by a reference that is one slip away (`near-reference`), else by customer and day
 * where one of them names no number (`customer-amount`). Only where each is the other's only candidate; a near reference that another live record fits as
 * well is left to people. The company's own rules come next; what is merely possible is suggested.
 * @returns how many matches the table holds
 */
export async function pairOpen(scope: Scope, pairing: OpenPairing): Promise<number> {
  const name = pairing.reconciliation;
  await listOpen(scope, pairing);
  const within = pairing.days === null ? 'true' : `days <= ${String(pairing.days)}`;
  const near = await pairNear(scope, pairing, within);
  const mistaken = await pairNearOfCustomer(scope, pairing);
  const alike = await step(
    scope,
    `${name}: customer and amount`,
    `INSERT INTO ${pairing.table} (rule, left_ids, right_ids)
     SELECT 'customer-amount', ARRAY[left_id], ARRAY[right_id]
       FROM (SELECT *, count(*) OVER (PARTITION BY left_id) AS of_left, count(*) OVER (PARTITION BY right_id) AS of_right
               FROM open_candidate c WHERE same_customer AND ${within} AND ${areFree(pairing.table, 'c.left_id', 'c.right_id')}) c
      WHERE of_left = 1 AND of_right = 1 AND nameless ORDER BY left_id`,
  );
  const ruled = await runCompanyRules(scope, pairing);
  await suggestCandidates(scope, pairing);
  await suggestSums(scope, pairing);
  return near + mistaken + alike + ruled;
}

async function listOpen(scope: Scope, { reconciliation, table, left, right }: OpenPairing): Promise<void> {
  await step(
    scope,
    `${reconciliation}: what is open`,
    `DROP TABLE IF EXISTS open_left, open_right, open_candidate;
     CREATE TEMP TABLE open_left ON COMMIT DROP AS ${left};
     CREATE TEMP TABLE open_right ON COMMIT DROP AS ${right};
     ANALYZE open_left; ANALYZE open_right;
     CREATE TEMP TABLE open_candidate ON COMMIT DROP AS
     ${candidates(['currency', 'amount', 'same', 'customer_key'], 'true')}
     UNION ALL
     ${candidates(['currency', 'amount', 'same'], 'l.customer_key IS NULL OR r.customer_key IS NULL')};
     ANALYZE open_candidate;
     CREATE TEMP TABLE ${table} (grp bigint GENERATED ALWAYS AS IDENTITY, rule text, left_ids text[], right_ids text[]) ON COMMIT DROP;`,
  );
}

/** SQL: the blocks (values of the columns) small enough to look for pairs in. */
const smallBlocks = (columns: string): string =>
  `(SELECT ${columns} FROM (SELECT ${columns}, count(*) AS lefts FROM open_left GROUP BY ${columns}) a
      JOIN (SELECT ${columns}, count(*) AS rights FROM open_right GROUP BY ${columns}) b USING (${columns}) WHERE lefts * rights <= ${String(PAIRS_OF_A_BLOCK)})`;

/** Pairs of equal amount. */
function candidates(block: readonly string[], condition: string): string {
  const columns = block.join(', ');
  return `SELECT l.id AS left_id, r.id AS right_id, any_near(l.keys, r.keys) AS near, coalesce(l.customer_key = r.customer_key, false) AS same_customer,
            l.nameless OR r.nameless AS nameless, abs(l.on_date - r.on_date) AS days
       FROM open_left l JOIN open_right r USING (${columns}) JOIN ${smallBlocks(columns)} small USING (${columns})
      WHERE ${condition}`;
}

/** Of equal amounts: the same customer's, or inside the window. */
async function pairNear(scope: Scope, pairing: OpenPairing, within: string): Promise<number> {
  return claimNear(scope, pairing, 'near references', {
    near: `SELECT left_id, right_id FROM open_candidate WHERE near AND (same_customer OR ${within})`,
    rival: `v.currency = c.currency AND v.amount = c.amount AND coalesce(v.customer_key = c.customer_key, true)`,
  });
}

/** Two amounts further apart than this are not one amount and a mistake in it. */
const MISTAKEN_SHARE = '0.5';

/** A number one slip away, of the same customer, but another amount: two mistakes in one record rather than two records without the other side. */
async function pairNearOfCustomer(scope: Scope, pairing: OpenPairing): Promise<number> {
  const block = 'customer_key, currency, same';
  return claimNear(scope, pairing, 'near references of a customer', {
    near: `SELECT l.id AS left_id, r.id AS right_id FROM open_left l JOIN open_right r USING (${block}) JOIN ${smallBlocks(block)} small USING (${block})
            WHERE abs(l.amount - r.amount) <= ${MISTAKEN_SHARE} * greatest(abs(l.amount), abs(r.amount)) AND any_near(l.keys, r.keys) AND ${areFree(pairing.table, 'l.id', 'r.id')}`,
    rival: `v.customer_key = c.customer_key AND v.currency = c.currency`,
  });
}

/**
 * Claims the near pairs where each is the other's only one and no other live record fits the number as well.
 * @param near SQL for left_id and right_id
 * @param rival SQL: the live record `v` could be meant in place of the chosen pair `c`, were its number as near
 */
async function claimNear(
  scope: Scope,
  { reconciliation, table, live }: OpenPairing,
  name: string,
  { near, rival }: { readonly near: string; readonly rival: string },
): Promise<number> {
  return step(
    scope,
    `${reconciliation}: ${name}`,
    `WITH near AS (
       SELECT *, count(*) OVER (PARTITION BY left_id) AS of_left, count(*) OVER (PARTITION BY right_id) AS of_right FROM (${near}) n
     ), chosen AS (
       SELECT n.left_id, n.right_id, l.keys AS left_keys, r.keys AS right_keys, l.currency, l.amount, coalesce(l.customer_key, r.customer_key) AS customer_key
         FROM near n JOIN open_left l ON l.id = n.left_id JOIN open_right r ON r.id = n.right_id WHERE of_left = 1 AND of_right = 1
     ), fits_another AS (
       SELECT DISTINCT c.right_id FROM chosen c JOIN (${live}) v ON ${rival} WHERE v.key <> ALL (c.left_keys) AND any_near(ARRAY[v.key], c.right_keys)
     )
     INSERT INTO ${table} (rule, left_ids, right_ids)
     SELECT 'near-reference', ARRAY[left_id], ARRAY[right_id] FROM chosen c
      WHERE NOT EXISTS (SELECT 1 FROM fits_another f WHERE f.right_id = c.right_id) ORDER BY left_id`,
  );
}

/** SQL: the numbers of a text that could be somebody's reference: dates and short counts are not. */
export const referencesIn = (text: string): string =>
  `ARRAY(SELECT n FROM unnest(numbers_in(${text})) n WHERE length(n) >= 6 AND n !~ '^20[0-9]{2}(0[1-9]|1[0-2])([0-3][0-9])?$')`;
