import { isUtf8 } from 'node:buffer';
import { CELLS_MAX, RowScanner } from '../csv/row-scanner';
import { recogniseFile, utf8Chunks } from '../text';
import { beginsAsArchive } from '../wire/archive';
import { emptyFile } from '../wire/open-text';
import { cellText } from './cells';
import { separatorOf } from './separator';
import { readWorkbook, type Sheet } from './workbook';

/** A row of the file, its cells without their packing. */
export interface FileRecord {
  /** The physical line of a text, the row of a workbook. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Holds bytes that did not decode. */
  readonly isBroken: boolean;
  /** Text stands behind a closing quote. */
  readonly isMalformed: boolean;
}

/** A file as rows, in the order of the file. Rows without any text are left out. */
export interface RecordFile {
  /** The encoding of a text; `xlsx`. */
  readonly form: string;
  readonly isWorkbook: boolean;
  readonly batches: AsyncIterable<readonly FileRecord[]> | Iterable<readonly FileRecord[]>;
}

/** How a file is opened, where that is known. */
export interface Opening {
  readonly encoding?: string | undefined;
  readonly separator: string | null;
  /** Chooses the sheet of a workbook. */
  readonly sheetOf: (sheets: readonly Sheet[]) => Sheet;
  /** A workbook that unpacks to more is refused. */
  readonly workbookBytesMax?: number;
}

const BATCH_ROWS = 2_000;

/** Opens a CSV, TSV or XLSX file. Errors as `recogniseFile` and `readWorkbook`, UNCLOSED_QUOTE, ROW_TOO_LONG, EMPTY_FILE. */
export async function openRecords(path: string, opening: Opening): Promise<RecordFile> {
  if (await beginsAsArchive(path)) {
    const { records } = opening.sheetOf(await readWorkbook(path, opening.workbookBytesMax));
    return { form: 'xlsx', isWorkbook: true, batches: inBatches(records) };
  }
  const recognised = await recogniseFile(path, opening.encoding);
  const batches = textBatches(utf8Chunks(path, recognised), opening.separator);
  return { form: recognised.encoding, isWorkbook: false, batches };
}

function* inBatches(records: readonly FileRecord[]): Generator<readonly FileRecord[]> {
  for (let from = 0; from < records.length; from += BATCH_ROWS) yield records.slice(from, from + BATCH_ROWS);
}

async function* textBatches(
  chunks: AsyncIterable<Uint8Array>,
  separator: string | null,
): AsyncGenerator<readonly FileRecord[]> {
  let scanner: RowScanner | null = null;
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue;
    scanner ??= new RowScanner((separator ?? separatorOf(chunk)).charCodeAt(0));
    scanner.push(chunk);
    yield wholeRows(scanner);
  }
  if (scanner === null) throw emptyFile();
  scanner.end();
  yield wholeRows(scanner);
}

function wholeRows(scanner: RowScanner): FileRecord[] {
  const records: FileRecord[] = [];
  const mayBeBroken = !isUtf8(scanner.wholeLines());
  while (scanner.next()) {
    const isBroken = mayBeBroken && !isUtf8(scanner.bytes.subarray(scanner.rowStart, scanner.rowEnd));
    const cells = Array.from({ length: Math.min(scanner.cells, CELLS_MAX) }, (_, i) => cellText(scanner.text(i)));
    if (cells.every((cell) => cell === '')) continue;
    records.push({ line: scanner.line, cells, isBroken, isMalformed: scanner.isMalformed });
  }
  return records;
}
