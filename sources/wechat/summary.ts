import { Decimal } from '../../domain/money';
import { ColumnTotal, readPaddedAmount } from '../wire/column-total';
import { footerMismatch } from '../wire/refusal';
import type { SUMMARY_COLUMNS, Totalled } from './columns';
import type { SummaryLines } from './summary-lines';

export type BillTotals = Readonly<Record<Totalled, ColumnTotal>>;

/** What the rows of a bill make, counted row by row. */
export class BillCounts {
  rows = 0;
  payments = 0;
  refunds = 0;
  readonly totals: BillTotals = {
    settled: new ColumnTotal(),
    refunded: new ColumnTotal(),
    couponRefunded: new ColumnTotal(),
    fee: new ColumnTotal(),
    ordered: new ColumnTotal(),
    refundApplied: new ColumnTotal(),
  };
}

/**
 * Compares the stated totals with those of the rows. Counts may read `45.0`.
 * @returns what was tied out, for `detected`
 * @throws FileRefused MISSING_FOOTER, FOOTER_MISMATCH
 */
export function tieOutBill(
  summary: SummaryLines<keyof typeof SUMMARY_COLUMNS>,
  { rows, totals }: BillCounts,
  lastLine: number,
): Record<string, string> {
  return summary.tieOut(lastLine, (column, name, stated, line) => {
    if (column !== 'count' && !totals[column].isWhole) return false;
    const counted = column === 'count' ? String(rows) : totals[column].sum.toFixed();
    if (!sameFigure(stated, counted)) throw footerMismatch(name, stated, counted, line);
    return true;
  });
}

function sameFigure(stated: string, counted: string): boolean {
  const read = readPaddedAmount(stated, 'CNY');
  return read.ok && new Decimal(read.value).equals(counted);
}
