import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'lossless-json';
import { startFakeHttp, type FakeAnswer, type FakeHttp, type FakeRequest } from '../fake-http';
import { makeCompany, timeOf, type CompanyOptions } from './company';
import { countOf } from './criteria';
import { numberOf, readListed, Refused, sinceOf, tokenFor } from './question';
import { Shelf, type ZohoRecord } from './shelf';
import { json, SignIn } from './sign-in';

export { figure, idOfAccount, idOfInvoice, idOfOrder, timeOf } from './company';
export { GRANTED } from './sign-in';
export { Shelf, type ZohoRecord } from './shelf';

export interface ZohoFakeOptions extends CompanyOptions {
  readonly port?: number;
  /** Calls at a time; the fifth and later ones of the Free edition are refused. */
  readonly concurrency?: number;
  /** How long a call takes, so that several meet. */
  readonly callMs?: number;
  /** Credits of a day; half of them are spent before the header shows. */
  readonly credits?: number;
  /** Modules whose reading is not granted, with what is said of them. */
  readonly refused?: Readonly<Record<string, 'OAUTH_SCOPE_MISMATCH' | 'NO_PERMISSION'>>;
  /** Lists by `ids` hold line items too. */
  readonly listsHoldLines?: boolean;
}

const LINES = ['Ordered_Items', 'Invoiced_Items', 'Product_Details'];

/** Zoho CRM on 127.0.0.1: its accounts server and its API, version 8. */
export class ZohoFake {
  readonly signIn: SignIn;
  readonly modules: Map<string, Shelf>;
  creditsLeft: number;
  /** The most calls that ran at a time. */
  busiest = 0;
  /** Its own clock: real time, unless a test sets it. */
  now: () => number = () => Date.now();
  private running = 0;
  private http: FakeHttp | null = null;

  constructor(private readonly options: ZohoFakeOptions = {}) {
    this.modules = makeCompany(options);
    this.creditsLeft = options.credits ?? 50_000;
    this.signIn = new SignIn(
      () => this.now(),
      () => this.url,
    );
  }

  async start(): Promise<this> {
    const { port } = this.options;
    this.http = await startFakeHttp({ handler: (request) => this.serve(request), ...(port ? { port } : {}) });
    return this;
  }

  get server(): FakeHttp {
    if (this.http === null) throw new Error('the fake is not started');
    return this.http;
  }

  get url(): string {
    return this.server.url;
  }

  shelf(module: string): Shelf {
    const shelf = this.modules.get(module) ?? new Shelf();
    this.modules.set(module, shelf);
    return shelf;
  }

  /** Changes fields of a record, which is then modified now. */
  change(module: string, id: string, fields: Readonly<Record<string, unknown>>, at = this.now()): void {
    const record = this.shelf(module).get(id);
    if (record === null) throw new Error(`${module} has no ${id}`);
    this.shelf(module).set({ ...record, ...fields, Modified_Time: timeOf(at) });
  }

  delete(module: string, id: string, at = this.now()): void {
    this.shelf(module).delete(id, timeOf(at));
  }

  private async serve(request: FakeRequest): Promise<FakeAnswer> {
    const date = new Date(this.now()).toUTCString();
    const answer = request.path === '/oauth/v2/token' ? this.signIn.serve(request) : await this.api(request);
    return { ...answer, headers: { ...answer.headers, date } };
  }

  private async api(request: FakeRequest): Promise<FakeAnswer> {
    const { concurrency = 5, credits = 50_000, callMs = 0 } = this.options;
    this.running += 1;
    this.busiest = Math.max(this.busiest, this.running);
    try {
      const refused = this.signIn.refuse(request.headers['authorization']);
      if (refused !== null) return refused;
      if (this.running > concurrency || this.creditsLeft <= 0) throw new Refused(429, 'TOO_MANY_REQUESTS');
      this.creditsLeft -= 1;
      if (callMs > 0) await sleep(callMs);
      const answer = this.answer(request);
      const left = { 'x-api-credits-remaining': String(this.creditsLeft) };
      return this.creditsLeft * 2 > credits ? answer : { ...answer, headers: { ...answer.headers, ...left } };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return json(error.status, { code: error.code, details: error.details, message: 'refused', status: 'error' });
    } finally {
      this.running -= 1;
    }
  }

