import readXlsx from 'read-excel-file/node';
import { Decimal } from '../../domain/money';
import { FileRefused } from '../reader';
import { openArchive } from '../wire/archive';
import { cellText } from './cells';
import type { FileRecord } from './records';
import { cellsSpanned } from './sheet-size';

/** A sheet of a workbook; its dates are ISO text, its times `HH:mm:ss`. */
export interface Sheet {
  readonly name: string;
  readonly records: readonly FileRecord[];
}

/** A workbook is read into memory whole; larger ones go as CSV. */
const WORKBOOK_BYTES_MAX = 150_000_000;
/** Cells from the first to the farthest; the reader makes all of them. */
const CELLS_MAX = 20_000_000;
/** A spreadsheet keeps so many digits of a number. */
const DIGITS_KEPT = 15;
/** Times without a day stand on the day before the calendar of workbooks begins. */
const FIRST_YEAR = 1900;

/** @throws FileRefused UNSAFE_ARCHIVE, WORKBOOK_TOO_LARGE, WRONG_KIND */
export async function readWorkbook(path: string, bytesMax = WORKBOOK_BYTES_MAX): Promise<readonly Sheet[]> {
  const archive = await openArchive(path);
  try {
    if (archive.unpackedBytes > bytesMax || (await cellsSpanned(archive)) > CELLS_MAX) throw workbookTooLarge();
  } finally {
    archive.close();
  }
  const sheets = await readXlsx(path, { parseNumber: numberText }).catch(notAWorkbook);
  return sheets.map(({ sheet, data }) => ({
    name: sheet,
    records: data.flatMap((cells, i) => recordOf(cells, i + 1)),
  }));
}

function recordOf(row: readonly unknown[], line: number): FileRecord[] {
  const cells = row.map(textOf);
  return cells.every((cell) => cell === '') ? [] : [{ line, cells, isBroken: false, isMalformed: false }];
}

function textOf(cell: unknown): string {
  if (cell instanceof Date) return timeText(cell);
  if (typeof cell === 'boolean') return cell ? '是' : '否';
  return typeof cell === 'string' ? cellText(cell) : '';
}

function timeText(cell: Date): string {
  if (Number.isNaN(cell.getTime())) return '';
  // A day and its time are kept as one number, which is seldom a whole second.
  const iso = new Date(Math.round(cell.getTime() / 1000) * 1000).toISOString();
  if (cell.getUTCFullYear() < FIRST_YEAR) return iso.slice(11, 19);
  return iso.slice(11, 19) === '00:00:00' ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

/**
 * A workbook keeps 0.3 as `0.30000000000000004`; it shows 15 digits, and so do we. A longer whole number has lost its
 * last digits and stays in the form that says so.
 */
function numberText(digits: string): string {
  if (/^-?\d{1,15}(\.\d{1,6})?$/.test(digits)) return digits;
  if (!/^-?\d+\.?\d*(E[+-]?\d{1,3})?$/i.test(digits)) return digits;
  const kept = new Decimal(digits).toSignificantDigits(DIGITS_KEPT);
  return kept.e >= DIGITS_KEPT ? kept.toExponential().toUpperCase() : kept.toFixed();
}

function workbookTooLarge(): FileRefused {
  return new FileRefused('WORKBOOK_TOO_LARGE', {
    zh: '工作簿过大。请在电子表格软件中另存为 CSV（UTF-8）后导入。',
    en: 'The workbook is too large. Save it as CSV (UTF-8) and import that.',
  });
}

function notAWorkbook(cause: unknown): never {
  throw new FileRefused('WRONG_KIND', {
    zh: '不是可读取的 XLSX 工作簿。请重新导出为 XLSX 或 CSV。',
    en: `This is no readable XLSX workbook (${cause instanceof Error ? cause.message : String(cause)}). Export it again as XLSX or CSV.`,
  });
}
