import type { PoolClient } from 'pg';
import { from as copyFrom, type CopyStreamQuery } from 'pg-copy-streams';

export const LINES_BYTES = 256 << 10;
const BUFFERS_MAX = 4;
const TEXT_FLUSH_AT = 64 << 10;
/** Shorter pieces are copied: the socket reports them as taken before they have left the buffer. */
const REUSE_FROM = 128 << 10;

/**
 * One COPY … FROM STDIN in text form. Ready lines come in buffers that are used again once they have left; single rows
 * come as values. It holds at most a few buffers, whatever the number of rows.
 */
export class CopyIn {
  private readonly stream: CopyStreamQuery;
  private readonly free: Buffer[] = [];
  private readonly waiting: { resolve: (buffer: Buffer) => void; reject: (error: Error) => void }[] = [];
  private buffers = 0;
  private text = '';
  private failure: Error | null = null;
  private isBehind = false;

  constructor(client: PoolClient, relation: string, columns: readonly string[]) {
    this.stream = client.query(copyFrom(`COPY ${relation} (${columns.join(', ')}) FROM STDIN`));
    this.stream.on('error', (error: Error) => this.fail(error));
  }

  /** An empty buffer; waits while all are on their way. */
  async take(): Promise<Buffer> {
    if (this.failure) throw this.failure;
    const buffer = this.free.pop();
    if (buffer) return buffer;
    if (this.buffers < BUFFERS_MAX) {
      this.buffers++;
      return Buffer.allocUnsafe(LINES_BYTES);
    }
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  /** Hands a buffer back with whole lines in its first bytes. */
  send(buffer: Buffer, length: number): void {
    if (length < REUSE_FROM) {
      if (length > 0) this.write(Buffer.from(buffer.subarray(0, length)));
      this.giveBack(buffer);
    } else {
      this.write(buffer.subarray(0, length), () => this.giveBack(buffer));
    }
  }

  /** One row; null is NULL. */
  row(values: readonly (string | null)[]): void {
    this.text += copyLine(values);
    if (this.text.length >= TEXT_FLUSH_AT) this.flushText();
  }

  /** Lines made by copyLine before. */
  lines(bytes: Buffer): void {
    this.write(bytes);
  }

  /** Resolves when the database has caught up. */
  async room(): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.isBehind) await this.orFailure('drain');
  }

  /** @returns the rows the database took */
  async end(): Promise<number> {
    this.flushText();
    if (this.failure) throw this.failure;
    this.stream.end();
    await this.orFailure('finish');
    return this.stream.rowCount;
  }

  /** Ends the COPY without its rows; the transaction is then to be rolled back to before it. */
  async abort(): Promise<void> {
    if (this.failure || this.stream.writableFinished) return;
    const closed = new Promise((resolve) => this.stream.once('close', resolve));
    this.stream.destroy(new Error('the file is refused'));
    await closed;
  }

  private flushText(): void {
    if (this.text === '') return;
    this.write(Buffer.from(this.text));
    this.text = '';
  }

  private write(bytes: Buffer, written?: () => void): void {
    if (this.failure) return;
    this.isBehind = !this.stream.write(bytes, written);
    if (this.isBehind) this.stream.once('drain', () => (this.isBehind = false));
  }

  private giveBack(buffer: Buffer): void {
    const next = this.waiting.shift();
    if (next) next.resolve(buffer);
    else this.free.push(buffer);
  }

  private orFailure(event: 'drain' | 'finish'): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.stream.off('error', reject);
        resolve();
      };
      this.stream.once(event, done);
      this.stream.once('error', reject);
    });
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}

const SPECIAL = /[\\\t\n\r\0]/;
const EACH_SPECIAL = /[\\\t\n\r\0]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\ufffd',
};

/** A row as COPY text. A NUL, which the database has no place for, becomes the replacement character. */
export function copyLine(values: readonly (string | null)[]): string {
  let line = '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? null;
    if (i > 0) line += '\t';
    line += value === null ? '\\N' : escaped(value);
  }
  return `${line}\n`;
}

function escaped(value: string): string {
  return SPECIAL.test(value) ? value.replace(EACH_SPECIAL, (char) => ESCAPES[char] ?? char) : value;
}
