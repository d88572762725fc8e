import { setTimeout as sleep } from 'node:timers/promises';

/** A write or question to the API, as one person. */
export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below /api/v1. */
  readonly path: string;
  /** The same key for the same write, whoever repeats it and when. */
  readonly key?: string;
  readonly body?: { readonly type: string; readonly content: string | Blob };
}

/** The API refused: its stable code, and the status. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    reason: string,
  ) {
    super(`${code}: ${reason}`);
  }
}

const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;

/** A person at the API. A server that is just being started anew is waited for. */
export class Person {
  private constructor(
    private readonly apiUrl: string,
    private readonly token: string,
  ) {}

  /** @throws Refused */
  static async signIn(apiUrl: string, login: string, password: string): Promise<Person> {
    const body = { type: 'application/json', content: JSON.stringify({ login, password }) };
    const { token } = await send<{ token: string }>(apiUrl, { method: 'POST', path: '/sign-in', body }, {});
    return new Person(apiUrl, token);
  }

  /** @throws Refused */
  ask<T>(ask: Ask): Promise<T> {
    const key = ask.key === undefined ? {} : { 'idempotency-key': ask.key };
    return send<T>(this.apiUrl, ask, { authorization: `Bearer ${this.token}`, ...key });
  }
}

/** Repeating is safe: every write names its key. */
async function send<T>(apiUrl: string, ask: Ask, headers: Record<string, string>): Promise<T> {
  const giveUp = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await sendOnce(apiUrl, ask, headers);
    if (!(answer instanceof Error) && answer.status !== 503) return read<T>(answer);
    if (Date.now() > giveUp)
      throw answer instanceof Error ? answer : new Refused('UNAVAILABLE', 503, 'the API is not ready');
    await sleep(PAUSE_MS);
  }
}

/** An error is one of the connection: nobody answered. */
async function sendOnce(
  apiUrl: string,
  { method, path, body }: Ask,
  headers: Record<string, string>,
): Promise<Response | Error> {
  const content = body === undefined ? {} : { body: body.content };
  const type = body === undefined ? {} : { 'content-type': body.type };
  try {
    return await fetch(`${apiUrl}/api/v1${path}`, { method, headers: { ...headers, ...type }, ...content });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

interface ProblemBody {
  readonly code?: string;
  readonly reason?: { readonly en?: string };
}

async function read<T>(answer: Response): Promise<T> {
  const text = await answer.text();
  if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  let problem: ProblemBody = {};
  try {
    problem = JSON.parse(text) as ProblemBody;
  } catch {
    // Not a problem document: the status says enough.
  }
  throw new Refused(problem.code ?? 'UNEXPECTED_ANSWER', answer.status, problem.reason?.en ?? text.slice(0, 200));
}
