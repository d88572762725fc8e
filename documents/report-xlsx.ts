import writeExcelFile, { type Cell as SheetCell, type CellObject } from 'write-excel-file/node';
import { Decimal } from '../domain/money';
import { clockIn } from '../domain/periods';
import type { ReportModel } from '../domain/report-model';
import { isNumber } from './cell';
import { visible } from './escape';
import { both } from './format';
import { outlineOf, type CellKind, type Column, type Row, type Table } from './outline';
import { stampZip } from './zip-time';

/** A sheet holds no more rows than this, head included; the whole list is in the CSV. */
export const SHEET_ROWS_MAX = 10_000;

/** Excel keeps 15 digits of a number. A longer amount stands as text rather than rounded. */
const DIGITS_MAX = 15;

/**
 * The report as a workbook, one sheet a table: amounts and counts are numbers, dates are dates on the company's clocks, and words are
 * texts, whatever they begin with; there is no formula in it. The same model gives the same bytes.
 */
export async function renderReportXlsx(model: ReportModel): Promise<Buffer> {
  const outline = outlineOf(model);
  const names = new Set<string>();
  const sheets = outline.sections.flatMap((section) =>
    section.tables.map((table) => ({
      sheet: sheetName(section.tables.length > 1 ? `${section.name.zh} ${table.name.zh}` : section.name.zh, names),
      stickyRowsCount: 1,
      columns: table.columns.map(({ kind, share }) => ({ width: widthOf(kind, share) })),
      data: dataOf(table, outline.timezone),
    })),
  );
  const bytes = await writeExcelFile(sheets, { fontFamily: 'Microsoft YaHei', fontSize: 10 }).toBuffer();
  return stampZip(bytes, outline.lockedAt);
}

function dataOf(table: Table, timezone: string): SheetCell[][] {
  const totals = table.rows.filter((row) => row.total === true);
  const rows = table.rows.filter((row) => row.total !== true).slice(0, SHEET_ROWS_MAX - 3 - totals.length);
  const lines = [...rows, ...totals].map((row) => rowOf(row, table.columns, timezone));
  const note = table.note === undefined ? [] : [[], [textCell(both(table.note), { textColor: '#6b7280' })]];
  return [table.columns.map(headCell), ...lines, ...note];
}

function headCell({ name, kind }: Column): SheetCell {
  const align = isNumber(kind) ? 'right' : 'left';
  return textCell(`${name.zh} ${name.en}`, { fontWeight: 'bold', backgroundColor: '#eef2f6', align, wrap: true });
}

function rowOf({ cells, total }: Row, columns: readonly Column[], timezone: string): SheetCell[] {
  const style = total === true ? ({ fontWeight: 'bold', backgroundColor: '#f3f4f6' } as const) : {};
  return columns.map(({ kind }, index) => {
    const value = cells[index] ?? null;
    return value === null ? null : cellOf(value, kind, timezone, style);
  });
}

type Style = Omit<CellObject, 'value' | 'type'>;

function cellOf(value: string, kind: CellKind, timezone: string, style: Style): SheetCell {
  if (isNumber(kind)) return numberCell(value, style);
  if (kind === 'date' && /^\d{4}-\d\d-\d\d$/.test(value)) return dateCell(`${value}T00:00:00Z`, 'yyyy-mm-dd', style);
  if (kind === 'time')
    return dateCell(`${clockIn(Date.parse(value), timezone).replace(' ', 'T')}:00Z`, 'yyyy-mm-dd hh:mm', style);
  return textCell(value, style);
}

/** The one place where an amount becomes a double, because that is what a spreadsheet holds. */
function numberCell(value: string, style: Style): SheetCell {
  const number = new Decimal(value);
  if (number.precision() > DIGITS_MAX) return textCell(value, { ...style, align: 'right' });
  const decimals = value.split('.')[1]?.length ?? 0;
  const format = decimals === 0 ? '#,##0' : `#,##0.${'0'.repeat(decimals)}`;
  return { value: number.toNumber(), type: Number, format, ...style };
}

function dateCell(iso: string, format: string, style: Style): SheetCell {
  return { value: new Date(iso), type: Date, format, align: 'left', ...style };
}

/** `@` keeps Excel from taking a text of digits for a number when somebody edits the cell. */
function textCell(value: string, style: Style): SheetCell {
  return { value: sharable(visible(value)), type: String, format: '@', ...style };
}

/** The writer looks shared texts up in a plain object, where names such as `constructor` are found before they are put in. */
function sharable(text: string): string {
  return text in Object.prototype ? `${text} ` : text;
}

const WIDTHS: Readonly<Record<CellKind, number>> = {
  text: 16,
  amount: 17,
  quantity: 12,
  count: 10,
  date: 12,
  time: 17,
  hash: 68,
};

function widthOf(kind: CellKind, share: number): number {
  return kind === 'text' ? Math.max(8, Math.round(WIDTHS.text * share)) : WIDTHS[kind];
}

/** At most 31 characters, none of []/\:*? and no name twice. */
function sheetName(name: string, taken: Set<string>): string {
  const plain = name.replace(/[[\]/\\:*?]/g, ' ').slice(0, 28);
  let candidate = plain;
  for (let number = 2; taken.has(candidate); number++) candidate = `${plain} ${number}`;
  taken.add(candidate);
  return candidate;
}
