import { referenceKey } from '../../domain/reference';
import type { ExceptionKind, ReconciliationName, Role } from '../../domain/words';
import { CAUSE_KEY } from './cause-key';

export type ExceptionState = 'open' | 'resolved' | 'superseded';

/** Which of a month's exceptions; parts that are not given do not matter. */
export interface ExceptionFilter {
  /** Superseded ones are among the rest only when they are asked for. */
  readonly state?: ExceptionState | undefined;
  readonly kind?: ExceptionKind | undefined;
  readonly reconciliation?: ReconciliationName | undefined;
  readonly currency?: string | undefined;
  /** The role whose work it is. */
  readonly owner?: Role | undefined;
  /** The login it was given to; `-` for those nobody was given. */
  readonly assignee?: string | undefined;
  readonly customer?: string | undefined;
  /** Decimal strings; bounds of the difference without its sign. */
  readonly min?: string | undefined;
  readonly max?: string | undefined;
  /** Stands in a reference of either side. */
  readonly text?: string | undefined;
  /** The key of a cause (see `groupExceptions`). */
  readonly cause?: string | undefined;
}

/** Collects the values of a statement; each call gives the placeholder of its value. */
export type Placeholder = (value: unknown) => string;

/** A statement's values, and how to add to them. */
export function placeholders(values: unknown[]): Placeholder {
  return (value) => `$${values.push(value)}`;
}

/** Nobody, where an assignee is asked for. */
const NOBODY = '-';

/** A condition on `exception_state` under the name `e`. */
export function conditionOf(periodId: number, filter: ExceptionFilter, put: Placeholder): string {
  const { state, kind, reconciliation, currency, owner, assignee, customer, min, max, text, cause } = filter;
  const parts = [`e.period_id = ${put(periodId)}`];
  const add = (value: unknown, condition: (placeholder: string) => string): void => {
    if (value !== undefined) parts.push(condition(put(value)));
  };
  if (state === undefined) parts.push(`NOT e.superseded`);
  add(state, (at) => `e.state = ${at}`);
  add(kind, (at) => `e.kind = ${at}`);
  add(reconciliation, (at) => `e.reconciliation = ${at}`);
  add(currency, (at) => `e.currency = ${at}`);
  add(owner, (at) => `e.owner = ${at}`);
  add(customer === undefined ? undefined : referenceKey(customer), (at) => `${CUSTOMER} = ${at}`);
  add(min, (at) => `abs(e.difference) >= ${at}::numeric`);
  add(max, (at) => `abs(e.difference) <= ${at}::numeric`);
  add(
    text?.toUpperCase(),
    (at) =>
      `EXISTS (SELECT FROM jsonb_array_elements(e.left_records || e.right_records) r WHERE strpos(upper(r->>'reference'), ${at}) > 0)`,
  );
  add(cause, (at) => `${CAUSE_KEY} = ${at}`);
  if (assignee === NOBODY) parts.push(`NOT EXISTS (${assignedTo('true')})`);
  else add(assignee, (at) => `EXISTS (${assignedTo(`a.login = ${at}`)})`);
  return parts.join(' AND ');
}

/** SQL: whose document an exception of `exception_state` (`e`) is about, normalised. */
export const CUSTOMER = `coalesce(e.customer_key, upper(e.facts->>'customer'))`;

function assignedTo(whom: string): string {
  return `SELECT FROM exception_assignee a WHERE a.period_id = e.period_id AND a.exception_id = e.id AND ${whom}`;
}
