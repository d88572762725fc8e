import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompanySettings } from '../../domain/company';
import {
  FileRefused,
  type ReadContext,
  type ReadSummary,
  type RejectedRow,
  type SourceReader,
} from '../../sources/reader';

export interface Collected {
  readonly rowNos: number[];
  /** Kept rows by column name. */
  readonly kept: Record<string, string | null>[];
  readonly inPeriod: boolean[];
  readonly control: { amount: string; currency: string }[];
  readonly rejected: RejectedRow[];
  readonly excluded: { rowNo: number; why: string; amount?: string; currency?: string }[];
  readonly summary: ReadSummary;
}

export interface Given {
  readonly month?: string;
  readonly merchants?: CompanySettings['merchants'];
  readonly banks?: CompanySettings['banks'];
  readonly taxNo?: string;
  readonly timezone?: string;
  readonly currency?: string;
  readonly encoding?: string;
}

/** Reads a file into memory. */
export async function readFile(reader: SourceReader, path: string, given: Given = {}): Promise<Collected> {
  const into: Omit<Collected, 'summary'> = {
    rowNos: [],
    kept: [],
    inPeriod: [],
    control: [],
    rejected: [],
    excluded: [],
  };
  const summary = await reader.read(contextOf(path, given), {
    keep(rowNo, inPeriod, values, amount, currency) {
      if (values.length !== reader.columns.length)
        throw new Error(`${values.length} values for ${reader.columns.length} columns`);
      into.rowNos.push(rowNo);
      into.inPeriod.push(inPeriod);
      into.control.push({ amount, currency });
      into.kept.push(Object.fromEntries(reader.columns.map((column, i) => [column, values[i] ?? null])));
    },
    reject: (row) => void into.rejected.push(row),
    exclude: (rowNo, why, amount, currency) =>
      void into.excluded.push({
        rowNo,
        why,
        ...(amount === undefined ? {} : { amount }),
        ...(currency === undefined ? {} : { currency }),
      }),
    room: () => Promise.resolve(),
  });
  return { ...into, summary };
}

/** Reads bytes by way of a temporary file. */
export async function readBytes(reader: SourceReader, bytes: Buffer | string, given: Given = {}): Promise<Collected> {
  const folder = mkdtempSync(join(tmpdir(), 'wires-'));
  try {
    const path = join(folder, 'file');
    writeFileSync(path, bytes);
    return await readFile(reader, path, given);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The refusal that reading these bytes ends in. */
export async function refusalOf(reader: SourceReader, bytes: Buffer | string, given: Given = {}): Promise<FileRefused> {
  try {
    await readBytes(reader, bytes, given);
  } catch (cause) {
    if (cause instanceof FileRefused) return cause;
    throw cause;
  }
  throw new Error('the file was not refused');
}

/** Where a real sample file stands, if there are any beside the checkout. */
export function samplePath(...name: string[]): string {
  return join(__dirname, '..', '..', '..', 'shared', 'samples', ...name);
}

export function contextOf(path: string, given: Given): ReadContext {
  return {
    path,
    fileName: 'file',
    month: given.month ?? '2026-10',
    company: {
      code: 'qinghe',
      name: '青禾商贸有限公司',
      currency: given.currency ?? 'CNY',
      timezone: given.timezone ?? 'Asia/Shanghai',
      merchants: given.merchants ?? {},
      banks: given.banks ?? [],
      ...(given.taxNo === undefined ? {} : { taxNo: given.taxNo }),
    } as unknown as CompanySettings,
    ...(given.encoding === undefined ? {} : { encoding: given.encoding }),
  };
}

/** A fixture's text as it is kept in the repository: UTF-8, LF. */
export function fixture(name: string): string {
  return readFileSync(join(__dirname, 'fixtures', name), 'utf8');
}

/** Replaces the one place where `from` stands. */
export function changed(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`"${from}" does not stand exactly once`);
  return text.replace(from, () => to);
}
