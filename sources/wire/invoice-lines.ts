import { Decimal } from '../../domain/money';
import { readRate } from '../text';
import { fenOf, type InvoiceAmounts } from './invoice-row';

/** Tax is rounded line by line. */
const FEN_OFF = '0.01';
const RATE_DECIMALS = 6;

/** What the lines of an invoice make together, in fen. */
export class LineSums {
  lines = 0;
  private net = 0n;
  private tax = 0n;
  private gross = 0n;

  /** @param gross where a line states it */
  add(net: string, tax: string, gross = '0.00'): void {
    this.lines += 1;
    this.net += fenOf(net);
    this.tax += fenOf(tax);
    this.gross += fenOf(gross);
  }

  isTotalOf(amounts: InvoiceAmounts): boolean {
    return this.net === fenOf(amounts.net) && this.tax === fenOf(amounts.tax);
  }

  get amounts(): InvoiceAmounts {
    return { net: yuan(this.net), tax: yuan(this.tax), gross: yuan(this.gross) };
  }
}

/**
 * Whether a line's tax is not its amount times its rate, by more than a fen: worth a look, no fault. A rate that is
 * none (免税, 不征税, ***) says nothing.
 */
export function isTaxOff(net: string, rate: string, tax: string): boolean {
  const read = readRate(rate, RATE_DECIMALS);
  if (!read.ok) return false;
  return new Decimal(net).times(read.value).minus(tax).abs().gt(FEN_OFF);
}

function yuan(fen: bigint): string {
  const digits = String(fen < 0n ? -fen : fen).padStart(3, '0');
  return `${fen < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
