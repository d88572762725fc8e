import { parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import yauzl from 'yauzl';
import { Decimal } from '../../domain/money';
import { generateSample, type GeneratedSample, type SampleOptions } from '../../sample/generate';
import type { DecoyEntry, TruthEntry } from '../../sample/truth';

export type Row = Record<string, string>;

/** A generated sample in a folder of its own. */
export interface Made {
  readonly dir: string;
  readonly result: GeneratedSample;
  remove(): void;
}

export async function make(options: Omit<SampleOptions, 'dir'> = {}): Promise<Made> {
  const dir = mkdtempSync(join(tmpdir(), 'salesclose-sample-'));
  const result = await generateSample({ dir, ...options });
  return { dir, result, remove: () => rmSync(dir, { recursive: true }) };
}

/** Files already parsed, by path: several tests ask for the same ones. */
const parsed = new Map<string, Row[]>();

function parseOnce(path: string, encoding: string): Row[] {
  const known = parsed.get(path);
  if (known) return known;
  const rows: Row[] = parse(iconv.decode(readFileSync(path), encoding), { columns: true });
  parsed.set(path, rows);
  return rows;
}

export function csvOf(dir: string, name: string): Row[] {
  return parseOnce(join(dir, name), 'utf8');
}

export function vouchersOf(dir: string): Row[] {
  return parseOnce(join(dir, 'vouchers.csv'), 'gb18030');
}

export function truthOf(dir: string): TruthEntry[] {
  return JSON.parse(readFileSync(join(dir, 'truth.json'), 'utf8')) as TruthEntry[];
}

export function decoysOf(dir: string): DecoyEntry[] {
  return JSON.parse(readFileSync(join(dir, 'decoys.json'), 'utf8')) as DecoyEntry[];
}

export function sum(rows: readonly Row[], column: string): string {
  return rows.reduce((total, row) => total.plus(row[column] ?? 0), new Decimal(0)).toFixed(2);
}

export interface ZipText {
  readonly name: string;
  readonly text: string;
  /** Of the general purpose flags. */
  readonly isUtf8: boolean;
}

/** Opens a zip with somebody else's reader: names and contents are taken as GBK. */
export function unzip(path: string): Promise<ZipText[]> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, decodeStrings: false }, (error, zip) => {
      if (error) return reject(error);
      const found: ZipText[] = [];
      zip.on('error', reject);
      zip.on('end', () => resolve(found));
      zip.on('entry', (entry: yauzl.Entry) => {
        zip.openReadStream(entry, (failed, stream) => {
          if (failed) return reject(failed);
          const chunks: Buffer[] = [];
          stream.on('data', (chunk: Buffer) => chunks.push(chunk));
          stream.on('end', () => {
            const rawName = entry.fileName as unknown as Buffer;
            const isUtf8 = (entry.generalPurposeBitFlag & 0x800) !== 0;
            found.push({
              name: iconv.decode(rawName, 'gbk'),
              text: iconv.decode(Buffer.concat(chunks), 'gbk'),
              isUtf8,
            });
            zip.readEntry();
          });
        });
      });
      zip.readEntry();
    });
  });
}
