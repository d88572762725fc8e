import { CellMemo } from '../bytes/cell-memo';
import { ExtraCells } from '../bytes/extra-cells';
import { ODD } from '../bytes/lane-lines';
import type { LineScanner } from '../bytes/line-scanner';
import type { CopyLane, LineTally } from '../reader';
import { FEN_DECIMALS } from '../wire/column-total';
import { FastTransactions, TYPE_BYTES } from '../wire/fast-transactions';
import type { FastLines } from '../wire/line-flow';
import { isZeroText, packedCells, paddedUnits, unpackCells } from '../wire/plain-cells';
import { TOTALLED, type BillColumn, type BillHeader } from './columns';
import type { BillCounts } from './summary';

const ORDERED = TOTALLED.indexOf('ordered');
const SETTLED = TOTALLED.indexOf('settled');
const FEE = TOTALLED.indexOf('fee');

/**
 * Turns the payments of a bill that are in CNY, without coupon and plain in every cell, into COPY lines. It vouches only
 * for what it knows; any other line is ODD, and Bill reads it.
 */
export class FastBillLines implements FastLines {
  private readonly places: Readonly<Record<BillColumn, number>>;
  private readonly packed: Int32Array;
  private readonly width: number;
  private readonly hasSettled: boolean;
  private readonly totalled: readonly number[];
  private readonly fen = new Float64Array(TOTALLED.length);
  private readonly payments: FastTransactions;
  private readonly isPayment = new CellMemo((status) => status === 'SUCCESS');
  private readonly isYuan = new CellMemo((currency) => currency === 'CNY');
  private readonly isOurs: CellMemo<boolean>;

  /** @param isOurs whether a merchant's number is the company's */
  constructor(
    header: BillHeader,
    lane: CopyLane,
    month: string,
    private readonly counts: BillCounts,
    isOurs: (merchant: string) => boolean,
  ) {
    const places = header.cellPlaces;
    this.places = places;
    this.packed = packedCells(header);
    this.width = header.names.length;
    this.hasSettled = header.has('settled');
    this.totalled = TOTALLED.map((column) => places[column]);
    this.isOurs = new CellMemo(isOurs);
    this.payments = new FastTransactions(
      {
        key: [places.transactionNo, places.merchantNo],
        transactionNo: places.transactionNo,
        merchantNo: places.merchantNo,
        occurredAt: places.tradedAt,
        description: [places.goods, places.attach],
        counterparty: places.payer,
        extra: new ExtraCells(header.extraColumns, isZeroText),
      },
      lane,
      month,
    );
  }

  write(row: LineScanner, out: Buffer, to: number): number {
    if (row.cells !== this.width) return ODD;
    unpackCells(row, this.packed);
    if (!this.isOrdinary(row) || !this.readAmounts(row)) return ODD;
    const end = this.payments.write(
      row,
      TYPE_BYTES.payment,
      this.fen[ORDERED] as number,
      this.fen[FEE] as number,
      out,
      to,
    );
    if (end === ODD) return ODD;
    this.counts.rows += 1;
    this.counts.payments += 1;
    for (let i = 0; i < TOTALLED.length; i++) {
      this.counts.totals[TOTALLED[i] as (typeof TOTALLED)[number]].addFen(this.fen[i] as number);
    }
    return end;
  }

  takeTallies(): LineTally[] {
    return this.payments.takeTallies();
  }

  private isOrdinary({ bytes, starts, ends }: LineScanner): boolean {
    const { status, currency, merchant } = this.places;
    const isYuan =
      starts[currency] === ends[currency] ||
      this.isYuan.of(bytes, starts[currency] as number, ends[currency] as number);
    return (
      isYuan &&
      this.isPayment.of(bytes, starts[status] as number, ends[status] as number) &&
      this.isOurs.of(bytes, starts[merchant] as number, ends[merchant] as number)
    );
  }

  /** Whether every amount can be read, and the order's is what was settled. */
  private readAmounts(row: LineScanner): boolean {
    const { ordered } = this.places;
    if (row.starts[ordered] === row.ends[ordered]) return false;
    for (let i = 0; i < this.fen.length; i++) {
      const fen = paddedUnits(row, this.totalled[i] as number, FEN_DECIMALS);
      if (Number.isNaN(fen)) return false;
      this.fen[i] = fen;
    }
    const gross = this.fen[ORDERED] as number;
    return gross >= 0 && (!this.hasSettled || this.fen[SETTLED] === gross);
  }
}
