import type { Draws } from '../../../sample/draws';
import type { Fen } from '../../../sample/fen';

/** Amounts nearer to each other than this are not told apart by a tolerance. */
const NEAR = 300n;
const PRICES: readonly Fen[] = [4_990n, 8_800n, 12_900n, 19_900n, 26_800n, 39_900n, 59_900n, 128_000n];

/** Draws amounts: ordinary ones repeat as prices do, a story's own amount stands alone in the whole books. */
export class Amounts {
  private readonly taken = new Set<Fen>();
  private readonly reserved = new Set<Fen>();
  private readonly range: number;

  constructor(orders: number) {
    this.range = 3_000_000 + orders * 3_000;
  }

  ordinary(draws: Draws): Fen {
    for (;;) {
      const amount = draws.pick(PRICES) * BigInt(draws.between(1, 24));
      if (this.reserved.has(amount / NEAR)) continue;
      this.taken.add(amount / NEAR);
      return amount;
    }
  }

  alone(draws: Draws): Fen {
    for (;;) {
      const amount = BigInt(draws.between(20_000, this.range));
      const place = amount / NEAR;
      if ([place - 1n, place, place + 1n].some((one) => this.taken.has(one) || this.reserved.has(one))) continue;
      for (const one of [place - 1n, place, place + 1n]) this.reserved.add(one);
      return amount;
    }
  }
}
