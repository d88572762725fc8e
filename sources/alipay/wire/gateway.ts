import type { KeyObject } from 'node:crypto';
import type { HttpLimits } from '../../http/exchange';
import type { Named } from '../../trouble';

export const ALIPAY: Named = { title: { zh: '支付宝', en: 'Alipay' } };

export interface Credentials {
  readonly appId: string;
  readonly privateKey: KeyObject;
  readonly alipayKey: KeyObject;
  readonly appAuthToken?: string;
  readonly appCertSn?: string;
  readonly rootCertSn?: string;
}

export interface BillQuestion {
  readonly billType: string;
  /** YYYY-MM-DD or YYYY-MM. */
  readonly billDate: string;
}

/** What Alipay says of a bill, in either generation. */
export interface BillAnswer {
  /** Whether Alipay's signature stands under it; a wrong one is never handed out. */
  readonly isSigned: boolean;
  /** Whether the question was answered. */
  readonly isDone: boolean;
  /** The codes it was refused with: a class such as 40004, and the most telling one last. */
  readonly codes: readonly string[];
  readonly url?: string;
  /** Says more of a bill that is there, such as EMPTY_DATA_WITH_BILL_FILE. */
  readonly fileCode?: string;
  /** What Alipay's clock shows, where the answer says so. */
  readonly theirTime?: Date;
}

export interface Asking {
  readonly gateway: string;
  readonly credentials: Credentials;
  readonly now: Date;
  readonly limits: HttpLimits;
}

/**
 * Asks for a bill's link.
 * @throws SourceWaits as exchange(), and when Alipay is busy
 * @throws SourceStops SOURCE_NOT_UNDERSTOOD, SOURCE_WRONG_SIGNATURE, SOURCE_CLOCK_SKEWED
 */
export type AskBill = (question: BillQuestion, asking: Asking) => Promise<BillAnswer>;

/** The fields of a successful answer that matter, out of JSON of any shape. */
export function textField(node: unknown, name: string): string | undefined {
  const value = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** JSON of an answer, or undefined where it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The time of an answer's Date header, to say how far a clock is off. */
export function dateOf(headers: Headers): { theirTime?: Date } {
  const at = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(at) ? {} : { theirTime: new Date(at) };
}
