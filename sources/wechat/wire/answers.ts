import { titleOf, type DatedBill } from '../../bills/bill';
import { refuseBusy, type HttpAnswer } from '../../http/exchange';
import { notAllowed, notUnderstood, rateLimited, refused, signInRefused, wrongSignature } from '../../trouble';
import { WECHAT } from './signing';

/** Where a bill can be fetched, and what its bytes must be. */
export interface BillLink {
  readonly is: 'link';
  readonly url: string;
  /** SHA-1 of the unpacked bill, in hex. */
  readonly sha1: string;
}

export type Meaning = BillLink | { readonly is: 'creating' } | { readonly is: 'none' };

type Refusal = 'none' | 'creating' | 'sign-in' | 'not-allowed' | 'rate' | 'refused';

const REFUSALS: Readonly<Record<string, Refusal>> = {
  NO_STATEMENT_EXIST: 'none',
  STATEMENT_CREATING: 'creating',
  SIGN_ERROR: 'sign-in',
  NO_AUTH: 'not-allowed',
  FREQUENCY_LIMITED: 'rate',
  FREQUENCY_LIMIT_EXCEED: 'rate',
  RATELIMIT_EXCEEDED: 'rate',
};

/**
 * What the answer to the question for a bill means.
 * @throws SourceWaits SOURCE_BUSY, SOURCE_RATE_LIMITED
 * @throws SourceStops SOURCE_SIGN_IN_REFUSED, SOURCE_NOT_ALLOWED, SOURCE_REFUSED, SOURCE_WRONG_SIGNATURE, SOURCE_NOT_UNDERSTOOD
 */
export function meaningOf(answer: HttpAnswer, isSigned: boolean, dated: DatedBill, now: Date): Meaning {
  const body = readBody(answer.bytes);
  const meaning = answer.status === 200 ? linkOf(body) : refusalOf(answer, body, dated, now);
  if (!isSigned) throw wrongSignature(WECHAT);
  return meaning;
}

function linkOf({ download_url: url, hash_type: hashType, hash_value: sha1 }: Body): BillLink {
  const isWhole = url !== undefined && hashType?.toUpperCase() === 'SHA1' && /^[0-9a-f]{40}$/i.test(sha1 ?? '');
  if (!isWhole || sha1 === undefined) throw notUnderstood(WECHAT, 'no link with a SHA-1');
  return { is: 'link', url, sha1: sha1.toLowerCase() };
}

function refusalOf(answer: HttpAnswer, body: Body, dated: DatedBill, now: Date): Meaning {
  const code = codeIn(body);
  const refusal = REFUSALS[code];
  if (refusal === 'none' || refusal === 'creating') return { is: refusal };
  return stopAt(answer, code, dated, now);
}

/**
 * What any refusal means that is no word about the bill itself, of either step.
 * @throws SourceWaits | SourceStops always
 */
export function stopAt(
  answer: Pick<HttpAnswer, 'status' | 'headers'>,
  code: string,
  dated: DatedBill,
  now: Date,
): never {
  const said = code || `HTTP ${answer.status}`;
  refuseBusy(WECHAT, answer, now);
  const refusal = REFUSALS[code];
  if (refusal === 'rate') throw rateLimited(WECHAT, said);
  if (refusal === 'sign-in' || answer.status === 401) throw signInRefused(WECHAT, said);
  if (refusal === 'not-allowed' || answer.status === 403) throw notAllowed(WECHAT, dated.bill.name, said);
  if (code === '') throw notUnderstood(WECHAT, said);
  throw refused(WECHAT, titleOf(dated), said);
}

/** The code of a refusal's body; empty where it has none. */
export function codeOf(bytes: Buffer): string {
  return codeIn(readBody(bytes));
}

type Body = Readonly<Partial<Record<string, string>>>;

function codeIn({ code = '' }: Body): string {
  return /^\w{1,64}$/.test(code) ? code.toUpperCase() : '';
}

/** The texts in a JSON object; nothing where it is none. */
function readBody(bytes: Buffer): Body {
  try {
    const read: unknown = JSON.parse(bytes.toString('utf8'));
    const members = typeof read === 'object' && read !== null ? Object.entries(read) : [];
    return Object.fromEntries(members.filter((member): member is [string, string] => typeof member[1] === 'string'));
  } catch {
    return {};
  }
}
