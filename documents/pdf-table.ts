import { both } from './format';
import { visible } from './escape';
import type { Column, Row, Table } from './outline';
import { cellText, isNumber } from './cell';
import {
  BOLD,
  CONTENT_BOTTOM,
  CONTENT_WIDTH,
  ensureRoom,
  GREY,
  INK,
  PAGE,
  RED,
  REGULAR,
  RULE,
  type Pdf,
} from './pdf-page';

const FONT_SIZE = 7.6;
const HEAD_SIZE = 7.6;
const HEAD_ENGLISH_SIZE = 6.2;
const PADDING = { x: 4, y: 2.6 };
const LINES_MAX = 4;

interface Cell {
  readonly text: string;
  readonly x: number;
  readonly width: number;
  readonly right: boolean;
  readonly color: string;
}

/** Sets a table: its head again on each page, numbers right-aligned, long texts wrapped, sums set apart. */
export function drawTable(pdf: Pdf, table: Table, timezone: string): void {
  const widths = widthsOf(table.columns);
  ensureRoom(pdf, 90);
  pdf
    .font(BOLD)
    .fontSize(10)
    .fillColor(INK)
    .text(both(table.name), PAGE.left, pdf.y + 8);
  pdf.y += 2;
  drawHead(pdf, table.columns, widths);
  for (const row of table.rows) drawRow(pdf, table, row, widths, timezone);
  if (table.rows.length === 0) drawNote(pdf, '无 none');
  if (table.note !== undefined) drawNote(pdf, both(table.note));
  pdf.y += 6;
}

function widthsOf(columns: readonly Column[]): number[] {
  const shares = columns.reduce((sum, column) => sum + column.share, 0);
  return columns.map((column) => (column.share / shares) * CONTENT_WIDTH);
}

function drawHead(pdf: Pdf, columns: readonly Column[], widths: readonly number[]): void {
  const top = pdf.y;
  let x: number = PAGE.left;
  let bottom = top;
  columns.forEach(({ name, kind }, index) => {
    const width = (widths[index] ?? 0) - 2 * PADDING.x;
    const align = isNumber(kind) ? 'right' : 'left';
    pdf
      .font(BOLD)
      .fontSize(HEAD_SIZE)
      .fillColor(INK)
      .text(name.zh, x + PADDING.x, top + PADDING.y, { width, align });
    pdf
      .font(REGULAR)
      .fontSize(HEAD_ENGLISH_SIZE)
      .fillColor(GREY)
      .text(name.en, x + PADDING.x, pdf.y, { width, align });
    bottom = Math.max(bottom, pdf.y);
    x += widths[index] ?? 0;
  });
  rule(pdf, bottom + PADDING.y, '#9ca3af', 0.8);
  pdf.y = bottom + PADDING.y;
}

function drawRow(pdf: Pdf, table: Table, row: Row, widths: readonly number[], timezone: string): void {
  const cells = layOut(table, row, widths, timezone);
  pdf.font(row.total === true ? BOLD : REGULAR).fontSize(FONT_SIZE);
  const line = pdf.currentLineHeight(true);
  const heights = cells.map(({ text, width }) => (text === '' ? 0 : pdf.heightOfString(text, { width })));
  const height = Math.min(Math.max(line, ...heights), line * LINES_MAX) + 2 * PADDING.y;
  if (pdf.y + height > CONTENT_BOTTOM) {
    pdf.addPage();
    drawHead(pdf, table.columns, widths);
    pdf.font(row.total === true ? BOLD : REGULAR).fontSize(FONT_SIZE);
  }
  const top = pdf.y;
  if (row.total === true) pdf.rect(PAGE.left, top, CONTENT_WIDTH, height).fill('#f3f4f6');
  for (const { text, x, width, right, color } of cells) {
    if (text === '') continue;
    const options = {
      width,
      height: height - 2 * PADDING.y + 1,
      ellipsis: true,
      align: right ? 'right' : 'left',
    } as const;
    pdf.fillColor(color).text(text, x, top + PADDING.y, options);
  }
  rule(pdf, top + height, RULE, 0.4);
  pdf.y = top + height;
}

function layOut(table: Table, row: Row, widths: readonly number[], timezone: string): Cell[] {
  let x: number = PAGE.left;
  return table.columns.map(({ kind }, index) => {
    const value = row.cells[index] ?? null;
    const width = widths[index] ?? 0;
    const cell = {
      text: value === null ? '' : visible(cellText(value, kind, timezone)),
      x: x + PADDING.x,
      width: width - 2 * PADDING.x,
      right: isNumber(kind),
      color: isNumber(kind) && value?.startsWith('-') === true ? RED : INK,
    };
    x += width;
    return cell;
  });
}

function drawNote(pdf: Pdf, text: string): void {
  ensureRoom(pdf, 24);
  pdf
    .font(REGULAR)
    .fontSize(7)
    .fillColor(GREY)
    .text(text, PAGE.left, pdf.y + 4, { width: CONTENT_WIDTH });
}

function rule(pdf: Pdf, y: number, color: string, width: number): void {
  pdf
    .moveTo(PAGE.left, y)
    .lineTo(PAGE.left + CONTENT_WIDTH, y)
    .lineWidth(width)
    .strokeColor(color)
    .stroke();
}
