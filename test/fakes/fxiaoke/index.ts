import { startFakeHttp, type FakeAnswer, type FakeHttp, type FakeRequest } from '../fake-http';
import { makeBooks, type Books, type BooksOptions } from './books';
import { describeOf } from './describe';
import { answerOf, BadQuery, readSearch, shown } from './query';
import { CREDENTIALS, SignIn, type Credentials, type Json } from './sign-in';
import { ObjectStore } from './store';

export { CREDENTIALS } from './sign-in';
export type { CrmRecord, ObjectStore } from './store';

export interface FxiaokeFakeOptions extends BooksOptions {
  readonly port?: number;
  readonly credentials?: Credentials;
  /** Calls of one endpoint within `windowMs`; as the real one by default. */
  readonly calls?: number;
  readonly windowMs?: number;
  /** How long a token takes, so that two at the same time meet. */
  readonly tokenMs?: number;
  /** One record stands alone in `data`. */
  readonly singleAsMap?: boolean;
  /** Objects whose reading is not granted. */
  readonly refused?: readonly string[];
  /** Object → custom field → its label. */
  readonly custom?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface FxiaokeFake extends FakeHttp {
  readonly signIn: SignIn;
  readonly books: Books;
  store(object: string): ObjectStore;
  /** Calls that are not as documented, in words: a client that is right leaves none. */
  readonly violations: readonly string[];
  /** The platform's own clock, for tokens; milliseconds since 1970. */
  clock: { now: number | null };
}

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TOKEN_PATHS: Readonly<Record<string, boolean>> = {
  '/oauth2.0/token': false,
  '/cgi/corpAccessToken/get/V2': true,
};

/** Starts 纷享销客 on 127.0.0.1, as its documentation says it is: errors come with HTTP 200. */
export async function startFxiaokeFake(options: FxiaokeFakeOptions = {}): Promise<FxiaokeFake> {
  const clock: FxiaokeFake['clock'] = { now: null };
  const gateway = new Gateway(options, () => clock.now ?? Date.now());
  const http = await startFakeHttp({
    handler: (request) => gateway.serve(request),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const store = (object: string): ObjectStore => gateway.storeOf(object);
  return {
    ...http,
    faults: http.faults,
    clock,
    signIn: gateway.signIn,
    books: gateway.books,
    store,
    violations: gateway.violations,
  };
}

class Gateway {
  readonly books: Books;
  readonly signIn: SignIn;
  readonly violations: string[] = [];
  private readonly added = new Map<string, ObjectStore>();
  private readonly traces = new Set<string>();
  private readonly begun = new Map<string, number[]>();

  constructor(
    private readonly options: FxiaokeFakeOptions,
    now: () => number,
  ) {
    this.books = makeBooks(options);
    this.signIn = new SignIn(options.credentials ?? CREDENTIALS, now, options.tokenMs ?? 5);
  }

  storeOf(object: string): ObjectStore {
    const store = this.books.get(object) ?? this.added.get(object) ?? new ObjectStore();
    if (!this.books.has(object)) this.added.set(object, store);
    return store;
  }

  async serve(request: FakeRequest): Promise<FakeAnswer> {
    const fault = this.badCall(request);
    if (fault) return this.refuse(10001, fault);
    const body = JSON.parse(request.body.toString('utf8')) as Json;
    const isLegacyToken = TOKEN_PATHS[request.path];
    if (isLegacyToken !== undefined) return json(await this.signIn.ask(body, isLegacyToken));
    if (this.isTooOften(request.path)) return json({ errorCode: 30004, errorMessage: 'limited', traceId: 'E-O.rate' });
    const isLegacy = body['corpAccessToken'] !== undefined;
    const refused = this.signIn.faultOf(request, body, isLegacy);
    if (refused) return json(refused);
    try {
      return this.call(request.path, body);
    } catch (error) {
      if (error instanceof BadQuery) return this.refuse(error.code, error.message);
      throw error;
    }
  }

  private call(path: string, body: Json): FakeAnswer {
    const data = body['data'] as Json;
    const object = String(data['dataObjectApiName'] ?? data['apiName']);
    if (this.options.refused?.includes(object)) {
      return json({ errorCode: 20021, errorMessage: 'no permission', traceId: 'E-O.refused' });
    }
    const said = { traceId: 'E-O.fake', errorDescription: 'success', errorMessage: 'OK', errorCode: 0 };
    switch (path) {
      case '/cgi/crm/v2/data/query':
      case '/cgi/crm/custom/v2/data/query':
        if (object.endsWith('__c') !== path.includes('custom')) return this.refuse(10001, `${object} at ${path}`);
        return json({
          ...said,
          data: answerOf(this.storeOf(object), readSearch(data), this.options.singleAsMap ?? false),
        });
      case '/cgi/crm/v2/data/get': {
        const record = this.storeOf(object).get(String(data['objectDataId']));
        return record ? json({ ...said, data: shown(record, null) }) : this.refuse(10004, 'no such record');
      }
      case '/cgi/crm/v2/object/describe': {
        const [first] = this.storeOf(object).all();
        return json({ ...said, data: describeOf(first ?? null, this.options.custom?.[object] ?? {}) });
      }
      default:
        return { status: 302, headers: { location: 'https://www.example.com/' }, body: '<html></html>' };
    }
  }

  /** What every call needs. */
  private badCall({ method, path, query, headers }: FakeRequest): string | null {
    const trace = query.get('thirdTraceId') ?? '';
    if (method !== 'POST') return `${method} ${path}`;
    if (!headers['content-type']?.startsWith('application/json')) return `content-type of ${path}`;
    if (!UUID_V4.test(trace) || this.traces.has(trace)) return `thirdTraceId of ${path}`;
    this.traces.add(trace);
    return null;
  }

  private isTooOften(path: string): boolean {
    const { calls = 100, windowMs = 20_000 } = this.options;
    const now = performance.now();
    const recent = (this.begun.get(path) ?? []).filter((at) => at > now - windowMs);
    if (recent.length < calls) recent.push(now);
    else {
      this.violations.push(`more than ${String(calls)} calls of ${path} in ${String(windowMs)} ms`);
      this.begun.set(path, recent);
      return true;
    }
    this.begun.set(path, recent);
    return false;
  }

  private refuse(errorCode: number, errorMessage: string): FakeAnswer {
    this.violations.push(`${String(errorCode)} ${errorMessage}`);
    return json({ errorCode, errorMessage, traceId: 'E-O.refuse' });
  }
}

function json(body: Json): FakeAnswer {
  return { status: 200, headers: { 'content-type': 'application/json;charset=utf-8' }, body: JSON.stringify(body) };
}
