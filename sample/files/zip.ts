import { once } from 'node:events';
import { open, type FileHandle } from 'node:fs/promises';
import { crc32, createDeflateRaw, type DeflateRaw } from 'node:zlib';
import { encode, PIECE, type Encoding, type TextOut } from './text-file';

interface EntryRecord {
  readonly name: Buffer;
  readonly offset: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

/** Sizes and checksum follow the data: they are not known before. The UTF-8 flag stays clear, names are in GBK. */
const FLAGS = 0x0008;
const DEFLATE = 8;
/** 2026-11-03 09:12:00: one time for all, so that the same seed gives the same bytes. */
const DOS_TIME = (9 << 11) | (12 << 5);
const DOS_DATE = ((2026 - 1980) << 9) | (11 << 5) | 3;
const MOST = 0xffff_ffff;

/**
 * Writes a zip archive entry by entry, in bounded memory. Made for Alipay's bills, whose entry names are GBK bytes
 * without the UTF-8 flag, which no library at hand writes. At most 4 GiB.
 */
export class ZipWriter {
  private offset = 0;
  private readonly records: EntryRecord[] = [];

  private constructor(private readonly file: FileHandle) {}

  static async create(path: string): Promise<ZipWriter> {
    return new ZipWriter(await open(path, 'w'));
  }

  /** Begins an entry; it ends with its `close`, and only then may the next one begin. */
  async entry(name: string, encoding: Encoding): Promise<TextOut> {
    const rawName = encode(name, 'gbk');
    const start = this.offset;
    await this.append(Buffer.concat([localHeader(rawName), rawName]));
    return new ZipEntry(
      encoding,
      (bytes) => this.append(bytes),
      async (crc, packed, size) => {
        const descriptor = Buffer.alloc(16);
        descriptor.writeUInt32LE(0x08074b50, 0);
        writeSizes(descriptor, 4, crc, packed, size);
        await this.append(descriptor);
        this.records.push({ name: rawName, offset: start, crc, packed, size });
      },
    );
  }

  async close(): Promise<void> {
    const start = this.offset;
    for (const record of this.records) await this.append(Buffer.concat([directoryHeader(record), record.name]));
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(this.records.length, 8);
    end.writeUInt16LE(this.records.length, 10);
    end.writeUInt32LE(this.offset - start, 12);
    end.writeUInt32LE(start, 16);
    await this.append(end);
    await this.file.close();
  }

  private async append(bytes: Buffer): Promise<void> {
    if (this.offset + bytes.length > MOST) throw new RangeError('the archive would be larger than 4 GiB');
    await this.file.writeFile(bytes);
    this.offset += bytes.length;
  }
}

class ZipEntry implements TextOut {
  private buffered = '';
  private crc = 0;
  private size = 0;
  private packed = 0;
  private readonly ready: Buffer[] = [];
  private readonly deflate: DeflateRaw = createDeflateRaw();

  constructor(
    private readonly encoding: Encoding,
    private readonly append: (bytes: Buffer) => Promise<void>,
    private readonly end: (crc: number, packed: number, size: number) => Promise<void>,
  ) {
    this.deflate.on('data', (bytes: Buffer) => this.ready.push(bytes));
  }

  write(text: string): void {
    this.buffered += text;
  }

  async drain(): Promise<void> {
    if (this.buffered.length >= PIECE) await this.flush();
  }

  async close(): Promise<void> {
    await this.flush();
    const ended = once(this.deflate, 'end');
    this.deflate.end();
    await ended;
    await this.appendReady();
    await this.end(this.crc, this.packed, this.size);
  }

  private async flush(): Promise<void> {
    const bytes = encode(this.buffered, this.encoding);
    this.buffered = '';
    this.crc = crc32(bytes, this.crc);
    this.size += bytes.length;
    await new Promise<void>((resolve, reject) => {
      this.deflate.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
    await this.appendReady();
  }

  private async appendReady(): Promise<void> {
    const bytes = Buffer.concat(this.ready.splice(0));
    this.packed += bytes.length;
    await this.append(bytes);
  }
}

function localHeader(name: Buffer): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  writeMeans(header, 6);
  header.writeUInt16LE(name.length, 26);
  return header;
}

function directoryHeader(record: EntryRecord): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(20, 6);
  writeMeans(header, 8);
  writeSizes(header, 16, record.crc, record.packed, record.size);
  header.writeUInt16LE(record.name.length, 28);
  header.writeUInt32LE(record.offset, 42);
  return header;
}

/** Flags, method, time and date stand in both headers. */
function writeMeans(header: Buffer, at: number): void {
  header.writeUInt16LE(FLAGS, at);
  header.writeUInt16LE(DEFLATE, at + 2);
  header.writeUInt16LE(DOS_TIME, at + 4);
  header.writeUInt16LE(DOS_DATE, at + 6);
}

function writeSizes(into: Buffer, at: number, crc: number, packed: number, size: number): void {
  into.writeUInt32LE(crc, at);
  into.writeUInt32LE(packed, at + 4);
  into.writeUInt32LE(size, at + 8);
}
