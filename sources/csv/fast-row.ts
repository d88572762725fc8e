import { FACT_SHAPES } from '../../domain/fact-shapes';
import { decimalsOf } from '../../domain/money';
import type { LineTally } from '../reader';
import type { ZoneClock } from '../text';
import { REFERENCE_BYTES_MAX, TEXT_BYTES_MAX } from '../text/limits';
import { CellMemo } from '../bytes/cell-memo';
import { copyAmount, copyBytes, dayOf, isPlain, unitsOf } from '../bytes/byte-cells';
import type { ColumnPlan } from './column-plan';
import { CurrencyTallies, type CurrencyTally } from '../bytes/currency-tallies';
import { ExtraCells } from '../bytes/extra-cells';
import { InstantCells } from '../bytes/instant-cells';
import { ODD } from '../bytes/lane-lines';
import { LineHead } from '../bytes/line-head';
import { writeReference } from '../bytes/reference-cells';
import { ROW_EQUATIONS } from './row-equations';
import { ROW_SIGNS, signOf } from './row-signs';
import type { RowScanner } from './row-scanner';
import { WordCells } from './word-table';

const TAB = 0x09;
const LF = 0x0a;
const BAR = 0x7c;
const ZERO = Buffer.from('0');

/** A planned column, laid out for the loop below. */
interface Step {
  readonly type: ColumnPlan['columns'][number]['column']['type'];
  readonly cell: number;
  readonly isRequired: boolean;
  readonly blankIsZero: boolean;
  /** The first column: text without a digit may be 合计, which is not told here. */
  readonly isLabel: boolean;
  readonly nulls: Buffer;
  readonly decimals: number;
  readonly words: WordCells;
  /** The amount read last, in its smallest unit. */
  units: number;
}

/**
 * Turns a row's bytes into a COPY line when every cell stands there plainly: the hot path. It vouches only for what it
 * knows; for any other row it returns ODD and CarefulRow decides. No strings are made for clean rows.
 */
export class FastRow {
  private readonly steps: readonly Step[];
  private readonly tallies = new CurrencyTallies();
  private readonly head: LineHead;
  private readonly instants: InstantCells;
  private readonly extra: ExtraCells;
  private readonly control: Step;
  private readonly equation: readonly [Step, Step, Step] | null;
  private readonly signs: { readonly amount: Step; readonly word: Step | null; readonly of: CellMemo<number> } | null;
  private readonly dateStep: Step | undefined;
  private readonly currencyCell: number;
  private readonly month: number;
  private readonly hasRowKey: boolean;
  private keyStart = 0;
  private keyEnd = 0;

  constructor(
    private readonly plan: ColumnPlan,
    lane: { readonly periodId: number; readonly batchId: number },
    private readonly place: { readonly month: string; readonly currency: string; readonly clock: ZoneClock },
  ) {
    this.steps = plan.columns.map((planned, i) => makeStep(planned, i === 0, decimalsOf(place.currency)));
    this.head = new LineHead(lane.periodId, lane.batchId);
    this.instants = new InstantCells(place.clock);
    this.extra = new ExtraCells(plan.extra);
    this.control = this.step(FACT_SHAPES[plan.shape.relation].control);
    const equation = ROW_EQUATIONS[plan.shape.kind];
    this.equation = equation
      ? [this.step(equation.terms[0]), this.step(equation.terms[1]), this.step(equation.sum)]
      : null;
    const signs = ROW_SIGNS[plan.shape.kind];
    this.signs = signs
      ? {
          amount: this.step(signs.column),
          word: signs.by === null ? null : this.step(signs.by),
          of: new CellMemo((text) => signOf(signs, this.wordOf(signs.by, text))),
        }
      : null;
    this.dateStep = plan.shape.date === null ? undefined : this.step(plan.shape.date);
    this.currencyCell = this.steps.find(({ type }) => type === 'currency')?.cell ?? -1;
    this.month = Number(place.month.replace('-', ''));
    this.hasRowKey = plan.shape.kind === 'channel-csv';
  }

  /** Writes the scanner's row at `to` and returns where the line ends, or ODD with nothing to be kept. */
  write(row: RowScanner, out: Buffer, to: number): number {
    if (row.hasOddQuotes || row.cells !== this.plan.headers.length) return ODD;
    const tally = this.tallyOf(row);
    const inPeriod = this.isInPeriod(row);
    if (tally === null || inPeriod === null) return ODD;
    let at = this.head.write(out, to, row.line, inPeriod);
    for (const step of this.steps) {
      at = this.writeCell(step, row, tally, out, at);
      if (at === ODD) return ODD;
      out[at++] = TAB;
    }
    if (this.equation && this.equation[0].units + this.equation[1].units !== this.equation[2].units) return ODD;
    if (this.signs && !this.hasItsSign(row, this.signs)) return ODD;
    if (this.hasRowKey) at = this.writeRowKey(row, out, at);
    at = this.extra.write(row, out, at);
    if (at === ODD) return ODD;
    out[at++] = LF;
    tally.add(inPeriod, this.control.units);
    return at;
  }

  /** What the lines since the last call hold. */
  takeTallies(): LineTally[] {
    return this.tallies.take();
  }

