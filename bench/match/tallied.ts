import { formatFen, type Fen } from '../../sample/fen';
import type { Result, Tallies } from './outcome';

/** Counts results as they are planted. */
export class Tallied {
  private readonly counted = new Map<Result, { count: number; difference: Fen }>();

  /** @param difference left − right of this one */
  add(result: Result, difference: Fen): void {
    const { count, difference: sum } = this.counted.get(result) ?? { count: 0, difference: 0n };
    this.counted.set(result, { count: count + 1, difference: sum + difference });
  }

  tallies(): Tallies {
    return Object.fromEntries(
      [...this.counted].map(([result, { count, difference }]) => [
        result,
        { count, difference: formatFen(difference) },
      ]),
    );
  }
}
