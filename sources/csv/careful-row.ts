import { FACT_SHAPES } from '../../domain/fact-shapes';
import { Decimal } from '../../domain/money';
import { referenceKey } from '../../domain/reference';
import type { FileColumn } from '../../domain/file-columns';
import { unguardFormula } from '../../domain/formula-guard';
import {
  readAmount,
  readAs,
  readCurrency,
  readDay,
  readDecimal,
  readMoment,
  readRate,
  trimCell,
  unreadable,
  type Reading,
  type ZoneClock,
} from '../text';
import { REFERENCE_BYTES_MAX, TEXT_BYTES_MAX } from '../text/limits';
import type { ColumnPlan, PlannedColumn } from './column-plan';
import { equationFault } from './row-equations';
import { wrongCellCount, type RowFault } from './row-faults';
import { signFault } from './row-signs';
import { totalLabel } from './total-rows';
import { readWord } from './word-table';

/** What became of a row. */
export type RowOutcome =
  | {
      readonly verdict: 'keep';
      readonly inPeriod: boolean;
      readonly values: (string | null)[];
      readonly amount: string;
      readonly currency: string;
    }
  | { readonly verdict: 'reject'; readonly fault: RowFault; readonly amount?: string; readonly currency?: string }
  /** A total row; `stated` is what stands in its control column. */
  | { readonly verdict: 'total'; readonly isGrand: boolean; readonly stated: string }
  | { readonly verdict: 'blank' };

/**
 * Reads the rows the byte scan would not vouch for: every form the contract allows, and for a row that cannot be
 * accepted the first column that is wrong, and why. Slow and exact; the fast path must agree with it row for row.
 */
export class CarefulRow {
  /** The column that is summed for the control totals. */
  readonly control: string;
  private readonly currencyColumn: PlannedColumn | undefined;
  private readonly controlColumn: PlannedColumn | undefined;

  constructor(
    private readonly plan: ColumnPlan,
    private readonly place: { readonly month: string; readonly currency: string; readonly clock: ZoneClock },
  ) {
    this.control = FACT_SHAPES[plan.shape.relation].control;
    this.currencyColumn = plan.columns.find(({ column }) => column.type === 'currency');
    this.controlColumn = plan.columns.find(({ column }) => column.name === this.control);
  }

  /** @param raw the cells as they stand in the file, unquoted */
  read(raw: readonly string[]): RowOutcome {
    const cells = raw.map((cell) => trimCell(unguardFormula(trimCell(cell))));
    if (cells.every((cell) => cell === '')) return { verdict: 'blank' };
    const label = totalLabel(cells[this.plan.columns[0]?.cell ?? 0] || (cells.find((cell) => cell !== '') ?? ''));
    if (label)
      return { verdict: 'total', isGrand: label === 'grand', stated: cells[this.controlColumn?.cell ?? -1] ?? '' };
    if (cells.length !== this.plan.headers.length)
      return this.reject(cells, wrongCellCount(raw, this.plan.headers.length));
    return this.readColumns(cells, raw);
  }

  /** A row that must not be accepted whatever its cells say. */
  reject(cells: readonly string[], fault: RowFault): Extract<RowOutcome, { verdict: 'reject' }> {
    const currency = this.currencyOf(cells);
    const amount = readAmount(cells[this.controlColumn?.cell ?? -1] ?? '', currency ?? this.place.currency);
    if (currency === null || !amount.ok) return { verdict: 'reject', fault };
    return { verdict: 'reject', fault, amount: amount.value, currency };
  }

  private readColumns(cells: readonly string[], raw: readonly string[]): RowOutcome {
    const currency = this.currencyOf(cells) ?? this.place.currency;
    const read = new Map<string, string | null>();
    const values: (string | null)[] = [];
    let day: string | null = null;
    for (const { column, cell, header } of this.plan.columns) {
      const reading = this.readCell(column, cell === -1 ? '' : (cells[cell] ?? ''), currency);
      if (!reading.ok)
        return this.reject(cells, {
          column: header,
          value: raw[cell] ?? '',
          code: reading.code,
          reason: reading.reason,
        });
      values.push(...reading.value);
      read.set(column.name, reading.value[0] ?? null);
      if (column.name === this.plan.shape.date) day = reading.value[column.day ? 1 : 0] ?? null;
    }
    const fault = this.faultOfWhole(read);
    if (fault) return this.reject(cells, fault);
    if (this.plan.shape.kind === 'channel-csv')
      values.push(`${referenceKey(read.get('transaction_no'))}|${read.get('type')}`);
    values.push(this.extraOf(cells));
    const inPeriod = day === null || day.startsWith(this.place.month);
    return { verdict: 'keep', inPeriod, values, amount: read.get(this.control) ?? '0', currency };
  }

