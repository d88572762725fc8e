import { setTimeout as sleep } from 'node:timers/promises';
import { SourceWaits } from '../trouble';

/** Tries within one pull; what lasts longer is left to the pull, which comes back in minutes and hours. */
export interface Patience {
  readonly tries: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

export const PATIENCE = { tries: 4, firstPauseMs: 500, longestPauseMs: 20_000 } as const;

/**
 * Does it again when it failed for a reason that passes, after a pause that doubles or that the system asked for. A pause that is longer than
 * `longestPauseMs` is not sat out here: the failure goes to the caller with its `retryAt`.
 */
export async function patiently<T>(
  work: () => Promise<T>,
  { tries, firstPauseMs, longestPauseMs, signal, now }: Patience,
): Promise<T> {
  for (let made = 1; ; made += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SourceWaits) || made >= tries) throw error;
      const pause = Math.max(firstPauseMs * 2 ** (made - 1), (error.retryAt?.getTime() ?? 0) - now().getTime());
      if (pause > longestPauseMs) throw error;
      await sleep(pause, undefined, { signal });
    }
  }
}
