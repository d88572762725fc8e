import { setTimeout as sleep } from 'node:timers/promises';

/** Calls made of one endpoint, for the whole process: the limit counts all connections of an application. */
const paces = new Map<string, Pace>();

export function paceOf(endpoint: string, calls: number, windowMs: number): Pace {
  const key = `${endpoint} ${String(calls)}`;
  const pace = paces.get(key) ?? new Pace(calls, windowMs);
  paces.set(key, pace);
  return pace;
}

/** Lets at most so many calls begin within any window, in the order they asked. */
export class Pace {
  private readonly begun: number[] = [];
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly calls: number,
    private readonly windowMs: number,
  ) {}

  /** Resolves when the next call may begin. */
  turn(signal: AbortSignal): Promise<void> {
    const mine = this.queue.then(() => this.wait(signal));
    this.queue = mine.catch(() => undefined);
    return mine;
  }

  private async wait(signal: AbortSignal): Promise<void> {
    const oldest = this.begun.length < this.calls ? undefined : this.begun.shift();
    if (oldest !== undefined) {
      const pause = oldest + this.windowMs - performance.now();
      await sleep(Math.max(0, pause), undefined, { signal }).catch((ended: unknown) => {
        this.begun.unshift(oldest);
        throw ended;
      });
    }
    this.begun.push(performance.now());
  }
}
