import { decimalsOf } from '../../domain/money';
import { unitsOf } from '../bytes/byte-cells';
import { CellMemo } from '../bytes/cell-memo';
import { CurrencyTallies, type CurrencyTally } from '../bytes/currency-tallies';
import { ExtraCells } from '../bytes/extra-cells';
import { ODD } from '../bytes/lane-lines';
import { LineHead } from '../bytes/line-head';
import type { LineScanner } from '../bytes/line-scanner';
import { LineWriter } from '../bytes/line-writer';
import type { CopyLane, LineTally } from '../reader';
import { REFERENCE_BYTES_MAX, TEXT_BYTES_MAX } from '../text/limits';
import { cleanCell } from '../wire/cells';
import type { FastLines } from '../wire/line-flow';
import { isZeroText, packedCells, unpackCells } from '../wire/plain-cells';
import type { Calendar } from './calendar';
import type { SheetColumn, SheetHeader } from './columns';
import { FastVouchers } from './fast-vouchers';
import { currencyOfCode, isNotPosted, RATE_DECIMALS, readCustomer } from './row';
import type { VoucherRun } from './voucher-run';
import type { Vouchers } from './vouchers';

const NO_CUSTOMER = Buffer.from('\\N\t\\N');

/** What a sheet keeps from line to line; both ways of reading go on from it and move it on. */
export interface SheetState {
  /** The company's currency. */
  readonly base: string;
  readonly run: VoucherRun;
  readonly vouchers: Vouchers;
  readonly calendar: Calendar;
}

/**
 * Turns lines into COPY lines that are posted, in the company's currency and plain in every cell. It vouches only for
 * what it knows; any other line is ODD, and Sheet reads it.
 */
export class FastSheetLines implements FastLines {
  private readonly places: Readonly<Record<SheetColumn, number>>;
  private readonly packed: Int32Array;
  private readonly width: number;
  private readonly decimals: number;
  private readonly currency: Buffer;
  private readonly tallies = new CurrencyTallies();
  private readonly tally: CurrencyTally;
  private readonly line: LineWriter;
  private readonly voucherCells: FastVouchers;
  private readonly extra: ExtraCells;
  private readonly customers = new CellMemo(customerBytes);
  private readonly isPosted = new CellMemo((posted) => !isNotPosted(cleanCell(posted)));
  private readonly isBase: CellMemo<boolean>;

  constructor(
    header: SheetHeader,
    lane: CopyLane,
    private readonly state: SheetState,
  ) {
    const { base, run, calendar } = state;
    this.places = header.cellPlaces;
    this.packed = packedCells(header);
    this.width = header.names.length;
    this.decimals = decimalsOf(base);
    this.currency = Buffer.from(base);
    this.tally = this.tallies.of(base);
    this.line = new LineWriter(new LineHead(lane.periodId, lane.batchId));
    this.voucherCells = new FastVouchers(header, run, calendar);
    this.extra = new ExtraCells(header.extraColumns, isZeroText);
    this.isBase = new CellMemo((code) => currencyOfCode(cleanCell(code).toUpperCase()) === base);
  }

  write(row: LineScanner, out: Buffer, to: number): number {
    if (row.cells !== this.width) return ODD;
    unpackCells(row, this.packed);
    const { places, state } = this;
    if (!this.isOrdinary(row)) return ODD;
    const debit = this.unitsAt(row, places.debit);
    const credit = this.unitsAt(row, places.credit);
    if (!this.agrees(row, debit, credit)) return ODD;
    const voucher = this.voucherCells.of(row);
    if (voucher === null) return ODD;
    const { inPeriod, entryNo, day } = voucher.ready;
    this.line.begin(out, to, row.line, inPeriod);
    this.line.value(entryNo);
    this.writeLineNo(row, voucher.line.place);
    this.line.value(day);
    this.line.text(row, places.account, REFERENCE_BYTES_MAX);
    this.writeCustomer(row);
    this.writeTexts(row);
    this.writeAmounts(row);
    const end = this.line.end();
    if (end === ODD) return ODD;
    state.run.turnTo(voucher.line);
    state.vouchers.at(voucher.line.head, row.line).add(debit - credit);
    this.tally.add(inPeriod, debit);
    return end;
  }

