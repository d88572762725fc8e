import type { BalanceSpan } from '../../domain/balance-gaps';
import { Decimal } from '../../domain/money';
import { balanceMismatch } from './refusal';

export interface StatedBalance {
  readonly currency: string;
  /** Signed: credit positive. */
  readonly amount: Decimal;
}

/** What a statement says it began and ended with, and what its booked entries moved. */
export class StatementBalance {
  opening: StatedBalance | null = null;
  closing: StatedBalance | null = null;
  private moved = new Decimal(0);
  private readonly currencies = new Set<string>();
  private unreadable = 0;

  /** What `detected` keeps of it, where both ends are stated. */
  span(account: string): BalanceSpan | null {
    const { opening, closing } = this;
    if (opening === null || closing?.currency !== opening.currency) return null;
    return {
      account,
      currency: opening.currency,
      opening: opening.amount.toFixed(),
      closing: closing.amount.toFixed(),
    };
  }

  /** @param amount null where the entry's amount could not be read: the balance then proves nothing */
  move(amount: Decimal | null, currency: string): void {
    this.currencies.add(currency);
    if (amount === null) this.unreadable += 1;
    else this.moved = this.moved.plus(amount);
  }

  /**
   * Opening ± entries = closing, where both balances and all entries are in one currency.
   * @returns whether that could be compared, for `detected`
   * @throws FileRefused BALANCE_MISMATCH
   */
  tieOut(
    account: string,
    line: number,
  ): 'tied' | 'no opening or closing balance' | 'several currencies' | 'unreadable entries' {
    const { opening, closing } = this;
    if (opening === null || closing === null) return 'no opening or closing balance';
    const isOneCurrency = [closing.currency, ...this.currencies].every((currency) => currency === opening.currency);
    if (!isOneCurrency) return 'several currencies';
    if (this.unreadable > 0) return 'unreadable entries';
    if (!opening.amount.plus(this.moved).equals(closing.amount)) {
      throw balanceMismatch(account, opening.amount.toFixed(), this.moved.toFixed(), closing.amount.toFixed(), line);
    }
    return 'tied';
  }
}
