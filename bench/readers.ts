import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCompanyFile } from '../domain/company-file';
import type { CompanySettings } from '../domain/company';
import type { FactRelation } from '../domain/words';
import { READERS } from '../sources';
import type { RowSink, SourceReader } from '../sources/reader';
import type { SampleFile } from '../sample/outputs';
import { timed } from './yardstick';

/** A file read from its bytes to rows ready for COPY, which then are let go. */
export interface ReadAlone {
  readonly file: string;
  readonly relation: FactRelation;
  readonly rows: number;
  readonly seconds: number;
}

/** Small files are over before the code is warm: each is read again until so many seconds are spent, and its quickest time counts. */
const ENOUGH_SECONDS = 1.5;

/** Reads each file without a database: what decoding, checking and writing COPY lines cost by themselves. */
export async function readAlone(folder: string, files: readonly SampleFile[], month: string): Promise<ReadAlone[]> {
  const company = parseCompanyFile(readFileSync(join(folder, 'company.yaml'), 'utf8'));
  const read: ReadAlone[] = [];
  for (const { file, kind } of files) {
    const reader = READERS[kind];
    let [seconds, rows] = [Infinity, 0];
    for (let spent = 0; spent < ENOUGH_SECONDS;) {
      const sink = new LettingGo();
      const took = await timed(() => reader.read(contextOf(folder, file, month, company), sink));
      [seconds, rows, spent] = [Math.min(seconds, took), sink.rows, spent + took];
    }
    read.push({ file, relation: reader.relation, rows, seconds });
  }
  return read;
}

const contextOf = (
  folder: string,
  file: string,
  month: string,
  company: CompanySettings,
): Parameters<SourceReader['read']>[0] => ({ path: join(folder, file), fileName: file, month, company });

const BUFFER_BYTES = 256 << 10;

/** Takes rows as the intake does and keeps their number. */
class LettingGo implements RowSink {
  rows = 0;
  private readonly buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  readonly lane = {
    periodId: 1,
    batchId: 1,
    take: () => Promise.resolve(this.buffer),
    send: (_buffer: Buffer, _length: number, tally: readonly { readonly kept: number; readonly context: number }[]) => {
      for (const { kept, context } of tally) this.rows += kept + context;
    },
  };

  keep(): void {
    this.rows++;
  }

  reject(): void {
    this.rows++;
  }

  exclude(): void {
    this.rows++;
  }

  room(): Promise<void> {
    return Promise.resolve();
  }
}
