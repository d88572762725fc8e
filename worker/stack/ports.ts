import { createServer, connect } from 'node:net';
import { sleep } from './processes';

const LOOPBACK = '127.0.0.1';

/** Whether something listens on this port of the machine. */
export function isListening(port: number, host: string = LOOPBACK): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host, timeout: 1_000 });
    const end = (listening: boolean): void => {
      socket.destroy();
      done(listening);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

/** A port nothing listens on now. Another process may still take it before the caller does. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, LOOPBACK, () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? done(address.port) : fail(new Error('no port'))));
    });
  });
}

/**
 * Asks `probe` until it says yes.
 * @returns false when the time is over
 */
export async function until(probe: () => Promise<boolean> | boolean, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if (await probe()) return true;
    if (Date.now() >= end) return false;
    await sleep(100);
  }
}
