import { ColumnTotal } from '../wire/column-total';

/** Count and sum of what one kind of row brought the merchant. */
export class TypeTotals {
  count = 0;
  readonly received = new ColumnTotal();
  readonly ordered = new ColumnTotal();
  readonly fees = new ColumnTotal();
}

/** Running totals of a detail bill, by 业务类型, to tie out against its footer and its summary. */
export class DetailTotals {
  readonly payments = new TypeTotals();
  readonly refunds = new TypeTotals();
  /** Rows of which nobody can say whether they are payments or refunds. */
  others = 0;

  get rowCount(): number {
    return this.payments.count + this.refunds.count + this.others;
  }

  /** A row whose cells cannot be told apart: it may be either, so no sum is whole any more. */
  skipRow(): void {
    this.others += 1;
    for (const totals of [this.payments, this.refunds]) {
      for (const column of ['received', 'ordered', 'fees'] as const) totals[column].skip();
    }
  }
}
