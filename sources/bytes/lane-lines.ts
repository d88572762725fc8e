import type { CopyLane, LineTally } from '../reader';

/** What a line may need beyond twice its row: ids, keys that grow when normalised, offsets. */
export const LINE_SLACK = 32 << 10;
/** Instead of a place: the row is not plain, and nothing has been done with it. */
export const ODD = -1;

const NONE = Buffer.alloc(0);

/** Fills the lane's buffers with COPY lines, one buffer after the other. */
export class LaneLines {
  /** The buffer at hand, filled up to `at`. */
  out: Buffer = NONE;
  at = 0;

  /** @param takeTallies what the lines since the last call hold */
  constructor(
    private readonly lane: CopyLane,
    private readonly takeTallies: () => readonly LineTally[],
  ) {}

  /** Whether a line of so many bytes needs the next buffer; one that no buffer holds does not. */
  needsNext(bytes: number): boolean {
    return this.out.length === 0 || (this.at > 0 && !this.fits(bytes));
  }

  fits(bytes: number): boolean {
    return this.out.length - this.at >= bytes;
  }

  /** Sends the buffer at hand and takes another. */
  async next(): Promise<void> {
    this.send();
    this.out = await this.lane.take();
  }

  /** Sends the buffer at hand, if any. @returns what its lines hold */
  send(): readonly LineTally[] {
    if (this.out.length === 0) return [];
    const tallies = this.takeTallies();
    this.lane.send(this.out, this.at, tallies);
    this.out = NONE;
    this.at = 0;
    return tallies;
  }
}
