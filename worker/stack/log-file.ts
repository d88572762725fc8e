import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';

const MAX_BYTES = 10 * 1024 * 1024;

/** A log that never fills the disk: at 10 MB it becomes `<name>.1`, which takes the place of the one before. */
export class LogFile {
  private stream: WriteStream;
  private bytes: number;

  constructor(private readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    this.stream = this.open();
  }

  write(chunk: Buffer | string): void {
    if (this.bytes > MAX_BYTES) this.turn();
    this.bytes += chunk.length;
    this.stream.write(chunk);
  }

  /** Keeps everything a child prints. */
  follow(output: Readable | null): void {
    output?.on('data', (chunk: Buffer) => this.write(chunk));
  }

  private turn(): void {
    this.stream.end();
    renameSync(this.path, `${this.path}.1`);
    this.bytes = 0;
    this.stream = this.open();
  }

  private open(): WriteStream {
    const stream = createWriteStream(this.path, { flags: 'a' });
    // A full disk must not end the supervisor, which is what would free it.
    stream.on('error', () => undefined);
    return stream;
  }
}
