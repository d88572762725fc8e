import type { OpenPairing } from './open-pairs';
import { MATCH_COLUMNS } from './found';
import { areFree, isFree, WAYS_SHOWN } from './pair-table';
import { literal, step, type Scope } from './scope';

/** A customer with more open records than this has a subset for nearly any sum. */
const RECORDS_OF_A_CUSTOMER = 12;
const RECORDS_OF_A_SUM = 4;
/** An exception of more records than this is not told of others: nobody matches it by looking. */
const RECORDS_SHOWN = 20;

/**
 * `suggestion`: what may belong together but is not sure enough to be matched without a person, by the facts' ids. `ways` says how many equally good answers there are.
 */
export async function createSuggestions(scope: Scope): Promise<void> {
  await step(
    scope,
    'suggestions: prepare',
    `CREATE TEMP TABLE suggestion (reconciliation text, rule text, ways bigint, currency text, difference numeric, left_ids bigint[], right_ids bigint[]) ON COMMIT DROP`,
  );
}

/** Near references and equal amounts of one customer that have several candidates, or speak of another number. */
export async function suggestCandidates(scope: Scope, { reconciliation, table }: OpenPairing): Promise<void> {
  await step(
    scope,
    `${reconciliation}: candidates`,
    `INSERT INTO suggestion
     SELECT ${literal(reconciliation)}, CASE WHEN near THEN 'near-reference' ELSE 'customer-amount' END, ways, l.currency, l.amount - r.amount, l.ids, r.ids
       FROM (SELECT *, greatest(count(*) OVER (PARTITION BY left_id), count(*) OVER (PARTITION BY right_id)) AS ways
               FROM open_candidate c WHERE (near OR same_customer) AND ${areFree(table, 'c.left_id', 'c.right_id')}) c
       JOIN open_left l ON l.id = c.left_id JOIN open_right r ON r.id = c.right_id
      WHERE ways <= ${String(WAYS_SHOWN)}`,
  );
}

/**
 * One record that is the exact sum of a few of the same customer, either way round: a transfer for several, or several for one. Never more than a
 * suggestion: among a dozen amounts some sum is nearly always right.
 */
export async function suggestSums(scope: Scope, { reconciliation, table, days }: OpenPairing): Promise<void> {
  const window = String(days ?? 31);
  const sums = (one: 'left' | 'right', many: 'left' | 'right'): string => `
     WITH RECURSIVE open_one AS (
       SELECT o.* FROM open_${one} o WHERE customer_key IS NOT NULL AND ${isFree(table, one, 'o.id')}
     ), open_many AS (
       SELECT m.* FROM open_${many} m JOIN (SELECT customer_key, currency, same FROM open_${many} GROUP BY 1, 2, 3 HAVING count(*) BETWEEN 2 AND ${String(RECORDS_OF_A_CUSTOMER)}) few USING (customer_key, currency, same)
        WHERE ${isFree(table, many, 'm.id')}
     ), member AS (
       SELECT o.id AS one, o.ids AS one_ids, o.amount AS target, m.id, m.ids, m.amount, m.currency FROM open_one o JOIN open_many m USING (customer_key, currency, same)
        WHERE abs(m.amount) < abs(o.amount) AND abs(m.on_date - o.on_date) <= ${window}
     ), subset AS (
       SELECT one, one_ids, target, currency, id AS last, ids, amount, 1 AS records FROM member
       UNION ALL
       SELECT s.one, s.one_ids, s.target, s.currency, m.id, s.ids || m.ids, s.amount + m.amount, s.records + 1
         FROM subset s JOIN member m ON m.one = s.one AND m.id > s.last WHERE s.records < ${String(RECORDS_OF_A_SUM)} AND abs(s.amount + m.amount) <= abs(s.target)
     ), solved AS (
       SELECT *, count(*) OVER (PARTITION BY one) AS ways FROM subset WHERE amount = target AND records > 1
     )
     INSERT INTO suggestion
     SELECT ${literal(reconciliation)}, 'sum-of-several', ways, currency, 0, ${one === 'left' ? 'one_ids, ids' : 'ids, one_ids'} FROM solved WHERE ways <= ${String(WAYS_SHOWN)};`;
  await step(scope, `${reconciliation}: sums`, `${sums('right', 'left')} ${sums('left', 'right')}`);
}

