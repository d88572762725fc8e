import { columnsOfSource, type Profile } from '../../domain/profile';
import { badQuotes, brokenRow, wrongCellCount, type RowFault } from '../csv/row-faults';
import type { FileRefused, ReadContext, RowSink } from '../reader';
import { wrongKind } from '../wire/refusal';
import { Claims } from './claims';
import { DateForms } from './dates';
import type { Layout } from './layout';
import { planOf } from './plan';
import type { FileRecord } from './records';
import { RowKinds } from './row-kind';
import { RowMaker, type MadeRow } from './row-maker';
import { condition, nameOfSource, type FilledRow } from './translate';
import { LINE_COLUMN, VoucherLines } from './voucher-lines';

/** Rows of the table that are no entries, as they are told. */
const EXCLUDED = { grand: 'TOTAL_ROW', partial: 'TOTAL_ROW', header: 'HEADER_ROW', note: 'NOTE_ROW' } as const;

/** A file of which so many rows come and not one can be read is not what the mapping is for: it is refused rather than quarantined row by row. */
const READABLE_WITHIN = 20_000;

/** The rows under a header, one after the other into the sink. */
export class Table {
  /** Rows that are not blank, without the header. */
  rowsIn = 0;
  private readonly kinds: RowKinds;
  private readonly maker: RowMaker;
  private readonly claims: Claims;
  private readonly fillPlaces: readonly number[];
  private readonly above: string[] = [];
  private readonly skips: readonly ((row: FilledRow) => boolean)[];
  private lastLine = 0;
  private kept = 0;
  private rejected = 0;

  constructor(
    private readonly profile: Profile,
    private readonly layout: Layout,
    private readonly file: { readonly context: ReadContext; readonly sink: RowSink; readonly isWorkbook: boolean },
  ) {
    const dates = new DateForms(profile.dates, file.isWorkbook);
    const { context } = file;
    this.kinds = new RowKinds(profile, layout);
    this.maker = new RowMaker(planOf(profile, layout), profile, layout, dates, context);
    this.claims = new Claims(profile, layout, context.company.banks, this.kinds.money);
    this.fillPlaces = profile.fill.map((name) => layout.placeOf(name));
    this.skips = profile.skip.map((rule) => {
      const place = layout.placeOf(rule.column);
      return condition(rule, () => (row) => row.cells[place] ?? '');
    });
  }

  /** @throws FileRefused WRONG_ACCOUNT, WRONG_MERCHANT, BALANCE_MISMATCH, WRONG_KIND */
  take(record: FileRecord): void {
    const { line, cells } = record;
    const kind = this.kinds.frame(cells);
    this.rowsIn += 1;
    if (kind !== 'note') this.lastLine = line;
    if (kind === null) return this.takeEntry(record);
    if (kind === 'grand') this.claims.state(cells, line);
    this.file.sink.exclude(line, EXCLUDED[kind]);
  }

  /** @throws FileRefused TOTALS_DIFFER */
  finish(): void {
    this.claims.tie(this.lastLine);
  }

  /** The file's name for each column of ours that it has, for rows that are rejected after they were loaded. */
  get columnNames(): Record<string, string> {
    const { columns } = this.profile;
    const named = planOf(this.profile, this.layout).columns.flatMap(({ column }) => {
      const source = columns[column.name];
      const isThere = source !== undefined && columnsOfSource(source).length > 0;
      return isThere ? [[column.name, nameOfSource(column, source)] as const] : [];
    });
    return { ...Object.fromEntries(named), ...(VoucherLines.isFor(this.profile) ? { line_no: LINE_COLUMN } : {}) };
  }

  /** The columns a rejected row has, in order. */
  get columns(): readonly string[] {
    const { names } = this.layout;
    return VoucherLines.isFor(this.profile) && !names.includes(LINE_COLUMN) ? [...names, LINE_COLUMN] : names;
  }

  private takeEntry(record: FileRecord): void {
    const { line } = record;
    const cells = this.fill(record.cells);
    const row = { cells, currency: this.maker.currencyOfRow(cells) };
    const made = this.maker.make(row, this.faultOf(record));
    this.claims.follow(made, cells, line);
    if (this.skips.some((isSkipped) => isSkipped(row))) this.skip(made, line);
    else this.hand(made, row, line);
  }

  /** Blank cells that repeat the row above. */
  private fill(raw: readonly string[]): readonly string[] {
    if (this.fillPlaces.length === 0) return raw;
    const cells = [...raw];
    for (const place of this.fillPlaces) {
      if (cells[place]) this.above[place] = cells[place];
      else cells[place] = this.above[place] ?? '';
    }
    return cells;
  }

  private faultOf({ cells, isBroken, isMalformed }: FileRecord): RowFault | null {
    if (isBroken) return brokenRow(cells);
    if (isMalformed) return badQuotes(cells);
    const { width } = this.layout;
    const isShort = !this.file.isWorkbook && cells.length < width;
    const isLong = cells.slice(width).some((cell) => cell !== '');
    return isShort || isLong ? wrongCellCount(cells, width) : null;
  }

  private skip({ outcome }: MadeRow, line: number): void {
    if (outcome.verdict === 'keep') this.file.sink.exclude(line, 'SKIPPED_ROW', outcome.amount, outcome.currency);
    else this.file.sink.exclude(line, 'SKIPPED_ROW');
  }

  private hand({ outcome, lineNo }: MadeRow, { cells }: FilledRow, line: number): void {
    const { sink } = this.file;
    if (outcome.verdict === 'keep') {
      this.kept += 1;
      sink.keep(line, outcome.inPeriod, outcome.values, outcome.amount, outcome.currency);
      return;
    }
    this.rejected += 1;
    if (this.kept === 0 && this.rejected >= READABLE_WITHIN) throw this.unlike(line);
    const { fault, amount, currency } = outcome;
    const worth = amount === undefined || currency === undefined ? {} : { amount, currency };
    sink.reject({ rowNo: line, line, ...fault, cells: this.named(cells, lineNo), ...worth });
  }

  private unlike(line: number): FileRefused {
    const { name } = this.profile;
    return wrongKind(
      `前 ${READABLE_WITHIN} 行没有一行能按映射文件 ${name} 读取；请确认文件，或用 profile propose 重新生成映射`,
      `not one of the first ${READABLE_WITHIN} rows can be read by profile ${name}: check the file, or make a new profile with profile propose`,
      line,
    );
  }

  private named(cells: readonly string[], lineNo: string | null): Record<string, string> {
    const named: Record<string, string> = lineNo === null ? {} : { [LINE_COLUMN]: lineNo };
    for (const [i, cell] of cells.entries()) {
      if (cell !== '') named[this.layout.names[i] ?? `#${i + 1}`] = cell.replaceAll('\0', '\ufffd');
    }
    return named;
  }
}
