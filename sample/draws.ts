/** What numbers are drawn for: each topic has its own row of numbers, so that one more draw here changes nothing there. */
export enum Topic {
  Order = 1,
  Bookkeeping,
  Payment,
  Return,
  Customer,
  Story,
  Batch,
  Bank,
  Opening,
}

/**
 * Random numbers that depend on seed, topic and index alone: the draws of order 700,000 can be made without those of
 * the orders before it.
 */
export class Draws {
  private state: number;

  constructor(seed: number, topic: Topic, index: number) {
    this.state = mix(mix(mix(seed) ^ Math.imul(topic, 0x9e3779b1)) ^ Math.imul(index + 1, 0x85ebca6b));
  }

  /** 0 … bound − 1 */
  below(bound: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    return (mix(this.state) >>> 0) % bound;
  }

  /** from … to, both possible */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  /** True in so many of a thousand cases. */
  inThousand(share: number): boolean {
    return this.below(1000) < share;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  /** One of the values, each as often as its weight says. */
  weighted<T>(choices: readonly (readonly [T, number])[]): T {
    const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
    let rest = this.below(total);
    for (const [value, weight] of choices) {
      if (rest < weight) return value;
      rest -= weight;
    }
    throw new RangeError('no choices to draw from');
  }
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the output. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
