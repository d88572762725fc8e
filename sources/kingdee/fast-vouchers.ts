import { isPlain } from '../bytes/byte-cells';
import { isSame } from '../bytes/cell-memo';
import type { CellRow } from '../bytes/cell-row';
import { REFERENCE_BYTES_MAX } from '../text/limits';
import { RowRejection } from '../wire/rejection';
import type { Calendar } from './calendar';
import type { SheetHeader } from './columns';
import {
  VOUCHER_COLUMNS,
  type VoucherColumn,
  type VoucherHead,
  type VoucherLine,
  type VoucherRun,
} from './voucher-run';

/** A voucher as its lines are written. */
export interface ReadyVoucher {
  readonly head: VoucherHead;
  readonly cells: readonly Buffer[];
  readonly entryNo: Buffer;
  readonly day: Buffer;
  readonly inPeriod: boolean;
}

/** Finds a line's voucher from its bytes: mostly the one of the line above, whose cells it repeats or leaves blank. */
export class FastVouchers {
  private readonly places: readonly number[];
  private ready: ReadyVoucher | null = null;

  constructor(
    private readonly header: SheetHeader,
    private readonly run: VoucherRun,
    private readonly calendar: Calendar,
  ) {
    const places = header.cellPlaces;
    this.places = VOUCHER_COLUMNS.map((column) => places[column]);
  }

  /** null: the line is odd. The row above stays as it was. */
  of(row: CellRow): { readonly ready: ReadyVoucher; readonly line: VoucherLine } | null {
    const { run, ready } = this;
    if (ready?.head === run.head && this.repeats(row, ready))
      return { ready, line: { head: run.head, place: run.place + 1 } };
    if (!this.places.every((place) => isPlainCell(row, place))) return null;
    const line = run.next((column) => this.textOf(row, column));
    const made = this.make(line.head);
    if (made === null) return null;
    this.ready = made;
    return { ready: made, line };
  }

  private repeats({ bytes, starts, ends }: CellRow, { cells }: ReadyVoucher): boolean {
    for (let i = 0; i < cells.length; i++) {
      const place = this.places[i] as number;
      const start = starts[place] as number;
      const end = ends[place] as number;
      if (start !== end && !isSame(cells[i] as Buffer, bytes, start, end)) return false;
    }
    return true;
  }

  private textOf({ bytes, starts, ends }: CellRow, column: VoucherColumn): string {
    const place = this.places[VOUCHER_COLUMNS.indexOf(column)] as number;
    return bytes.toString('utf8', starts[place], ends[place]);
  }

  private make(head: VoucherHead): ReadyVoucher | null {
    if (head.number === '' || head.number === this.header.name('number')) return null;
    const entryNo = Buffer.from(head.entryNo);
    if (entryNo.length > REFERENCE_BYTES_MAX) return null;
    const above = this.ready;
    const cells = VOUCHER_COLUMNS.map((column, i) => {
      const known = above?.head[column] === head[column] ? above.cells[i] : undefined;
      return known ?? Buffer.from(head[column]);
    });
    return above && isSameTime(above.head, head)
      ? { head, cells, entryNo, day: above.day, inPeriod: above.inPeriod }
      : this.dated(head, cells, entryNo);
  }

  private dated(head: VoucherHead, cells: readonly Buffer[], entryNo: Buffer): ReadyVoucher | null {
    try {
      const day = this.calendar.dayOf(this.header.name('date'), head.date);
      return { head, cells, entryNo, day: Buffer.from(day), inPeriod: this.calendar.isInPeriod(head, day) };
    } catch (cause) {
      if (cause instanceof RowRejection) return null;
      throw cause;
    }
  }
}

function isSameTime(one: VoucherHead, other: VoucherHead): boolean {
  return one.date === other.date && one.year === other.year && one.period === other.period;
}

function isPlainCell({ bytes, starts, ends }: CellRow, place: number): boolean {
  const start = starts[place] as number;
  const end = ends[place] as number;
  return start === end || isPlain(bytes, start, end);
}
