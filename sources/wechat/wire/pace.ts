import { setTimeout as sleep } from 'node:timers/promises';

/** Three questions a second are allowed for fund bills; a little less leaves room for clocks. */
const GAP_MS = 350;

/** Keeps questions apart by the machine's own steady clock. */
export class Pace {
  private next = 0;

  constructor(private readonly gapMs = GAP_MS) {}

  /** Waits for its turn. */
  async turn(signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const at = Math.max(this.next, now);
    this.next = at + this.gapMs;
    if (at > now) await sleep(at - now, undefined, { signal });
  }
}

const paces = new Map<string, Pace>();

/** The pace of a merchant in this process: the limit is the merchant's, whatever number of connections there are. */
export function paceOf(merchant: string): Pace {
  const known = paces.get(merchant) ?? new Pace();
  paces.set(merchant, known);
  return known;
}
