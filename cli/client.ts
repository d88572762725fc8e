import { randomUUID } from 'node:crypto';
import { Problem } from '../domain/problem';
import type { Bilingual } from '../domain/words';
import { send, textOf, Unreachable, type HttpAnswer, type HttpRequest } from './http';
import type { Output } from './output';
import type { SessionCache } from './sessions';
import type { Settings } from './settings';

/** What is asked of the API. */
export interface Call {
  readonly method: HttpRequest['method'];
  /** With leading slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: unknown;
  readonly yaml?: string;
  readonly file?: { readonly path: string; readonly sent: (bytes: number, of: number) => void };
}

interface SignedIn {
  readonly token: string;
  readonly expiresAt: string;
  readonly person: { readonly login: string; readonly name: string };
}

/** The API as the commands use it: signs in, names one idempotency key per write, turns refusals into Problems. */
export class Client {
  private token: string | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly sessions: SessionCache,
    private readonly output: Output,
  ) {}

  get<T>(path: string, query: Call['query'] = {}): Promise<T> {
    return this.json<T>({ method: 'GET', path, query });
  }

  post<T>(path: string, json: unknown = {}): Promise<T> {
    return this.json<T>({ method: 'POST', path, json });
  }

  /** @throws Problem with the code the API refused with */
  async json<T>(call: Call): Promise<T> {
    return JSON.parse(await textOf(await this.open(call))) as T;
  }

  /** An answer whose body is still to be read; for long ones. */
  async open(call: Call): Promise<HttpAnswer> {
    const key = randomUUID();
    const token = await this.currentToken();
    const answer = await this.send(call, token, key);
    if (answer.status !== 401) return refuseProblem(answer);
    answer.body.resume();
    return refuseProblem(await this.send(call, await this.freshToken(), key));
  }

  /** Signs in and keeps the token as this address's current one. */
  async signIn(login: string, password: string): Promise<SignedIn['person']> {
    const signedIn = await this.signInNow(login, password);
    this.sessions.keep(login, password, signedIn, true);
    return signedIn.person;
  }

  /** Whether the API answers, and what it says of itself; undefined when nothing is there. */
  async health(): Promise<unknown> {
    try {
      const answer = await fetch(`${this.settings.url}/health`, { signal: AbortSignal.timeout(3_000) });
      return await answer.json();
    } catch {
      return undefined;
    }
  }

  private async currentToken(): Promise<string> {
    if (this.token !== undefined) return this.token;
    const { given } = this.settings;
    this.token = given === undefined ? this.sessions.current()?.token : this.sessions.find(given.login, given.password);
    return this.token ?? this.freshToken();
  }

  /** Signs in by the environment; without it a person has to. */
  private async freshToken(): Promise<string> {
    const { given } = this.settings;
    if (given === undefined) throw signInFirst();
    this.sessions.drop(given.login);
    const signedIn = await this.signInNow(given.login, given.password);
    this.sessions.keep(given.login, given.password, signedIn, false);
    this.token = signedIn.token;
    return signedIn.token;
  }

  private async signInNow(login: string, password: string): Promise<SignedIn> {
    const body = JSON.stringify({ login, password });
    const url = `${this.settings.url}/api/v1/sign-in`;
    const answer = await this.reach({ method: 'POST', url, headers: { 'content-type': 'application/json' }, body });
    return JSON.parse(await textOf(await refuseProblem(answer))) as SignedIn;
  }

  private async send(call: Call, token: string, key: string): Promise<HttpAnswer> {
    const url = new URL(`${this.settings.url}${call.path}`);
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const body = bodyOf(call);
    const headers = {
      authorization: `Bearer ${token}`,
      ...(call.method === 'GET' ? {} : { 'idempotency-key': key }),
      ...(body === undefined ? {} : { 'content-type': body.type }),
    };
    return this.reach({
      method: call.method,
      url: url.href,
      headers,
      ...(body === undefined ? {} : { body: body.content }),
    });
  }

  private async reach(request: HttpRequest): Promise<HttpAnswer> {
    try {
      return await send(request, () => this.output.note('等待服务应答…', 'waiting for the server to answer…'));
    } catch (error) {
      if (error instanceof Unreachable) throw unreachable(this.settings.url);
      throw error;
    }
  }
}

function bodyOf(call: Call): { type: string; content: NonNullable<HttpRequest['body']> } | undefined {
  if (call.file !== undefined) return { type: 'application/octet-stream', content: call.file };
  if (call.yaml !== undefined) return { type: 'application/yaml', content: call.yaml };
  if (call.json !== undefined) return { type: 'application/json', content: JSON.stringify(call.json) };
  return undefined;
}

async function refuseProblem(answer: HttpAnswer): Promise<HttpAnswer> {
  if (answer.status < 400) return answer;
  const text = await textOf(answer);
  throw problemOf(text, answer.status);
}

function problemOf(text: string, status: number): Problem {
  try {
    const { code, reason, ...details } = JSON.parse(text) as { code: string; reason: Bilingual };
    if (typeof code === 'string') return new Problem(code, reason, status, details);
  } catch {
    // Not ours: something between us and the API answered.
  }
  return new Problem('UNEXPECTED_ANSWER', {
    zh: `服务以 HTTP ${status} 应答，但内容不是 salesclose 的；请检查 SALESCLOSE_URL`,
    en: `the server answered HTTP ${status}, but not as salesclose does; check SALESCLOSE_URL`,
  });
}

function signInFirst(): Problem {
  return new Problem('SIGN_IN_FIRST', {
    zh: '请先登录：salesclose login，或设置 SALESCLOSE_USER 和 SALESCLOSE_PASSWORD',
    en: 'sign in first: salesclose login, or set SALESCLOSE_USER and SALESCLOSE_PASSWORD',
  });
}

function unreachable(url: string): Problem {
  return new Problem('SERVER_UNREACHABLE', {
    zh: `${url} 没有应答；请运行 npm start，或检查 SALESCLOSE_URL`,
    en: `nothing answers at ${url}; run npm start, or check SALESCLOSE_URL`,
  });
}
