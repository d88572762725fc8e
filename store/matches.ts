import type { Pool } from 'pg';
import type { ShownRecord } from '../domain/explain';
import { formatAmount } from '../domain/money';
import { RECONCILIATIONS, type FactRelation, type ReconciliationName } from '../domain/words';
import type { Certainty } from '../domain/rules';
import { streamRows } from './cursor';
import { readCursor, UUID, writeCursor } from './exceptions/order';
import { placeholders, type Placeholder } from './exceptions/filter';
import { recordsOf, relationsOfBatches } from './match-records';

/** `apart`: taken apart by a person; shown only when asked for. */
export type MatchState = 'confirmed' | 'suggested' | 'apart';

/** One match as API and CLI show it (contracts, section 2). */
export interface MatchView {
  readonly id: string;
  readonly reconciliation: ReconciliationName;
  /** `by-hand` where a person matched exceptions. */
  readonly rule: string;
  readonly state: MatchState;
  readonly certainty: string;
  readonly currency: string;
  readonly difference: string;
  readonly left: readonly ShownRecord[];
  readonly right: readonly ShownRecord[];
}

export interface MatchFilter {
  readonly reconciliation?: ReconciliationName | undefined;
  readonly rule?: string | undefined;
  readonly state?: MatchState | undefined;
  readonly certainty?: Certainty | undefined;
}

interface StoredMatch extends Omit<MatchView, 'left' | 'right'> {
  readonly left_ids: readonly string[];
  readonly right_ids: readonly string[];
  /** Of a match by hand: the records its exceptions show. */
  readonly left_records: readonly ShownRecord[] | null;
  readonly right_records: readonly ShownRecord[] | null;
}

/** Records are looked up this many matches at a time. */
const PAGE = 2_000;

/** The month's matches in a stable order, with the records of both sides, streamed in constant memory. */
export async function* streamMatches(
  pool: Pool,
  periodId: number,
  filter: MatchFilter = {},
): AsyncGenerator<MatchView> {
  const relations = await relationsOfBatches(pool, periodId);
  const values: unknown[] = [];
  const rows = streamRows<StoredMatch>(
    pool,
    `SELECT * FROM (${sourcesOf(filter).join(' UNION ALL ')}) u WHERE ${conditionOf(periodId, filter, placeholders(values))}
      ORDER BY reconciliation, left_ids, id`,
    values,
  );
  let page: StoredMatch[] = [];
  for await (const row of rows) {
    page.push(row);
    if (page.length < PAGE) continue;
    yield* await showAll(pool, periodId, relations, page);
    page = [];
  }
  yield* await showAll(pool, periodId, relations, page);
}

/** In the order of the list: by name. */
const IN_ORDER = [...RECONCILIATIONS].sort();

/** A place in the list: reconciliation, the left side's ids as an array of PostgreSQL, and the id. */
const PLACE = [new RegExp(`^(${IN_ORDER.join('|')})$`), /^\{(\d{1,19}(,\d{1,19})*)?\}$/, UUID];

/**
 * One page of the month's matches. One reconciliation is read at a time, so that a page does not cost all of them.
 * @returns the matches, and where the next page begins; null behind the last one
 * @throws Problem BAD_CURSOR (400)
 */
