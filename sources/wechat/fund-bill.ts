import type { ReadContext, ReadSummary, RowSink } from '../reader';
import { splitCells } from '../wire/cells';
import { FastFundLines } from '../wire/fast-fund-lines';
import { takesFastLines } from '../wire/fast-transactions';
import { takeFundLine } from '../wire/fund-lines';
import { FundTotals } from '../wire/fund-totals';
import { Header } from '../wire/header';
import type { LineReader } from '../wire/line-flow';
import { BeijingClock } from '../wire/moments';
import { missingColumns, wrongKind } from '../wire/refusal';
import { RunningBalance } from '../wire/running-balance';
import { fundCells } from './fund-cells';
import { FUND_COLUMNS, FUND_NAMED, FUND_REQUIRED, FUND_SUMMARY, type FundHeader } from './fund-columns';
import { countFundRow, readFundRow } from './fund-row';
import { SummaryLines } from './summary-lines';

/** A fund bill as it is read, line by line: header, rows, then the two lines of its summary. */
export class FundBill implements LineReader {
  fast: FastFundLines | null = null;
  private readonly summary = new SummaryLines(FUND_SUMMARY);
  private readonly totals = new FundTotals();
  private readonly balance = new RunningBalance();
  private readonly clock: BeijingClock;
  private header: FundHeader | null = null;

  constructor(
    private readonly context: ReadContext,
    private readonly sink: RowSink,
  ) {
    this.clock = new BeijingClock(context.company.timezone);
  }

  get isTextOnly(): boolean {
    return this.summary.begun;
  }

  /** @throws FileRefused WRONG_KIND, MISSING_COLUMN, BALANCE_MISMATCH, ROW_BELOW_FOOTER */
  readLine(line: string, lineNo: number): void {
    if (/^[\s,]*$/.test(line)) return;
    const cells = splitCells(line);
    if (this.header === null) this.begin(cells, lineNo);
    else if (this.summary.begun || this.summary.begins(cells)) this.summary.readLine(cells, lineNo);
    else this.readRow(this.header, line, cells, lineNo);
  }

  /**
   * @param lastLine of the file
   * @throws FileRefused MISSING_FOOTER, FOOTER_MISMATCH
   */
  finish(lastLine: number): Pick<ReadSummary, 'detected' | 'balances' | 'columnNames' | 'rowsIn'> {
    if (this.header === null) throw missingColumns([FUND_COLUMNS.bookedAt[0]], lastLine);
    const { names, unused } = this.header;
    const footer = this.tieOut(lastLine);
    const { span } = this.balance;
    return {
      detected: { columns: names, unused, balance: this.balance.order, footer },
      balances: span === null ? [] : [{ account: fundAccount(this.context.fileName), currency: 'CNY', ...span }],
      columnNames: this.header.namesOf(FUND_NAMED),
      rowsIn: this.totals.rows,
    };
  }

  private tieOut(lastLine: number): Record<string, string> {
    const { totals } = this;
    return this.summary.tieOut(lastLine, (column, name, stated, line) => {
      if (column === 'rows') totals.tieOutRows(name, stated, line);
      else if (column === 'incomeCount') totals.tieOutCount(totals.income, name, stated, line);
      else if (column === 'expenseCount') totals.tieOutCount(totals.expense, name, stated, line);
      else totals.tieOutAmount(totals[column], name, stated, line);
      return true;
    });
  }

  private begin(cells: readonly string[], lineNo: number): void {
    const { context, sink, totals, balance } = this;
    const header = readHeader(cells, lineNo);
    this.header = header;
    if (sink.lane === undefined || !takesFastLines(context)) return;
    this.fast = new FastFundLines(fundCells(header), sink.lane, context.month, totals, balance);
  }

  private readRow(header: FundHeader, line: string, cells: readonly string[], lineNo: number): void {
    const { totals, sink, balance } = this;
    takeFundLine(
      { sink, month: this.context.month, totals, balance },
      {
        header,
        count: () => countFundRow(header, cells, totals),
        read: (_, amount) => readFundRow(header, cells, amount, this.clock),
      },
      { line, lineNo, cells },
    );
  }
}

function readHeader(cells: readonly string[], lineNo: number): FundHeader {
  const header: FundHeader = new Header(cells, FUND_COLUMNS);
  if (!header.has('flowNo') && !header.has('bookedAt')) {
    throw wrongKind(
      '首行不是微信支付资金账单的表头（记账时间,微信支付业务单号,资金流水单号…）。交易账单请按 wechat-trade 导入。',
      'The first line is not the header of a WeChat Pay fund bill (记账时间,微信支付业务单号,资金流水单号…). Import a trade bill as wechat-trade.',
      lineNo,
    );
  }
  const missing = header.missing(FUND_REQUIRED);
  if (missing.length > 0)
    throw missingColumns(
      missing.map((column) => FUND_COLUMNS[column][0]),
      lineNo,
    );
  return header;
}

/** The bill does not say which of a merchant's accounts it is of; the name it came with may. */
function fundAccount(fileName: string): string {
  return `wechat ${/operation|fees/i.exec(fileName)?.[0].toLowerCase() ?? 'basic'}`;
}
