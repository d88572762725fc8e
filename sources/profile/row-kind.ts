import { columnsOfSource, type CellSource, type Profile } from '../../domain/profile';
import { isMoney, isTime, tableOf } from '../../domain/profile-fields';
import type { Layout } from './layout';
import { isHeaderAgain, summaryLabel, type SummaryRow } from './frame-rows';
import type { MoneyColumn } from './totals';

/** Cells that a line of remarks under a table has at most. */
const NOTE_CELLS = 3;

/** Tells entries from what else stands in a table: totals, carried balances, the header of the next page, remarks. */
export class RowKinds {
  private readonly required: readonly (readonly number[])[];
  private readonly times: readonly number[];
  /** Where amounts stand in the file. */
  readonly money: readonly MoneyColumn[];

  constructor(
    profile: Profile,
    private readonly layout: Layout,
  ) {
    const mapped = tableOf(profile.relation).columns.flatMap((column) => {
      const source = profile.columns[column.name];
      const places = source === undefined ? [] : columnsOfSource(source).map((name) => layout.placeOf(name));
      return places.length === 0 ? [] : [{ column, source, places }];
    });
    this.required = mapped.filter(({ column }) => column.required).map(({ places }) => places);
    this.times = mapped.filter(({ column }) => isTime(column)).flatMap(({ places }) => places);
    this.money = mapped
      .filter(({ column }) => isMoney(column))
      .flatMap(({ column, source }) => moneyColumns(column.name, source, layout));
  }

  /** null: an entry. @param cells as they stand, before blank ones are filled */
  frame(cells: readonly string[]): SummaryRow | 'header' | 'note' | null {
    const place = cells.findIndex((cell) => summaryLabel(cell) !== null);
    if (place !== -1 && this.isNoEntry(cells, place)) return summaryLabel(cells[place] ?? '');
    if (isHeaderAgain(this.layout.names, cells)) return 'header';
    return this.isNote(cells) ? 'note' : null;
  }

  /** An entry may be about a total; but then it has its date, its number and all else that an entry needs. */
  private isNoEntry(cells: readonly string[], label: number): boolean {
    return this.required.some((places) => places.includes(label) || places.every((place) => !cells[place]));
  }

  private isNote(cells: readonly string[]): boolean {
    let filled = 0;
    for (const cell of cells) if (cell !== '') filled += 1;
    if (filled > NOTE_CELLS || this.money.some(({ place }) => cells[place])) return false;
    const first = cells.findIndex((cell) => cell !== '');
    return this.times.every((place) => !cells[place] || (place === first && !/^\d/.test(cells[place])));
  }
}

function moneyColumns(name: string, source: CellSource | undefined, layout: Layout): MoneyColumn[] {
  if (source?.how === 'from')
    return [{ place: layout.placeOf(source.column), ours: source.when === undefined ? name : null }];
  const columns = source === undefined ? [] : columnsOfSource(source);
  return columns.map((column) => ({ place: layout.placeOf(column), ours: null }));
}
