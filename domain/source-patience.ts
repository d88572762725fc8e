const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 60 * 60_000;
/** So much of a pause at most is added, so that parts that failed together do not come back together. */
const JITTER = 0.2;

/** For how long a month that was asked for is tried by itself. */
export const PULL_PATIENCE_MS = 14 * 24 * 60 * 60_000;

/**
 * When something that waits is tried again: after one minute, doubling to an hour, and never before the system said.
 * @param key decides the jitter, so that the same part always waits the same
 * @param attempts failed ones in a row, this one included
 */
export function nextTry(key: string, attempts: number, now: Date, retryAt?: Date): Date {
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 10), LONGEST_PAUSE_MS);
  const at = now.getTime() + Math.round(pause * (1 + JITTER * fractionOf(key)));
  return new Date(Math.max(at, retryAt?.getTime() ?? 0));
}

/**
 * When something that has begun will have come to its end, at the pace so far; null while nobody can tell.
 * @param expected how many there are in all
 */
export function expectedEnd(begun: Date, now: Date, done: number, expected: number | null): Date | null {
  const elapsed = now.getTime() - begun.getTime();
  if (expected === null || done <= 0 || elapsed <= 0 || done > expected) return null;
  return new Date(now.getTime() + (elapsed / done) * (expected - done));
}

/** A number from 0 to 1 that follows from a text (FNV-1a). */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) / 0xffffffff;
}
