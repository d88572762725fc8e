import { createReadStream, statSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** One request. A body is text, or a file that is sent as it is read. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | { readonly path: string; readonly sent: (bytes: number, of: number) => void };
}

/** The answer, its body still to be read. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Readable;
}

/** How long a server that does not answer is tried again: it may just be starting anew. */
const PATIENCE_MS = 20_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;

/** The server could not be reached in that time. */
export class Unreachable extends Error {}

/**
 * Sends a request; a refused or broken connection and 503 are tried again for a while. Safe because every write carries
 * an Idempotency-Key.
 * @param waiting told once when the first try failed
 * @throws Unreachable
 */
export async function send(request: HttpRequest, waiting: () => void): Promise<HttpAnswer> {
  const giveUp = Date.now() + PATIENCE_MS;
  let said = false;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const answer = await sendOnce(request).catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    );
    if (!(answer instanceof Error) && answer.status !== 503) return answer;
    if (Date.now() + pause > giveUp) {
      if (answer instanceof Error) throw new Unreachable(answer.message);
      return answer;
    }
    if (!(answer instanceof Error)) answer.body.resume();
    if (!said) waiting();
    said = true;
    await sleep(pause);
  }
}

/** The whole body as text. */
export async function textOf(answer: HttpAnswer): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer.body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function sendOnce(request: HttpRequest): Promise<HttpAnswer> {
  const { body } = request;
  const size =
    body === undefined ? undefined : typeof body === 'string' ? Buffer.byteLength(body) : statSync(body.path).size;
  const headers = { ...request.headers, ...(size === undefined ? {} : { 'content-length': String(size) }) };
  return new Promise((resolve, reject) => {
    const { request: open } = request.url.startsWith('https:') ? https : http;
    const outgoing = open(request.url, { method: request.method, headers }, (incoming) =>
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: incoming }),
    );
    outgoing.once('error', reject);
    if (body === undefined) outgoing.end();
    else if (typeof body === 'string') outgoing.end(body);
    else pipeFile(body.path, size ?? 0, body.sent, outgoing, reject);
  });
}

function pipeFile(
  path: string,
  size: number,
  sent: (bytes: number, of: number) => void,
  outgoing: http.ClientRequest,
  fail: (error: Error) => void,
): void {
  let bytes = 0;
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  file.on('data', (chunk) => {
    bytes += chunk.length;
    sent(bytes, size);
  });
  file.once('error', (error) => {
    outgoing.destroy();
    fail(error);
  });
  // A server that refuses early closes its side; its answer is still to be read.
  outgoing.once('response', () => file.unpipe(outgoing));
  file.pipe(outgoing);
}
