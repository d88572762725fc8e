import { decimalsOf } from '../../domain/money';
import type { LineTally } from '../reader';
import { isCurrency } from '../text';
import { ExactSum } from './exact-sum';

/** The rows of one currency since the last buffer was handed over. */
export class CurrencyTally {
  readonly decimals: number;
  readonly bytes: Buffer;
  private kept = 0;
  private context = 0;
  private readonly keptUnits = new ExactSum();
  private readonly contextUnits = new ExactSum();

  constructor(readonly currency: string) {
    this.decimals = decimalsOf(currency);
    this.bytes = Buffer.from(currency);
  }

  add(inPeriod: boolean, units: number): void {
    if (inPeriod) {
      this.kept++;
      this.keptUnits.add(units);
    } else {
      this.context++;
      this.contextUnits.add(units);
    }
  }

  take(): LineTally {
    const { currency, kept, context, decimals } = this;
    this.kept = 0;
    this.context = 0;
    return {
      currency,
      kept,
      context,
      keptAmount: this.keptUnits.take(decimals),
      contextAmount: this.contextUnits.take(decimals),
    };
  }
}

/** The tallies of a file, found by the bytes of a currency cell; neighbours mostly have the same one. */
export class CurrencyTallies {
  private readonly tallies = new Map<string, CurrencyTally>();
  private last: CurrencyTally | null = null;

  /** null: the cell is no ISO code in capitals. */
  find(bytes: Buffer, start: number, end: number): CurrencyTally | null {
    const last = this.last?.bytes;
    if (
      last &&
      end - start === 3 &&
      bytes[start] === last[0] &&
      bytes[start + 1] === last[1] &&
      bytes[start + 2] === last[2]
    ) {
      return this.last;
    }
    if (end - start !== 3) return null;
    const code = bytes.toString('latin1', start, end);
    return isCurrency(code) ? this.of(code) : null;
  }

  of(code: string): CurrencyTally {
    const tally = this.tallies.get(code) ?? new CurrencyTally(code);
    this.tallies.set(code, tally);
    this.last = tally;
    return tally;
  }

  take(): LineTally[] {
    return [...this.tallies.values()].map((tally) => tally.take()).filter(({ kept, context }) => kept + context > 0);
  }
}
