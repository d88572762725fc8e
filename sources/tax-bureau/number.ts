import { wholeNumber } from '../wire/mangled';
import { missingValue, RowRejection } from '../wire/rejection';
import { COLUMNS, type Column, type TableHeader } from './columns';
import type { TableRow } from './table';

/** More digits than a spreadsheet keeps of a number. */
const DIGITS_KEPT = 15;
const LEGACY_DIGITS = 8;

/**
 * The number of an invoice: 20 digits of a 数电 one, also where it was printed on paper with code and number; else the 8 digits
 * that stand behind an older one's code.
 * @throws RowRejection MISSING_VALUE, MANGLED_NUMBER, BAD_REFERENCE
 */
export function invoiceNumber(header: TableHeader, row: TableRow): string {
  const digital = header.cell(row.cells, 'digitalNo');
  const column: Column = digital === '' && header.has('number') ? 'number' : 'digitalNo';
  const text = header.cell(row.cells, column);
  const name = header.name(column);
  if (text === '') throw missingValue(header.has(column) ? name : COLUMNS.digitalNo[0]);
  const number = wholeNumber(name, text.normalize('NFKC').replace(/\s+/g, ''));
  const isNumber = row.isNumber[header.placeOf(column) ?? -1] === true;
  if (isNumber && number.length > DIGITS_KEPT) throw lostDigits(name, number);
  if (/^\d{20}$/.test(number)) return number;
  if (column === 'number' && isNumber && /^\d{1,8}$/.test(number)) return number.padStart(LEGACY_DIGITS, '0');
  if (column === 'number' && /^\d{8}$/.test(number)) return number;
  throw badNumber(name, text);
}

function lostDigits(column: string, value: string): RowRejection {
  return new RowRejection(column, value, 'MANGLED_NUMBER', {
    zh: `“${column}”在表格中存为数值（${value}），电子表格只保留 15 位，末尾几位已丢失。请导入未经打开保存的原始文件，或把该列存为文本。`,
    en: `${column} is kept as a number (${value}), of which a spreadsheet keeps 15 digits: the last ones are lost. Import the original file as downloaded, or keep the column as text.`,
  });
}

function badNumber(column: string, value: string): RowRejection {
  return new RowRejection(column, value, 'BAD_REFERENCE', {
    zh: `“${value.slice(0, 60)}”不是发票号码：数电发票为 20 位数字，旧版发票为 8 位。请按税务系统更正。`,
    en: `"${value.slice(0, 60)}" is no invoice number: a 数电 invoice has 20 digits, an older one 8. Correct it as the tax bureau has it.`,
  });
}
