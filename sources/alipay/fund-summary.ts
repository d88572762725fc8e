import { splitCells, cleanCell } from '../wire/cells';
import { numberOf, type FundTotals } from '../wire/fund-totals';
import { Header } from '../wire/header';
import type { LineBatch } from '../wire/lines';
import { footerMismatch, missingFooter } from '../wire/refusal';

const SUMMARY_COLUMNS = {
  incomeCount: ['收入笔数'],
  income: ['收入金额(+元)', '收入金额'],
  expenseCount: ['支出笔数'],
  expense: ['支出金额(-元)', '支出金额'],
  net: ['总金额'],
} as const;
type SummaryHeader = Header<keyof typeof SUMMARY_COLUMNS>;

/**
 * Reads a 账务明细(汇总) bill and ties its 合计 row out against the details.
 * @throws FileRefused MISSING_FOOTER without a 合计 row, FOOTER_MISMATCH where a figure differs
 */
export async function tieOutFundSummary(
  batches: AsyncIterable<LineBatch>,
  rows: FundTotals,
): Promise<Record<string, string>> {
  let header: SummaryHeader | null = null;
  let lastLine = 0;
  for await (const { first, lines } of batches) {
    for (const [i, line] of lines.entries()) {
      lastLine = first + i;
      if (line.startsWith('#') || /^[\s,]*$/.test(line)) continue;
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
  rows: FundTotals,
  line: number,
): Record<string, string> {
  const tied: Record<string, string> = {};
  const compare = (column: keyof typeof SUMMARY_COLUMNS, tie: (name: string, stated: string) => void): void => {
    const stated = header.cell(cells, column);
    if (stated === '') return;
    tie(header.name(column), stated);
    tied[header.name(column)] = stated;
  };
  for (const flow of ['income', 'expense'] as const) {
    compare(`${flow}Count`, (name, stated) => rows.tieOutCount(rows[flow], name, stated, line));
    compare(flow, (name, stated) => rows.tieOutAmount(rows[flow], name, stated, line));
  }
  compare('net', (name, stated) => {
    if (rows.net !== null && numberOf(stated)?.equals(rows.net) !== true) {
      throw footerMismatch(name, stated, rows.net.toFixed(2), line);
    }
  });
  return tied;
}
