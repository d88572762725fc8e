import { TotalCheck } from '../csv/total-rows';

/** A column of amounts in the file. */
export interface MoneyColumn {
  readonly place: number;
  /** The column of ours that it is by itself; null: it is only a part of one. */
  readonly ours: string | null;
}

interface Sums {
  readonly column: MoneyColumn;
  /** As the cells stand. */
  readonly stated: TotalCheck;
  /** As they are meant: a refund without a sign is negative. */
  readonly meant: TotalCheck;
}

/**
 * Ties each column of amounts to the one grand total at the end of the table, as our own tables are. Some files add up
 * what stands there and some what it means; either will do. Several totals, or amounts that could not be read, prove nothing.
 */
export class StatedTotals {
  private readonly sums: readonly Sums[];

  constructor(columns: readonly MoneyColumn[]) {
    this.sums = columns.map((column) => ({ column, stated: new TotalCheck(), meant: new TotalCheck() }));
  }

  /** @param amounts of a column: empty for none, undefined where it cannot be read */
  add(
    amounts: (column: MoneyColumn) => { readonly stated: string | undefined; readonly meant: string | undefined },
    currency: string,
  ): void {
    for (const { column, stated, meant } of this.sums) {
      const amount = amounts(column);
      stated.add(amount.stated === '' ? '0' : amount.stated, currency);
      meant.add(amount.meant, currency);
    }
  }

  /** A grand total row. */
  state(cells: readonly string[], line: number): void {
    for (const { column, stated, meant } of this.sums) {
      stated.state(cells[column.place] ?? '', line);
      meant.state(cells[column.place] ?? '', line);
    }
  }

  /** @throws FileRefused TOTALS_DIFFER */
  tie(lastLine: number): void {
    for (const { column, stated, meant } of this.sums) {
      try {
        stated.tie(lastLine);
      } catch (refused) {
        if (column.ours === null) throw refused;
        meant.tie(lastLine);
      }
    }
  }
}