export async function pageOfMatches(
  pool: Pool,
  periodId: number,
  filter: MatchFilter,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<{ rows: MatchView[]; next: string | null }> {
  const [from = '', ...place] = after === undefined ? [] : readCursor(after, PLACE);
  const names = IN_ORDER.filter((name) => name >= from && (filter.reconciliation ?? name) === name);
  const found: StoredMatch[] = [];
  for (const reconciliation of names) {
    if (found.length > limit) break;
    const behind = reconciliation === from ? place : [];
    found.push(...(await someMatches(pool, periodId, { ...filter, reconciliation }, behind, limit + 1 - found.length)));
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    rows: await showAll(pool, periodId, await relationsOfBatches(pool, periodId), page),
    next:
      found.length > limit && last !== undefined
        ? writeCursor([last.reconciliation, `{${last.left_ids.join(',')}}`, last.id])
        : null,
  };
}

/** The next matches of one reconciliation. Each kind of match is cut to the page by itself: a million are not gathered for fifty. */
async function someMatches(
  pool: Pool,
  periodId: number,
  filter: MatchFilter,
  [leftIds, id]: readonly string[],
  limit: number,
): Promise<StoredMatch[]> {
  const values: unknown[] = [];
  const put = placeholders(values);
  const condition = conditionOf(periodId, filter, put);
  const behind = leftIds === undefined ? '' : `AND (left_ids, id) > (${put(leftIds)}::bigint[], ${put(id)}::uuid)`;
  const order = `ORDER BY left_ids, id LIMIT ${put(limit)}`;
  const parts = sourcesOf(filter).map(
    (source) => `(SELECT * FROM (${source}) u WHERE ${condition} ${behind} ${order})`,
  );
  const { rows } = await pool.query<StoredMatch>(`SELECT * FROM (${parts.join(' UNION ALL ')}) m ${order}`, values);
  return rows;
}

function conditionOf(periodId: number, filter: MatchFilter, put: Placeholder): string {
  const { reconciliation, rule, state, certainty } = filter;
  const wanted = { period_id: periodId, reconciliation, rule, certainty, ...(state === 'apart' ? {} : { state }) };
  return Object.entries(wanted)
    .flatMap(([column, value]) => (value === undefined ? [] : [`${column} = ${put(value)}`]))
    .join(' AND ');
}

/** The rule of matches that people made. */
const HAND_RULE = 'by-hand';

/** The machine's matches and those by hand; or those that were taken apart. */
function sourcesOf({ state, rule }: MatchFilter): string[] {
  if (state === 'apart') return [APART];
  if (rule === undefined) return [BY_MACHINE, BY_HAND];
  return [rule === HAND_RULE ? BY_HAND : BY_MACHINE];
}

const BY_MACHINE = `SELECT period_id, id, reconciliation, rule, state, certainty, currency, difference, left_ids, right_ids,
                           NULL::jsonb AS left_records, NULL::jsonb AS right_records FROM match`;
const APART = `SELECT period_id, match_id AS id, reconciliation, rule, 'apart' AS state, certainty, currency, difference, left_ids, right_ids,
                      NULL::jsonb AS left_records, NULL::jsonb AS right_records FROM apart_state`;

/** A match by hand shows the records of its exceptions. */
const BY_HAND = `SELECT h.period_id, h.id, h.reconciliation, '${HAND_RULE}' AS rule, 'confirmed' AS state, 'certain' AS certainty, h.currency, h.difference,
       '{}'::bigint[] AS left_ids, '{}'::bigint[] AS right_ids, s.left_records, s.right_records
  FROM hand_match_state h
 CROSS JOIN LATERAL (SELECT jsonb_agg(r.record ORDER BY r.record->>'date', r.record->>'reference') FILTER (WHERE r.is_left) AS left_records,
                            jsonb_agg(r.record ORDER BY r.record->>'date', r.record->>'reference') FILTER (WHERE NOT r.is_left) AS right_records
                       FROM close_exception e
                      CROSS JOIN LATERAL (SELECT jsonb_array_elements(e.left_records) AS record, true AS is_left
                                          UNION ALL SELECT jsonb_array_elements(e.right_records), false) r
                      WHERE e.period_id = h.period_id AND e.id = ANY (h.exception_ids)) s
 WHERE h.stands`;

async function showAll(
  pool: Pool,
  periodId: number,
  relations: ReadonlyMap<string, FactRelation>,
  page: readonly StoredMatch[],
): Promise<MatchView[]> {
  const ids = page.flatMap((match) => [...match.left_ids, ...match.right_ids]);
  const records = await recordsOf(pool, periodId, relations, ids);
  const shown = (of: readonly (ShownRecord | undefined)[], currency: string): ShownRecord[] =>
    of.flatMap((record) =>
      record === undefined ? [] : [{ ...record, amount: formatAmount(record.amount, currency) }],
    );
  return page.map((match) => {
    const { id, reconciliation, rule, state, certainty, currency, difference } = match;
    const left = match.left_records ?? match.left_ids.map((one) => records.get(one));
    const right = match.right_records ?? match.right_ids.map((one) => records.get(one));
    return {
      ...{ id, reconciliation, rule, state, certainty, currency },
      difference: formatAmount(difference, currency),
      left: shown(left, currency),
      right: shown(right, currency),
    };
  });
}
