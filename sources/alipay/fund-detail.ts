import type { ReadContext, RowSink } from '../reader';
import { splitCells } from '../wire/cells';
import type { ByteText } from '../wire/byte-lines';
import { FastFundLines } from '../wire/fast-fund-lines';
import { takesFastLines } from '../wire/fast-transactions';
import { takeFundLine } from '../wire/fund-lines';
import { FundTotals } from '../wire/fund-totals';
import { Header } from '../wire/header';
import { readLines } from '../wire/line-flow';
import { BeijingClock } from '../wire/moments';
import { missingColumns } from '../wire/refusal';
import { RunningBalance } from '../wire/running-balance';
import type { DetailOutcome } from './bill-file';
import { BillLines, type BillTable } from './bill-lines';
import { FUND_BILL } from './form';
import { fundCells } from './fund-cells';
import { FundFooter } from './fund-footer';
import { countFundRow, FUND_COLUMNS, FUND_NAMED, FUND_REQUIRED, readFundRow, type FundHeader } from './fund-row';

/** Reads a 账务明细 bill. Rows go to the sink, the totals come back for the summary. */
export async function readFundDetail(
  text: ByteText,
  context: ReadContext,
  sink: RowSink,
): Promise<DetailOutcome<FundTotals>> {
  const detail = new FundDetail(context, sink);
  const lines = new BillLines(FUND_BILL, context, detail);
  await readLines(text, lines, sink);
  lines.end(text.scanner.line);
  const told = detail.finish(text.scanner.line);
  const { span } = detail.balance;
  const balances = span === null ? [] : [{ account: lines.preamble.account ?? 'alipay', currency: 'CNY', ...span }];
  return { totals: detail.totals, summary: { ...told, balances, detected: { ...lines.preamble, ...told.detected } } };
}

class FundDetail implements BillTable {
  readonly firstColumn = FUND_COLUMNS.flowNo[0];
  fast: FastFundLines | null = null;
  readonly totals = new FundTotals();
  readonly balance = new RunningBalance();
  private readonly footer = new FundFooter();
  private readonly clock: BeijingClock;
  private header: FundHeader = new Header([], FUND_COLUMNS);

  constructor(
    private readonly context: ReadContext,
    private readonly sink: RowSink,
  ) {
    this.clock = new BeijingClock(context.company.timezone);
  }

  begin(cells: readonly string[], lineNo: number): void {
    const header: FundHeader = new Header(cells, FUND_COLUMNS);
    const missing = header.missing(FUND_REQUIRED);
    if (missing.length > 0)
      throw missingColumns(
        missing.map((column) => FUND_COLUMNS[column][0]),
        lineNo,
      );
    this.header = header;
    const { context, sink, totals, balance } = this;
    if (sink.lane === undefined || !takesFastLines(context)) return;
    this.fast = new FastFundLines(fundCells(header), sink.lane, context.month, totals, balance);
  }

  readFooterLine(line: string, lineNo: number): void {
    this.footer.readLine(line, lineNo);
  }

  finish(lastLine: number): DetailOutcome<FundTotals>['summary'] {
    const { header, totals, balance } = this;
    const tied = this.footer.tieOut(totals, lastLine);
    return {
      detected: { columns: header.names, unused: header.unused, balance: balance.order, footer: tied },
      columnNames: header.namesOf(FUND_NAMED),
      rowsIn: totals.rows,
    };
  }

  /** @throws FileRefused BALANCE_MISMATCH */
  readRow(line: string, lineNo: number): void {
    const { header, totals, sink, balance } = this;
    const cells = splitCells(line);
    takeFundLine(
      { sink, month: this.context.month, totals, balance },
      {
        header,
        count: () => countFundRow(header, cells, totals),
        read: (_, amounts) => readFundRow(header, cells, amounts, this.clock),
      },
      { line, lineNo, cells },
    );
  }
}
