import { testSeed } from '../support/seed';

const REPLAY = 'SALESCLOSE_KILL_SEED';

/** What a run leaves to chance, drawn from one seed that is printed; the same seed draws the same again. */
export class Chance {
  readonly seed: number;
  private state: number;

  /** @param of what draws, for the line that is printed */
  constructor(of: string) {
    this.seed = testSeed(REPLAY);
    this.state = this.seed;
    process.stderr.write(`kills: ${of} draws from seed ${this.seed} (${REPLAY}=${this.seed} replays it)\n`);
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  oneOf<T>(things: readonly T[]): T {
    return things[this.between(0, things.length - 1)] as T;
  }

  /** mulberry32: uniform in [0, 1). */
  private next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
}
