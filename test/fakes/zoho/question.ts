import type { FakeRequest } from '../fake-http';

/** A refusal in Zoho's own form. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(code);
  }
}

/** A list as it is asked for, checked as Zoho checks it. */
export interface Listed {
  readonly fields: readonly string[];
  readonly perPage: number;
  readonly offset: number;
  readonly sortBy: 'id' | 'Created_Time' | 'Modified_Time';
  readonly order: 'asc' | 'desc';
  readonly since: number;
  readonly ids: readonly string[] | null;
  /** What a page token is tied to. */
  readonly shape: string;
}

const KNOWN = ['fields', 'per_page', 'page', 'page_token', 'sort_by', 'sort_order', 'ids', 'cvid'];
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/;
const TOKEN_MS = 24 * 60 * 60_000;
export const BY_PAGE = 2_000;

export function readListed({ query, headers }: FakeRequest, now: number): Listed {
  for (const name of query.keys())
    if (!KNOWN.includes(name)) throw new Refused(400, 'INVALID_DATA', { param_name: name });
  const fields = (query.get('fields') ?? '').split(',').filter((field) => field !== '');
  if (fields.length === 0) throw new Refused(400, 'REQUIRED_PARAM_MISSING', { param_name: 'fields' });
  if (fields.length > 50) throw new Refused(400, 'LIMIT_EXCEEDED', { param_name: 'fields', limit: 50 });
  const perPage = numberOf(query, 'per_page', 200);
  if (perPage < 1 || perPage > 200) throw new Refused(400, 'INVALID_DATA', { param_name: 'per_page' });
  const sortBy = query.get('sort_by') ?? 'id';
  if (sortBy !== 'id' && sortBy !== 'Created_Time' && sortBy !== 'Modified_Time') {
    throw new Refused(400, 'INVALID_DATA', { param_name: 'sort_by' });
  }
  if (query.has('cvid') && query.has('sort_by')) throw new Refused(400, 'AMBIGUITY_DURING_PROCESSING', {});
  const order = query.get('sort_order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc') throw new Refused(400, 'INVALID_DATA', { param_name: 'sort_order' });
  const since = sinceOf(headers);
  const shape = [fields.join(','), perPage, sortBy, order, since].join('|');
  const ids = query.get('ids')?.split(',') ?? null;
  if (ids !== null && ids.length > 100) throw new Refused(400, 'LIMIT_EXCEEDED', { param_name: 'ids', limit: 100 });
  return { fields, perPage, sortBy, order, since, ids, shape, offset: offsetOf(query, perPage, shape, now) };
}

/** Milliseconds since 1970; 0 where nothing is said. */
export function sinceOf(headers: FakeRequest['headers']): number {
  const since = headers['if-modified-since'];
  if (since === undefined) return 0;
  if (!INSTANT.test(since)) throw new Refused(400, 'INVALID_DATA', { param_name: 'If-Modified-Since' });
  return Date.parse(since);
}

export function numberOf(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name) ?? String(fallback);
  if (!/^\d{1,6}$/.test(text)) throw new Refused(400, 'INVALID_DATA', { param_name: name });
  return Number(text);
}

/** A token is a position: records that move in front of it shift what comes behind. */
export function tokenFor(offset: number, shape: string, now: number): string {
  return Buffer.from(JSON.stringify({ offset, shape, until: now + TOKEN_MS })).toString('base64url');
}

function offsetOf(query: URLSearchParams, perPage: number, shape: string, now: number): number {
  const token = query.get('page_token');
  if (token !== null) {
    if (query.has('page')) throw new Refused(400, 'AMBIGUITY_DURING_PROCESSING', { param_name: 'page_token' });
    return readToken(token, shape, now);
  }
  const page = numberOf(query, 'page', 1);
  if (page < 1) throw new Refused(400, 'INVALID_DATA', { param_name: 'page' });
  if (page * perPage > BY_PAGE)
    throw new Refused(400, 'DISCRETE_PAGINATION_LIMIT_EXCEEDED', { page, per_page: perPage });
  return (page - 1) * perPage;
}

function readToken(token: string, shape: string, now: number): number {
  const refused = new Refused(400, 'INVALID_DATA', { param_name: 'page_token' });
  let said: { offset: number; shape: string; until: number };
  try {
    said = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as typeof said;
  } catch {
    throw refused;
  }
  if (said.shape !== shape || said.until <= now) throw refused;
  return said.offset;
}
