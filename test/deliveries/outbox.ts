import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Arrival, Connection, FilePart } from '../../sources/system';

/** 2 November 2026, nine in the morning in Beijing: what tests call now. */
export const NOW = '2026-11-02T09:00:00';

/** A folder that somebody delivers files into. */
export class Outbox {
  readonly path = mkdtempSync(join(tmpdir(), 'outbox-'));

  /** @param at Beijing time it was changed last; long ago by default */
  put(name: string, content: string | Buffer = `content of ${name}`, at = '2026-10-20T08:00:00'): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    this.touch(name, at);
    return path;
  }

  touch(name: string, at: string): void {
    const time = new Date(`${at}+08:00`);
    utimesSync(join(this.path, name), time, time);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export async function keysOf(connection: Connection, month = '2026-10'): Promise<string[]> {
  return (await connection.parts(month)).map(({ key }) => key);
}

export async function filePart(connection: Connection, key: string, month = '2026-10'): Promise<FilePart> {
  const part = (await connection.parts(month)).find((one) => one.key === key);
  if (part?.nature !== 'file') throw new Error(`no part ${key} in ${(await keysOf(connection, month)).join(', ')}`);
  return part;
}

export async function fetchKey(connection: Connection, key: string, month = '2026-10'): Promise<Arrival> {
  return connection.fetch(await filePart(connection, key, month), month);
}

/** The bytes of a part that must arrive. */
export async function bytesOf(connection: Connection, key: string, month = '2026-10'): Promise<Buffer> {
  const arrival = await fetchKey(connection, key, month);
  if (arrival.state !== 'arrived') throw new Error(`${key} did not arrive: ${arrival.reason.en}`);
  return readFileSync(arrival.path);
}
