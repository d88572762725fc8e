import { createHash } from 'node:crypto';
import { isObject, readJson, type JsonObject } from '../records';
import { exchange, PAGE_LIMITS, refuseBusy } from '../http/exchange';
import { notUnderstood, rateLimited, signInRefused } from '../trouble';
import { apiOf, type Hosts } from './data-centres';
import { ZOHO } from './words';

/** An access token, and where it is good. */
export interface Token {
  readonly text: string;
  /** Origin of the API for this account. */
  readonly api: string;
  /** Milliseconds since 1970, on this machine's clock. */
  readonly until: number;
}

/** What a token is asked for with. */
export interface SignIn {
  readonly hosts: Hosts;
  readonly clientId: string;
  /** Read anew each time: none of the two is kept. */
  readonly clientSecret: () => string;
  readonly refreshToken: () => string;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** Zoho makes at most ten a refresh token in ten minutes, then none for the rest of them. */
const MOST_TOKENS = 9;
const WINDOW_MS = 10 * 60_000;
/** A token is given up before its end, so that none ends on its way. */
const MARGIN_MS = 2 * 60_000;

/** What is known of one refresh token in this process. */
interface Purse {
  token?: Token;
  asking?: Promise<Token>;
  /** When tokens were asked for. */
  asked: number[];
  blockedUntil: number;
}

/** By a digest: connections of the same refresh token share its access tokens, since each new one counts. */
const purses = new Map<string, Purse>();

/**
 * An access token that is good now; one asks where several want one.
 * @param spent a token that was refused although it should have been good
 * @throws SourceStops SOURCE_SIGN_IN_REFUSED, SOURCE_NOT_UNDERSTOOD
 * @throws SourceWaits SOURCE_RATE_LIMITED, and those of an exchange
 */
export async function tokenOf(signIn: SignIn, spent?: string): Promise<Token> {
  const purse = purseOf(signIn);
  const { token } = purse;
  if (token !== undefined && token.text !== spent && signIn.now().getTime() < token.until) return token;
  purse.asking ??= ask(signIn, purse).finally(() => delete purse.asking);
  return purse.asking;
}

async function ask(signIn: SignIn, purse: Purse): Promise<Token> {
  const now = signIn.now().getTime();
  purse.asked = purse.asked.filter((at) => at > now - WINDOW_MS);
  const [first = now] = purse.asked;
  const free = purse.asked.length < MOST_TOKENS ? 0 : first + WINDOW_MS;
  const until = Math.max(free, purse.blockedUntil);
  if (until > now) throw rateLimited(ZOHO, 'tokens', new Date(until));
  purse.asked.push(now);
  const query = new URLSearchParams({
    refresh_token: signIn.refreshToken(),
    client_id: signIn.clientId,
    client_secret: signIn.clientSecret(),
    grant_type: 'refresh_token',
  });
  const url = `${signIn.hosts.accounts}/oauth/v2/token?${query.toString()}`;
  const answer = await exchange(ZOHO, { method: 'POST', url }, { ...PAGE_LIMITS, signal: signIn.signal });
  refuseBusy(ZOHO, answer, signIn.now());
  const said = readObject(answer.bytes);
  if (isThrottled(answer.status, said)) {
    purse.blockedUntil = signIn.now().getTime() + WINDOW_MS;
    throw rateLimited(ZOHO, 'Access Denied', new Date(purse.blockedUntil));
  }
  purse.token = readToken(said, answer.status, signIn);
  return purse.token;
}

function readToken(said: JsonObject, status: number, { hosts, now }: SignIn): Token {
  const { access_token: text, api_domain: domain, expires_in: seconds, error } = said;
  if (typeof error === 'string') throw signInRefused(ZOHO, codeIn(error));
  if (typeof text !== 'string' || text === '') throw notUnderstood(ZOHO, `HTTP ${String(status)}, no access_token`);
  if (typeof seconds !== 'string' || !/^\d{1,9}$/.test(seconds)) throw notUnderstood(ZOHO, 'no expires_in');
  const api = apiOf(typeof domain === 'string' ? domain.replace(/\/$/, '') : hosts.api, hosts);
  if (api === null) throw notUnderstood(ZOHO, 'api_domain');
  const life = Number(seconds) * 1_000;
  const until = now().getTime() + life - Math.min(MARGIN_MS, life / 10);
  return { text, api, until };
}

/** HTTP 400 "Access Denied" with words about too many requests; a sign-in that is refused has a code of its own. */
function isThrottled(status: number, { error, error_description: words }: JsonObject): boolean {
  const isDenied = typeof error === 'string' && /^access.denied$/i.test(error);
  return status === 400 && isDenied && (typeof words !== 'string' || /too many/i.test(words));
}

function readObject(bytes: Buffer): JsonObject {
  try {
    const said = readJson(bytes.toString('utf8'));
    if (isObject(said)) return said;
  } catch {
    // the answer of another program, a page perhaps
  }
  throw notUnderstood(ZOHO, 'the sign-in gave no JSON');
}

/** Codes are words; anything else could hold what we sent. */
function codeIn(error: string): string {
  return /^[A-Za-z_ ]{1,60}$/.test(error) ? error : 'error';
}

function purseOf({ hosts, clientId, refreshToken }: SignIn): Purse {
  const key = createHash('sha256').update([hosts.accounts, clientId, refreshToken()].join('\n')).digest('hex');
  const purse = purses.get(key) ?? { asked: [], blockedUntil: 0 };
  purses.set(key, purse);
  return purse;
}
