import iconv from 'iconv-lite';
import { open, type FileHandle } from 'node:fs/promises';

export type Encoding = 'utf8' | 'gbk' | 'gb18030';

/** Text that goes out in pieces. `write` only buffers; `drain`, called between orders, writes what has come together. */
export interface TextOut {
  write(text: string): void;
  drain(): Promise<void>;
  /** Writes the rest and ends. */
  close(): Promise<void>;
}

/** A piece is written out when it has so many characters. */
export const PIECE = 256 * 1024;

export function encode(text: string, encoding: Encoding): Buffer {
  return encoding === 'utf8' ? Buffer.from(text, 'utf8') : iconv.encode(text, encoding);
}

/** A text file on disk. */
export class TextFile implements TextOut {
  private buffered = '';

  private constructor(
    private readonly file: FileHandle,
    private readonly encoding: Encoding,
  ) {}

  static async create(path: string, encoding: Encoding = 'utf8'): Promise<TextFile> {
    return new TextFile(await open(path, 'w'), encoding);
  }

  write(text: string): void {
    this.buffered += text;
  }

  async drain(): Promise<void> {
    if (this.buffered.length >= PIECE) await this.flush();
  }

  async close(): Promise<void> {
    await this.flush();
    await this.file.close();
  }

  private async flush(): Promise<void> {
    const bytes = encode(this.buffered, this.encoding);
    this.buffered = '';
    await this.file.writeFile(bytes);
  }
}