  private tallyOf(row: RowScanner): CurrencyTally | null {
    const cell = this.currencyCell;
    if (cell === -1) return this.tallies.of(this.place.currency);
    return this.tallies.find(row.bytes, row.starts[cell] as number, row.ends[cell] as number);
  }

  /** null: the date is not in its plain form. */
  private isInPeriod(row: RowScanner): boolean | null {
    const step = this.dateStep;
    if (!step) return true;
    const start = row.starts[step.cell] as number;
    const length = (row.ends[step.cell] as number) - start;
    if (length < 10 || (step.type === 'date' && length !== 10)) return null;
    const day = dayOf(row.bytes, start);
    return day === 0 ? null : Math.floor(day / 100) === this.month;
  }

  private writeCell(step: Step, row: RowScanner, tally: CurrencyTally, out: Buffer, at: number): number {
    const start = step.cell === -1 ? 0 : (row.starts[step.cell] as number);
    const end = step.cell === -1 ? 0 : (row.ends[step.cell] as number);
    const { bytes } = row;
    if (start === end && step.blankIsZero) return writeAmount(step, tally.decimals, ZERO, 0, 1, out, at);
    if (start === end) return step.isRequired ? ODD : copyBytes(step.nulls, 0, step.nulls.length, out, at);
    if (step.isLabel && !hasDigit(bytes, start, end)) return ODD;
    switch (step.type) {
      case 'text':
        if (end - start > (step.isLabel ? REFERENCE_BYTES_MAX : TEXT_BYTES_MAX)) return ODD;
        return isPlain(bytes, start, end) ? copyBytes(bytes, start, end, out, at) : ODD;
      case 'reference':
        return this.writeReferenceCell(step, bytes, start, end, out, at);
      case 'date':
        if (end - start !== 10 || dayOf(bytes, start) === 0) return ODD;
        return copyBytes(bytes, start, end, out, at);
      case 'instant':
        return this.instants.write(bytes, start, end, out, at);
      case 'currency':
        return copyBytes(bytes, start, end, out, at);
      case 'amount':
        return writeAmount(step, tally.decimals, bytes, start, end, out, at);
      case 'base_amount':
        return writeAmount(step, step.decimals, bytes, start, end, out, at);
      case 'decimal':
      case 'rate':
        return Number.isNaN(unitsOf(bytes, start, end, step.decimals)) ? ODD : copyBytes(bytes, start, end, out, at);
      case 'word': {
        const word = step.words.find(bytes, start, end);
        return word ? copyBytes(word, 0, word.length, out, at) : ODD;
      }
    }
  }

  private hasItsSign(row: RowScanner, { amount, word, of }: NonNullable<FastRow['signs']>): boolean {
    const start = word ? (row.starts[word.cell] as number) : 0;
    const end = word ? (row.ends[word.cell] as number) : 0;
    return amount.units * of.of(row.bytes, start, end) >= 0;
  }

  /** The canonical word of a cell that is known to hold one; null where no column decides. */
  private wordOf(column: string | null, text: string): string | null {
    if (column === null) return null;
    const bytes = Buffer.from(text);
    return this.step(column).words.find(bytes, 0, bytes.length)?.toString() ?? null;
  }

  private writeReferenceCell(step: Step, bytes: Buffer, start: number, end: number, out: Buffer, at: number): number {
    const after = writeReference(bytes, start, end, out, at);
    if (step.isLabel && after !== ODD) {
      this.keyStart = at + (end - start) + 1;
      this.keyEnd = after;
    }
    return after;
  }

  /** A channel's row is known by its number and its type: a payment and its refund may share the number. */
  private writeRowKey(row: RowScanner, out: Buffer, to: number): number {
    let at = copyBytes(out, this.keyStart, this.keyEnd, out, to);
    out[at++] = BAR;
    const { cell, words } = this.step('type');
    const word = words.find(row.bytes, row.starts[cell] as number, row.ends[cell] as number);
    if (word) at = copyBytes(word, 0, word.length, out, at);
    out[at++] = TAB;
    return at;
  }

  private step(name: string): Step {
    const step = this.steps[this.plan.columns.findIndex(({ column }) => column.name === name)];
    if (!step) throw new Error(`${this.plan.shape.kind} has no column ${name}`);
    return step;
  }
}

function makeStep({ column, cell }: ColumnPlan['columns'][number], isLabel: boolean, baseDecimals: number): Step {
  return {
    type: column.type,
    cell,
    isRequired: column.required,
    blankIsZero: column.blankIsZero ?? false,
    isLabel,
    nulls: Buffer.from(column.key || column.day ? '\\N\t\\N' : '\\N'),
    decimals: column.decimals ?? baseDecimals,
    words: new WordCells(column),
    units: 0,
  };
}

function writeAmount(
  step: Step,
  decimals: number,
  bytes: Buffer,
  start: number,
  end: number,
  out: Buffer,
  at: number,
): number {
  step.units = unitsOf(bytes, start, end, decimals);
  return Number.isNaN(step.units) ? ODD : copyAmount(bytes, start, end, decimals, out, at);
}

function hasDigit(bytes: Buffer, start: number, end: number): boolean {
  for (let i = end - 1; i >= start; i--) {
    const byte = bytes[i] as number;
    if (byte >= 0x30 && byte <= 0x39) return true;
  }
  return false;
}
