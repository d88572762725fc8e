import { dayOf } from '../bytes/byte-cells';
import { CurrencyTallies } from '../bytes/currency-tallies';
import type { ExtraCells } from '../bytes/extra-cells';
import { InstantCells } from '../bytes/instant-cells';
import { ODD } from '../bytes/lane-lines';
import { LineHead } from '../bytes/line-head';
import type { LineScanner } from '../bytes/line-scanner';
import { LineWriter } from '../bytes/line-writer';
import type { CopyLane, LineTally, ReadContext } from '../reader';
import { ZoneClock } from '../text';
import { TEXT_BYTES_MAX } from '../text/limits';
import type { ChannelType } from './channel-row';
import { FEN_DECIMALS } from './column-total';
import { BEIJING } from './moments';

const PLUS = 0x2b;
const CURRENCY = 'CNY';
const CURRENCY_BYTES = Buffer.from(CURRENCY);

/** Where a bill has what a transaction says. */
export interface TransactionCells {
  /** What tells it from every other one of its type. */
  readonly key: readonly number[];
  readonly transactionNo: number;
  readonly merchantNo: number;
  readonly occurredAt: number;
  readonly description: readonly number[];
  readonly counterparty: number;
  readonly extra: ExtraCells;
}

/** Whether bills can be read as bytes: their times are Beijing's, which must be the company's too. */
export function takesFastLines(context: ReadContext): boolean {
  return context.company.timezone === BEIJING;
}

/** A type as it is written. */
export const TYPE_BYTES: Readonly<Record<Exclude<ChannelType, 'payout'>, Buffer>> = {
  payment: Buffer.from('payment'),
  refund: Buffer.from('refund'),
  fee: Buffer.from('fee'),
};

/** Writes transactions in CNY as `channelValues` gives them; payouts are rare and left to it. */
export class FastTransactions {
  private readonly tallies = new CurrencyTallies();
  private readonly tally = this.tallies.of(CURRENCY);
  private readonly instants = new InstantCells(new ZoneClock(BEIJING));
  private readonly line: LineWriter;
  private readonly month: number;

  constructor(
    private readonly cells: TransactionCells,
    lane: CopyLane,
    month: string,
  ) {
    this.line = new LineWriter(new LineHead(lane.periodId, lane.batchId));
    this.month = Number(month.replace('-', ''));
  }

  /**
   * @param type one of TYPE_BYTES
   * @param gross in fen, as is the fee
   * @returns where the line ends, or ODD
   */
  write(row: LineScanner, type: Buffer, gross: number, fee: number, out: Buffer, to: number): number {
    const { cells, line } = this;
    const day = dayIn(row, cells.occurredAt);
    if (day === 0 || !isWholeNumber(row, cells.transactionNo)) return ODD;
    const inPeriod = Math.floor(day / 100) === this.month;
    line.begin(out, to, row.line, inPeriod);
    line.rowKey(row, cells.key, type);
    line.reference(row, cells.transactionNo);
    line.reference(row, cells.merchantNo);
    line.instant(row, cells.occurredAt, this.instants);
    line.value(type);
    line.value(CURRENCY_BYTES);
    line.units(gross, FEN_DECIMALS);
    line.units(fee, FEN_DECIMALS);
    line.units(gross - fee, FEN_DECIMALS);
    line.null();
    line.null();
    line.texts(row, cells.description, TEXT_BYTES_MAX);
    line.text(row, cells.counterparty, TEXT_BYTES_MAX);
    line.extra(row, cells.extra, TEXT_BYTES_MAX);
    const end = line.end();
    if (end !== ODD) this.tally.add(inPeriod, gross);
    return end;
  }

  takeTallies(): LineTally[] {
    return this.tallies.take();
  }
}

function dayIn({ bytes, starts, ends }: LineScanner, cell: number): number {
  const start = starts[cell] as number;
  return (ends[cell] as number) - start < 10 ? 0 : dayOf(bytes, start);
}

/** There, and not turned into `2.02610E+27` by a spreadsheet. */
function isWholeNumber({ bytes, starts, ends }: LineScanner, cell: number): boolean {
  const end = ends[cell] as number;
  for (let i = starts[cell] as number; i < end; i++) if (bytes[i] === PLUS) return false;
  return starts[cell] !== end;
}
