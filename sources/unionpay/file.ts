import type { FileRefused, ReadContext, RowSink } from '../reader';
import { isBroken } from '../wire/cells';
import { channelValues } from '../wire/channel-row';
import { sameNumber } from '../wire/merchant';
import { BeijingClock } from '../wire/moments';
import { wrongKind, wrongMerchant } from '../wire/refusal';
import { brokenText, rejectRow } from '../wire/rejection';
import { cutLine, isZmLine, looseCells, zmBytes, type ZmCells } from './layout';
import { MonthDays } from './month-days';
import { movesNothing, readZmRow, worthOf } from './row';

/** How many lines may miss the layout before the file is none of ZM. */
const STRANGE_LINES_MAX = 20;
/** Length of a line of ZME, the file of the transactions that went wrong. */
const ZME_BYTES = 339;

/** A ZM file as it is read, line by line. */
export class ZmFile {
  rows = 0;
  payments = 0;
  refunds = 0;
  private fitting = 0;
  private readonly days: MonthDays;
  private readonly clock: BeijingClock;

  /** @throws FileRefused WRONG_MERCHANT where the file's name names another one */
  constructor(
    private readonly context: ReadContext,
    private readonly sink: RowSink,
  ) {
    this.days = new MonthDays(context.month);
    this.clock = new BeijingClock(context.company.timezone);
    const named = /ZM_(\d{15})/i.exec(context.fileName)?.[1];
    if (named !== undefined && !this.isOurs(named)) throw this.otherMerchant(named, 1);
  }

  /** @throws FileRefused WRONG_KIND, WRONG_MERCHANT */
  readLine(line: string, lineNo: number): void {
    if (line.trim() === '') return;
    this.rows += 1;
    const bytes = zmBytes(line);
    if (isZmLine(bytes)) this.fitting += 1;
    else if (this.fitting === 0) this.refuseStranger(bytes, lineNo);
    let cells: ZmCells | null = null;
    try {
      if (isBroken(line)) throw brokenText(line);
      cells = cutLine(bytes);
      this.checkMerchant(cells, lineNo);
      this.keep(cells, lineNo);
    } catch (cause) {
      const amount = cells === null ? undefined : worthOf(cells);
      const place = { rowNo: lineNo, line: lineNo, cells: cells ?? looseCells(line), amount, currency: 'CNY' };
      rejectRow(this.sink, cause, place);
    }
  }

  /** @throws FileRefused WRONG_KIND where not one line is a ZM line */
  end(): void {
    if (this.rows > 0 && this.fitting === 0) throw notZm(1);
  }

  private keep(cells: ZmCells, lineNo: number): void {
    const { sink } = this;
    if (movesNothing(cells)) {
      sink.exclude(lineNo, 'NOT_BOOKED');
      return;
    }
    const row = readZmRow(cells, this.days, this.clock);
    const values = channelValues(row);
    this[row.type === 'refund' ? 'refunds' : 'payments'] += 1;
    sink.keep(lineNo, row.occurredOn.startsWith(this.context.month), values, row.gross, row.currency);
  }

  /** A merchant of a group may stand as the second one. */
  private checkMerchant(cells: ZmCells, lineNo: number): void {
    const merchant = cells.商户代码;
    if (merchant === '' || this.isOurs(merchant) || this.isOurs(cells.二级商户代码)) return;
    throw this.otherMerchant(merchant, lineNo);
  }

  private isOurs(merchant: string): boolean {
    const expected = this.context.company.merchants.unionpay;
    return expected === undefined || sameNumber(merchant, expected);
  }

  private otherMerchant(found: string, line: number): FileRefused {
    return wrongMerchant('银联', found, this.context.company.merchants.unionpay ?? '', line);
  }

  private refuseStranger(bytes: string, lineNo: number): void {
    if (bytes.length === ZME_BYTES && /^[A-Z]\d\d /.test(bytes)) throw isZme(lineNo);
    if (this.rows >= STRANGE_LINES_MAX) throw notZm(lineNo);
  }
}

function isZme(line: number): FileRefused {
  return wrongKind(
    '这是银联差错明细文件（ZME），不是交易明细（ZM）。请下载 INN…ZM_商户代码 文件。',
    'This is a UnionPay file of corrections (ZME), not of transactions. Download INN…ZM_<merchant>.',
    line,
  );
}

function notZm(line: number): FileRefused {
  return wrongKind(
    '没有一行符合银联商户交易明细（ZM）的定长格式。请下载原始的 INN…ZM_商户代码 文件。',
    'No line has the fixed widths of a UnionPay ZM file. Download the original INN…ZM_<merchant>.',
    line,
  );
}
