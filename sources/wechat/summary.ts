import { Decimal } from '../../domain/money';
import { ColumnTotal, readPaddedAmount } from '../wire/column-total';
import { Header } from '../wire/header';
import { footerMismatch, missingFooter } from '../wire/refusal';
import { SUMMARY_COLUMNS, TOTALLED, type Totalled } from './columns';

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

/** The last two lines of a bill: the names of its totals, and the totals. */
export class Summary {
  private header: Header<keyof typeof SUMMARY_COLUMNS> | null = null;
  private cells: readonly string[] | null = null;
  private line = 0;

  /** Whether the summary has begun; rows cannot follow. */
  get begun(): boolean {
    return this.header !== null;
  }

  readLine(cells: readonly string[], line: number): void {
    if (this.header === null) this.header = new Header(cells, SUMMARY_COLUMNS);
    else this.cells ??= cells;
    this.line = line;
  }

  /**
   * Compares the stated totals with those of the rows. Counts may read `45.0`.
   * @returns what was tied out, for `detected`
   * @throws FileRefused MISSING_FOOTER, FOOTER_MISMATCH
   */
  tieOut({ rows, totals }: BillCounts, lastLine: number): Record<string, string> {
    const { header, cells } = this;
    if (header === null || cells === null) {
      throw missingFooter({ zh: '末尾的汇总行（总交易单数…）', en: 'the summary at its end (总交易单数…)' }, lastLine);
    }
    const tied: Record<string, string> = {};
    const compare = (column: keyof typeof SUMMARY_COLUMNS, counted: string): void => {
      const stated = header.cell(cells, column);
      if (!header.has(column)) return;
      if (!sameFigure(stated, counted)) throw footerMismatch(header.name(column), stated, counted, this.line);
      tied[header.name(column)] = stated;
    };
    compare('count', String(rows));
    for (const column of TOTALLED) {
      if (totals[column].isWhole) compare(column, totals[column].sum.toFixed());
    }
    return tied;
  }
}

function sameFigure(stated: string, counted: string): boolean {
  const read = readPaddedAmount(stated, 'CNY');
  return read.ok && new Decimal(read.value).equals(counted);
}
