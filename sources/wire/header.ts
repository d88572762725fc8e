import { NO_CELL } from '../bytes/line-scanner';
import { cleanCell } from './cells';

/** The same column whatever the width of its brackets, its spaces or its unit: `订单金额（元）` is `订单金额`. */
export function columnKey(name: string): string {
  return cleanCell(name)
    .normalize('NFKC')
    .replace(/\s+/g, '')
    .replace(/\(元\)$/, '');
}

/**
 * The columns of a table, found by name and never by place: `wanted` gives each column we use the names it may have.
 */
export class Header<K extends string> {
  readonly names: readonly string[];
  private readonly places: Readonly<Record<K, number>>;
  private readonly others: readonly number[];

  constructor(
    cells: readonly string[],
    wanted: Readonly<Record<K, readonly string[]>>,
    ignored: readonly string[] = [],
  ) {
    this.names = cells.map(cleanCell);
    const keys = cells.map(columnKey);
    const places = {} as Record<K, number>;
    const taken = new Set<number>();
    for (const column of Object.keys(wanted) as K[]) {
      const place = keys.findIndex((key) => wanted[column].includes(key));
      places[column] = place;
      taken.add(place);
    }
    this.places = places;
    this.others = keys.flatMap((key, i) => (taken.has(i) || key === '' || ignored.includes(key) ? [] : [i]));
  }

  has(column: K): boolean {
    return this.places[column] >= 0;
  }

  /** Where each column stands among the cells of a line that is read as bytes; NO_CELL where the table lacks it. */
  get cellPlaces(): Readonly<Record<K, number>> {
    const places = Object.entries<number>(this.places).map(([column, place]) => [column, place < 0 ? NO_CELL : place]);
    return Object.fromEntries(places) as Record<K, number>;
  }

  /** The cell without its packing; empty where the table has no such column. */
  cell(cells: readonly string[], column: K): string {
    const place = this.places[column];
    return place < 0 ? '' : cleanCell(cells[place] ?? '');
  }

  /** The column as the file names it. */
  name(column: K): string {
    return this.names[this.places[column]] ?? column;
  }

  missing(columns: readonly K[]): K[] {
    return columns.filter((column) => !this.has(column));
  }

  /**
   * Whether a row has exactly a cell for each column. One more, though the last be blank, may be a comma inside a text:
   * then every cell behind it stands under a wrong name.
   */
  fits(cells: readonly string[]): boolean {
    return cells.length === this.names.length;
  }

  /** The file's names for these columns of ours, where it has them. */
  namesOf(columns: Readonly<Record<string, K>>): Record<string, string> {
    const known = Object.entries(columns).filter(([, column]) => this.has(column));
    return Object.fromEntries(known.map(([ours, column]) => [ours, this.name(column)]));
  }

  /** Names of the columns that fill no field of ours. */
  get unused(): string[] {
    return this.others.map((place) => this.names[place] ?? '');
  }

  /** The columns that `extra` looks into. */
  get extraColumns(): { readonly cell: number; readonly header: string }[] {
    return this.others.map((cell) => ({ cell, header: this.names[cell] ?? '' }));
  }

  /** What else the row says, in columns that fill no field of ours; amounts of zero say nothing. Null: nothing. */
  extra(cells: readonly string[]): Record<string, string> | null {
    let extra: Record<string, string> | null = null;
    for (const place of this.others) {
      const text = cleanCell(cells[place] ?? '');
      if (text === '' || /^-?0(\.0+)?$/.test(text)) continue;
      extra ??= {};
      extra[this.names[place] ?? ''] = text;
    }
    return extra;
  }

  /** The row as read, by column name. */
  record(cells: readonly string[]): Record<string, string> {
    const record: Record<string, string> = {};
    cells.forEach((cell, i) => {
      const text = cleanCell(cell);
      const name = this.names[i] || `#${i + 1}`;
      if (i < this.names.length || text !== '') record[name] = text;
    });
    return record;
  }
}
