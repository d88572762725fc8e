import type { Reading } from '../text';
import type { Memo } from '../text/memo';
import { isLineColumn, isOfLines, KEPT, COLUMNS, NAMED, type Column, type TableHeader } from './columns';
import { invoiceAmount, invoiceTax, type AmountNames, type InvoiceAmounts, type InvoiceRow } from '../wire/invoice-row';
import { missingValue, RowRejection, unreadableCell } from '../wire/rejection';
import { invoiceNumber } from './number';
import type { TableRow } from './table';

/** Days by their text. */
export type Days = Memo<Reading<string>>;

/** @throws RowRejection */
export function readInvoice(header: TableHeader, row: TableRow, days: Days): InvoiceRow {
  return {
    invoiceNo: invoiceNumber(header, row),
    issueDate: issueDate(header, row, days),
    amounts: readAmounts(header, row),
    isRed: isRed(header, row),
    remark: header.cell(row.cells, 'remark'),
    extra: extraOf(header, row),
  };
}

/** @throws RowRejection MISSING_VALUE, BAD_AMOUNT, TOO_MANY_DECIMALS, TOO_MANY_DIGITS */
export function readAmounts(header: TableHeader, { cells }: TableRow): InvoiceAmounts {
  const names = amountNames(header);
  return {
    net: invoiceAmount(names.net, header.cell(cells, 'net')),
    tax: invoiceTax(names.tax, header.cell(cells, 'tax')),
    gross: invoiceAmount(names.gross, header.cell(cells, 'gross')),
  };
}

export function amountNames(header: TableHeader): AmountNames {
  return { net: header.name('net'), tax: header.name('tax'), gross: header.name('gross') };
}

/** Whether 发票状态 says that the invoice was voided. @throws RowRejection MISSING_VALUE, BAD_WORD */
export function isVoided(header: TableHeader, { cells }: TableRow): boolean {
  if (!header.has('status')) return false;
  const status = header.cell(cells, 'status');
  const name = header.name('status');
  if (status === '') throw missingValue(name);
  if (status.includes('作废')) return true;
  if (status === '正常' || /红冲|冲红/.test(status)) return false;
  throw badWord(name, status, '正常、已作废、已红冲-全额 或 已红冲-部分', '正常, 已作废, 已红冲-全额 or 已红冲-部分');
}

function isRed(header: TableHeader, { cells }: TableRow): boolean | null {
  const text = header.cell(cells, 'positive');
  if (text === '') return null;
  if (/^(是|Y|true|1)$/i.test(text)) return false;
  if (/^(否|N|false|0)$/i.test(text)) return true;
  throw badWord(header.name('positive'), text, '是 或 否', '是 or 否');
}

function issueDate(header: TableHeader, { cells }: TableRow, days: Days): string {
  const text = header.cell(cells, 'issued');
  const name = header.name('issued');
  if (text === '') throw missingValue(name);
  const day = days.of(text);
  if (!day.ok) throw unreadableCell(name, text, day);
  return day.value;
}

/** What else the invoice says: what we look into by its usual name, the rest by the file's. */
function extraOf(header: TableHeader, { cells }: TableRow): Record<string, string> {
  const extra: Record<string, string> = {};
  for (const column of KEPT) {
    const text = header.cell(cells, column);
    if (text !== '') extra[COLUMNS[column][0]] = text;
  }
  const paper = header.cell(cells, 'digitalNo') === '' ? '' : header.cell(cells, 'number');
  if (paper !== '') extra[COLUMNS.number[0]] = paper;
  const others = header.extra(cells) ?? {};
  const isLined = isOfLines(header);
  for (const name of Object.keys(others)) if (!isLined || !isLineColumn(name)) extra[name] ??= others[name] ?? '';
  return extra;
}

/** The row by the file's column names, to correct and resubmit; the first line of an invoice stands for all of it. */
export function recordOf(header: TableHeader, { cells }: TableRow): Record<string, string> {
  const record = header.record(cells);
  if (!isOfLines(header)) return record;
  return Object.fromEntries(Object.entries(record).filter(([name]) => !isLineColumn(name)));
}

export function namesOf(header: TableHeader): Record<string, string> {
  const number: Column = header.has('digitalNo') ? 'digitalNo' : 'number';
  return { invoice_no: header.name(number), ...header.namesOf(NAMED) };
}

function badWord(column: string, value: string, zh: string, en: string): RowRejection {
  return new RowRejection(column, value, 'BAD_WORD', {
    zh: `“${value.slice(0, 40)}”不是可识别的${column}；应为 ${zh}`,
    en: `"${value.slice(0, 40)}" is no ${column}; it is one of ${en}`,
  });
}
