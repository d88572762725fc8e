import type { Pool } from 'pg';
import { explain, type Difference, type ExceptionFacts, type ShownRecord } from '../domain/explain';
import { formatAmount } from '../domain/money';
import type { Bilingual, ExceptionKind, ReconciliationName, Role } from '../domain/words';
import { streamRows } from './cursor';
import { conditionOf, placeholders, type ExceptionFilter, type ExceptionState } from './exceptions/filter';
import { behind, orderBy, placeOf, writeCursor, type Order } from './exceptions/order';

export type { ExceptionFilter, ExceptionState } from './exceptions/filter';

/** One exception as API, CLI and console show it (contracts, section 2). */
export interface ExceptionView extends Difference {
  readonly id: string;
  readonly rule: string;
  readonly explanation: Bilingual;
  readonly suggestedAction: string;
  readonly owner: Role;
  readonly state: ExceptionState;
  /** What a person said, where the state is resolved. */
  readonly action: string | null;
  readonly causedBy: readonly string[];
  /** The login it was given to. */
  readonly assignee: string | null;
  /** Whose document it is, normalised. */
  readonly customer: string | null;
}

/** A row of `exception_state`, as far as it is shown. */
export interface StoredException {
  readonly id: string;
  readonly reconciliation: ReconciliationName;
  readonly kind: ExceptionKind;
  readonly currency: string;
  readonly difference: string;
  readonly left_records: readonly ShownRecord[];
  readonly right_records: readonly ShownRecord[];
  readonly facts: ExceptionFacts;
  readonly rule: string;
  readonly suggested_action: string;
  readonly owner: Role;
  readonly state: ExceptionState;
  readonly action: string | null;
  readonly caused_by: readonly string[];
  readonly customer_key: string | null;
  readonly assignee?: string | null;
}

const WITH_ASSIGNEE = `LEFT JOIN exception_assignee a ON a.period_id = e.period_id AND a.exception_id = e.id`;

/** The month's exceptions in a stable order, streamed in constant memory. */
export async function* streamExceptions(
  pool: Pool,
  periodId: number,
  filter: ExceptionFilter = {},
  order: Order = {},
): AsyncGenerator<ExceptionView> {
  const values: unknown[] = [];
  const condition = conditionOf(periodId, filter, placeholders(values));
  const rows = streamRows<StoredException>(
    pool,
    `SELECT e.*, a.login AS assignee FROM exception_state e ${WITH_ASSIGNEE} WHERE ${condition} ORDER BY ${orderBy(order)}`,
    values,
  );
  for await (const row of rows) yield exceptionView(row);
}

/** Which part of a list is wanted. */
export interface PageOf {
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/**
 * One page of the month's exceptions. Pages that follow one another hold each exception once, whatever is resolved in between.
 * @returns the rows, and where the next page begins; null behind the last one
 * @throws Problem BAD_CURSOR (400)
 */
export async function pageOfExceptions(
  pool: Pool,
  periodId: number,
  filter: ExceptionFilter,
  order: Order,
  { limit, after }: PageOf,
): Promise<{ rows: ExceptionView[]; next: string | null }> {
  const values: unknown[] = [];
  const put = placeholders(values);
  const condition = conditionOf(periodId, filter, put);
  const from = after === undefined ? '' : `AND ${behind(order, after, put)}`;
  // The places are found first, without carrying records along, and without answers where nobody asks for them: only the page's own rows
  // are read in full.
  const places = filter.state === undefined ? 'close_exception' : 'exception_state';
  const { rows } = await pool.query<StoredException & { place: string[] }>(
    `WITH page AS MATERIALIZED (
       SELECT e.id FROM ${places} e WHERE ${condition} ${from} ORDER BY ${orderBy(order)} LIMIT ${put(limit + 1)}
     )
     SELECT e.*, a.login AS assignee, ${placeOf(order)} AS place
       FROM page JOIN exception_state e ON e.period_id = $1 AND e.id = page.id ${WITH_ASSIGNEE} ORDER BY ${orderBy(order)}`,
    values,
  );
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown.map(exceptionView),
    next: rows.length > limit && last !== undefined ? writeCursor(last.place) : null,
  };
}

/** Shows a stored exception: amounts with their currency's decimals, the explanation in both languages. */
export function exceptionView(row: StoredException): ExceptionView {
  const { currency } = row;
  const shown = (records: readonly ShownRecord[]): ShownRecord[] =>
    records.map(({ source, reference, date, amount }) => ({
      source,
      reference,
      date,
      amount: formatAmount(amount, currency),
    }));
  const left = shown(row.left_records);
  const right = shown(row.right_records);
  const difference = formatAmount(row.difference, currency);
  return {
    id: row.id,
    reconciliation: row.reconciliation,
    kind: row.kind,
    currency,
    difference,
    left,
    right,
    rule: row.rule,
    explanation: explain({
      reconciliation: row.reconciliation,
      kind: row.kind,
      currency,
      difference,
      left,
      right,
      facts: row.facts,
      causes: row.caused_by.length,
    }),
    suggestedAction: row.suggested_action,
    owner: row.owner,
    state: row.state,
    action: row.action,
    causedBy: row.caused_by,
    assignee: row.assignee ?? null,
    customer: row.customer_key ?? row.facts.customer ?? null,
  };
}