  takeTallies(): LineTally[] {
    return this.tallies.take();
  }

  /** Neither a total row, nor unposted, nor in a foreign currency. */
  private isOrdinary({ bytes, starts, ends }: LineScanner): boolean {
    const { account, posted, currency, currencyName } = this.places;
    if (starts[account] === ends[account]) return false;
    if (!this.isPosted.of(bytes, starts[posted] as number, ends[posted] as number)) return false;
    if (starts[currency] === ends[currency]) return starts[currencyName] === ends[currencyName];
    return this.isBase.of(bytes, starts[currency] as number, ends[currency] as number);
  }

  /** 原币金额 says the same as the side that has an amount. Not so where one of the three cannot be read. */
  private agrees(row: LineScanner, debit: number, credit: number): boolean {
    const original = this.unitsAt(row, this.places.amount);
    if (Number.isNaN(debit) || Number.isNaN(credit) || Number.isNaN(original)) return false;
    if (original === 0 || (debit !== 0 && credit !== 0)) return true;
    return Math.abs(original) === Math.abs(debit + credit);
  }

  /** Empty is zero; NaN where it is no plain amount. */
  private unitsAt({ bytes, starts, ends }: LineScanner, place: number): number {
    const start = starts[place] as number;
    const end = ends[place] as number;
    return start === end ? 0 : unitsOf(bytes, start, end, this.decimals);
  }

  private writeLineNo(row: LineScanner, place: number): void {
    const { line } = this.places;
    if (row.starts[line] === row.ends[line]) this.line.units(place, 0);
    else this.line.text(row, line, REFERENCE_BYTES_MAX);
  }

  private writeCustomer({ bytes, starts, ends }: LineScanner): void {
    const { items } = this.places;
    const start = starts[items] as number;
    const end = ends[items] as number;
    const customer = start === end ? NO_CUSTOMER : this.customers.of(bytes, start, end);
    if (customer === null) this.line.refuse();
    else this.line.value(customer);
  }

  /** The number of a document may stand in any of three columns; with more than one of them it takes Sheet to tell. */
  private writeTexts(row: LineScanner): void {
    const { reference, business, settlement, summary } = this.places;
    let filled = reference;
    let count = 0;
    for (const place of [reference, business, settlement]) {
      if (row.starts[place] === row.ends[place]) continue;
      if (count === 0) filled = place;
      count += 1;
    }
    if (count > 1) this.line.refuse();
    this.line.reference(row, filled);
    this.line.text(row, summary, TEXT_BYTES_MAX);
  }

  private writeAmounts(row: LineScanner): void {
    const { line, decimals, places } = this;
    line.value(this.currency);
    line.amount(row, places.debit, decimals);
    line.amount(row, places.credit, decimals);
    line.decimal(row, places.rate, RATE_DECIMALS);
    line.amount(row, places.debit, decimals);
    line.amount(row, places.credit, decimals);
    line.extra(row, this.extra, TEXT_BYTES_MAX);
  }
}

/** The two values of a line's customer; null where they do not stand in a COPY line as they are. */
function customerBytes(items: string): Buffer | null {
  const { no, key } = readCustomer(cleanCell(items));
  if (no === '' && key === null) return NO_CUSTOMER;
  const bytes = Buffer.from(`${no}\t${key ?? '\\N'}`);
  const isPlain = key !== null && !/[\\\t\n\r]/.test(no + key) && Buffer.byteLength(no) <= REFERENCE_BYTES_MAX;
  return isPlain ? bytes : null;
}
