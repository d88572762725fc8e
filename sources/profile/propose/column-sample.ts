import { readAmount, readMoment, ZoneClock } from '../../text';
import { amountText } from '../amounts';
import { DateForms } from '../dates';
import type { FileRecord } from '../records';

const CLOCK = new ZoneClock('Asia/Shanghai');
/** Of the cells of a column so many are what the column holds; the others are slips. */
const MOST = 0.9;

/** What stands in one column of a file, as far as it was looked at. */
export class ColumnSample {
  readonly filled: readonly string[];

  constructor(
    readonly name: string,
    /** A cell for each row, blank ones too. */
    readonly cells: readonly string[],
    private readonly isWorkbook: boolean,
  ) {
    this.filled = cells.filter((cell) => cell !== '');
  }

  get isEmpty(): boolean {
    return this.filled.length === 0;
  }

  get isAmount(): boolean {
    return this.mostly((cell) => {
      const text = amountText(cell, 'CNY');
      return text === '' || readAmount(text, 'CNY').ok;
    });
  }

  /** Whether its cells are dates, in forms that a profile names or the usual ones. */
  isDate(forms: readonly string[] = []): boolean {
    const dates = new DateForms(forms, this.isWorkbook);
    return this.mostly((cell) => readMoment(dates.canonical(cell), CLOCK).ok);
  }

  /** Every row has a number of its own. */
  get isUnique(): boolean {
    return this.filled.length === this.cells.length && new Set(this.filled).size === this.filled.length;
  }

  get words(): readonly string[] {
    return [...new Set(this.filled)];
  }

  /** The first row has it and a later one does not. */
  get repeatsAbove(): boolean {
    return this.cells[0] !== '' && this.filled.length < this.cells.length && this.filled.length > 0;
  }

  private mostly(isSo: (cell: string) => boolean): boolean {
    return this.filled.filter(isSo).length >= this.filled.length * MOST;
  }
}

/** The columns under a header, by place. */
export function samplesOf(
  header: FileRecord,
  rows: readonly FileRecord[],
  isWorkbook: boolean,
): readonly ColumnSample[] {
  return header.cells.map(
    (name, i) =>
      new ColumnSample(
        name,
        rows.map(({ cells }) => cells[i] ?? ''),
        isWorkbook,
      ),
  );
}

/** Whether no row has both; which is how a pair of money out and money in looks. */
export function areNeverBoth(one: ColumnSample, other: ColumnSample): boolean {
  const isAmount = (cell: string | undefined): boolean => /[1-9１-９]/.test(cell ?? '');
  return !one.cells.some((cell, i) => isAmount(cell) && isAmount(other.cells[i]));
}
