import type { CompanySettings } from '../../domain/company';
import { decimalsOf } from '../../domain/money';
import { referenceKey } from '../../domain/reference';
import { isCurrency, readAmount, readDecimal } from '../text';
import { withinLimits } from '../wire/limits';
import { Memo } from '../text/memo';
import { missingValue, RowRejection, unreadableCell } from '../wire/rejection';
import type { SheetColumn, SheetHeader } from './columns';
import { customerOf } from './customer';
import type { Calendar } from './calendar';
import type { VoucherLine } from './voucher-run';

/** What `readRow` fills of ledger_entry, in order. */
export const LEDGER_COLUMNS = [
  'entry_no',
  'line_no',
  'posting_date',
  'account',
  'customer_no',
  'customer_key',
  'reference',
  'reference_key',
  'description',
  'currency',
  'debit',
  'credit',
  'exchange_rate',
  'base_debit',
  'base_credit',
  'extra',
] as const;

export interface BaseAmounts {
  readonly debit: string;
  readonly credit: string;
}

export interface LedgerRow {
  readonly inPeriod: boolean;
  readonly values: (string | null)[];
  readonly debit: string;
  readonly currency: string;
}

const NAMED_CURRENCIES: Readonly<Record<string, string>> = {
  RMB: 'CNY',
  人民币: 'CNY',
  美元: 'USD',
  港币: 'HKD',
  港元: 'HKD',
  欧元: 'EUR',
  日元: 'JPY',
  英镑: 'GBP',
  新加坡元: 'SGD',
  澳元: 'AUD',
  加元: 'CAD',
};
const customers = new Memo(readCustomer);
const NOT_POSTED = /^(否|未过账|未记账|N|NO|F|FALSE|0|×)$/i;
/** The most decimals of 汇率. */
export const RATE_DECIMALS = 12;
const ZERO = /^0(\.0+)?$/;
/** An amount as it is stored already, in a currency of two decimals. */
const PLAIN = /^(0|-?[1-9]\d{0,12})\.\d\d$/;

/** Whether 过账 says that the voucher is not posted; an empty cell says nothing. */
export function isNotPosted(posted: string): boolean {
  return NOT_POSTED.test(posted);
}

/** The customer that 核算项目 names: its number as written, empty where there is none, and its key. */
export function readCustomer(items: string): { readonly no: string; readonly key: string | null } {
  const no = customerOf(items);
  return { no, key: referenceKey(no) };
}

/** 借方 and 贷方 of a line, in the company's currency. @throws RowRejection */
export function readBaseAmounts(header: SheetHeader, cells: readonly string[], baseCurrency: string): BaseAmounts {
  return {
    debit: amountIn(header, cells, 'debit', baseCurrency),
    credit: amountIn(header, cells, 'credit', baseCurrency),
  };
}

/** One line of a voucher. @throws RowRejection */
export function readRow(
  header: SheetHeader,
  cells: readonly string[],
  { head, place }: VoucherLine,
  base: BaseAmounts,
  company: CompanySettings,
  calendar: Calendar,
): LedgerRow {
  if (head.number === '') throw missingValue(header.name('number'));
  const day = calendar.dayOf(header.name('date'), head.date);
  const account = header.cell(cells, 'account');
  if (account === '') throw missingValue(header.name('account'));
  const currency = currencyOf(header, cells, company.currency);
  const { debit, credit } = originalAmounts(header, cells, currency, base, company.currency);
  const customer = customers.of(header.cell(cells, 'items'));
  const { reference, description } = textsOf(header, cells);
  const extra = header.extra(cells);
  return {
    inPeriod: calendar.isInPeriod(head, day),
    debit,
    currency,
    values: withinLimits(LEDGER_COLUMNS, [
      head.entryNo,
      header.cell(cells, 'line') || String(place),
      day,
      account,
      customer.no || null,
      customer.key,
      reference || null,
      referenceKey(reference),
      description || null,
      currency,
      debit,
      credit,
      rateOf(header, cells),
      base.debit,
      base.credit,
      extra === null ? null : JSON.stringify(extra),
    ]),
  };
}

/**
 * The line's amounts in its own currency: 原币金额 on the side where 借方 or 贷方 stands, with its sign. Red (negative)
 * amounts keep theirs.
 */
