import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLine, headerLine, recordLine } from '../../sources/records';
import type { Access, Connection, ObjectMapping, RecordsPart, SourceMapping, SourceRecord } from '../../sources/system';
import { COMPANY } from '../intake/reading';

/** What a connection may use in a test: settings, secrets by name, and a clock that stands still where a test says so. */
export function accessOf(
  settings: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, string>>,
  more: Partial<Access> & { readonly mapping?: SourceMapping } = {},
): Access {
  return {
    settings,
    secret: (name) => secrets[name] ?? '',
    company: COMPANY,
    now: () => new Date(),
    signal: new AbortController().signal,
    scratch: tmpdir(),
    ...more,
  };
}

/** Records as a pull keeps them: the latest form of each, by id, with the cursor of the last page. */
export class Kept {
  readonly records = new Map<string, SourceRecord>();
  cursor: string | null = null;
  pages = 0;
  expected: number | undefined;

  /** @param mostPages where the pull is killed */
  async pull(connection: Connection, part: RecordsPart, month: string, mostPages = Infinity): Promise<this> {
    for await (const page of connection.pages(part, month, this.cursor)) {
      for (const record of page.records) this.take(record);
      this.cursor = page.cursor;
      this.expected = page.expected ?? this.expected;
      this.pages += 1;
      if (this.pages >= mostPages) break;
    }
    return this;
  }

  live(): SourceRecord[] {
    return [...this.records.values()].filter(({ deleted }) => deleted !== true).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  private take(record: SourceRecord): void {
    const known = this.records.get(record.id);
    if (!known || ageOf(known) <= ageOf(record)) this.records.set(record.id, record);
  }
}

/** What was changed last counts; a deletion before what is as old as itself. */
function ageOf({ modifiedAt, deleted }: SourceRecord): string {
  return `${modifiedAt} ${deleted ? '1' : '0'}`;
}

/** The records file of a part, as a pull writes it. */
export function recordsFile(
  system: string,
  part: RecordsPart,
  month: string,
  kept: ReadonlyMap<string, Kept>,
  mapping?: ObjectMapping,
): string {
  const uses = part.uses ?? [];
  const used = uses.flatMap((use) => (kept.get(use)?.live() ?? []).map((record) => recordLine(use, record)));
  const own = (kept.get(part.key)?.live() ?? []).map((record) => recordLine(part.key, record));
  const header = headerLine({ system, part: part.key, month, uses, ...(mapping ? { mapping } : {}) });
  return [header, ...used, ...own, endLine(used.length, own.length)].join('');
}

/** A file of that text for as long as the work takes. */
export async function withFile<T>(text: string | Buffer, work: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'records-'));
  try {
    const path = join(folder, 'records.ndjson');
    writeFileSync(path, text);
    return await work(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
