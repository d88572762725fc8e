import type { Folding, MatchRule, RuledReconciliation } from '../../domain/match-rules';
import { Problem } from '../../domain/problem';
import type { FactRelation } from '../../domain/words';
import { foldedReference } from './folding';
import type { OpenPairing } from './open-pairs';
import { isFree, WAYS_SHOWN } from './pair-table';
import { effective, literal, step, type Scope } from './scope';

/** More pairs than this, or more records under one key, and a rule joins everything to everything. */
const PAIRS_OF_A_RULE = 5_000_000;
const RECORDS_OF_A_KEY = 1_000;

/**
 * Runs the company's approved rules over what is open, in the order of its file. An automatic rule claims what it matches; any other only suggests.
 * @returns how many matches were claimed
 * @throws Problem RULE_TOO_WIDE naming the rule and the count
 */
export async function runCompanyRules(scope: Scope, pairing: OpenPairing): Promise<number> {
  const rules = scope.rules.filter((rule) => rule.reconciliation === pairing.reconciliation);
  if (rules.length === 0) return 0;
  await gatherFields(scope, pairing);
  let claimed = 0;
  for (const rule of rules) {
    await keyRecords(scope, rule, pairing.table);
    await matchRecords(scope, rule);
    claimed += await takeMatches(scope, rule, pairing.table);
  }
  return claimed;
}

/** `field_left`, `field_right`: each open record with the columns of its first fact of each kind, by name. */
async function gatherFields(scope: Scope, { reconciliation, leftFacts, rightFacts }: OpenPairing): Promise<void> {
  const fields = (side: 'left' | 'right', relations: readonly FactRelation[]): string =>
    `CREATE TEMP TABLE field_${side} ON COMMIT DROP AS
     SELECT o.id, o.ids, o.customer_key, o.currency, o.amount, o.on_date, o.same, ${relations.map((_, i) => `coalesce(f${i}.fields, '{}')`).join(' || ')} AS fields
       FROM open_${side} o ${relations
         .map(
           (relation, i) => `LEFT JOIN (SELECT x.id, to_jsonb(c) AS fields
              FROM (SELECT o.id, min(c.id) AS fact FROM (SELECT id, unnest(ids) AS fact FROM open_${side}) o JOIN ${effective(relation)} c ON c.id = o.fact GROUP BY o.id) x
              JOIN ${effective(relation)} c ON c.id = x.fact) f${i} ON f${i}.id = o.id`,
         )
         .join(' ')};`;
  await step(
    scope,
    `${reconciliation}: fields of what is open`,
    `DROP TABLE IF EXISTS field_left, field_right; ${fields('left', leftFacts)} ${fields('right', rightFacts)} ANALYZE field_left; ANALYZE field_right;`,
  );
}

/** SQL: a field as a rule compares it; null where there is nothing to compare. */
function folded(alias: string, field: string, as: Folding): string {
  const value = `${alias}.fields->>${literal(field)}`;
  const text = `normalize(${value}, NFKC)`;
  if (as === 'digits') return `nullif(regexp_replace(${text}, '[^0-9]', '', 'g'), '')`;
  if (as === 'text') return `nullif(upper(regexp_replace(${text}, '\\s', '', 'g')), '')`;
  return `nullif(${foldedReference(value)}, '')`;
}

/** `rule_left`, `rule_right`: what nobody has claimed, under its key. A record without one of the keys takes no part. */
async function keyRecords(scope: Scope, rule: MatchRule, table: string): Promise<void> {
  const keyed = (side: 'left' | 'right'): string => {
    const parts = rule.keys.map((key) => folded('f', key[side], key.as));
    return `CREATE TEMP TABLE rule_${side} ON COMMIT DROP AS
     SELECT * FROM (SELECT f.id, f.ids, f.currency || '|' || f.same || '|' || ${parts.join(` || '|' || `)} AS key, f.currency, f.amount, f.on_date FROM field_${side} f
                     WHERE ${isFree(table, side, 'f.id')}) k WHERE key IS NOT NULL;`;
  };
  await step(
    scope,
    `${rule.reconciliation}: rule ${rule.code}`,
    `DROP TABLE IF EXISTS rule_left, rule_right, rule_match; ${keyed('left')} ${keyed('right')} ANALYZE rule_left; ANALYZE rule_right;`,
  );
  await refuseTooWide(scope, rule);
}

async function refuseTooWide(scope: Scope, rule: MatchRule): Promise<void> {
  const { rows } = await scope.client.query<{ pairs: string; most: string }>(
    `SELECT coalesce(sum(lefts * rights), 0) AS pairs, coalesce(max(lefts + rights), 0) AS most
       FROM (SELECT key, count(*) AS lefts FROM rule_left GROUP BY key) l JOIN (SELECT key, count(*) AS rights FROM rule_right GROUP BY key) r USING (key)`,
  );
  const { pairs = '0', most = '0' } = rows[0] ?? {};
  const isWide = rule.shape === '1:1' ? Number(pairs) > PAIRS_OF_A_RULE : Number(most) > RECORDS_OF_A_KEY;
  if (!isWide) return;
  throw new Problem(
    'RULE_TOO_WIDE',
    {
      zh: `对账规则 ${rule.code}（${rule.name}）过宽：${pairs} 对候选，同一键最多 ${most} 条记录。请在结账制度中增加比较项后重试`,
      en: `rule ${rule.code} (${rule.name}) joins too much: ${pairs} candidate pairs, up to ${most} records under one key. Add keys to it in the policy and try again`,
    },
    422,
    { rule: rule.code, pairs: Number(pairs), records: Number(most) },
  );
}

