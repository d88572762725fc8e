import { Decimal } from '../../domain/money';
import { readAmount } from '../text/amounts';
import { splitCells, cleanCell } from '../wire/cells';
import { Header } from '../wire/header';
import type { LineBatch } from '../wire/lines';
import { footerMismatch, missingFooter } from '../wire/refusal';
import type { DetailTotals, TypeTotals } from './totals';

const SUMMARY_COLUMNS = {
  payments: ['交易订单总笔数'],
  refunds: ['退款订单总笔数'],
  ordered: ['订单金额'],
  received: ['商家实收'],
  fees: ['服务费'],
} as const;
type SummaryHeader = Header<keyof typeof SUMMARY_COLUMNS>;

/**
 * Reads a 业务明细(汇总) bill and ties its 合计 row out against the details.
 * @throws FileRefused MISSING_FOOTER without a 合计 row, FOOTER_MISMATCH where a figure differs
 */
export async function tieOutSummary(
  batches: AsyncIterable<LineBatch>,
  rows: DetailTotals,
): Promise<Record<string, string>> {
  let header: SummaryHeader | null = null;
  let lastLine = 0;
  for await (const { first, lines } of batches) {
    for (const [i, line] of lines.entries()) {
      lastLine = first + i;
      if (line.startsWith('#') || line.trim() === '') continue;
      const cells = splitCells(line);
      if (header === null) header = new Header(cells, SUMMARY_COLUMNS);
      else if (cleanCell(cells[0] ?? '').startsWith('合计')) return tieOut(header, cells, rows, lastLine);
    }
  }
  throw missingFooter({ zh: '汇总的“合计”行', en: 'the 合计 row of its summary' }, lastLine);
}

function tieOut(
  header: SummaryHeader,
  cells: readonly string[],
  rows: DetailTotals,
  line: number,
): Record<string, string> {
  const tied: Record<string, string> = {};
  for (const column of ['payments', 'refunds'] as const) {
    const stated = header.cell(cells, column);
    if (stated === '') continue;
    const count = new Decimal(plain(stated));
    if (!(count.gte(rows[column].count) && count.lte(rows[column].count + rows.others))) {
      throw footerMismatch(header.name(column), stated, String(rows[column].count), line);
    }
    tied[header.name(column)] = stated;
  }
  for (const column of ['ordered', 'received', 'fees'] as const) {
    const stated = header.cell(cells, column);
    if (stated === '' || !rows.payments[column].isWhole || !rows.refunds[column].isWhole) continue;
    if (!agrees(plain(stated), rows, column)) {
      throw footerMismatch(header.name(column), stated, sum(rows, column).toFixed(2), line);
    }
    tied[header.name(column)] = stated;
  }
  return tied;
}

/** Summaries differ in whether refunds are taken off, and in the sign of fees; any of these readings ties out. */
function agrees(stated: string, rows: DetailTotals, column: keyof Omit<TypeTotals, 'count'>): boolean {
  const value = new Decimal(stated);
  const readings = [sum(rows, column), rows.payments[column].sum];
  return readings.some((reading) => (column === 'fees' ? value.abs().equals(reading.abs()) : value.equals(reading)));
}

function sum(rows: DetailTotals, column: keyof Omit<TypeTotals, 'count'>): Decimal {
  return rows.payments[column].sum.plus(rows.refunds[column].sum);
}

/** A figure of the summary as plain digits; one that is no amount compares unequal to everything. */
function plain(text: string): string {
  const read = readAmount(text, 'CNY');
  return read.ok ? read.value : 'NaN';
}
