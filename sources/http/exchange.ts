import { busy, cutShort, rateLimited, tooSlow, unreachable, type Named } from '../trouble';

/** A request to an outside system. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A whole answer: its bytes have all come. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Headers;
  readonly bytes: Buffer;
}

export interface HttpLimits {
  /** From the first byte sent to the last one received; a slow drip ends here too. */
  readonly seconds: number;
  readonly mostBytes: number;
  /** Ends the request from outside. */
  readonly signal: AbortSignal;
}

/** The systems answer in seconds; 32 MiB hold every page any of them sends. */
export const PAGE_LIMITS = { seconds: 60, mostBytes: 32 << 20 } as const;

/**
 * Sends a request and reads the whole answer, whatever its status; never follows a redirect, since a gateway has none.
 * @throws SourceWaits SOURCE_UNREACHABLE, SOURCE_TIMEOUT, SOURCE_CUT_SHORT
 */
export async function exchange(system: Named, request: HttpRequest, limits: HttpLimits): Promise<HttpAnswer> {
  const clock = AbortSignal.timeout(limits.seconds * 1_000);
  const begun = await send(system, request, clock, limits);
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of begun.body ?? []) {
      const bytes = Buffer.from(part as Uint8Array);
      length += bytes.length;
      if (length > limits.mostBytes) break;
      parts.push(bytes);
    }
  } catch {
    throw whyEnded(system, clock, limits);
  }
  if (length > limits.mostBytes) throw tooMuch(system, limits.mostBytes);
  const bytes = Buffer.concat(parts);
  if (!isWhole(begun, bytes.length)) throw cutShort(system);
  return { status: begun.status, headers: begun.headers, bytes };
}

/** Opens a request and hands out the answer before its body has come. */
export async function send(
  system: Named,
  { method, url, headers = {}, body }: HttpRequest,
  clock: AbortSignal,
  { signal, seconds }: HttpLimits,
): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      headers: { 'accept-encoding': 'identity', ...headers },
      redirect: 'manual',
      signal: AbortSignal.any([clock, signal]),
      ...(body === undefined ? {} : { body }),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    if (clock.aborted) throw tooSlow(system, seconds);
    throw unreachable(system, causeOf(error));
  }
}

/** Fewer bytes than were announced are no answer; where none were announced, the chunked encoding says whether it is whole. */
export function isWhole(answer: Response, length: number): boolean {
  const announced = answer.headers.get('content-length');
  const isPlain = !answer.headers.has('content-encoding');
  return announced === null || !isPlain || Number(announced) === length;
}

/** Why a body did not come to its end. */
export function whyEnded(system: Named, clock: AbortSignal, { seconds, signal }: HttpLimits): Error {
  if (signal.aborted) return signal.reason as Error;
  return clock.aborted ? tooSlow(system, seconds) : cutShort(system);
}

function tooMuch(system: Named, most: number): Error {
  return unreachable(system, `more than ${String(most)} bytes`);
}

/**
 * What statuses mean in every system: 429 and 5xx pass by themselves. Any other is the system's own affair.
 * @throws SourceWaits SOURCE_RATE_LIMITED, SOURCE_BUSY
 */
export function refuseBusy(
  system: Named,
  { status, headers }: Pick<HttpAnswer, 'status' | 'headers'>,
  now: Date,
): void {
  if (status === 429) throw rateLimited(system, 'HTTP 429', retryAfter(headers, now));
  if (status >= 500) throw busy(system, `HTTP ${String(status)}`, retryAfter(headers, now));
}

/** Retry-After in either of its forms: seconds, or a date. */
export function retryAfter(headers: Headers, now: Date): Date | undefined {
  const said = headers.get('retry-after');
  if (said === null) return undefined;
  if (/^\d{1,7}$/.test(said)) return new Date(now.getTime() + Number(said) * 1_000);
  const at = Date.parse(said);
  return Number.isNaN(at) ? undefined : new Date(at);
}

/** The code of a network error; its text may hold the address with what stands in the query. */
function causeOf(error: unknown): string {
  const { code } = ((error as { cause?: unknown }).cause ?? error) as { code?: unknown };
  return typeof code === 'string' ? code : 'no answer';
}
