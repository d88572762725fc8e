import { Decimal } from '../../domain/money';
import { footerMismatch, missingFooter } from '../wire/refusal';
import { markedText } from './preamble';
import type { DetailTotals } from './totals';

interface StatedTotal {
  readonly line: number;
  readonly count: string;
  readonly received: string;
}

/** The lines below the table: the end mark, then one line of totals for payments and one for refunds. */
export class Footer {
  private ended = false;
  private readonly stated: { 交易?: StatedTotal; 退款?: StatedTotal } = {};

  /** Takes one `#` line from below the first row. */
  readLine(line: string, lineNo: number): void {
    const text = markedText(line);
    if (text.includes('列表结束')) this.ended = true;
    const total = /^(交易|退款)合计[：:]\s*([\d,]+)\s*笔[，,]\s*商家实收(?:退款)?共\s*(-?[\d,.]+)\s*元/.exec(text);
    if (total === null) return;
    const [, type, count = '', received = ''] = total;
    this.stated[type as '交易' | '退款'] = { line: lineNo, count: digits(count), received: digits(received) };
  }

  /**
   * Compares the stated totals with those of the rows.
   * @returns what was tied out, for `detected`
   * @throws FileRefused MISSING_FOOTER, FOOTER_MISMATCH
   */
  tieOut(rows: DetailTotals, lastLine: number): Record<string, string> {
    if (!this.ended)
      throw missingFooter({ zh: '“业务明细列表结束”标记', en: 'its end mark (业务明细列表结束)' }, lastLine);
    const tied: Record<string, string> = {};
    for (const type of ['交易', '退款'] as const) {
      const stated = this.stated[type];
      if (stated === undefined) {
        if (rows.rowCount === 0) continue;
        throw missingFooter({ zh: `“#${type}合计”一行`, en: `its total line #${type}合计` }, lastLine);
      }
      const counted = type === '交易' ? rows.payments : rows.refunds;
      if (!countAgrees(counted.count, rows.others, stated.count)) {
        throw footerMismatch(`${type}合计（笔数）`, stated.count, String(counted.count), stated.line);
      }
      const received = counted.received;
      if (received.isWhole && !received.sum.equals(new Decimal(stated.received))) {
        throw footerMismatch(`${type}合计（商家实收）`, stated.received, received.sum.toFixed(2), stated.line);
      }
      tied[`${type}合计`] = `${stated.count} / ${received.isWhole ? stated.received : '?'}`;
    }
    return tied;
  }
}

/** Rows of an unknown type may be of either. */
function countAgrees(counted: number, unknown: number, stated: string): boolean {
  const count = Number(stated);
  return count >= counted && count <= counted + unknown;
}

function digits(text: string): string {
  return text.replace(/,/g, '');
}
