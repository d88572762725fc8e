import { Decimal, decimalsOf, formatAmount } from '../../domain/money';
import type { SignColumn } from '../../domain/profile';
import { foldWord } from '../../domain/profile-words';
import { readPaddedAmount } from '../wire/column-total';
import { RowRejection, unreadableCell } from '../wire/rejection';

/** What stands in an amount cell that has none. */
const NONE = /^[-–—－]{1,2}$/;

/** An amount as it is stored, in a currency of two decimals. */
const STORED = /^(0|-?[1-9]\d{0,12})\.\d\d$/;

/** An amount cell as our readers take it: without a plus sign or a dash that means nothing; zeros that pad it are gone. */
export function amountText(text: string, currency: string): string {
  if (text === '' || isStoredForm(text, currency)) return text;
  if (NONE.test(text)) return '';
  const plain = text.replace(/^[+＋]/, '');
  const read = readPaddedAmount(plain, currency);
  return read.ok ? read.value : plain;
}

/** The amount of a cell, empty for an empty one. @throws RowRejection BAD_AMOUNT, TOO_MANY_DECIMALS, TOO_MANY_DIGITS */
export function amountIn(column: string, text: string, currency: string): string {
  const plain = amountText(text, currency);
  if (plain === '' || isStoredForm(plain, currency)) return plain;
  const read = readPaddedAmount(plain, currency);
  if (!read.ok) throw unreadableCell(column, text, read);
  return read.value;
}

/** The amount of a cell; empty for none, undefined where it cannot be read. */
export function readableAmount(text: string, currency: string): string | undefined {
  const plain = amountText(text, currency);
  if (plain === '' || isStoredForm(plain, currency)) return plain;
  const read = readPaddedAmount(plain, currency);
  return read.ok ? read.value : undefined;
}

/** Whether an amount stands there as it is stored, as most do: then it is read. */
function isStoredForm(text: string, currency: string): boolean {
  return STORED.test(text) && decimalsOf(currency) === 2;
}

export function isNothing(amount: string): boolean {
  return !/[1-9]/.test(amount);
}

export function negated(amount: string): string {
  if (isNothing(amount)) return amount;
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
}

export function difference(left: string, right: string, currency: string): string {
  return formatAmount(new Decimal(left).minus(right), currency);
}

/** In − out of two columns, of which a row has one; empty where both are. @throws RowRejection BOTH_SIDES */
export function sidesOf(
  debit: { readonly column: string; readonly amount: string },
  credit: { readonly column: string; readonly amount: string },
): string {
  if (isNothing(debit.amount)) return isNothing(credit.amount) ? credit.amount || debit.amount : credit.amount;
  if (isNothing(credit.amount)) return negated(debit.amount);
  throw new RowRejection(credit.column, credit.amount, 'BOTH_SIDES', {
    zh: `“${debit.column}”和“${credit.column}”都有金额，无法确定收支方向`,
    en: `${debit.column} and ${credit.column} both have an amount, so the row goes neither way`,
  });
}

/** Tells by a word which way an amount went. */
export class Direction {
  private readonly signs: ReadonlyMap<string, 1 | -1>;

  constructor(private readonly sign: SignColumn) {
    this.signs = new Map([
      ...sign.in.map((word) => [foldWord(word), 1] as const),
      ...sign.out.map((word) => [foldWord(word), -1] as const),
    ]);
  }

  /** @throws RowRejection BAD_WORD */
  signed(amount: string, word: string): string {
    const sign = this.signs.get(foldWord(word));
    if (sign !== undefined) return sign === 1 ? amount : negated(amount);
    const { column, out } = this.sign;
    throw new RowRejection(column, word, 'BAD_WORD', {
      zh: `“${word}”既不是收入也不是支出（支出：${out.join('、')}；收入：${this.sign.in.join('、')}）；请在映射文件中补上`,
      en: `"${word}" says neither in nor out (out: ${out.join(', ')}; in: ${this.sign.in.join(', ')}): add it to the profile`,
    });
  }
}
