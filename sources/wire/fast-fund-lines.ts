import { CellMemo } from '../bytes/cell-memo';
import { ODD } from '../bytes/lane-lines';
import type { LineScanner } from '../bytes/line-scanner';
import type { CopyLane, LineTally } from '../reader';
import { FEN_DECIMALS } from './column-total';
import { FastTransactions, TYPE_BYTES, type TransactionCells } from './fast-transactions';
import type { FundTotals } from './fund-totals';
import { fundType } from './fund-type';
import type { FastLines } from './line-flow';
import { paddedUnits, unpackCells } from './plain-cells';
import type { RunningBalance } from './running-balance';

const MARK = 0x23;

/** Where a fund bill has what a movement says. */
export interface FundCells {
  /** Cells of a row. */
  readonly width: number;
  readonly packed: Int32Array;
  readonly flowNo: number;
  readonly type: number;
  readonly balance: number;
  readonly transaction: TransactionCells;
  /** What an unpacked row moved in fen, signed; 0 or NaN where only the careful reader can say. */
  moved(row: LineScanner): number;
}

/**
 * Turns the payments, refunds and fees of a fund bill that are plain in every cell into COPY lines. It vouches only for
 * what it knows; any other line is ODD, and the bill's own reader takes it.
 */
export class FastFundLines implements FastLines {
  private readonly rows: FastTransactions;
  /** The type by the bill's word, for money that came in and for money that went out; null for the careful way. */
  private readonly incomeType = new CellMemo((word) => plainType(word, true));
  private readonly expenseType = new CellMemo((word) => plainType(word, false));

  constructor(
    private readonly cells: FundCells,
    lane: CopyLane,
    month: string,
    private readonly totals: FundTotals,
    private readonly balance: RunningBalance,
  ) {
    this.rows = new FastTransactions(cells.transaction, lane, month);
  }

  /** @throws FileRefused BALANCE_MISMATCH */
  write(row: LineScanner, out: Buffer, to: number): number {
    const { cells } = this;
    if (row.cells !== cells.width || row.bytes[row.lineStart] === MARK) return ODD;
    unpackCells(row, cells.packed);
    if (row.starts[cells.balance] === row.ends[cells.balance] || !isDigits(row, cells.flowNo)) return ODD;
    const moved = cells.moved(row);
    const balance = paddedUnits(row, cells.balance, FEN_DECIMALS);
    if (moved === 0 || Number.isNaN(moved) || Number.isNaN(balance)) return ODD;
    const type = this.typeOf(row, moved > 0);
    const end = type === null ? ODD : this.rows.write(row, type, moved, 0, out, to);
    if (end === ODD) return ODD;
    this.count(moved);
    this.balance.take(BigInt(moved), BigInt(balance), row.line);
    return end;
  }

  takeTallies(): LineTally[] {
    return this.rows.takeTallies();
  }

  private typeOf({ bytes, starts, ends }: LineScanner, isIncome: boolean): Buffer | null {
    const { type } = this.cells;
    const types = isIncome ? this.incomeType : this.expenseType;
    return types.of(bytes, starts[type] as number, ends[type] as number);
  }

  private count(moved: number): void {
    const { totals } = this;
    totals.rows += 1;
    const flow = moved > 0 ? totals.income : totals.expense;
    flow.count += 1;
    flow.amount.addFen(Math.abs(moved));
  }
}

function plainType(word: string, isIncome: boolean): Buffer | null {
  const { type, isTold } = fundType(word, isIncome);
  return isTold && type !== 'payout' ? TYPE_BYTES[type] : null;
}

/** A number that makes a key as it stands. */
function isDigits({ bytes, starts, ends }: LineScanner, cell: number): boolean {
  const end = ends[cell] as number;
  for (let i = starts[cell] as number; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte < 0x30 || byte > 0x39) return false;
  }
  return starts[cell] !== end;
}
