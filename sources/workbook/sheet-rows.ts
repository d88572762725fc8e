import type { ArchiveEntry } from '../wire/archive';
import { dateText, numberText } from './cell-values';
import { cutElements, hasOddAttributes, plainAttributes, type CutElement } from './elements';
import { damagedWorkbook } from './refusal';
import { attributeOf, textOfRuns, writtenText } from './xml-text';

/** A row of a sheet. */
export interface SheetRow {
  /** As the spreadsheet numbers it, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Cells that the sheet holds as numbers, not as text or dates. */
  readonly isNumber: readonly boolean[];
}

/** What the cells of all sheets refer to. */
export interface CellContext {
  readonly strings: readonly string[];
  readonly dateStyles: readonly boolean[];
  readonly is1904: boolean;
}

/** As many as a spreadsheet has. */
const COLUMNS_MAX = 16_384;
const ROWS_MAX = 1_048_576;

/**
 * The rows of a sheet as it unpacks. A formula is its result as the file keeps it, never computed; one without a result is
 * its own text, `=A1+B1`.
 * @throws FileRefused WRONG_KIND where the sheet is cut off or is none
 */
export async function* sheetRows(entry: ArchiveEntry, context: CellContext): AsyncGenerator<readonly SheetRow[]> {
  let line = 0;
  for await (const rows of cutElements(entry.read(), 'row', 'sheetData')) {
    yield rows.map((row) => {
      const read = readRow(row, line + 1, context);
      line = read.line;
      return read;
    });
  }
}

function readRow({ attributes, inner }: CutElement, next: number, context: CellContext): SheetRow {
  const stated = attributeOf(attributes, ' r="');
  const line = /^\d{1,7}$/.test(stated) ? Number(stated) : next;
  if (line < next || line > ROWS_MAX) throw damagedWorkbook(`row ${line} behind row ${next - 1}`);
  const row = { line, cells: [] as string[], isNumber: [] as boolean[] };
  const prefix = /^[^<]*<([A-Za-z_][\w.-]*:)?/.exec(inner)?.[1] ?? '';
  const opening = `<${prefix}c`;
  const closing = `</${prefix}c>`;
  const isOdd = hasOddAttributes(inner);
  for (let start = inner.indexOf(opening); start !== -1;) {
    const tagEnd = inner.indexOf('>', start);
    if (tagEnd === -1) break;
    const isClosed = inner[tagEnd - 1] === '/';
    const end = isClosed ? tagEnd + 1 : inner.indexOf(closing, tagEnd);
    if (end === -1) break;
    const tag = inner.slice(start + opening.length, isClosed ? tagEnd - 1 : tagEnd);
    putCell(row, isOdd ? plainAttributes(tag) : tag, isClosed ? '' : inner.slice(tagEnd + 1, end), context);
    start = inner.indexOf(opening, end);
  }
  return row;
}

function putCell(
  row: { cells: string[]; isNumber: boolean[] },
  tag: string,
  inner: string,
  context: CellContext,
): void {
  const { cells, isNumber } = row;
  const column = columnOf(attributeOf(tag, ' r="'), cells.length);
  if (column < cells.length || column >= COLUMNS_MAX) throw damagedWorkbook('cells out of order');
  while (cells.length < column) {
    cells.push('');
    isNumber.push(false);
  }
  const type = attributeOf(tag, ' t="');
  const value = valueIn(inner);
  const isPlain = (type === '' || type === 'n') && value !== null;
  const isDate = isPlain && context.dateStyles[Number(attributeOf(tag, ' s="') || 0)] === true;
  cells.push(isDate ? dateText(value, context.is1904) : textOf(type, value, inner, context));
  isNumber.push(isPlain && !isDate);
}

function textOf(type: string, value: string | null, inner: string, context: CellContext): string {
  if (type === 'inlineStr') return textOfRuns(inner);
  if (value === null) return formulaIn(inner);
  switch (type) {
    case 's':
      return context.strings[Number(value)] ?? missingString(value);
    case 'b':
      return value === '1' ? '是' : '否';
    case 'str':
    case 'e':
    case 'd':
      return writtenText(value);
    default:
      return numberText(writtenText(value));
  }
}

/** What stands in `v`; null where the cell has none. */
function valueIn(inner: string): string | null {
  if (inner.startsWith('<v>')) return inner.slice(3, inner.indexOf('<', 3));
  return /<(?:[A-Za-z_][\w.-]*:)?v(?:\s[^>]*)?>([^<]*)</.exec(inner)?.[1] ?? null;
}

/** A formula whose result the file does not keep; empty where there is none either. */
function formulaIn(inner: string): string {
  const formula = /<(?:[A-Za-z_][\w.-]*:)?f(?:\s[^>]*)?>([^<]*)</.exec(inner)?.[1];
  return formula === undefined ? '' : `=${writtenText(formula)}`;
}

/** The place that `AB12` names, from 0; `next` where the cell names none. */
function columnOf(reference: string, next: number): number {
  let column = 0;
  let i = 0;
  for (; i < reference.length && i < 4; i += 1) {
    const code = reference.charCodeAt(i);
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  return i === 0 ? next : column - 1;
}

function missingString(value: string): never {
  throw damagedWorkbook(`no string ${value.slice(0, 20)}`);
}
