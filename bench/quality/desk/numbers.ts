import { type Calendar, type Day } from '../../../sample/calendar';
import type { Draws } from '../../../sample/draws';

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/**
 * Gives every document its number. Order numbers run by day without gaps, so a wrong digit often hits another live
 * order; a mistyped number that a story wants dead is kept out of the series.
 */
export class Numbers {
  private readonly counts = new Map<string, number>();
  private readonly known = new Set<string>();

  constructor(private readonly calendar: Calendar) {}

  order(day: Day): string {
    return this.next('SO', day, 4);
  }

  return(day: Day): string {
    return this.next('TH', day, 3);
  }

  receipt(day: Day): string {
    return this.next('SK', day, 4);
  }

  /** 20 digits, as the tax bureau gives them. */
  invoice(): string {
    return `2631200000${String(this.count('invoice')).padStart(10, '0')}`;
  }

  /** 24 digits at the channel, its station inside. */
  transaction(station: string, day: Day): string {
    return `42${station}${this.calendar.compact(day)}${String(this.count('transaction') * 7919).padStart(12, '0')}`;
  }

  bank(day: Day): string {
    return this.next('B', day, 6);
  }

  entry(): string {
    return `记-${String(this.count('entry')).padStart(6, '0')}`;
  }

  /** A number with one character changed, left out or doubled, that no document of its kind has or will have. */
  mistyped(number: string, draws: Draws): string {
    return this.dead(() => {
      const at = draws.between(2, number.length - 1);
      const head = number.slice(0, at);
      const way = draws.below(3);
      if (way === 0) return head + number.slice(at + 1);
      if (way === 1) return head + (number[at] ?? '') + number.slice(at);
      return head + draws.pick(DIGITS) + number.slice(at + 1);
    }, number);
  }

  /** A number with two neighbouring digits swapped, that no document has; null where every swap is alive or the same. */
  transposed(number: string): string | null {
    for (let at = number.length - 2; at >= 2; at--) {
      const swapped = number.slice(0, at) + (number[at + 1] ?? '') + (number[at] ?? '') + number.slice(at + 2);
      if (swapped === number || this.known.has(swapped)) continue;
      this.known.add(swapped);
      return swapped;
    }
    return null;
  }

  /** A number of the same make that is far from every live one. */
  foreign(prefix: string): string {
    return `${prefix}19${String(this.count('foreign') * 7_717 + 50_000_000).slice(-8)}`;
  }

  private dead(make: () => string, original: string): string {
    for (;;) {
      const number = make();
      if (number === original || this.known.has(number)) continue;
      this.known.add(number);
      return number;
    }
  }

  private next(prefix: string, day: Day, digits: number): string {
    for (;;) {
      const head = `${prefix}${this.calendar.compact(day).slice(2)}`;
      const number = head + String(this.count(head)).padStart(digits, '0');
      if (this.known.has(number)) continue;
      this.known.add(number);
      return number;
    }
  }

  private count(series: string): number {
    const count = (this.counts.get(series) ?? 0) + 1;
    this.counts.set(series, count);
    return count;
  }
}
