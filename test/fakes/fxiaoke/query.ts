import type { Json } from './sign-in';
import type { CrmRecord, ObjectStore } from './store';

const OPERATORS = [
  'EQ',
  'N',
  'GT',
  'GTE',
  'LT',
  'LTE',
  'LIKE',
  'NLIKE',
  'IS',
  'ISN',
  'IN',
  'NIN',
  'BETWEEN',
  'NBETWEEN',
];
const MOST_ROWS = 100;
const MOST_OFFSET = 10_000;

/** A query that is not as documented: what a real gateway would refuse, or misread. */
export class BadQuery extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

interface Filter {
  readonly field_name: string;
  readonly field_values: readonly string[];
  readonly operator: string;
}

export interface Search {
  readonly limit: number;
  readonly offset: number;
  readonly filters: readonly Filter[];
  readonly order: { readonly field: string; readonly isAsc: boolean };
  readonly fields: readonly string[] | null;
  readonly counts: boolean;
}

/** Reads `data` of a query, whose names are cased one way here and another there. @throws BadQuery */
export function readSearch(data: Json): Search {
  only(data, ['dataObjectApiName', 'find_explicit_total_num', 'search_query_info']);
  const counts = data['find_explicit_total_num'];
  if (typeof counts !== 'boolean') throw wrong('find_explicit_total_num');
  const info = objectOf(data['search_query_info'], 'search_query_info');
  only(info, ['limit', 'offset', 'filters', 'orders', 'fieldProjection']);
  const { limit, offset, filters, orders, fieldProjection } = info;
  if (!Number.isInteger(limit) || (limit as number) < 1 || (limit as number) > MOST_ROWS) throw wrong('limit');
  if (!Number.isInteger(offset) || (offset as number) % (limit as number) !== 0) throw wrong('offset');
  if ((offset as number) > MOST_OFFSET) throw new BadQuery(10013, `offset out of range ${String(MOST_OFFSET)}`);
  if (fieldProjection !== undefined && !isTexts(fieldProjection)) throw wrong('fieldProjection');
  return {
    limit: limit as number,
    offset: offset as number,
    filters: listOf(filters, 'filters').map(readFilter),
    order: readOrder(listOf(orders, 'orders')),
    fields: fieldProjection === undefined ? null : fieldProjection,
    counts,
  };
}

/** The answer's `data`. @param singleAsMap one record stands alone instead of in a list */
export function answerOf(store: ObjectStore, search: Search, singleAsMap: boolean): Json {
  const { limit, offset, filters, fields, counts } = search;
  const conditions = filters.map(({ field_name, field_values, operator }) => ({
    field: field_name,
    values: field_values,
    operator,
  }));
  const asksInvalid = filters.some(({ field_name }) => field_name === 'life_status');
  const isShown = (record: CrmRecord): boolean =>
    record['is_deleted'] !== true && (asksInvalid || record['life_status'] !== 'invalid');
  const page: CrmRecord[] = [];
  let total = 0;
  for (const record of store.find(conditions)) {
    if (!isShown(record)) continue;
    total += 1;
    if (total > offset && page.length < limit) page.push(record);
    if (page.length === limit && !counts) break;
  }
  const rows = page.map((record) => shown(record, fields));
  if (singleAsMap && rows.length === 1) return rows[0]!;
  return { dataList: rows, offset, limit, total: counts ? total : 0 };
}

/** Null fields are left out, and so is what was not asked for. */
export function shown(record: CrmRecord, fields: readonly string[] | null): Json {
  const kept = Object.entries(record).filter(
    ([name, value]) => value !== null && value !== undefined && (fields === null || fields.includes(name)),
  );
  return Object.fromEntries(kept);
}

function readFilter(filter: unknown): Filter {
  const { field_name, field_values, operator, ...more } = objectOf(filter, 'filters');
  if (typeof field_name !== 'string' || Object.keys(more).length > 0) throw wrong('field_name');
  if (!isTexts(field_values) || field_values.length > 100) throw wrong('field_values');
  if (typeof operator !== 'string' || !OPERATORS.includes(operator)) throw wrong('operator');
  if (operator === 'BETWEEN' && field_values.length !== 2) throw wrong('BETWEEN');
  return { field_name, field_values, operator };
}

function readOrder(orders: readonly unknown[]): Search['order'] {
  const { fieldName, isAsc, ...more } = objectOf(orders[0], 'orders');
  if (orders.length !== 1 || Object.keys(more).length > 0) throw wrong('orders');
  if (fieldName !== '_id' || isAsc !== true) throw wrong('orders: the fake sorts by _id');
  return { field: '_id', isAsc: true };
}

function only(value: Json, names: readonly string[]): void {
  const odd = Object.keys(value).find((name) => !names.includes(name));
  if (odd !== undefined) throw wrong(odd);
}

function objectOf(value: unknown, name: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(name);
  return value as Json;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(name);
  return value as unknown[];
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function wrong(name: string): BadQuery {
  return new BadQuery(10001, `the parameter ${name} is missing or illegal`);
}
