import { Decimal, formatAmount } from '../money';
import type { ShownRecord } from '../explain';
import type { Bilingual } from '../words';
import { slipBetween, type Slip } from './near-key';

/** What a candidate is held against: the record that lacks its other side. */
export interface Sought {
  readonly record: ShownRecord;
  /** Its numbers, as references are compared. */
  readonly keys: readonly string[];
  readonly customer: string | null;
  readonly currency: string;
  /** The policy's window, in days. */
  readonly days: number;
}

/** What became of a candidate: nobody's, of a match, or of an exception. */
export type Standing =
  | { readonly state: 'free' }
  | { readonly state: 'matched'; readonly match: string; readonly certainty: string; readonly with: readonly string[] }
  | { readonly state: 'exception'; readonly exception: string; readonly kind: string };

/** A record of the other side that comes near, before it is judged. */
export interface Near {
  readonly record: ShownRecord;
  readonly keys: readonly string[];
  readonly customer: string | null;
  readonly currency: string;
  readonly standing: Standing;
  /** Of its numbers, those that belong to a record of this side: a live order of its own. */
  readonly live: readonly string[];
}

/** Why it was not taken. */
export interface Reason {
  readonly code:
    | 'matched'
    | 'in_exception'
    | 'reference_of_another'
    | 'reference_near'
    | 'reference_differs'
    | 'no_reference'
    | 'customer_differs'
    | 'currency_differs'
    | 'amount_differs'
    | 'opposite_sign'
    | 'outside_window'
    | 'other_month'
    | 'equal_candidates';
  readonly text: Bilingual;
}

export interface Judged extends Near {
  readonly agrees: readonly ('reference' | 'customer' | 'amount' | 'date' | 'currency')[];
  readonly reasons: readonly Reason[];
  /** How one number becomes the other by one slip; undefined where it takes more. */
  readonly slip: Slip | undefined;
}

const MOST = 5;
const DAY_MS = 86_400_000;

const SLIPS: Readonly<Record<Exclude<Slip, 'same'>, Bilingual>> = {
  replaced: { zh: '差一个字符', en: 'differs in one character' },
  transposed: { zh: '相邻两位颠倒', en: 'has two neighbours swapped' },
  left_out: { zh: '少一个字符', en: 'lacks one character' },
  added: { zh: '多一个字符', en: 'has one character more' },
};

/** The nearest candidates, the best first, each with what agrees and why it was not taken. */
export function judgeCandidates<T extends Near>(sought: Sought, candidates: readonly T[]): (T & Judged)[] {
  const sorted = nearest(sought, candidates);
  return sorted.slice(0, MOST).map((one) => ({ ...one, reasons: [...one.reasons, ...equalReasons(one, sorted)] }));
}

/** Those worth asking what became of them, the best first. */
export function shortlist<T extends Near>(sought: Sought, candidates: readonly T[]): T[] {
  return nearest(sought, candidates).slice(0, 2 * MOST);
}

function nearest<T extends Near>(sought: Sought, candidates: readonly T[]): (T & Judged)[] {
  const judged = candidates.map((near) => ({ ...near, ...judge(sought, near) })).filter(isWorthShowing);
  return judged.sort((one, other) => weight(other) - weight(one) || compareText(one, other));
}

/** A neighbouring number of another sale says nothing, unless something else agrees with it. */
function isWorthShowing({ agrees, live, standing, slip, reasons }: Judged): boolean {
  const isAnothers = live.length > 0 || standing.state === 'matched';
  const isTurned = reasons.some(({ code }) => code === 'opposite_sign') && agrees.includes('customer');
  return agrees.includes('amount') || (!isAnothers && (slip !== undefined || isTurned));
}

function judge(sought: Sought, near: Near): Judged {
  const slips = sought.keys.flatMap((key) => near.keys.map((other) => slipBetween(key, other)));
  const slip = slips.includes('same') ? 'same' : slips.find((one) => one !== undefined);
  const amount = new Decimal(near.record.amount).sub(sought.record.amount);
  const apart = Math.abs(daysBetween(sought.record.date, near.record.date));
  const isCustomerKnown = sought.customer !== null && near.customer !== null;
  const agrees = [
    ...(slip === 'same' ? (['reference'] as const) : []),
    ...(isCustomerKnown && sought.customer === near.customer ? (['customer'] as const) : []),
    ...(amount.isZero() ? (['amount'] as const) : []),
    ...(apart <= sought.days ? (['date'] as const) : []),
    ...(near.currency === sought.currency ? (['currency'] as const) : []),
  ];
  return {
    ...near,
    agrees,
    slip,
    reasons: [
      ...referenceReasons(near, slip),
      ...otherReasons(sought, near, { amount, apart }),
      ...standingReasons(near),
    ],
  };
}

