import type { MoneyString } from './money';
import type { Bilingual } from './words';

/** 账龄: how old the open part of a balance is, in days from the order's date to the month's last day. */
export interface AgeingBucket {
  /** Inclusive; null: no upper bound. */
  readonly upToDays: number | null;
  readonly name: Bilingual;
}

/**
 * Newest first. Receipts and returns first pay the order they name; whatever is left of them, and adjustments, pays the
 * oldest. Paying the oldest first leaves the newest open, so a balance is filled from the newest bucket on, each up to what
 * is open of its orders, and the remainder is the oldest. What an opening balance consists of is not known: it is oldest too.
 */
export const AGEING_BUCKETS = [
  { upToDays: 30, name: { zh: '30 天内', en: '0–30 days' } },
  { upToDays: 60, name: { zh: '31–60 天', en: '31–60 days' } },
  { upToDays: 90, name: { zh: '61–90 天', en: '61–90 days' } },
  { upToDays: null, name: { zh: '90 天以上', en: 'over 90 days' } },
] as const satisfies readonly AgeingBucket[];

/** The inclusive upper bounds of the bounded buckets, in days. */
export const AGEING_BOUNDS: readonly number[] = AGEING_BUCKETS.flatMap(({ upToDays }) =>
  upToDays === null ? [] : [upToDays],
);

/** A balance by age. The buckets and the credit add up to the balance, always. */
export interface Ageing {
  /** In the order of AGEING_BUCKETS; none is negative. */
  readonly buckets: readonly MoneyString[];
  /** 预收: what is owed to the customer, zero or negative. */
  readonly credit: MoneyString;
}
