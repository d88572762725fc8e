import { CellMemo } from '../bytes/cell-memo';
import { ExtraCells } from '../bytes/extra-cells';
import { ODD } from '../bytes/lane-lines';
import type { LineScanner } from '../bytes/line-scanner';
import type { CopyLane, LineTally } from '../reader';
import { FEN_DECIMALS } from '../wire/column-total';
import { FastTransactions, TYPE_BYTES } from '../wire/fast-transactions';
import type { FastLines } from '../wire/line-flow';
import { isZeroText, packedCells, paddedUnits, unpackCells } from '../wire/plain-cells';
import type { DetailColumn, DetailHeader } from './row';
import type { DetailTotals } from './totals';

const MARK = 0x23;

/**
 * Turns the payments of a bill that are without discount and plain in every cell into COPY lines. It vouches only for
 * what it knows; any other line is ODD, and Detail reads it.
 */
export class FastDetailLines implements FastLines {
  private readonly places: Readonly<Record<DetailColumn, number>>;
  private readonly packed: Int32Array;
  private readonly width: number;
  private readonly payments: FastTransactions;
  private readonly isPayment = new CellMemo((type) => type === '交易');

  constructor(
    header: DetailHeader,
    lane: CopyLane,
    month: string,
    private readonly totals: DetailTotals,
  ) {
    const places = header.cellPlaces;
    this.places = places;
    this.packed = packedCells(header);
    this.width = header.names.length;
    this.payments = new FastTransactions(
      {
        key: [places.tradeNo],
        transactionNo: places.tradeNo,
        merchantNo: places.merchantNo,
        occurredAt: places.finishedAt,
        description: [places.goods, places.note],
        counterparty: places.counterparty,
        extra: new ExtraCells(header.extraColumns, isZeroText),
      },
      lane,
      month,
    );
  }

  write(row: LineScanner, out: Buffer, to: number): number {
    if (row.cells !== this.width || row.bytes[row.lineStart] === MARK) return ODD;
    unpackCells(row, this.packed);
    if (!this.isOrdinary(row)) return ODD;
    const { places, totals } = this;
    const ordered = paddedUnits(row, places.ordered, FEN_DECIMALS);
    const received = paddedUnits(row, places.received, FEN_DECIMALS);
    const fee = paddedUnits(row, places.fee, FEN_DECIMALS);
    if (ordered !== received || !(received >= 0) || Number.isNaN(fee)) return ODD;
    const end = this.payments.write(row, TYPE_BYTES.payment, received, Math.abs(fee), out, to);
    if (end === ODD) return ODD;
    totals.payments.count += 1;
    totals.payments.ordered.addFen(ordered);
    totals.payments.received.addFen(received);
    totals.payments.fees.addFen(fee);
    return end;
  }

  takeTallies(): LineTally[] {
    return this.payments.takeTallies();
  }

  /** A payment that states what was ordered and what the merchant got, and that is no part of a refund. */
  private isOrdinary({ bytes, starts, ends }: LineScanner): boolean {
    const { type, ordered, received, refundNo } = this.places;
    if (starts[ordered] === ends[ordered] || starts[received] === ends[received]) return false;
    if (starts[refundNo] !== ends[refundNo]) return false;
    return this.isPayment.of(bytes, starts[type] as number, ends[type] as number);
  }
}