  /** The values a cell gives: itself, with its key or its day. */
  private readCell(column: FileColumn, text: string, currency: string): Reading<(string | null)[]> {
    const width = 1 + (column.key ? 1 : 0) + (column.day ? 1 : 0);
    if (text === '' && column.blankIsZero) return single(readAmount('0', currency));
    if (text === '') {
      if (!column.required) return readAs(Array.from({ length: width }, () => null));
      return unreadable(
        'MISSING_VALUE',
        `“${column.chinese[0] ?? column.name}”不能为空`,
        `${column.name} must not be empty`,
      );
    }
    switch (column.type) {
      case 'reference':
        return readReference(text, column.key !== undefined);
      case 'text':
        return single(readText(text));
      case 'date':
        return single(readDay(text, this.place.clock));
      case 'instant': {
        const moment = readMoment(text, this.place.clock);
        return moment.ok ? readAs([moment.value.instant, moment.value.day]) : moment;
      }
      case 'currency':
        return single(readCurrency(text));
      case 'amount':
        return single(readAmount(text, currency));
      case 'base_amount':
        return single(readAmount(text, this.place.currency));
      case 'decimal':
        return single(readDecimal(text, column.decimals ?? 0));
      case 'rate':
        return single(readRate(text, column.decimals ?? 0));
      case 'word':
        return single(readWord(text, column));
    }
  }

  private faultOfWhole(read: ReadonlyMap<string, string | null>): RowFault | null {
    const { kind } = this.plan.shape;
    const fault =
      equationFault(kind, (name) => decimalOf(read.get(name))) ?? signFault(kind, (name) => read.get(name) ?? null);
    if (!fault) return null;
    const header = this.plan.columns.find(({ column }) => column.name === fault.column)?.header ?? fault.column;
    return { column: header, value: read.get(fault.column) ?? '', code: fault.code, reason: fault.reason };
  }

  private currencyOf(cells: readonly string[]): string | null {
    if (!this.currencyColumn) return this.place.currency;
    const reading = readCurrency(cells[this.currencyColumn.cell] ?? '');
    return reading.ok ? reading.value : null;
  }

  private extraOf(cells: readonly string[]): string | null {
    const extra: Record<string, string> = {};
    for (const { cell, header } of this.plan.extra) {
      const text = cells[cell] ?? '';
      if (text !== '') extra[header] = text.replaceAll('\0', '');
    }
    return Object.keys(extra).length === 0 ? null : JSON.stringify(extra);
  }
}

function decimalOf(amount: string | null | undefined): Decimal | null {
  return amount === null || amount === undefined ? null : new Decimal(amount);
}

function single(reading: Reading<string>): Reading<(string | null)[]> {
  return reading.ok ? readAs([reading.value]) : reading;
}

function readText(text: string, bytesMax = TEXT_BYTES_MAX): Reading<string> {
  if (text.includes('\0')) return unreadable('BAD_CHARACTER', '含有空字符（NUL）', 'holds a NUL character');
  if (Buffer.byteLength(text) > bytesMax) {
    return unreadable('TOO_LONG', `超过 ${bytesMax} 字节`, `longer than ${bytesMax} bytes`);
  }
  return readAs(text);
}

function readReference(text: string, hasKey: boolean): Reading<(string | null)[]> {
  const reading = readText(text, REFERENCE_BYTES_MAX);
  if (!reading.ok || !hasKey) return single(reading);
  const key = referenceKey(text);
  if (key === null) return unreadable('BAD_REFERENCE', `“${text}”不含字母或数字`, `"${text}" holds no letter or digit`);
  return readAs([text, key]);
}