/**
 * Writes the suggestions whose records are exceptions of this run, and tells each exception of them: by the other exceptions, with their
 * numbers. Needs `identified` and `found_id`.
 */
export async function writeSuggestions(scope: Scope): Promise<void> {
  await step(
    scope,
    'suggestions: write',
    `CREATE TEMP TABLE one_sided ON COMMIT DROP AS
     SELECT i.reconciliation, f.id, i.exception, f.side, i.reference
       FROM found_id f
       JOIN (SELECT fid, reconciliation, id AS exception, (SELECT string_agg(r->>'reference', '+') FROM jsonb_array_elements(left_records || right_records) r) AS reference
               FROM identified WHERE (left_records = '[]' OR right_records = '[]') AND jsonb_array_length(left_records || right_records) <= ${String(RECORDS_SHOWN)} OFFSET 0) i USING (fid);
     ANALYZE one_sided;
     CREATE TEMP TABLE numbered_suggestion ON COMMIT DROP AS
     SELECT row_number() OVER (ORDER BY reconciliation, ways, rule, left_ids, right_ids) AS hint, s.* FROM (SELECT DISTINCT * FROM suggestion) s;
     CREATE TEMP TABLE hint ON COMMIT DROP AS
     WITH member AS (
       SELECT hint, reconciliation, 'left' AS side, unnest(left_ids) AS id FROM numbered_suggestion
       UNION ALL SELECT hint, reconciliation, 'right', unnest(right_ids) FROM numbered_suggestion
     )
     SELECT m.hint, m.side, n.rule, n.ways, o.exception, coalesce(o.reference, unpaid.order_no) AS reference FROM member m JOIN numbered_suggestion n USING (hint)
       LEFT JOIN one_sided o ON o.id = m.id AND o.side = m.side AND o.reconciliation = m.reconciliation
       -- An order that is not paid yet is no exception, but it may be what a receipt was for.
       LEFT JOIN eff_sales_order unpaid ON m.reconciliation = 'orders-receipts' AND m.side = 'left' AND unpaid.id = m.id;
     DELETE FROM hint h USING (SELECT DISTINCT hint FROM hint WHERE reference IS NULL) gone WHERE gone.hint = h.hint;
     INSERT INTO match (${MATCH_COLUMNS})
     SELECT ${scope.periodId}, n.reconciliation, md5('suggestion|' || n.reconciliation || '|' || n.rule || '|' || h.exceptions)::uuid, n.rule, 'suggested', 'possible', n.currency, n.difference, array_sort(n.left_ids), array_sort(n.right_ids)
       FROM numbered_suggestion n JOIN (SELECT hint, string_agg(DISTINCT coalesce(exception::text, reference), ',' ORDER BY coalesce(exception::text, reference)) AS exceptions FROM hint GROUP BY hint) h USING (hint);
     UPDATE identified i SET facts = i.facts || jsonb_build_object('suggested', s.suggested)
       FROM (SELECT exception, jsonb_agg(jsonb_build_object('rule', rule, 'ways', ways, 'exceptions', others, 'references', numbers) ORDER BY ways, rule, numbers) AS suggested
               FROM (SELECT DISTINCT me.exception, me.rule, me.ways, o.others, o.numbers
                       FROM hint me JOIN (SELECT hint, side, coalesce(jsonb_agg(DISTINCT exception ORDER BY exception) FILTER (WHERE exception IS NOT NULL), '[]') AS others, jsonb_agg(DISTINCT reference ORDER BY reference) AS numbers
                                            FROM hint GROUP BY hint, side) o ON o.hint = me.hint AND o.side <> me.side) x
              WHERE exception IS NOT NULL GROUP BY exception) s
      WHERE s.exception = i.id;`,
  );
}