/** `rule_match`: what the rule would match, with the number of ways a record could have gone. */
async function matchRecords(scope: Scope, rule: MatchRule): Promise<void> {
  const tolerance = toleranceSql(rule, 'l.currency', 'l.amount');
  const days =
    rule.days === null
      ? 'true'
      : `greatest(l.last_date, r.last_date) - least(l.first_date, r.first_date) <= ${rule.days}`;
  const sums = (side: 'left' | 'right'): string =>
    `(SELECT key, min(currency) AS currency, sum(amount) AS amount, count(*) AS records, min(on_date) AS first_date, max(on_date) AS last_date,
             array_agg(id ORDER BY id) AS keys, array_agg(ids ORDER BY id) AS members FROM rule_${side} GROUP BY key)`;
  const [lefts, rights] = rule.shape.split(':');
  const single = `SELECT ARRAY[l.id] AS left_ids, ARRAY[r.id] AS right_ids, l.amount - r.amount AS difference, l.currency,
                         greatest(count(*) OVER (PARTITION BY l.id), count(*) OVER (PARTITION BY r.id)) AS ways
                    FROM (SELECT *, on_date AS first_date, on_date AS last_date FROM rule_left) l JOIN (SELECT *, on_date AS first_date, on_date AS last_date FROM rule_right) r USING (key)
                   WHERE abs(l.amount - r.amount) <= ${tolerance} AND ${days}`;
  const grouped = `SELECT l.keys AS left_ids, r.keys AS right_ids, l.amount - r.amount AS difference, l.currency, 1 AS ways
                     FROM ${sums('left')} l JOIN ${sums('right')} r USING (key)
                    WHERE abs(l.amount - r.amount) <= ${tolerance} AND ${days} AND ${lefts === '1' ? 'l.records = 1' : 'true'} AND ${rights === '1' ? 'r.records = 1' : 'true'}`;
  await step(
    scope,
    `${rule.reconciliation}: rule ${rule.code}`,
    `CREATE TEMP TABLE rule_match ON COMMIT DROP AS ${rule.shape === '1:1' ? single : grouped}`,
  );
}

async function takeMatches(scope: Scope, rule: MatchRule, table: string): Promise<number> {
  const name = `${rule.reconciliation}: rule ${rule.code}`;
  if (rule.automatic) {
    await suggestRuled(scope, rule, 'ways > 1');
    return step(
      scope,
      name,
      `INSERT INTO ${table} (rule, left_ids, right_ids) SELECT ${literal(rule.code)}, left_ids, right_ids FROM rule_match WHERE ways = 1 ORDER BY left_ids`,
    );
  }
  await suggestRuled(scope, rule, `ways <= ${WAYS_SHOWN}`);
  return 0;
}

async function suggestRuled(scope: Scope, rule: MatchRule, condition: string): Promise<void> {
  const facts = (side: 'left' | 'right'): string =>
    `(SELECT array_agg(i ORDER BY i) FROM unnest(m.${side}_ids) k JOIN rule_${side} o ON o.id = k CROSS JOIN LATERAL unnest(o.ids) i)`;
  await step(
    scope,
    `${rule.reconciliation}: rule ${rule.code}`,
    `INSERT INTO suggestion SELECT ${literal(rule.reconciliation)}, ${literal(rule.code)}, ways, currency, difference, ${facts('left')}, ${facts('right')} FROM rule_match m WHERE ${condition}`,
  );
}

/** SQL: what a rule lets the sides differ by. */
function toleranceSql(rule: MatchRule, currency: string, amount: string): string {
  const own = Object.entries(rule.tolerance.currencies).map(([name, most]) => `WHEN ${literal(name)} THEN ${most}`);
  const absolute =
    own.length === 0 ? rule.tolerance.amount : `CASE ${currency} ${own.join(' ')} ELSE ${rule.tolerance.amount} END`;
  if (Number(rule.tolerance.percent) === 0) return absolute;
  return `greatest(${absolute}, round(abs(${amount}) * ${rule.tolerance.percent} / 100, 2))`;
}

/** SQL: the amount two sides may differ by: the policy's, or the rule's where a company's rule has matched them. */
export function toleranceOf(
  scope: Scope,
  reconciliation: RuledReconciliation,
  amount: string,
  currency = 'left_currency',
): string {
  const standing = literal(scope.settings.policy.tolerance.amount);
  const cases = scope.rules
    .filter((rule) => rule.reconciliation === reconciliation && rule.automatic)
    .map(
      (rule) =>
        `WHEN ${literal(rule.code)} THEN greatest(${standing}::numeric, ${toleranceSql(rule, currency, amount)})`,
    );
  return cases.length === 0 ? standing : `(CASE rule ${cases.join(' ')} ELSE ${standing}::numeric END)`;
}

/** SQL: how sure a match is by its rule. Without a common reference it is probable, never certain. */
export function certaintyOfRule(scope: Scope): string {
  const guesses = ['near-reference', 'customer-amount', 'amount-window', ...scope.rules.map((rule) => rule.code)];
  return `CASE WHEN rule IN (${guesses.map(literal).join(', ')}) THEN 'probable' ELSE 'certain' END`;
}
