import readXlsx from 'read-excel-file/node';
import { Decimal } from '../../domain/money';
import { FileRefused } from '../reader';
import { openArchive } from '../wire/archive';
import { endsInQuote, isBroken, splitCells } from '../wire/cells';
import type { LineBatch } from '../wire/lines';
import { openTextFile } from '../wire/open-text';

/** A record of the sheet and the line (or the row of a workbook) it begins on. */
export interface SheetRecord {
  readonly line: number;
  readonly cells: readonly string[];
  /** Holds bytes that did not decode. */
  readonly isBroken: boolean;
}

export interface SheetTable {
  /** `gb18030`, `utf-16le`, `xlsx`… for `detected`. */
  readonly form: string;
  readonly records: AsyncGenerator<readonly SheetRecord[]>;
}

/** A workbook is read into memory whole; larger ones go as CSV. */
const WORKBOOK_BYTES_MAX = 150_000_000;
/** A cell with line ends in it does not run on for longer. */
const RECORD_LINES_MAX = 100;
const RECORD_TEXT_MAX = 65_536;

/** A delimited text; commas or TABs, whichever its first lines have more of. */
export async function openTextTable(path: string, asked?: string): Promise<SheetTable> {
  const text = await openTextFile(path, asked);
  return { form: text.encoding, records: readRecords(text.lines) };
}

async function* readRecords(batches: AsyncIterable<LineBatch>): AsyncGenerator<readonly SheetRecord[]> {
  let joiner: RecordJoiner | null = null;
  for await (const { first, lines } of batches) {
    joiner ??= new RecordJoiner(separatorOf(lines));
    const records: SheetRecord[] = [];
    for (let i = 0; i < lines.length; i += 1) {
      const record = joiner.take(lines[i] ?? '', first + i);
      if (record !== null) records.push(record);
    }
    yield records;
  }
  joiner?.end();
}

/** Joins the lines of a record whose quoted cell has line ends in it. */
class RecordJoiner {
  private open: { readonly line: number; readonly lines: string[]; length: number } | null = null;

  constructor(private readonly separator: string) {}

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

function separatorOf(lines: readonly string[]): string {
  const head = lines.slice(0, 20).join('\n');
  return head.split('\t').length > head.split(',').length ? '\t' : ',';
}

/** The first sheet of an XLSX workbook; numbers stay the digits the file holds. */
export async function openWorkbook(path: string): Promise<SheetTable> {
  const archive = await openArchive(path);
  archive.close();
  if (archive.unpackedBytes > WORKBOOK_BYTES_MAX) throw workbookTooLarge();
  const sheets = await readXlsx(path, { parseNumber: (digits: string) => digits }).catch(notAWorkbook);
  return { form: 'xlsx', records: onlyBatch(sheets[0]?.data ?? []) };
}

async function* onlyBatch(rows: readonly (readonly unknown[])[]): AsyncGenerator<readonly SheetRecord[]> {
  yield await Promise.resolve(rows.map((cells, i) => ({ line: i + 1, cells: cells.map(textOf), isBroken: false })));
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
