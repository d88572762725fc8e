import { Decimal } from '../../domain/money';
import { FileRefused } from '../reader';
import { readAmount } from '../text';

const GRAND = /^(合计|总计|总合计|total|grandtotal|sum)$/;
const PARTIAL = /^(小计|subtotal)$/;

/** Whether a cell marks a row of totals: of the whole table, or of a part of it. */
export function totalLabel(cell: string): 'grand' | 'partial' | null {
  if (cell.length > 20) return null;
  const word = cell
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s:_-]+/g, '');
  if (GRAND.test(word)) return 'grand';
  return PARTIAL.test(word) ? 'partial' : null;
}

/**
 * Ties a table to the total it states itself: only when exactly one grand total stands at its end and every amount above
 * it is of one currency and could be read; otherwise it says nothing.
 */
export class TotalCheck {
  private sum = new Decimal(0);
  private readonly currencies = new Set<string>();
  private isSure = true;
  private stated: { readonly text: string; readonly line: number } | null = null;

  /** Rows read, with the sum of their control amounts; undefined: an amount that could not be read. */
  add(amount: string | undefined, currency: string | undefined): void {
    if (amount === undefined || currency === undefined) this.isSure = false;
    if (amount !== undefined) this.sum = this.sum.plus(amount);
    if (currency !== undefined) this.currencies.add(currency);
  }

  /** A grand total row. */
  state(text: string, line: number): void {
    if (this.stated) this.isSure = false;
    this.stated = { text, line };
  }

  /**
   * @param lastLine the line of the file's last row
   * @throws FileRefused TOTALS_DIFFER
   */
  tie(lastLine: number): void {
    const [currency, ...others] = this.currencies;
    if (this.stated?.line !== lastLine || !this.isSure || currency === undefined || others.length > 0) return;
    const stated = readAmount(this.stated.text, currency);
    if (!stated.ok || this.sum.equals(stated.value)) return;
    throw new FileRefused(
      'TOTALS_DIFFER',
      {
        zh: `合计行写的是 ${stated.value}，而各行之和是 ${this.sum.toFixed()}；文件可能不完整`,
        en: `the total row says ${stated.value}, the rows add up to ${this.sum.toFixed()}; the file may be incomplete`,
      },
      { line: this.stated.line, value: stated.value },
    );
  }
}
