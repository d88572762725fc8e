import { createReadStream } from 'node:fs';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PoolClient } from 'pg';
import type { Bilingual } from '../../domain/words';
import { CopyIn, copyLine } from './copy-in';

/** A row that could not be accepted, as a reader tells it. */
export interface Rejection {
  readonly rowNo: number;
  readonly line: number;
  readonly column: string;
  readonly value: string;
  readonly code: string;
  readonly reason: Bilingual;
  readonly cells: Readonly<Record<string, string>>;
}

const COLUMNS = [
  'period_id',
  'batch_id',
  'row_no',
  'line',
  'column_name',
  'value',
  'code',
  'reason_zh',
  'reason_en',
  'cells',
];
const MEMORY_CHARS_MAX = 1 << 20;

/** Rejected rows on their way: one COPY at a time goes over a connection, so they wait here, beyond a bound on disk. */
export class RejectionSpool {
  count = 0;
  private pending = '';
  private file: FileHandle | null = null;

  /** @param path written only when many rows are rejected; a leftover of a killed run is overwritten */
  constructor(
    private readonly periodId: number,
    private readonly batchId: number,
    private readonly path: string,
  ) {}

  add(row: Rejection): void {
    this.count++;
    const { rowNo, line, column, value, code, reason, cells } = row;
    const values = [
      this.periodId,
      this.batchId,
      rowNo,
      line,
      column,
      value,
      code,
      reason.zh,
      reason.en,
      withoutNul(cells),
    ];
    this.pending += copyLine(values.map(String));
  }

  /** Moves what is held to disk when it is much. */
  async room(): Promise<void> {
    if (this.pending.length < MEMORY_CHARS_MAX) return;
    if (!this.file) {
      await mkdir(dirname(this.path), { recursive: true });
      this.file = await open(this.path, 'w', 0o600);
    }
    await this.file.writeFile(this.pending);
    this.pending = '';
  }

  /** Writes all of them into rejected_row. */
  async copyTo(client: PoolClient): Promise<void> {
    if (this.count === 0) return;
    const copy = new CopyIn(client, 'rejected_row', COLUMNS);
    if (this.file) {
      for await (const chunk of createReadStream(this.path)) {
        copy.lines(chunk as Buffer);
        await copy.room();
      }
    }
    copy.lines(Buffer.from(this.pending));
    await copy.end();
  }

  async remove(): Promise<void> {
    await this.file?.close();
    if (this.file) await rm(this.path, { force: true });
    this.file = null;
  }
}

function withoutNul(cells: Readonly<Record<string, string>>): string {
  return JSON.stringify(cells, (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value,
  );
}
