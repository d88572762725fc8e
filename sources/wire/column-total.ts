import { Decimal, decimalsOf } from '../../domain/money';
import { ExactSum } from '../bytes/exact-sum';
import { readAmount } from '../text/amounts';
import { readAs, type Reading } from '../text/reading';
import { RowRejection, unreadableCell } from './rejection';

/**
 * An amount whose writer pads it with zeros beyond its currency's decimals, as WeChat's `0.01000` and CAMT's `8.850`.
 * Decimals that say something are still too many.
 */
export function readPaddedAmount(text: string, currency: string): Reading<string> {
  const padding = /\.\d{3,}$/.test(text) ? decimalsOf(currency) : -1;
  if (padding < 0) return readAmount(text, currency);
  const point = text.lastIndexOf('.');
  const kept = text.slice(0, point + 1 + padding);
  const isPadding = /^0*$/.test(text.slice(point + 1 + padding));
  return readAmount(isPadding ? kept.replace(/\.$/, '') : text, currency);
}

/** Decimals of the currency that bills are kept in. */
export const FEN_DECIMALS = 2;

/** An amount as it is stored already, in a currency of two decimals. */
const PLAIN = /^(0|-?[1-9]\d{0,12})\.\d\d$/;

/** Reads one amount column down the file and keeps its sum, to tie out against the total the file states. */
export class ColumnTotal {
  private total = new Decimal(0);
  private readonly fen = new ExactSum();
  private unreadable = 0;

  /** The amount in canonical form; an empty cell is zero. What cannot be read is returned, not thrown. */
  take(column: string, text: string, currency: string): string | RowRejection {
    if (text === '') return '0.00';
    const read = PLAIN.test(text) && decimalsOf(currency) === 2 ? readAs(text) : readPaddedAmount(text, currency);
    if (!read.ok) {
      this.unreadable += 1;
      return unreadableCell(column, text, read);
    }
    if (read.value !== '0.00') this.total = this.total.plus(read.value);
    return read.value;
  }

  /** Counts an amount of a currency with two decimals, in its smallest unit. */
  addFen(fen: number): void {
    this.fen.add(fen);
  }

  /** Notes a row whose amount cannot even be looked for. */
  skip(): void {
    this.unreadable += 1;
  }

  /** False once a cell could not be read: the sum then says nothing about the file. */
  get isWhole(): boolean {
    return this.unreadable === 0;
  }

  get sum(): Decimal {
    return this.total.plus(this.fen.text(FEN_DECIMALS));
  }
}

/** The amount, or its rejection thrown. */
export function readable(amount: string | RowRejection): string {
  if (amount instanceof RowRejection) throw amount;
  return amount;
}
