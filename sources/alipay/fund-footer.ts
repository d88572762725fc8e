import type { FundTotals } from '../wire/fund-totals';
import { missingFooter } from '../wire/refusal';
import { markedText } from './preamble';

interface StatedTotal {
  readonly line: number;
  readonly count: string;
  readonly amount: string;
}

const FLOWS = { 支出: 'expense', 收入: 'income' } as const;
const TOTAL = /^(支出|收入)合计[：:]\s*([\d,]+)\s*笔[，,]\s*共\s*([+-]?[\d,.]+)\s*元/;

/** The lines below the table: the end mark, then one line of totals for what went out and one for what came in. */
export class FundFooter {
  private ended = false;
  private readonly stated: { 支出?: StatedTotal; 收入?: StatedTotal } = {};

  /** Takes one `#` line from below the header. */
  readLine(line: string, lineNo: number): void {
    const text = markedText(line);
    if (text.includes('列表结束')) this.ended = true;
    const total = TOTAL.exec(text);
    if (total === null) return;
    const [, flow, count = '', amount = ''] = total;
    this.stated[flow as keyof typeof FLOWS] = { line: lineNo, count, amount };
  }

  /**
   * Compares the stated totals with those of the rows.
   * @returns what was tied out, for `detected`
   * @throws FileRefused MISSING_FOOTER, FOOTER_MISMATCH
   */
  tieOut(rows: FundTotals, lastLine: number): Record<string, string> {
    if (!this.ended)
      throw missingFooter({ zh: '“账务明细列表结束”标记', en: 'its end mark (账务明细列表结束)' }, lastLine);
    const tied: Record<string, string> = {};
    for (const name of ['支出', '收入'] as const) {
      const stated = this.stated[name];
      if (stated === undefined) {
        if (rows.rows === 0) continue;
        throw missingFooter({ zh: `“#${name}合计”一行`, en: `its total line #${name}合计` }, lastLine);
      }
      const flow = rows[FLOWS[name]];
      rows.tieOutCount(flow, `${name}合计（笔数）`, stated.count, stated.line);
      rows.tieOutAmount(flow, `${name}合计`, stated.amount, stated.line);
      tied[`${name}合计`] = `${stated.count} / ${flow.amount.isWhole ? stated.amount : '?'}`;
    }
    return tied;
  }
}
