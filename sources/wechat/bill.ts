import type { ReadContext, ReadSummary, RowSink } from '../reader';
import { isBroken, splitCells } from '../wire/cells';
import { channelValues } from '../wire/channel-row';
import { takesFastLines } from '../wire/fast-transactions';
import { columnKey, Header } from '../wire/header';
import type { LineReader } from '../wire/line-flow';
import { sameNumber } from '../wire/merchant';
import { BeijingClock } from '../wire/moments';
import { missingColumns, wrongKind, wrongMerchant } from '../wire/refusal';
import { brokenText, rejectRow, wrongCellCount } from '../wire/rejection';
import { BILL_COLUMNS, IGNORED, NAMED, REQUIRED, SUMMARY_COLUMNS, TOTALLED, type BillHeader } from './columns';
import { countAmounts, currencyOf, isNotBooked, isRefund, readRow, type RowAmounts } from './row';
import { FastBillLines } from './fast-bill-lines';
import { BillCounts, tieOutBill } from './summary';
import { SummaryLines } from './summary-lines';

/** A bill as it is read, line by line: header, rows, then the two lines of its summary. */
export class Bill implements LineReader {
  fast: FastBillLines | null = null;
  private readonly summary = new SummaryLines(SUMMARY_COLUMNS);
  private readonly clock: BeijingClock;
  private readonly counts = new BillCounts();
  private header: BillHeader | null = null;

  constructor(
    private readonly context: ReadContext,
    private readonly sink: RowSink,
  ) {
    this.clock = new BeijingClock(context.company.timezone);
  }

  /** @throws FileRefused WRONG_KIND, MISSING_COLUMN, WRONG_MERCHANT, ROW_BELOW_FOOTER */
  readLine(line: string, lineNo: number): void {
    if (/^[\s,]*$/.test(line)) return;
    const cells = splitCells(line);
    if (this.header === null) this.begin(cells, lineNo);
    else if (this.summary.begun || this.summary.begins(cells)) this.summary.readLine(cells, lineNo);
    else this.readRowLine(this.header, line, cells, lineNo);
  }

  get isTextOnly(): boolean {
    return this.summary.begun;
  }

  /**
   * @param lastLine of the file
   * @throws FileRefused MISSING_FOOTER, FOOTER_MISMATCH
   */
  finish(lastLine: number): Pick<ReadSummary, 'detected' | 'columnNames' | 'rowsIn'> {
    if (this.header === null) throw missingColumns([BILL_COLUMNS.tradedAt[0]], lastLine);
    const tied = tieOutBill(this.summary, this.counts, lastLine);
    const { names, unused } = this.header;
    const { rows, payments, refunds } = this.counts;
    return {
      detected: { columns: names, unused, payments, refunds, footer: tied },
      columnNames: this.header.namesOf(NAMED),
      rowsIn: rows,
    };
  }

  private begin(cells: readonly string[], lineNo: number): void {
    const { context, sink, counts } = this;
    this.header = readHeader(cells, lineNo);
    if (sink.lane === undefined || !takesFastLines(context)) return;
    this.fast = new FastBillLines(this.header, sink.lane, context.month, counts, (merchant) => this.isOurs(merchant));
  }

  private readRowLine(header: BillHeader, line: string, cells: readonly string[], lineNo: number): void {
    this.counts.rows += 1;
    if (!header.fits(cells)) {
      this.rejectShifted(header, cells, lineNo);
      return;
    }
    this.checkMerchant(header, cells, lineNo);
    const currency = currencyOf(header, cells);
    const amounts = countAmounts(header, cells, currency, this.counts.totals);
    try {
      if (isBroken(line)) throw brokenText(line);
      const row = readRow(header, cells, amounts, this.clock);
      this.counts[row.type === 'refund' ? 'refunds' : 'payments'] += 1;
      if (isNotBooked(header, cells)) this.sink.exclude(lineNo, 'NOT_BOOKED', row.gross, row.currency);
      else
        this.sink.keep(
          lineNo,
          row.occurredOn.startsWith(this.context.month),
          channelValues(row),
          row.gross,
          row.currency,
        );
    } catch (cause) {
      const amount = worthOf(header, cells, amounts);
      rejectRow(this.sink, cause, { rowNo: lineNo, line: lineNo, cells: header.record(cells), amount, currency });
    }
  }

  /** A row with a cell too many or too few: no cell of it can be trusted, nor the sums it would have been part of. */
  private rejectShifted(header: BillHeader, cells: readonly string[], lineNo: number): void {
    for (const column of TOTALLED) this.counts.totals[column].skip();
    const cause = wrongCellCount(cells.length, header.names.length);
    rejectRow(this.sink, cause, { rowNo: lineNo, line: lineNo, cells: header.record(cells) });
  }

  /** A service provider's bill names the provider first and the company as 特约商户号. */
  private checkMerchant(header: BillHeader, cells: readonly string[], lineNo: number): void {
    const merchant = header.cell(cells, 'merchant');
    if (this.isOurs(merchant) || this.isOurs(header.cell(cells, 'subMerchant'))) return;
    throw wrongMerchant('微信支付', merchant, this.context.company.merchants.wechat ?? '', lineNo);
  }

  private isOurs(merchant: string): boolean {
    const expected = this.context.company.merchants.wechat;
    return expected === undefined || sameNumber(merchant, expected);
  }
}

function readHeader(cells: readonly string[], lineNo: number): BillHeader {
  const header: BillHeader = new Header(cells, BILL_COLUMNS, IGNORED);
  if (cells.some((cell) => columnKey(cell) === '资金流水单号')) {
    throw wrongKind(
      '这是微信支付资金账单，不是交易账单。请按 wechat-fund 导入。',
      'This is a WeChat Pay fund bill, not a trade bill. Import it as wechat-fund.',
      lineNo,
    );
  }
  if (!header.has('tradedAt') && !header.has('transactionNo')) {
    throw wrongKind(
      '首行不是微信支付交易账单的表头（交易时间,公众账号ID,商户号…）。',
      'The first line is not the header of a WeChat Pay trade bill (交易时间,公众账号ID,商户号…).',
      lineNo,
    );
  }
  const missing = header.missing(REQUIRED);
  if (missing.length > 0)
    throw missingColumns(
      missing.map((column) => BILL_COLUMNS[column][0]),
      lineNo,
    );
  return header;
}

function worthOf(header: BillHeader, cells: readonly string[], amounts: RowAmounts): string | undefined {
  if (!isRefund(header.cell(cells, 'status'))) return typeof amounts.ordered === 'string' ? amounts.ordered : undefined;
  const refunded = amounts[header.has('refundApplied') ? 'refundApplied' : 'refunded'];
  return typeof refunded === 'string' ? `-${refunded}` : undefined;
}
