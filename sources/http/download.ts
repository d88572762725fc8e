import { open } from 'node:fs/promises';
import { cutShort, unreachable, type Named } from '../trouble';
import { isWhole, send, whyEnded, type HttpLimits, type HttpRequest } from './exchange';

/** An answer whose body went to a file, where its status was 200; otherwise the beginning of the body. */
export interface Downloaded {
  readonly status: number;
  readonly headers: Headers;
  /** At most 64 kB, of an answer that is not 200: what the system says of it. */
  readonly said: Buffer;
}

/** Bills of a big merchant are tens of megabytes. */
export const FILE_LIMITS = { seconds: 600, mostBytes: 1 << 30 } as const;
const MOST_SAID = 64 << 10;

/**
 * Streams an answer into a file, in flat memory; the file is whole when this returns with status 200.
 * @throws SourceWaits SOURCE_UNREACHABLE, SOURCE_TIMEOUT, SOURCE_CUT_SHORT
 */
export async function download(
  system: Named,
  request: HttpRequest,
  path: string,
  limits: HttpLimits,
): Promise<Downloaded> {
  const clock = AbortSignal.timeout(limits.seconds * 1_000);
  const answer = await send(system, request, clock, limits);
  const file = await open(path, 'w', 0o600);
  let said = Buffer.alloc(0);
  let length = 0;
  try {
    for await (const bytes of bodyOf(system, answer, clock, limits)) {
      length += bytes.length;
      if (length > limits.mostBytes) throw unreachable(system, `more than ${String(limits.mostBytes)} bytes`);
      if (answer.status === 200) await file.write(bytes);
      else if (said.length < MOST_SAID) said = Buffer.concat([said, bytes]).subarray(0, MOST_SAID);
    }
  } finally {
    await file.close();
  }
  if (!isWhole(answer, length)) throw cutShort(system);
  return { status: answer.status, headers: answer.headers, said };
}

/** A body's bytes; where it breaks off, why. */
async function* bodyOf(
  system: Named,
  answer: Response,
  clock: AbortSignal,
  limits: HttpLimits,
): AsyncGenerator<Buffer, void> {
  const body = answer.body?.[Symbol.asyncIterator]();
  if (body === undefined) return;
  for (;;) {
    const next = await body.next().catch(() => {
      throw whyEnded(system, clock, limits);
    });
    if (next.done === true) return;
    yield Buffer.from(next.value as Uint8Array);
  }
}
