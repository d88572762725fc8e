import readXlsx from 'read-excel-file/node';
import { Decimal } from '../../domain/money';
import { FileRefused } from '../reader';
import { openArchive } from '../wire/archive';
import { endsInQuote, isBroken, splitCells } from '../wire/cells';

/** A record of the sheet and the line (or the row of a workbook) it begins on. */
export interface SheetRecord {
  readonly line: number;
  readonly cells: readonly string[];
  /** Holds bytes that did not decode. */
  readonly isBroken: boolean;
}

/** A workbook is read into memory whole; larger ones go as CSV. */
const WORKBOOK_BYTES_MAX = 150_000_000;
/** A cell with line ends in it does not run on for longer. */
const RECORD_LINES_MAX = 100;
const RECORD_TEXT_MAX = 65_536;

/** Joins the lines of a record whose quoted cell has line ends in it. */
export class RecordJoiner {
  private open: { readonly line: number; readonly lines: string[]; length: number } | null = null;

  constructor(private readonly separator: string) {}

  /** Whether a record has begun that goes on in the next line. */
  get isOpen(): boolean {
    return this.open !== null;
  }

  /** @returns the record that ends with this line; null while it goes on */
  take(text: string, line: number): SheetRecord | null {
    if (this.open === null && !text.includes('"'))
      return { line, cells: text.split(this.separator), isBroken: isBroken(text) };
    this.open ??= { line, lines: [], length: 0 };
    const { open } = this;
    open.lines.push(text);
    open.length += text.length;
    if (open.lines.length > RECORD_LINES_MAX || open.length > RECORD_TEXT_MAX) throw openQuote(open.line);
    const record = open.lines.join('\n');
    if (endsInQuote(record, this.separator)) return null;
    this.open = null;
    return { line: open.line, cells: splitCells(record, this.separator), isBroken: isBroken(record) };
  }

  /** @throws FileRefused UNCLOSED_QUOTE */
  end(): void {
    if (this.open !== null) throw openQuote(this.open.line);
  }
}

/** Commas or TABs, whichever the first lines of a text have more of. */
export function separatorOf(text: string): ',' | '\t' {
  const head = text.split('\n', 20).join('\n');
  return head.split('\t').length > head.split(',').length ? '\t' : ',';
}

/** The first sheet of an XLSX workbook; numbers stay the digits the file holds. */
export async function readWorkbook(path: string): Promise<readonly SheetRecord[]> {
  const archive = await openArchive(path);
  archive.close();
  if (archive.unpackedBytes > WORKBOOK_BYTES_MAX) throw workbookTooLarge();
  const sheets = await readXlsx(path, { parseNumber: (digits: string) => digits }).catch(notAWorkbook);
  const rows = sheets[0]?.data ?? [];
  return rows.map((cells, i) => ({ line: i + 1, cells: cells.map(textOf), isBroken: false }));
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  if (typeof cell === 'boolean') return cell ? '是' : '否';
  return typeof cell === 'string' ? numberText(cell) : '';
}

/**
 * A workbook keeps 0.3 as `0.30000000000000004` and large numbers as `1.13E+6`; it shows 15 digits, and so do we. Other
 * text stays as it is.
 */
function numberText(text: string): string {
  if (!/^-?\d+\.?\d*(E[+-]?\d{1,3})?$/i.test(text)) return text;
  if (/^-?\d{1,15}(\.\d{1,6})?$/.test(text)) return text;
  if (/^\d+$/.test(text)) return text;
  return new Decimal(text).toSignificantDigits(15).toFixed();
}

function openQuote(line: number): FileRefused {
  return new FileRefused(
    'UNCLOSED_QUOTE',
    {
      zh: `第 ${line} 行的引号没有闭合，无法分辨后面的行。请重新导出。`,
      en: `The quote at line ${line} does not close, so the rows below cannot be told apart. Export the file again.`,
    },
    { line },
  );
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