function originalAmounts(
  header: SheetHeader,
  cells: readonly string[],
  currency: string,
  base: BaseAmounts,
  baseCurrency: string,
): BaseAmounts {
  const original = amountIn(header, cells, 'amount', currency);
  const hasDebit = !ZERO.test(base.debit);
  const hasCredit = !ZERO.test(base.credit);
  const isStated = header.cell(cells, 'amount') !== '' && !ZERO.test(original);
  if (hasDebit && hasCredit && currency !== baseCurrency) throw bothSides(header, base);
  if (!hasDebit && !hasCredit && isStated) throw noSide(header, original);
  const side = hasDebit ? base.debit : base.credit;
  if (currency === baseCurrency) {
    if (isStated && hasDebit !== hasCredit && unsigned(original) !== unsigned(side))
      throw disagree(header, original, side);
    return base;
  }
  const signed = ZERO.test(original) || !side.startsWith('-') ? unsigned(original) : `-${unsigned(original)}`;
  return { debit: hasDebit ? signed : zeroOf(original), credit: hasCredit ? signed : zeroOf(original) };
}

function amountIn(header: SheetHeader, cells: readonly string[], column: SheetColumn, currency: string): string {
  const text = header.cell(cells, column);
  if (PLAIN.test(text) && decimalsOf(currency) === 2) return text;
  const read = readAmount(text === '' ? '0' : text, currency);
  if (!read.ok) throw unreadableCell(header.name(column), text, read);
  return read.value;
}

/** The currency that 币别代码 names by itself. @param code in capitals */
export function currencyOfCode(code: string): string | undefined {
  return NAMED_CURRENCIES[code] ?? (isCurrency(code) ? code : undefined);
}

function currencyOf(header: SheetHeader, cells: readonly string[], baseCurrency: string): string {
  const code = header.cell(cells, 'currency').toUpperCase();
  const name = header.cell(cells, 'currencyName');
  if (code === '' && name === '') return baseCurrency;
  const known = currencyOfCode(code) ?? NAMED_CURRENCIES[name];
  if (known !== undefined) return known;
  throw new RowRejection(header.name('currency'), code || name, 'BAD_CURRENCY', {
    zh: `币别“${code || name}”不认识；请使用 RMB、USD 等代码。`,
    en: `The currency ${code || name} is not known; use a code such as RMB or USD.`,
  });
}

function rateOf(header: SheetHeader, cells: readonly string[]): string | null {
  const text = header.cell(cells, 'rate');
  if (text === '') return null;
  if (text === '1') return text;
  const rate = readDecimal(text, RATE_DECIMALS);
  if (!rate.ok) throw unreadableCell(header.name('rate'), text, rate);
  return rate.value;
}

/** The number of a document may stand in any of three columns; what is not the reference goes behind the summary. */
function textsOf(header: SheetHeader, cells: readonly string[]): { reference: string; description: string } {
  const numbers = (['reference', 'business', 'settlement'] as const)
    .map((column) => header.cell(cells, column))
    .filter((number) => number !== '');
  const summary = header.cell(cells, 'summary');
  const [reference = '', ...others] = numbers;
  const more = others.filter((number) => number !== reference && !summary.includes(number));
  return { reference, description: [summary, ...more].filter(Boolean).join(' ') };
}

function unsigned(amount: string): string {
  return amount.replace(/^-/, '');
}

/** Zero with as many decimals. */
function zeroOf(amount: string): string {
  return unsigned(amount)
    .replace(/\d+(?=\.|$)/, '0')
    .replace(/[1-9]/g, '0');
}

function bothSides(header: SheetHeader, base: BaseAmounts): RowRejection {
  return new RowRejection(header.name('credit'), base.credit, 'BOTH_SIDES', {
    zh: '外币分录同时有借方和贷方，无法确定原币金额属于哪一方。请在金蝶中拆成两条分录。',
    en: 'A line in a foreign currency has both debit and credit, so its original amount belongs to neither. Split it into two lines.',
  });
}

function noSide(header: SheetHeader, original: string): RowRejection {
  return new RowRejection(header.name('debit'), original, 'NO_SIDE', {
    zh: `分录有原币金额 ${original}，但借方和贷方都没有金额。`,
    en: `The line has an original amount of ${original}, but neither debit nor credit.`,
  });
}

function disagree(header: SheetHeader, original: string, side: string): RowRejection {
  return new RowRejection(header.name('amount'), original, 'AMOUNTS_DISAGREE', {
    zh: `本位币分录的原币金额 ${original} 与借贷金额 ${side} 不符。`,
    en: `The line is in the company's currency, but its original amount ${original} is not its debit or credit ${side}.`,
  });
}
