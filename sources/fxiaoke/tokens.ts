import { createHash } from 'node:crypto';
import { exchange, PAGE_LIMITS, refuseBusy } from '../http/exchange';
import { notUnderstood, signInRefused } from '../trouble';
import { readAnswer, TokenEnded } from './answers';
import { paceOf } from './pacing';
import { FXIAOKE, type Options } from './settings';

/** What carries a call. */
export interface Token {
  readonly token: string;
  /** The company: its account (new generation) or its corpId (legacy). */
  readonly company: string;
}

export interface Secrets {
  readonly appSecret: string;
  readonly permanentCode: string;
}

/** In its last ten minutes a token may be asked for anew, and both are good; before that the same one is given. */
const RENEWABLE_SECONDS = 600;
const LIFE_SECONDS = 7_200;
const ASKED_PER_MINUTE = 10;

/** One per application and company in the process: the endpoint takes ten calls a minute and none at the same time. */
const shared = new Map<string, Tokens>();

export function tokensOf(options: Options, secrets: () => Secrets): Tokens {
  const { permanentCode, appSecret } = secrets();
  const digest = createHash('sha256')
    .update(JSON.stringify([permanentCode, appSecret]))
    .digest('hex');
  const key = [options.baseUrl, options.appId, String(options.isLegacy), digest].join(' ');
  const tokens = shared.get(key) ?? new Tokens(options, secrets, key);
  shared.set(key, tokens);
  return tokens;
}

/** The token of an application, asked for once however many need it. */
export class Tokens {
  private current: (Token & { readonly renewAt: number }) | null = null;
  private asking: Promise<Token> | null = null;

  constructor(
    private readonly options: Options,
    private readonly secrets: () => Secrets,
    private readonly key: string,
  ) {}

  /**
   * A token that is good for some minutes yet.
   * @param ended one the system no longer takes
   * @throws SourceWaits, SourceStops SOURCE_SIGN_IN_REFUSED
   */
  async get(signal: AbortSignal, ended?: Token): Promise<Token> {
    signal.throwIfAborted();
    const { current } = this;
    if (current && current.token !== ended?.token && performance.now() < current.renewAt) return current;
    this.asking ??= this.ask().finally(() => (this.asking = null));
    return orAborted(this.asking, signal);
  }

  private async ask(): Promise<Token> {
    const { baseUrl, appId, isLegacy, answerSeconds } = this.options;
    const own = new AbortController().signal;
    await paceOf(`token ${this.key}`, ASKED_PER_MINUTE, 60_000).turn(own);
    const path = isLegacy ? '/cgi/corpAccessToken/get/V2' : '/oauth2.0/token';
    const body = { appId, ...this.secrets(), ...(isLegacy ? {} : { grantType: 'app_secret' }) };
    const request = {
      method: 'POST',
      url: urlOf(baseUrl, path),
      headers: JSON_BODY,
      body: JSON.stringify(body),
    } as const;
    const answer = await exchange(FXIAOKE, request, { ...PAGE_LIMITS, seconds: answerSeconds, signal: own });
    const now = new Date();
    refuseBusy(FXIAOKE, answer, now);
    if (answer.status !== 200) throw notUnderstood(FXIAOKE, `HTTP ${String(answer.status)}`);
    return this.keep(answer.bytes.toString('utf8'), now);
  }

  private keep(text: string, now: Date): Token {
    const { isLegacy, ea } = this.options;
    try {
      const answer = readAnswer(text, 'token', now);
      const token = answer.at(isLegacy ? 'corpAccessToken' : 'accessToken')?.plain;
      const company = (isLegacy ? undefined : ea) ?? answer.at(isLegacy ? 'corpId' : 'ea')?.plain;
      if (typeof token !== 'string' || token === '' || typeof company !== 'string' || company === '') {
        throw notUnderstood(FXIAOKE, 'no token');
      }
      const seconds = Number(answer.at('expiresIn')?.plain ?? LIFE_SECONDS);
      const good = Number.isFinite(seconds) ? Math.max(seconds - RENEWABLE_SECONDS, 0) : 0;
      this.current = { token, company, renewAt: performance.now() + good * 1_000 };
      return this.current;
    } catch (error) {
      throw error instanceof TokenEnded ? signInRefused(FXIAOKE, error.message) : error;
    }
  }
}

export const JSON_BODY = { 'content-type': 'application/json' } as const;

/** Every call carries a trace id of its own. */
export function urlOf(baseUrl: string, path: string): string {
  return `${baseUrl}${path}?thirdTraceId=${crypto.randomUUID()}`;
}

/** What all wait for goes on; who gives up does not. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
