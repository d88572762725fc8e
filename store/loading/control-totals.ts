import { Decimal, formatAmount, type MoneyString } from '../../domain/money';

/** What became of a row: kept, rejected, or excluded (another month's, a total row, not booked). */
export type Fate = 'kept' | 'rejected' | 'excluded';
const FATES: readonly Fate[] = ['kept', 'rejected', 'excluded'];

type Sums = Record<Fate, Decimal>;

/** {CNY: {rowsIn, kept, rejected, excluded}}, decimal strings: batch.totals. */
export type Totals = Record<string, Record<Fate | 'rowsIn', MoneyString>>;

/** Counts and money of a batch by fate, per currency, from which rows in = kept + rejected + excluded. */
export class ControlTotals {
  readonly rows: Record<Fate, number> = { kept: 0, rejected: 0, excluded: 0 };
  private readonly money = new Map<string, Sums>();

  get rowsIn(): number {
    return this.rows.kept + this.rows.rejected + this.rows.excluded;
  }

  /** Rows whose money could not be read have no amount. */
  add(fate: Fate, rows: number, amount?: MoneyString, currency?: string): void {
    this.rows[fate] += rows;
    if (amount === undefined || currency === undefined) return;
    const sums = this.sumsOf(currency);
    sums[fate] = sums[fate].plus(amount);
  }

  /** Rows that turned out otherwise after they were counted. */
  move(from: Fate, to: Fate, rows: number, amount: MoneyString, currency: string): void {
    this.add(from, -rows, new Decimal(amount).negated().toFixed(), currency);
    this.add(to, rows, amount, currency);
  }

  moneyOf(fate: Fate, currency: string): Decimal {
    return this.sumsOf(currency)[fate];
  }

  currencies(): string[] {
    return [...this.money.keys()].sort();
  }

  toJson(): Totals {
    return Object.fromEntries(
      this.currencies().map((currency) => {
        const sums = this.sumsOf(currency);
        const rowsIn = FATES.reduce((sum, fate) => sum.plus(sums[fate]), new Decimal(0));
        const text = (amount: Decimal): string => formatAmount(amount, currency);
        return [
          currency,
          { rowsIn: text(rowsIn), kept: text(sums.kept), rejected: text(sums.rejected), excluded: text(sums.excluded) },
        ];
      }),
    );
  }

  private sumsOf(currency: string): Sums {
    const known = this.money.get(currency);
    if (known) return known;
    const sums = { kept: new Decimal(0), rejected: new Decimal(0), excluded: new Decimal(0) };
    this.money.set(currency, sums);
    return sums;
  }
}
