import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultPlan, type Fault } from './faults';

/** A request as it came, whole. */
export interface FakeRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path and query as they stand on the wire: what signatures are made over. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface FakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export interface FakeHttp {
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  readonly faults: FaultPlan;
  /** Every request in the order it came, those that met a fault too. */
  readonly requests: readonly FakeRequest[];
  /** Ends every connection and the server. */
  stop(): Promise<void>;
}

export interface FakeHttpOptions {
  /** Says what a real server would; an error it throws is an answer 500 that names it. */
  readonly handler: (request: FakeRequest) => Promise<FakeAnswer>;
  /** A free one by default. */
  readonly port?: number;
}

const MOST_BODY_BYTES = 64 << 20;

/** Starts an HTTP server on 127.0.0.1 that can be made to fail by plan. */
export async function startFakeHttp({ handler, port = 0 }: FakeHttpOptions): Promise<FakeHttp> {
  const faults = new FaultPlan();
  const requests: FakeRequest[] = [];
  const stopped = new AbortController();
  const server = createServer((incoming, response) => {
    incoming.on('error', () => undefined);
    response.on('error', () => undefined);
    const serve = async (): Promise<void> => {
      const request = await readRequest(incoming);
      requests.push(request);
      const fault = faults.next(request);
      await give(response, fault, () => answerOf(handler, request), stopped.signal);
    };
    serve().catch(() => response.destroy());
  });
  await listen(server, port);
  const stop = async (): Promise<void> => {
    stopped.abort();
    const closed = new Promise<void>((done) => server.close(() => done()));
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, faults, requests, stop };
}

async function answerOf(handler: FakeHttpOptions['handler'], request: FakeRequest): Promise<FakeAnswer> {
  try {
    return await handler(request);
  } catch (error) {
    return { status: 500, body: `the fake failed: ${String(error)}` };
  }
}

async function give(
  response: ServerResponse,
  fault: Fault | undefined,
  answer: () => Promise<FakeAnswer>,
  signal: AbortSignal,
): Promise<void> {
  switch (fault?.kind) {
    case undefined:
      return send(response, await answer());
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'status':
      return send(response, fault);
    case 'answer':
      return send(response, fault.change(await answer()));
    case 'mangle': {
      const whole = await answer();
      return send(response, { ...whole, body: fault.change(bytesOf(whole)) });
    }
    case 'delay': {
      const whole = await answer();
      await sleep(fault.ms, undefined, { signal });
      return send(response, whole);
    }
    case 'drip':
      return drip(response, await answer(), fault.bytesPerSecond, signal);
    case 'cut':
      return cut(response, await answer(), fault);
  }
}

function send(response: ServerResponse, answer: FakeAnswer): void {
  begin(response, answer);
  response.end(bytesOf(answer));
}

/** Announces the whole length, unless the handler chose to send chunks, and 204 and 304 have none. */
function begin(response: ServerResponse, answer: FakeAnswer): void {
  const headers = { ...answer.headers };
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const isBare = answer.status === 204 || answer.status === 304;
  if (!isBare && !names.includes('transfer-encoding') && !names.includes('content-length')) {
    headers['content-length'] = String(bytesOf(answer).length);
  }
  response.writeHead(answer.status, headers);
}

/** Ten pieces a second. */
async function drip(
  response: ServerResponse,
  answer: FakeAnswer,
  perSecond: number,
  signal: AbortSignal,
): Promise<void> {
  const bytes = bytesOf(answer);
  const step = Math.max(1, Math.floor(perSecond / 10));
  begin(response, answer);
  response.flushHeaders();
  for (let at = 0; at < bytes.length && !response.destroyed; at += step) {
    await sleep((1_000 * step) / perSecond, undefined, { signal });
    response.write(bytes.subarray(at, at + step));
  }
  response.end();
}

async function cut(
  response: ServerResponse,
  answer: FakeAnswer,
  { after, by = 'end' }: Extract<Fault, { kind: 'cut' }>,
): Promise<void> {
  const bytes = bytesOf(answer);
  begin(response, answer);
  await new Promise<void>((written) => {
    response.write(bytes.subarray(0, after ?? Math.floor(bytes.length / 2)), () => written());
  });
  if (by === 'reset') response.socket?.resetAndDestroy();
  else response.socket?.destroySoon();
}

function bytesOf({ body = '' }: FakeAnswer): Buffer {
  return typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
}

async function readRequest(incoming: IncomingMessage): Promise<FakeRequest> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of incoming) {
    length += (part as Buffer).length;
    if (length > MOST_BODY_BYTES) throw new Error('the request is too long');
    parts.push(part as Buffer);
  }
  const target = incoming.url ?? '/';
  const at = new URL(target, 'http://127.0.0.1');
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  const { method = 'GET' } = incoming;
  return { method, path: at.pathname, query: at.searchParams, target, headers, body: Buffer.concat(parts) };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((listening, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', listening);
  });
}