  private answer(request: FakeRequest): FakeAnswer {
    const [, module = '', rest] = /^\/crm\/v8\/([A-Za-z0-9_]+)(?:\/([A-Za-z0-9_/]+))?$/.exec(request.path) ?? [];
    if (request.method !== 'GET' || module === '') throw new Refused(404, 'INVALID_URL_PATTERN');
    const shelf = this.modules.get(module);
    if (shelf === undefined) throw new Refused(400, 'INVALID_MODULE', { api_name: module });
    const refused = this.options.refused?.[module];
    if (refused !== undefined) throw new Refused(403, refused);
    if (rest === undefined) return this.list(shelf, request);
    if (rest === 'deleted') return this.deleted(shelf, request);
    if (rest === 'actions/count') return json(200, { count: countOf(shelf, request.query.get('criteria')) });
    if (!/^\d+$/.test(rest)) throw new Refused(404, 'INVALID_URL_PATTERN');
    const record = shelf.get(rest);
    return record === null ? { status: 204 } : exact({ data: [record] });
  }

  private list(shelf: Shelf, request: FakeRequest): FakeAnswer {
    const listed = readListed(request, this.now());
    const { perPage, offset, shape, sortBy, order } = listed;
    const page =
      listed.ids === null
        ? shelf.slice(listed, offset, perPage)
        : { rows: listed.ids.flatMap((id) => shelf.get(id) ?? []), hasMore: false };
    if (page.rows.length === 0) return { status: listed.since > 0 && offset === 0 ? 304 : 204 };
    const hidden = this.options.listsHoldLines ? [] : LINES;
    const names = listed.fields.filter((field) => !hidden.includes(field));
    const now = this.now();
    return exact({
      data: page.rows.map((row) => shown(row, names)),
      info: {
        per_page: perPage,
        count: page.rows.length,
        page: Math.floor(offset / perPage) + 1,
        sort_by: sortBy,
        sort_order: order,
        more_records: page.hasMore,
        next_page_token: page.hasMore ? tokenFor(offset + perPage, shape, now) : null,
        previous_page_token: null,
        page_token_expiry: page.hasMore ? timeOf(now + 24 * 3_600_000) : null,
      },
    });
  }

  private deleted(shelf: Shelf, { query, headers }: FakeRequest): FakeAnswer {
    const type = query.get('type') ?? 'all';
    if (!['all', 'recycle', 'permanent'].includes(type)) throw new Refused(400, 'INVALID_DATA', { param_name: 'type' });
    const since = sinceOf(headers);
    const [perPage, page] = [numberOf(query, 'per_page', 200), numberOf(query, 'page', 1)];
    const all = shelf.deletions.filter(({ deleted_time: at }) => Date.parse(at) >= since).reverse();
    const rows = all.slice((page - 1) * perPage, page * perPage);
    if (rows.length === 0) return { status: 204 };
    const data = rows.map((row) => ({ ...row, display_name: null, type: 'recycle', deleted_by: null }));
    const info = { per_page: perPage, count: rows.length, page, more_records: all.length > page * perPage };
    return json(200, { data, info });
  }
}

/** Starts Zoho CRM with a company of so many orders. */
export async function startZohoFake(options: ZohoFakeOptions = {}): Promise<ZohoFake> {
  return new ZohoFake(options).start();
}

function shown(record: ZohoRecord, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    [...new Set(['id', ...fields])].flatMap((name) => (name in record ? [[name, record[name]]] : [])),
  );
}

/** Figures with all their digits. */
function exact(body: object): FakeAnswer {
  const headers = { 'content-type': 'application/json;charset=UTF-8' };
  return { status: 200, headers, body: stringify(body) ?? '' };
}
