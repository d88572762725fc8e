import { totalLabel } from '../csv/total-rows';
import type { ReadContext, RowSink } from '../reader';
import { cleanCell, isBroken as isBrokenText } from '../wire/cells';
import { Header } from '../wire/header';
import { missingColumns, wrongKind } from '../wire/refusal';
import { brokenText, rejectRow, wrongCellCount } from '../wire/rejection';
import { Calendar } from './calendar';
import { IGNORED, NAMED, REQUIRED, SHEET_COLUMNS, type SheetHeader } from './columns';
import { FastSheetLines } from './fast-sheet-lines';
import { isNotPosted, readBaseAmounts, readRow, type BaseAmounts } from './row';
import type { SheetRecord } from './table';
import { VOUCHER_COLUMNS, VoucherRun, type VoucherHead, type VoucherLine } from './voucher-run';
import { Vouchers } from './vouchers';

/** Titles, company and period may stand above the header, not more. */
const HEADER_WITHIN = 30;

/** A voucher sheet as it is read, record by record. */
export class Sheet {
  /** Reads the plain lines of a text; null until there is a header, and where the sink has no lane. */
  fast: FastSheetLines | null = null;
  private readonly calendar: Calendar;
  private readonly run = new VoucherRun();
  private readonly vouchers: Vouchers;
  private header: SheetHeader | null = null;
  private unposted = 0;

  constructor(
    private readonly context: ReadContext,
    private readonly sink: RowSink,
  ) {
    this.vouchers = new Vouchers(context.company.currency);
    this.calendar = new Calendar(context.company.timezone, context.month);
  }

  /** @throws FileRefused WRONG_KIND, MISSING_COLUMN */
  read({ line, cells, isBroken }: SheetRecord): void {
    if (cells.every((cell) => cleanCell(cell) === '')) return;
    if (this.header === null) this.begin(cells, line);
    else this.readRecord(this.header, line, cells, isBroken);
  }

  /** @throws FileRefused UNBALANCED_VOUCHER */
  finish(): { detected: Record<string, unknown>; columnNames: Record<string, string> } {
    if (this.header === null) throw noHeader(1);
    this.vouchers.finish();
    const { names, unused } = this.header;
    return {
      detected: {
        columns: names,
        unused,
        vouchers: this.vouchers.count,
        ...(this.unposted === 0 ? {} : { unposted: this.unposted }),
      },
      columnNames: this.header.namesOf(NAMED),
    };
  }

  private begin(cells: readonly string[], line: number): void {
    const { context, sink, run, vouchers, calendar } = this;
    this.header = headerIn(cells, line);
    if (this.header === null || sink.lane === undefined) return;
    this.fast = new FastSheetLines(this.header, sink.lane, { base: context.company.currency, run, vouchers, calendar });
  }

  private readRecord(header: SheetHeader, line: number, cells: readonly string[], isBroken: boolean): void {
    const why = notAnEntry(header, cells);
    if (why !== null) {
      this.sink.exclude(line, why);
      return;
    }
    const { currency } = this.context.company;
    let debit: string | undefined;
    const voucher = this.run.next((column) => header.cell(cells, column));
    this.run.turnTo(voucher);
    try {
      if (!header.fits(cells)) throw wrongCellCount(cells.length, header.names.length);
      const base = this.balance(header, cells, voucher, line);
      debit = base.debit;
      if (isBroken) throw brokenText(cells.find(isBrokenText) ?? '');
      const row = readRow(header, cells, voucher, base, this.context.company, this.calendar);
      if (isNotPosted(header.cell(cells, 'posted'))) this.exclude(line, row.debit, row.currency);
      else this.sink.keep(line, row.inPeriod, row.values, row.debit, row.currency);
    } catch (cause) {
      this.vouchers.doubt(voucher.head.entryNo);
      const filled = { ...header.record(cells), ...filledCells(header, voucher.head) };
      rejectRow(this.sink, cause, { rowNo: line, line, cells: filled, amount: debit, currency });
    }
  }

  private exclude(line: number, debit: string, currency: string): void {
    this.unposted += 1;
    this.sink.exclude(line, 'NOT_BOOKED', debit, currency);
  }

  /** Takes the line into its voucher's balance, also a line that is rejected afterwards or not posted. */
  private balance(header: SheetHeader, cells: readonly string[], voucher: VoucherLine, line: number): BaseAmounts {
    const base = readBaseAmounts(header, cells, this.context.company.currency);
    this.vouchers.at(voucher.head, line).addLarge(units(base.debit) - units(base.credit));
    return base;
  }
}

/** A canonical amount, which has all decimals of its currency, as a whole number of its smallest unit. */
function units(amount: string): bigint {
  return amount === '0.00' ? 0n : BigInt(amount.replace('.', ''));
}

/** The voucher's cells as they are meant, so that a rejected line can be resubmitted by itself. */
function filledCells(header: SheetHeader, voucher: VoucherHead): Record<string, string> {
  const columns = VOUCHER_COLUMNS.filter((column) => header.has(column));
  return Object.fromEntries(columns.map((column) => [header.name(column), voucher[column]]));
}

function headerIn(cells: readonly string[], line: number): SheetHeader | null {
  const header: SheetHeader = new Header(cells, SHEET_COLUMNS, IGNORED);
  if (!header.has('number') && !header.has('account')) {
    if (line > HEADER_WITHIN) throw noHeader(line);
    return null;
  }
  const missing = header.missing(REQUIRED);
  if (missing.length > 0)
    throw missingColumns(
      missing.map((column) => SHEET_COLUMNS[column][0]),
      line,
    );
  return header;
}

/** Why a record is no line of a voucher: a total, or the header once more on a new page. */
function notAnEntry(header: SheetHeader, cells: readonly string[]): string | null {
  if (header.cell(cells, 'number') === header.name('number')) return 'HEADER_ROW';
  if (header.cell(cells, 'account') !== '') return null;
  return cells.some((cell) => totalLabel(cleanCell(cell)) !== null) ? 'TOTAL_ROW' : null;
}

function noHeader(line: number): Error {
  return wrongKind(
    '没有找到凭证表头（凭证日期、凭证字、凭证号、科目代码、借方、贷方…），不是金蝶凭证导出。',
    'There is no voucher header (凭证日期, 凭证字, 凭证号, 科目代码, 借方, 贷方…): this is no Kingdee voucher export.',
    line,
  );
}
