import { exchange, PAGE_LIMITS, refuseBusy } from '../http/exchange';
import { patiently, type Patience } from '../http/patience';
import type { ExactJson } from '../records';
import type { Access } from '../system';
import { notAllowed, notUnderstood, signInRefused } from '../trouble';
import { idsInOrder, readAnswer, recordsOf, TokenEnded } from './answers';
import { paceOf } from './pacing';
import { FXIAOKE, optionsOf, type Options } from './settings';
import { JSON_BODY, tokensOf, urlOf, type Token, type Tokens } from './tokens';

/** How often a call is tried again within one pull. */
export type Tries = Pick<Patience, 'tries' | 'firstPauseMs' | 'longestPauseMs'>;

/** One condition of a query; all of them hold. */
export interface Filter {
  readonly field: string;
  readonly operator: 'EQ' | 'GT' | 'GTE' | 'IN' | 'BETWEEN';
  readonly values: readonly string[];
}

export interface Query {
  readonly object: string;
  readonly filters: readonly Filter[];
  /** The last id seen: only those behind it. */
  readonly after?: string;
  readonly limit: number;
  /** Only these fields; all of them by default. */
  readonly fields?: readonly string[];
  /** Whether the answer says how many there are in all. */
  readonly counts?: true;
}

export interface QueryAnswer {
  readonly records: readonly ExactJson[];
  readonly ids: readonly string[];
  /** Where it was asked for. */
  readonly total?: number;
}

/** The most records an answer holds. */
export const PAGE_ROWS = 100;
/** The system counts calls as they reach it: a little longer than its 20 seconds. */
const WINDOW_MS = 20_500;

/** Calls of the open platform: token, pace, patience and codes. */
export class FxiaokeClient {
  readonly options: Options;
  private tokens: Tokens | null = null;

  constructor(
    private readonly access: Access,
    private readonly tries: Tries,
  ) {
    this.options = optionsOf(access);
  }

  /** @throws SourceWaits, SourceStops SOURCE_SIGN_IN_REFUSED */
  async signIn(): Promise<Token> {
    return this.patiently(() => this.token());
  }

  /** Records in the order of their ids. */
  async query({ object, filters, after = '', limit, fields, counts }: Query): Promise<QueryAnswer> {
    const path = object.endsWith('__c') ? '/cgi/crm/custom/v2/data/query' : '/cgi/crm/v2/data/query';
    const behind: Filter[] = after === '' ? [] : [{ field: '_id', operator: 'GT', values: [after] }];
    const data = {
      dataObjectApiName: object,
      find_explicit_total_num: counts ?? false,
      search_query_info: {
        limit,
        offset: 0,
        filters: [...filters, ...behind].map(({ field, operator, values }) => ({
          field_name: field,
          field_values: values,
          operator,
        })),
        orders: [{ fieldName: '_id', isAsc: true }],
        ...(fields === undefined ? {} : { fieldProjection: fields }),
      },
    };
    return this.call(path, object, { data }, (answer) => {
      const records = recordsOf(answer);
      const page = { records, ids: idsInOrder(records, after) };
      const total = counts ? answer.at('data')?.at('total')?.plain : undefined;
      return typeof total === 'string' && /^\d{1,12}$/.test(total) ? { ...page, total: Number(total) } : page;
    });
  }

  /** Fields of an object with their labels and options. */
  async describe(object: string): Promise<ExactJson> {
    const body = { includeDetail: true, data: { apiName: object } };
    return this.call('/cgi/crm/v2/object/describe', object, body, (answer) => {
      const described = answer.at('data')?.at('describe')?.at('fields');
      if (!described) throw notUnderstood(FXIAOKE, `${object}: no describe`);
      return described;
    });
  }

  /** @param read an answer that it will not have is asked for again, where that may help */
  private call<T>(path: string, what: string, body: object, read: (answer: ExactJson) => T): Promise<T> {
    return this.patiently(async () => {
      const token = await this.token();
      try {
        return read(await this.once(path, what, body, token));
      } catch (error) {
        if (!(error instanceof TokenEnded)) throw error;
      }
      return read(await this.again(path, what, body, token));
    });
  }

  private async again(path: string, what: string, body: object, ended: Token): Promise<ExactJson> {
    try {
      return await this.once(path, what, body, await this.token(ended));
    } catch (error) {
      throw error instanceof TokenEnded ? signInRefused(FXIAOKE, error.message) : error;
    }
  }

  private async once(path: string, what: string, body: object, token: Token): Promise<ExactJson> {
    const { baseUrl, callsPer20s, answerSeconds, isLegacy } = this.options;
    const { signal, now } = this.access;
    await paceOf(`${baseUrl}${path}`, callsPer20s, WINDOW_MS).turn(signal);
    const whole = isLegacy ? { ...this.legacyHead(token), ...body } : body;
    const headers = isLegacy ? JSON_BODY : { ...JSON_BODY, ...this.head(token) };
    const request = { method: 'POST', url: urlOf(baseUrl, path), headers, body: JSON.stringify(whole) } as const;
    const answer = await exchange(FXIAOKE, request, { ...PAGE_LIMITS, seconds: answerSeconds, signal });
    refuseBusy(FXIAOKE, answer, now());
    if (answer.status === 403) throw notAllowed(FXIAOKE, what, 'HTTP 403');
    if (answer.status !== 200) throw notUnderstood(FXIAOKE, `HTTP ${String(answer.status)}`);
    return readAnswer(answer.bytes.toString('utf8'), what, now());
  }

  private head({ token, company }: Token): Record<string, string> {
    return { authorization: `Bearer ${token}`, 'x-fs-ea': company, 'x-fs-userid': this.options.userId };
  }

  private legacyHead({ token, company }: Token): Record<string, string> {
    return { corpAccessToken: token, corpId: company, currentOpenUserId: this.options.userId };
  }

  private token(ended?: Token): Promise<Token> {
    const { secret, signal } = this.access;
    this.tokens ??= tokensOf(this.options, () => ({
      appSecret: secret('appSecret'),
      permanentCode: secret('permanentCode'),
    }));
    return this.tokens.get(signal, ended);
  }

  private patiently<T>(work: () => Promise<T>): Promise<T> {
    const { signal, now } = this.access;
    return patiently(work, { ...this.tries, signal, now });
  }
}
