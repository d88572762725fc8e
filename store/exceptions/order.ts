import { Problem } from '../../domain/problem';
import { CUSTOMER, type Placeholder } from './filter';

export const EXCEPTION_SORTS = ['difference', 'date', 'kind', 'customer', 'age'] as const;
export type ExceptionSort = (typeof EXCEPTION_SORTS)[number];
export type Direction = 'asc' | 'desc';

/** How a list stands: by a sort, or reconciliation by reconciliation where none is asked for. */
export interface Order {
  readonly sort?: ExceptionSort | undefined;
  /** `difference` and `age` begin with the largest and the oldest where nothing is said. */
  readonly direction?: Direction | undefined;
}

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface Key {
  readonly sql: string;
  readonly type: 'text' | 'numeric' | 'timestamptz' | 'uuid';
}

const ID: Key = { sql: 'e.id', type: 'uuid' };
const DATE = `coalesce(e.left_records->0->>'date', e.right_records->0->>'date', '')`;

/** The keys of each sort. The id comes last in all of them, so that no two exceptions stand in one place. */
const KEYS: Readonly<Record<ExceptionSort | 'standing', readonly Key[]>> = {
  standing: [
    { sql: 'e.reconciliation', type: 'text' },
    { sql: 'e.kind', type: 'text' },
    { sql: '-abs(e.difference)', type: 'numeric' },
    ID,
  ],
  difference: [{ sql: 'abs(e.difference)', type: 'numeric' }, ID],
  date: [{ sql: DATE, type: 'text' }, ID],
  kind: [{ sql: 'e.kind', type: 'text' }, ID],
  customer: [{ sql: `coalesce(${CUSTOMER}, '')`, type: 'text' }, ID],
  age: [{ sql: 'e.first_seen_at', type: 'timestamptz' }, ID],
};

/** How a place's part must look to be compared with a key of its type. */
const FORMS: Readonly<Record<Key['type'], RegExp>> = {
  text: /^[^\u0000]*$/,
  numeric: /^-?\d{1,100}(\.\d{1,100})?$/,
  timestamptz: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/,
  uuid: UUID,
};

function keysOf({ sort }: Order): readonly Key[] {
  return KEYS[sort ?? 'standing'];
}

function directionOf({ sort, direction }: Order): Direction {
  return direction ?? (sort === 'difference' ? 'desc' : 'asc');
}

/** What follows `ORDER BY`. */
export function orderBy(order: Order): string {
  return keysOf(order)
    .map(({ sql }) => `${sql} ${directionOf(order)}`)
    .join(', ');
}

/** SQL for an array of texts that says where an exception stands: what a cursor is made of. */
export function placeOf(order: Order): string {
  return `ARRAY[${keysOf(order)
    .map(({ sql }) => `(${sql})::text`)
    .join(', ')}]`;
}

/**
 * The condition that an exception stands behind a cursor.
 * @throws Problem BAD_CURSOR (400)
 */
export function behind(order: Order, cursor: string, put: Placeholder): string {
  const keys = keysOf(order);
  const place = readCursor(
    cursor,
    keys.map(({ type }) => FORMS[type]),
  );
  const values = keys.map(({ type }, i) => `${put(place[i])}::${type}`);
  const sign = directionOf(order) === 'asc' ? '>' : '<';
  return `(${keys.map(({ sql }) => sql).join(', ')}) ${sign} (${values.join(', ')})`;
}

/** A place as it goes out to be handed back for the next page. */
export function writeCursor(place: readonly string[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/**
 * Reads a place that came back.
 * @param forms how each part of it must look
 * @throws Problem BAD_CURSOR (400)
 */
export function readCursor(cursor: string, forms: readonly RegExp[]): readonly string[] {
  const place = parsed(cursor);
  const isPlace =
    Array.isArray(place) &&
    place.length === forms.length &&
    forms.every((form, i) => typeof place[i] === 'string' && form.test(place[i]));
  if (isPlace) return place as string[];
  throw new Problem(
    'BAD_CURSOR',
    {
      zh: '分页标记无效，或与本次排序不符；请从第一页重新开始',
      en: 'this is no place of a list in this order; begin again with the first page',
    },
    400,
  );
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
