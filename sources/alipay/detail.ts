import type { ReadContext, ReadSummary, RowSink } from '../reader';
import { isBroken, splitCells } from '../wire/cells';
import type { ByteText } from '../wire/byte-lines';
import { channelValues } from '../wire/channel-row';
import { takesFastPayments } from '../wire/fast-payments';
import { Header } from '../wire/header';
import { readLines, type LineReader } from '../wire/line-flow';
import { BeijingClock } from '../wire/moments';
import { missingColumns, rowBelowFooter } from '../wire/refusal';
import { brokenText, rejectRow, wrongCellCount } from '../wire/rejection';
import { FastDetailLines } from './fast-detail-lines';
import { Footer } from './footer';
import { checkPreamble, readPreambleLine, type Preamble } from './preamble';
import { countRow, DETAIL_COLUMNS, IGNORED, NAMED, readRow, REQUIRED, type DetailHeader, type RowAmounts } from './row';
import { DetailTotals } from './totals';

export interface DetailOutcome {
  readonly totals: DetailTotals;
  readonly summary: Pick<ReadSummary, 'detected' | 'columnNames' | 'rowsIn'>;
}

/** Reads a 业务明细 bill: preamble, table, footer. Rows go to the sink, the totals come back for the summary. */
export async function readDetail(text: ByteText, context: ReadContext, sink: RowSink): Promise<DetailOutcome> {
  const detail = new Detail(context, sink);
  await readLines(text, detail, sink);
  return detail.finish(text.scanner.line);
}

class Detail implements LineReader {
  fast: FastDetailLines | null = null;
  private readonly preamble: Preamble = {};
  private readonly footer = new Footer();
  private readonly totals = new DetailTotals();
  private readonly clock: BeijingClock;
  private header: DetailHeader | null = null;
  /** The footer has begun, below which no row can stand. */
  isTextOnly = false;

  constructor(
    private readonly context: ReadContext,
    private readonly sink: RowSink,
  ) {
    this.clock = new BeijingClock(context.company.timezone);
  }

  readLine(line: string, lineNo: number): void {
    const mark = line.charCodeAt(0);
    const isMarked = mark === 0x23 || (mark === 0x22 && line.charCodeAt(1) === 0x23);
    if (this.header === null) this.readAboveTable(line, lineNo, isMarked);
    else if (isMarked) this.readBelowTable(line, lineNo);
    else if (!/^[\s,]*$/.test(line)) this.readRowLine(this.header, line, lineNo);
  }

  finish(lastLine: number): DetailOutcome {
    if (this.header === null) throw missingColumns(['支付宝交易号'], lastLine);
    const tied = this.footer.tieOut(this.totals, lastLine);
    return {
      totals: this.totals,
      summary: {
        detected: { ...this.preamble, columns: this.header.names.length, unused: this.header.unused, footer: tied },
        columnNames: this.header.namesOf(NAMED),
        rowsIn: this.totals.rowCount,
      },
    };
  }

  private readAboveTable(line: string, lineNo: number, isMarked: boolean): void {
    if (isMarked || lineNo === 1) {
      readPreambleLine(line, lineNo, this.preamble);
      return;
    }
    if (/^[\s,]*$/.test(line)) return;
    const header = new Header(splitCells(line), DETAIL_COLUMNS, IGNORED);
    const missing = header.missing(REQUIRED);
    if (missing.length > 0)
      throw missingColumns(
        missing.map((column) => DETAIL_COLUMNS[column][0]),
        lineNo,
      );
    checkPreamble(this.preamble, this.context, lineNo);
    this.header = header;
    const { context, sink, totals } = this;
    if (sink.lane === undefined || !takesFastPayments(context)) return;
    this.fast = new FastDetailLines(header, sink.lane, context.month, totals);
  }

  private readBelowTable(line: string, lineNo: number): void {
    this.isTextOnly = true;
    this.footer.readLine(line, lineNo);
  }

  private readRowLine(header: DetailHeader, line: string, lineNo: number): void {
    if (this.isTextOnly) throw rowBelowFooter(lineNo);
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
