import { titleOf, type DatedBill } from '../../bills/bill';
import {
  busy,
  clockSkewed,
  notAllowed,
  notUnderstood,
  rateLimited,
  refused,
  signInRefused,
  wrongSignature,
} from '../../trouble';
import { ALIPAY, type BillAnswer } from './gateway';

/** What an answer comes to when nothing is wrong. */
export type Meaning =
  | { readonly is: 'link'; readonly url: string }
  /** Too early, or nothing happened: only the time tells. */
  | { readonly is: 'absent' }
  /** Nothing happened, and Alipay says so. */
  | { readonly is: 'empty' }
  | { readonly is: 'before-registration' };

type Verdict = 'absent' | 'before-registration' | 'busy' | 'rate' | 'sign-in' | 'clock' | 'not-allowed';

/** Codes in lower case, without prefix, `_` for `-`; the first pattern that fits. `invaild_arguments` is theirs. */
const VERDICTS: readonly (readonly [RegExp, Verdict])[] = [
  [/^(bill_not_exist|no_bill_data)$/, 'absent'],
  [/^bill_date_before_registration$/, 'before-registration'],
  [/^40005$|rate_limit|call_limited/, 'rate'],
  [/^invalid_timestamp$/, 'clock'],
  [/^(20001|40001)$|signature|^invalid_(sign|app|auth|cert)|auth_token|cert_sn|^app_not_exist/, 'sign-in'],
  [/^40006$|permission|^type_not_supported$|^access_forbidden/, 'not-allowed'],
  [/^20000$|^unknow|system_error|unavailable/, 'busy'],
];

/**
 * What Alipay's answer means.
 * @throws SourceWaits SOURCE_BUSY, SOURCE_RATE_LIMITED
 * @throws SourceStops SOURCE_SIGN_IN_REFUSED, SOURCE_NOT_ALLOWED, SOURCE_REFUSED, SOURCE_CLOCK_SKEWED, SOURCE_WRONG_SIGNATURE,
 * SOURCE_NOT_UNDERSTOOD
 */
export function meaningOf(answer: BillAnswer, dated: DatedBill, now: Date): Meaning {
  const meaning = answer.isDone ? doneMeaning(answer) : refusalMeaning(answer, dated, now);
  if (!answer.isSigned) throw wrongSignature(ALIPAY);
  return meaning;
}

function doneMeaning({ url, fileCode }: BillAnswer): Meaning {
  if (url !== undefined) return { is: 'link', url };
  if (fileCode?.toUpperCase().startsWith('EMPTY') === true) return { is: 'empty' };
  throw notUnderstood(ALIPAY, 'an answer without a link');
}

function refusalMeaning(answer: BillAnswer, { bill, date }: DatedBill, now: Date): Meaning {
  const codes = answer.codes.map(plain);
  const said = codes.filter((code) => /^[\w.]{1,64}$/.test(code)).join(' ');
  // The last code is the most telling one; the first is a class such as 40004.
  const verdict = codes.map(verdictOf).findLast((found) => found !== undefined);
  switch (verdict) {
    case 'absent':
    case 'before-registration':
      return { is: verdict };
    case 'busy':
      throw busy(ALIPAY, said);
    case 'rate':
      throw rateLimited(ALIPAY, said);
    case 'sign-in':
      throw signInRefused(ALIPAY, said);
    case 'clock':
      throw clockSkewed(ALIPAY, secondsApart(answer, now));
    case 'not-allowed':
      throw notAllowed(ALIPAY, bill.name, said);
    case undefined:
      throw refused(ALIPAY, titleOf({ bill, date }), said);
  }
}

/** The live gateway says `isp.bill_not_exist` where the contract says BILL_NOT_EXIST. */
function plain(code: string): string {
  return code
    .trim()
    .toLowerCase()
    .replace(/^(isp|isv|aop|acq)\./, '')
    .replaceAll('-', '_');
}

function verdictOf(code: string): Verdict | undefined {
  return VERDICTS.find(([pattern]) => pattern.test(code))?.[1];
}

function secondsApart({ theirTime }: BillAnswer, now: Date): number {
  return theirTime === undefined ? 0 : Math.round(Math.abs(theirTime.getTime() - now.getTime()) / 1_000);
}
