import { Decimal } from '../../domain/money';
import { ColumnTotal } from './column-total';
import { footerMismatch } from './refusal';

/** Count and sum of what came in, or of what went out. */
export class FlowTotal {
  count = 0;
  readonly amount = new ColumnTotal();
}

/** What the rows of a fund bill make, to tie out against the totals it states. */
export class FundTotals {
  rows = 0;
  readonly income = new FlowTotal();
  readonly expense = new FlowTotal();
  /** Rows that may stand on either side: nothing moved, or their cells could not be told apart. */
  eithers = 0;

  /** A row whose cells cannot be told apart. */
  skipRow(): void {
    this.rows += 1;
    this.eithers += 1;
    this.income.amount.skip();
    this.expense.amount.skip();
  }

  /** @throws FileRefused FOOTER_MISMATCH */
  tieOutRows(name: string, stated: string, line: number): void {
    if (!sameNumber(stated, String(this.rows))) throw footerMismatch(name, stated, String(this.rows), line);
  }

  /** @throws FileRefused FOOTER_MISMATCH */
  tieOutCount(flow: FlowTotal, name: string, stated: string, line: number): void {
    const count = numberOf(stated);
    const isPossible = count !== null && count.gte(flow.count) && count.lte(flow.count + this.eithers);
    if (!isPossible) throw footerMismatch(name, stated, String(flow.count), line);
  }

  /** Compared without sign, which expenses have in some bills. @throws FileRefused FOOTER_MISMATCH */
  tieOutAmount(flow: FlowTotal, name: string, stated: string, line: number): void {
    const { isWhole, sum } = flow.amount;
    if (isWhole && numberOf(stated)?.abs().equals(sum.abs()) !== true) {
      throw footerMismatch(name, stated, sum.toFixed(2), line);
    }
  }

  /** What came in less what went out; null where not all of it could be read. */
  get net(): Decimal | null {
    const { income, expense } = this;
    return income.amount.isWhole && expense.amount.isWhole ? income.amount.sum.minus(expense.amount.sum) : null;
  }
}

/** A stated figure: `45.0`, `1,234.50`, `-0.60`; null where it is none. */
export function numberOf(text: string): Decimal | null {
  const plain = text.replace(/(?<=\d),(?=\d{3}(?:\D|$))/g, '').replace(/^\+/, '');
  return /^-?\d+(\.\d+)?$/.test(plain) ? new Decimal(plain) : null;
}

function sameNumber(stated: string, counted: string): boolean {
  return numberOf(stated)?.equals(counted) === true;
}
