import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompanySettings } from '../../domain/company';
import { Problem } from '../../domain/problem';
import type { Endurance } from '../../sources/bills/endurance';
import type { Access, Arrival, Connection, FilePart, Finding, Setting, SourceSystem } from '../../sources/system';
import { SourceStops } from '../../sources/trouble';
import type { Fault } from '../fakes/faults';

/** Tests wait a second for an answer, not a minute. */
export const IMPATIENT: Endurance = {
  answers: { seconds: 1, mostBytes: 1 << 20 },
  files: { seconds: 1, mostBytes: 8 << 20 },
  patience: { tries: 3, firstPauseMs: 5, longestPauseMs: 1_000 },
};

export interface Reached {
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** A clock that tests set: Beijing time without a zone. */
export class SetClock {
  private at: number;

  constructor(beijing: string) {
    this.at = Date.parse(`${beijing}+08:00`);
  }

  readonly now = (): Date => new Date(this.at);

  set(beijing: string): void {
    this.at = Date.parse(`${beijing}+08:00`);
  }

  pass(seconds: number): void {
    this.at += seconds * 1_000;
  }
}

/** What passes by itself, at any question. */
export const PASSING: readonly (readonly [string, Fault])[] = [
  ['429 with Retry-After', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }],
  ['429 without it', { kind: 'status', status: 429 }],
  ['503', { kind: 'status', status: 503, body: '<html>' }],
  ['no answer', { kind: 'hang' }],
  ['a reset', { kind: 'reset' }],
  ['a drip', { kind: 'drip', bytesPerSecond: 20 }],
  ['a body cut short', { kind: 'cut' }],
  ['a body reset midway', { kind: 'cut', by: 'reset' }],
];

const folders: string[] = [];

/** Removes what connections of this test file have downloaded. */
export function removeDownloads(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Connects as the pull engine does: defaults filled in, secrets apart. */
export function connect(
  system: SourceSystem,
  reached: Reached,
  now: () => Date,
  {
    merchants = {},
    settings = {},
  }: { merchants?: CompanySettings['merchants']; settings?: Record<string, string> } = {},
): Connection {
  const scratch = mkdtempSync(join(tmpdir(), 'bills-'));
  folders.push(scratch);
  const access: Access = {
    settings: { ...defaultsOf(system.settings), ...reached.settings, ...settings },
    secret: (name) => {
      const value = reached.secrets[name];
      if (value === undefined) throw new SourceStops('SECRET_MISSING', { zh: name, en: name });
      return value;
    },
    company: { merchants, banks: [], timezone: 'Asia/Shanghai', currency: 'CNY' } as unknown as CompanySettings,
    now,
    signal: new AbortController().signal,
    scratch,
  };
  return system.connect(access);
}

function defaultsOf(settings: readonly Setting[]): Record<string, string> {
  return Object.fromEntries(
    settings.flatMap((one) => (one.default === undefined ? [] : [[one.name, one.default] as const])),
  );
}

/** Fetches the part of this key. */
export async function fetchPart(connection: Connection, key: string): Promise<Arrival> {
  return connection.fetch(await partOf(connection, key), key.split('/')[1]!.slice(0, 7));
}

export async function partOf(connection: Connection, key: string): Promise<FilePart> {
  const parts = await connection.parts(key.split('/')[1]!.slice(0, 7));
  const part = parts.find((one) => one.key === key);
  if (part?.nature !== 'file') throw new Error(`no part ${key}`);
  return part;
}

/** The file of a part that must arrive. */
export async function arrivedFile(connection: Connection, key: string): Promise<{ path: string; fileName: string }> {
  const arrival = await fetchPart(connection, key);
  if (arrival.state !== 'arrived') throw new Error(`${key}: ${arrival.reason.en}`);
  return arrival;
}

/** The trouble that a fetch ends in. */
export async function troubleOf(fetched: Promise<Arrival>): Promise<Problem> {
  const arrival = await fetched.catch((error: unknown) => error);
  if (arrival instanceof Problem) return arrival;
  throw new Error(`no trouble but ${JSON.stringify(arrival)}`);
}

export async function findingsOf(connection: Connection): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of connection.test()) found.push(finding);
  return found;
}

/** Everything a trouble says to people, programs and logs. */
export function everythingIn(trouble: Problem): string {
  return [trouble.message, JSON.stringify(trouble.reason), JSON.stringify(trouble.details), trouble.stack].join('\n');
}
