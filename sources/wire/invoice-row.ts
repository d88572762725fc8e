import { referenceKey } from '../../domain/reference';
import { readAs, type Reading } from '../text/reading';
import { trimCell } from '../text';
import { readPaddedAmount } from './column-total';
import { remarkedOrderNo, remarkedOriginal } from './invoice-remark';
import { withinLimits } from './limits';
import { missingValue, RowRejection, unreadableCell } from './rejection';

/** What `invoiceValues` fills of invoice, in order. A tax document knows no customer number of ours. */
export const INVOICE_COLUMNS = [
  'invoice_no',
  'invoice_key',
  'order_no',
  'order_key',
  'issue_date',
  'currency',
  'net_amount',
  'tax_amount',
  'gross_amount',
  'kind',
  'original_invoice_no',
  'original_invoice_key',
  'extra',
] as const;

/** Tax documents are in yuan, whatever the company keeps its books in. */
export const INVOICE_CURRENCY = 'CNY';

/** An invoice as the tax authority has it. Empty text is nothing. */
export interface InvoiceRow {
  readonly invoiceNo: string;
  /** YYYY-MM-DD, as printed. */
  readonly issueDate: string;
  readonly amounts: InvoiceAmounts;
  /** null: it does not say, and its sign tells. */
  readonly isRed: boolean | null;
  /** 备注 */
  readonly remark: string;
  readonly extra: Readonly<Record<string, string>>;
}

/** Canonical amounts: net 金额, tax 税额, gross 价税合计; negative in a red invoice. */
export interface InvoiceAmounts {
  readonly net: string;
  readonly tax: string;
  readonly gross: string;
}

/** What the file calls each amount. */
export type AmountNames = InvoiceAmounts;

/** @throws RowRejection TAX_SUM_DIFFERS, WRONG_SIGN, TOO_LONG */
export function invoiceValues(row: InvoiceRow, names: AmountNames): (string | null)[] {
  const { amounts, invoiceNo } = row;
  checkSum(amounts, names);
  const isRed = row.isRed ?? amounts.gross.startsWith('-');
  checkSign(amounts.gross, isRed, names);
  const orderNo = remarkedOrderNo(row.remark);
  const original = isRed ? remarkedOriginal(row.remark, invoiceNo) : null;
  return withinLimits(INVOICE_COLUMNS, [
    invoiceNo,
    referenceKey(invoiceNo),
    orderNo,
    referenceKey(orderNo),
    row.issueDate,
    INVOICE_CURRENCY,
    amounts.net,
    amounts.tax,
    amounts.gross,
    isRed ? 'red' : 'blue',
    original,
    referenceKey(original),
    Object.keys(row.extra).length === 0 ? null : JSON.stringify(row.extra),
  ]);
}

/** Most amounts stand there as they are stored, but for zeros at the end. */
const PLAIN = /^(?:0|-?[1-9]\d{0,12})(?:\.\d{1,2})?$/;

/** An amount of a tax document: with two decimals, zeros behind them are padding. */
export function readInvoiceAmount(text: string): Reading<string> {
  if (!PLAIN.test(text)) return readPaddedAmount(text, INVOICE_CURRENCY);
  const point = text.indexOf('.');
  if (point === -1) return readAs(`${text}.00`);
  return readAs(point === text.length - 2 ? `${text}0` : text);
}

/**
 * The same where it must be there.
 * @throws RowRejection MISSING_VALUE, BAD_AMOUNT, TOO_MANY_DECIMALS, TOO_MANY_DIGITS
 */
export function invoiceAmount(column: string, text: string): string {
  if (trimCell(text) === '') throw missingValue(column);
  const read = readInvoiceAmount(text);
  if (!read.ok) throw unreadableCell(column, text, read);
  return read.value;
}

/** The same for tax, of which there may be none: free of tax, outside its scope, starred out. */
export function invoiceTax(column: string, text: string): string {
  const read: Reading<string> = isNoTax(text) ? readAs('0.00') : readInvoiceAmount(text);
  if (!read.ok) throw unreadableCell(column, text, read);
  return read.value;
}

function isNoTax(text: string): boolean {
  return /^(?:|\*+|[-—]+|免税|不征税|普通零税率|出口零税)$/.test(trimCell(text));
}

/** An amount with its two decimals in fen. */
export function fenOf(amount: string): bigint {
  return BigInt(amount.replace('.', ''));
}

function checkSum({ net, tax, gross }: InvoiceAmounts, names: AmountNames): void {
  if (fenOf(net) + fenOf(tax) === fenOf(gross)) return;
  throw new RowRejection(names.gross, gross, 'TAX_SUM_DIFFERS', {
    zh: `${names.net} ${net} + ${names.tax} ${tax} ≠ ${names.gross} ${gross}。请从税务系统重新导出。`,
    en: `${names.net} ${net} + ${names.tax} ${tax} is not ${names.gross} ${gross}. Export it again from the tax bureau.`,
  });
}

function checkSign(gross: string, isRed: boolean, names: AmountNames): void {
  if (fenOf(gross) === 0n || gross.startsWith('-') === isRed) return;
  throw new RowRejection(names.gross, gross, 'WRONG_SIGN', {
    zh: '蓝字发票的价税合计应为正数，红字发票应为负数',
    en: 'a blue invoice is positive, a red one negative',
  });
}