function referenceReasons({ record, keys, live }: Near, slip: Slip | undefined): Reason[] {
  if (slip === 'same') return [];
  const own = live[0];
  if (slip !== undefined) {
    const how = SLIPS[slip];
    return own === undefined
      ? [reason('reference_near', `单号${how.zh}`, `its number ${how.en}`)]
      : [
          reason(
            'reference_of_another',
            `单号${how.zh}，但 ${own} 本身是另一笔有效单据`,
            `its number ${how.en}, but ${own} is a live document of its own`,
          ),
        ];
  }
  if (own !== undefined)
    return [reason('reference_of_another', `写的是另一笔单据 ${own}`, `it names another document, ${own}`)];
  const named = keys[0];
  return named === undefined
    ? [reason('no_reference', `${record.reference} 没有写明单号`, `${record.reference} names no number`)]
    : [reason('reference_differs', `单号不同：${named}`, `it names another number: ${named}`)];
}

function otherReasons(
  sought: Sought,
  near: Near,
  { amount, apart }: { readonly amount: Decimal; readonly apart: number },
): Reason[] {
  const found: Reason[] = [];
  if (near.currency !== sought.currency)
    found.push(reason('currency_differs', `币种不同：${near.currency}`, `its currency is ${near.currency}`));
  if (new Decimal(near.record.amount).eq(new Decimal(sought.record.amount).neg()) && !amount.isZero())
    found.push(reason('opposite_sign', '金额相同，正负号相反', 'the same amount with the opposite sign'));
  else if (!amount.isZero()) {
    const by = formatAmount(amount.abs(), near.currency);
    found.push(reason('amount_differs', `金额相差 ${by}`, `its amount differs by ${by}`));
  }
  if (near.customer !== null && sought.customer !== null && near.customer !== sought.customer)
    found.push(reason('customer_differs', `客户不同：${near.customer}`, `another customer: ${near.customer}`));
  const isOtherMonth = near.record.date.slice(0, 7) !== sought.record.date.slice(0, 7);
  if (isOtherMonth)
    found.push(
      reason(
        'other_month',
        `日期在 ${near.record.date}，属另一月份`,
        `it is dated ${near.record.date}, in another month`,
      ),
    );
  else if (apart > sought.days)
    found.push(
      reason(
        'outside_window',
        `相隔 ${apart} 天，超出 ${sought.days} 天的窗口`,
        `${apart} days apart, outside the window of ${sought.days} days`,
      ),
    );
  return found;
}

function standingReasons({ standing }: Near): Reason[] {
  if (standing.state === 'matched') {
    const others = standing.with.slice(0, 3).join(' ');
    return [reason('matched', `已与 ${others} 匹配`, `already matched with ${others}`)];
  }
  if (standing.state === 'free') return [];
  return [
    reason('in_exception', `本身在差异 ${standing.exception} 中`, `stands in exception ${standing.exception} itself`),
  ];
}

/** Uniqueness is part of certainty: of two equal candidates neither is taken. */
function equalReasons(one: Judged, all: readonly Judged[]): Reason[] {
  if (isTaken(one) || one.slip !== undefined) return [];
  const count = all.filter((other) => !isTaken(other) && weight(other) === weight(one)).length;
  if (count < 2) return [];
  return [reason('equal_candidates', `有 ${count} 个同样的候选，无法分辨`, `one of ${count} equal candidates`)];
}

/** Whether something certain holds it already. */
export function isTaken({ standing, live }: Near): boolean {
  return live.length > 0 || (standing.state === 'matched' && standing.certainty === 'certain');
}

function daysBetween(one: string, other: string): number {
  return Math.round((Date.parse(other) - Date.parse(one)) / DAY_MS);
}

function weight(one: Judged): number {
  const has = (what: Judged['agrees'][number]): number => Number(one.agrees.includes(what));
  const near = one.slip === undefined ? 0 : one.slip === 'same' ? 2 : 1;
  return (
    Number(!isTaken(one)) * 100 +
    near * 20 +
    has('amount') * 10 +
    has('customer') * 5 +
    has('date') * 2 +
    has('currency')
  );
}

function compareText(one: Judged, other: Judged): number {
  const key = ({ record }: Near): string => `${record.date} ${record.reference}`;
  return key(one) < key(other) ? -1 : 1;
}

function reason(code: Reason['code'], zh: string, en: string): Reason {
  return { code, text: { zh, en } };
}
