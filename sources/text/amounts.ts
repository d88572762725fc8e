import { decimalsOf, type MoneyString } from '../../domain/money';
import { readAs, trimCell, unreadable, type Reading } from './reading';

/** Digits of an amount in all, before and after the point. */
export const DIGITS_MAX = 18;

const WIDE = /[０-９，．－（）￥]/g;
const WIDE_TO_NARROW: Readonly<Record<string, string>> = {
  '，': ',',
  '．': '.',
  '－': '-',
  '（': '(',
  '）': ')',
  '￥': '¥',
};
const PLAIN = /^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$/;

interface Digits {
  readonly negative: boolean;
  /** Without leading zeros; `0` at least. */
  readonly whole: string;
  readonly fraction: string;
}

/**
 * Reads an amount in the forms of the contract: thousands separators in their places, full-width digits, a leading ¥ or
 * ￥, a trailing 元, brackets or a leading or trailing minus. Nothing is rounded.
 * @returns the amount with exactly its currency's decimals; BAD_AMOUNT, TOO_MANY_DECIMALS or TOO_MANY_DIGITS
 */
export function readAmount(text: string, currency: string): Reading<MoneyString> {
  const decimals = decimalsOf(currency);
  const digits = readDigits(text, '金额', 'an amount');
  if (!digits.ok) return digits;
  const fault = tooMany(digits.value, decimals, currency);
  return fault ?? readAs(write(digits.value, digits.value.fraction.padEnd(decimals, '0')));
}

/**
 * Reads a quantity, price or rate in the same forms as an amount.
 * @param decimals the most it may have; it keeps those it was written with
 */
export function readDecimal(text: string, decimals: number): Reading<string> {
  const digits = readDigits(text, '数字', 'a number');
  if (!digits.ok) return digits;
  return tooMany(digits.value, decimals, '') ?? readAs(write(digits.value, digits.value.fraction));
}

/** `0.13` or `13%`. */
export function readRate(text: string, decimals: number): Reading<string> {
  const trimmed = trimCell(text);
  if (!/[%％]$/.test(trimmed)) return readDecimal(trimmed, decimals);
  const digits = readDigits(trimmed.slice(0, -1), '百分比', 'a percentage');
  if (!digits.ok) return digits;
  const { negative, whole, fraction } = digits.value;
  const shifted = whole.padStart(3, '0');
  const hundredth = {
    negative,
    whole: withoutLeadingZeros(shifted.slice(0, -2)),
    fraction: (shifted.slice(-2) + fraction).replace(/0+$/, ''),
  };
  return tooMany(hundredth, decimals, '') ?? readAs(write(hundredth, hundredth.fraction));
}

function readDigits(text: string, zh: string, en: string): Reading<Digits> {
  const { negative, rest } = takeSign(narrow(trimCell(text)));
  const match = PLAIN.exec(rest);
  if (!match) return unreadable('BAD_AMOUNT', `“${shorten(text)}”不是可识别的${zh}`, `"${shorten(text)}" is not ${en}`);
  return readAs({
    negative,
    whole: withoutLeadingZeros((match[1] ?? '').replaceAll(',', '')),
    fraction: match[2] ?? '',
  });
}

/** Takes brackets, minus signs and the currency sign off; a second sign is left in place and is then no digit. */
function takeSign(text: string): { negative: boolean; rest: string } {
  let rest = text;
  let negative = false;
  if (rest.startsWith('(') && rest.endsWith(')')) {
    negative = true;
    rest = rest.slice(1, -1).trim();
  } else if (rest.startsWith('-')) {
    negative = true;
    rest = rest.slice(1);
  } else if (rest.endsWith('-')) {
    negative = true;
    rest = rest.slice(0, -1);
  }
  if (rest.startsWith('¥')) {
    rest = rest.slice(1).trimStart();
    if (!negative && rest.startsWith('-')) {
      negative = true;
      rest = rest.slice(1);
    }
  }
  if (rest.endsWith('元')) rest = rest.slice(0, -1).trimEnd();
  return { negative, rest };
}

function narrow(text: string): string {
  return text.replace(WIDE, (wide) => WIDE_TO_NARROW[wide] ?? String.fromCharCode(wide.charCodeAt(0) - 0xff10 + 0x30));
}

function tooMany(digits: Digits, decimals: number, currency: string): Reading<never> | null {
  if (digits.fraction.length > decimals) {
    const [ofZh, ofEn] = currency === '' ? ['', ''] : [`${currency} `, ` in ${currency}`];
    return unreadable(
      'TOO_MANY_DECIMALS',
      `小数超过 ${ofZh}允许的 ${decimals} 位；不作四舍五入，请更正原值`,
      `more than ${decimals} decimals${ofEn}; nothing is rounded, correct the value`,
    );
  }
  if (digits.whole.length + digits.fraction.length > DIGITS_MAX) {
    return unreadable('TOO_MANY_DIGITS', `超过 ${DIGITS_MAX} 位数字`, `more than ${DIGITS_MAX} digits`);
  }
  return null;
}

function write(digits: Digits, fraction: string): string {
  const value = fraction === '' ? digits.whole : `${digits.whole}.${fraction}`;
  return digits.negative && /[1-9]/.test(value) ? `-${value}` : value;
}

function withoutLeadingZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '');
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
