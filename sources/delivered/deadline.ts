import { tooSlow, type Named } from '../trouble';

/**
 * Waits for what may never answer: a share whose server is gone, a server that went silent.
 * @throws SourceWaits SOURCE_TIMEOUT; the signal's reason where the pull was ended
 */
export async function withinSeconds<T>(
  system: Named,
  seconds: number,
  signal: AbortSignal,
  work: Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const ended = new Promise<never>((_, fail) => {
    const timer = setTimeout(() => fail(tooSlow(system, seconds)), seconds * 1_000);
    const onAbort = (): void => fail(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    stop();
  }
}
