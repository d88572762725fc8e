import type { ReadContext, RowSink } from '../reader';
import { isBroken, splitCells } from '../wire/cells';
import type { ByteText } from '../wire/byte-lines';
import { channelValues } from '../wire/channel-row';
import { takesFastLines } from '../wire/fast-transactions';
import { Header } from '../wire/header';
import { readLines } from '../wire/line-flow';
import { BeijingClock } from '../wire/moments';
import { missingColumns } from '../wire/refusal';
import { brokenText, rejectRow, wrongCellCount } from '../wire/rejection';
import type { DetailOutcome } from './bill-file';
import { BillLines, type BillTable } from './bill-lines';
import { FastDetailLines } from './fast-detail-lines';
import { Footer } from './footer';
import { TRADE_BILL } from './form';
import { countRow, DETAIL_COLUMNS, IGNORED, NAMED, readRow, REQUIRED, type DetailHeader, type RowAmounts } from './row';
import { DetailTotals } from './totals';

/** Reads a 业务明细 bill: preamble, table, footer. Rows go to the sink, the totals come back for the summary. */
export async function readDetail(
  text: ByteText,
  context: ReadContext,
  sink: RowSink,
): Promise<DetailOutcome<DetailTotals>> {
  const detail = new Detail(context, sink);
  const lines = new BillLines(TRADE_BILL, context, detail);
  await readLines(text, lines, sink);
  lines.end(text.scanner.line);
  const told = detail.finish(text.scanner.line);
  return { totals: detail.totals, summary: { ...told, detected: { ...lines.preamble, ...told.detected } } };
}

class Detail implements BillTable {
  readonly firstColumn = DETAIL_COLUMNS.tradeNo[0];
  fast: FastDetailLines | null = null;
  readonly totals = new DetailTotals();
  private readonly footer = new Footer();
  private readonly clock: BeijingClock;
  private header: DetailHeader = new Header([], DETAIL_COLUMNS);

  constructor(
    private readonly context: ReadContext,
    private readonly sink: RowSink,
  ) {
    this.clock = new BeijingClock(context.company.timezone);
  }

  begin(cells: readonly string[], lineNo: number): void {
    const header: DetailHeader = new Header(cells, DETAIL_COLUMNS, IGNORED);
    const missing = header.missing(REQUIRED);
    if (missing.length > 0)
      throw missingColumns(
        missing.map((column) => DETAIL_COLUMNS[column][0]),
        lineNo,
      );
    this.header = header;
    const { context, sink, totals } = this;
    if (sink.lane === undefined || !takesFastLines(context)) return;
    this.fast = new FastDetailLines(header, sink.lane, context.month, totals);
  }

  readFooterLine(line: string, lineNo: number): void {
    this.footer.readLine(line, lineNo);
  }

  finish(lastLine: number): DetailOutcome<DetailTotals>['summary'] {
    const { header, totals } = this;
    const tied = this.footer.tieOut(totals, lastLine);
    return {
      detected: { columns: header.names, unused: header.unused, footer: tied },
      columnNames: header.namesOf(NAMED),
      rowsIn: totals.rowCount,
    };
  }

  readRow(line: string, lineNo: number): void {
    const { header } = this;
    const cells = splitCells(line);
    if (!header.fits(cells)) {
      this.totals.skipRow();
      const cause = wrongCellCount(cells.length, header.names.length);
      rejectRow(this.sink, cause, { rowNo: lineNo, line: lineNo, cells: header.record(cells) });
      return;
    }
    const amounts = countRow(header, cells, this.totals);
    try {
      if (isBroken(line)) throw brokenText(line);
      const row = readRow(header, cells, amounts, this.clock);
      this.sink.keep(
        lineNo,
        row.occurredOn.startsWith(this.context.month),
        channelValues(row),
        row.gross,
        row.currency,
      );
    } catch (cause) {
      rejectRow(this.sink, cause, {
        rowNo: lineNo,
        line: lineNo,
        cells: header.record(cells),
        amount: amountOf(amounts),
        currency: 'CNY',
      });
    }
  }
}

function amountOf(amounts: RowAmounts): string | undefined {
  return typeof amounts.received === 'string' ? amounts.received : undefined;
}
