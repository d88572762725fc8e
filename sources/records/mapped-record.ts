import { readDay, trimCell, type ZoneClock } from '../text';
import type { RecordLine } from './file';
import type { Json } from './json';
import type { MappedRecord } from './kind';
import type { Lookups, Summed } from './lookups';
import type { MappingPlan } from './mapping';
import { asDate, cellOf, withoutIdleZeros } from './values';

/** What every record of a file is read with. */
export interface Reading {
  readonly mapping: MappingPlan;
  readonly lookups: Lookups;
  readonly month: string;
  readonly currency: string;
  readonly clock: ZoneClock;
}

/** One record with the mapping laid over it. */
export class RecordRow implements MappedRecord {
  constructor(
    private readonly reading: Reading,
    private readonly line: RecordLine,
  ) {}

  get month(): string {
    return this.reading.month;
  }

  get currency(): string {
    return trimCell(this.cell('currency')) || this.reading.currency;
  }

  cell(name: string): string {
    return cellOf(this.value(name));
  }

  value(name: string): Json {
    const path = this.reading.mapping.paths.get(name);
    if (path === undefined) return null;
    return this.reading.lookups.follow(this.line.part, this.line.record, path);
  }

  day(name: string): string | null {
    const day = readDay(asDate(this.cell(name)), this.reading.clock);
    return day.ok ? day.value : null;
  }

  sum(): Summed {
    return this.reading.lookups.sumFor(this.line.id);
  }

  /** The cells of the own kind's columns, with what the rule put in their place; the record's id behind them. */
  cells(ruled: Readonly<Record<string, string>>): string[] {
    const { plan } = this.reading.mapping;
    const cells = plan.columns.map(({ column: { name, type } }) => {
      const ours = ruled[name];
      if (ours !== undefined) return ours;
      if (type === 'currency') return this.currency;
      if (type === 'word') return this.word(name);
      const cell = this.cell(name);
      if (type === 'date' || type === 'instant') return asDate(cell);
      return type === 'text' || type === 'reference' ? cell : withoutIdleZeros(cell);
    });
    return [...cells, this.line.id];
  }

  /** Our word for a coded value: by the mapping of its value, else of its label; unmapped, the label where there is one. */
  word(column: string): string {
    const said = this.spellings(column);
    const words = this.reading.mapping.words.get(column);
    for (const spelling of said) {
      const word = words?.get(spelling);
      if (word !== undefined) return word;
    }
    return said.at(-1) ?? '';
  }

  private spellings(column: string): string[] {
    const value = this.cell(column);
    const labels = this.reading.mapping.labels.get(column);
    if (labels === undefined || value === '') return [value];
    const label = cellOf(this.reading.lookups.follow(this.line.part, this.line.record, labels));
    return label === '' ? [value] : [value, label];
  }
}
