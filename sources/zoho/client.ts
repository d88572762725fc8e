import { exchange, PAGE_LIMITS, refuseBusy, type HttpAnswer } from '../http/exchange';
import { patiently, type Patience } from '../http/patience';
import { quotaUsedUp, signInRefused, SourceStops } from '../trouble';
import { envelopeOf, inAnHour, refusalOf, type Envelope } from './refusals';
import { tokenOf, type SignIn } from './tokens';
import { Turns } from './turns';
import { ZOHO } from './words';

/** A question to the API. */
export interface Question {
  /** The module it is about, for what is said when it is refused. */
  readonly module: string;
  /** Below `/crm/v8/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly modifiedSince?: string | null;
  /** A refusal that is an answer too, of those that a person would have to mend. */
  readonly accepts?: (refusal: Envelope) => boolean;
}

/** What came: data, nothing that fits or has changed, or a refusal that was reckoned with. */
export type Reply<T> =
  | { readonly state: 'data'; readonly value: T; readonly servedAt: Date }
  | { readonly state: 'none'; readonly servedAt: Date }
  | { readonly state: 'refused'; readonly servedAt: Date };

/** How often a call is tried again within one pull. */
export type Tries = Pick<Patience, 'tries' | 'firstPauseMs' | 'longestPauseMs'>;

export interface ClientLimits extends Tries {
  /** Calls at a time. */
  readonly concurrency: number;
  /** Credits left to others: below it nothing more is asked. */
  readonly creditReserve: number;
  /** For one whole answer. */
  readonly seconds: number;
}

const NOTHING = new Set([204, 304]);

/**
 * Asks the API: signs in when it must, waits its turn, tries again what passes by itself.
 */
export class ZohoClient {
  private readonly turns: Turns;
  private creditsLeft: number | null = null;

  constructor(
    private readonly signIn: SignIn,
    private readonly limits: ClientLimits,
  ) {
    this.turns = new Turns(limits.concurrency);
  }

  /**
   * @param read what the answer's text says; an answer that it cannot use is asked for again where that may help
   * @throws SourceWaits, SourceStops
   */
  async ask<T>(question: Question, read: (text: string) => T): Promise<Reply<T>> {
    return this.patiently(() => this.turns.take(() => this.askOnce(question, read)));
  }

  /** Gets a token, and nothing with it. */
  async enter(): Promise<void> {
    await this.patiently(() => tokenOf(this.signIn));
  }

  private patiently<T>(work: () => Promise<T>): Promise<T> {
    const { now, signal } = this.signIn;
    return patiently(work, { ...this.limits, now, signal });
  }

  private async askOnce<T>(question: Question, read: (text: string) => T): Promise<Reply<T>> {
    this.spareCredits();
    const first = await tokenOf(this.signIn);
    let answer = await this.send(question, first);
    if (answer.status === 401 && isStale(answer)) {
      answer = await this.send(question, await tokenOf(this.signIn, first.text));
      if (answer.status === 401 && isStale(answer)) throw signInRefused(ZOHO, envelopeOf(answer).code || 'HTTP 401');
    }
    return this.replyOf(question, answer, read);
  }

  private async send({ path, query = {}, modifiedSince }: Question, token: { text: string; api: string }) {
    const search = new URLSearchParams(query).toString();
    const url = `${token.api}/crm/v8/${path}${search === '' ? '' : `?${search}`}`;
    const headers = {
      authorization: `Zoho-oauthtoken ${token.text}`,
      ...(typeof modifiedSince === 'string' ? { 'if-modified-since': modifiedSince } : {}),
    };
    const limits = { ...PAGE_LIMITS, seconds: this.limits.seconds, signal: this.signIn.signal };
    const answer = await exchange(ZOHO, { method: 'GET', url, headers }, limits);
    const left = answer.headers.get('x-api-credits-remaining') ?? '';
    if (/^\d{1,9}$/.test(left)) this.creditsLeft = Number(left);
    return answer;
  }

  private replyOf<T>({ module, accepts }: Question, answer: HttpAnswer, read: (text: string) => T): Reply<T> {
    const now = this.signIn.now();
    const servedAt = servedAtOf(answer, now);
    if (NOTHING.has(answer.status)) return { state: 'none', servedAt };
    if (answer.status === 200) return { state: 'data', value: read(answer.bytes.toString('utf8')), servedAt };
    refuseBusy(ZOHO, answer, now);
    const refusal = envelopeOf(answer);
    const trouble = refusalOf(answer.status, refusal, module, now);
    if (trouble instanceof SourceStops && accepts?.(refusal)) return { state: 'refused', servedAt };
    throw trouble;
  }

  /** The answer that says so is used; the next question is not asked. */
  private spareCredits(): void {
    const { creditsLeft } = this;
    if (creditsLeft === null || creditsLeft >= this.limits.creditReserve) return;
    this.creditsLeft = null;
    throw quotaUsedUp(ZOHO, `${String(creditsLeft)} credits left`, inAnHour(this.signIn.now()));
  }
}

/** 401 also says that a scope is missing; a new token does not help then. */
function isStale(answer: HttpAnswer): boolean {
  return envelopeOf(answer).code !== 'OAUTH_SCOPE_MISMATCH';
}

/** By the system's clock, which is the one its modification times are from. */
function servedAtOf({ headers }: HttpAnswer, now: Date): Date {
  const at = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(at) ? now : new Date(at);
}
