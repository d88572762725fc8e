import { RecordJoiner, separatorOf } from '../kingdee/table';
import { openTextFile } from '../wire/open-text';
import { cleanCell } from '../wire/cells';
import type { LineBatch } from '../wire/lines';
import type { Sheet } from '../workbook';
import { HEADER_WITHIN, headerIn, noHeader, type TableHeader } from './columns';

/** A row of a table as the file has it. */
export interface TableRow {
  /** The line it begins on, or the row of the sheet. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Cells that a sheet holds as numbers; empty for a text. */
  readonly isNumber: readonly boolean[];
  /** A row of a sheet, which does not write the blank cells at its end. */
  readonly isSheet: boolean;
  /** Holds bytes that did not decode. */
  readonly isBroken: boolean;
}

/** A table below its header. */
export interface Table {
  readonly header: TableHeader;
  readonly rows: AsyncGenerator<readonly TableRow[]>;
}

/** Reads a table up to its header. Null where nothing stands in it. @throws FileRefused WRONG_KIND, MISSING_COLUMN */
export async function openTable(pieces: AsyncGenerator<readonly TableRow[]>): Promise<Table | null> {
  let seen = 0;
  for (let piece = await pieces.next(); piece.done !== true; piece = await pieces.next()) {
    for (const [i, { line, cells }] of piece.value.entries()) {
      if (cells.every((cell) => cleanCell(cell) === '')) continue;
      const header = headerIn(cells, line);
      if (header !== null) return { header, rows: chain(piece.value.slice(i + 1), pieces) };
      seen += 1;
      if (seen >= HEADER_WITHIN) throw noHeader(line);
    }
  }
  if (seen > 0) throw noHeader(1);
  return null;
}

async function* chain<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield first;
    for await (const piece of rest) yield piece;
  } finally {
    await rest.return(undefined);
  }
}

/** The rows of a text whose encoding and separator are recognised. Errors as `openTextFile`, and UNCLOSED_QUOTE. */
export async function openText(
  path: string,
  asked?: string,
): Promise<{ readonly encoding: string; readonly rows: AsyncGenerator<readonly TableRow[]> }> {
  const { encoding, lines } = await openTextFile(path, asked);
  return { encoding, rows: textRows(lines) };
}

async function* textRows(lines: AsyncGenerator<LineBatch>): AsyncGenerator<readonly TableRow[]> {
  let joiner: RecordJoiner | null = null;
  for await (const batch of lines) {
    joiner ??= new RecordJoiner(separatorOf(batch.lines.join('\n')));
    const rows: TableRow[] = [];
    for (const [i, text] of batch.lines.entries()) {
      if (text === '' && !joiner.isOpen) continue;
      if (text === '' && !joiner.isOpen) continue;
      const record = joiner.take(text, batch.first + i);
      if (record !== null) rows.push({ ...record, isNumber: [], isSheet: false });
    }
    yield rows;
  }
  joiner?.end();
}

/** The rows of a sheet, without blank cells at their ends. */
export async function* rowsOf(sheet: Sheet): AsyncGenerator<readonly TableRow[]> {
  for await (const rows of sheet.rows()) {
    yield rows.map(({ line, cells, isNumber }) => {
      return { line, cells: cells.slice(0, filledLength(cells)), isNumber, isSheet: true, isBroken: false };
    });
  }
}

function filledLength(cells: readonly string[]): number {
  let length = cells.length;
  while (length > 0 && cleanCell(cells[length - 1] ?? '') === '') length -= 1;
  return length;
}
