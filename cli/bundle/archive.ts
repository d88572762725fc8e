import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { Problem } from '../../domain/problem';

const MAX_ENTRIES = 200_000;
/** Rows shrink five- to fiftyfold; a bomb shrinks a thousandfold. */
const MAX_RATIO = 200;
/** What any bundle may hold, so that a tiny one is not refused for its ratio. */
const FREE_BYTES = 4 << 20;
/** A line holds one block's row index at most; a document is read whole. */
const LINE_MAX_BYTES = 64 << 20;
const DOCUMENT_MAX_BYTES = 64 << 20;

const openZip = promisify<string, yauzl.Options, ZipFile>(yauzl.open);

/** What a member is by its bytes. */
export interface MemberDigest {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** A bundle's file, read member by member; nothing is written to disk. */
export class BundleArchive {
  private readonly digests = new Map<string, MemberDigest>();

  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws Problem BUNDLE_UNREADABLE, BUNDLE_UNSAFE */
  static async open(path: string): Promise<BundleArchive> {
    const zip = await openZip(path, { lazyEntries: true, autoClose: false }).catch((cause: unknown) =>
      damaged('', cause),
    );
    zip.on('error', () => undefined);
    try {
      return new BundleArchive(zip, checked(await readDirectory(zip), zip));
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  names(): string[] {
    return [...this.entries.keys()];
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** A member's bytes, unpacked as they are read. @throws Problem BUNDLE_UNREADABLE */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name);
    if (entry === undefined) return damaged(name, 'no such member');
    const hash = createHash('sha256');
    let bytes = 0;
    const openEntry = promisify<Entry, Readable>(this.zip.openReadStream.bind(this.zip));
    const stream = await openEntry(entry).catch((cause: unknown) => damaged(name, cause));
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    } catch (cause) {
      damaged(name, cause);
    } finally {
      stream.destroy();
    }
    this.digests.set(name, { bytes, sha256: hash.digest('hex') });
  }

  /** Reads a member only where it was not read to its end before. */
  async digest(name: string): Promise<MemberDigest> {
    if (!this.digests.has(name)) await this.skim(name);
    return this.digests.get(name) as MemberDigest;
  }

  private async skim(name: string): Promise<void> {
    const chunks = this.read(name);
    while (!(await chunks.next()).done);
  }

  /** A JSON document. @throws Problem BUNDLE_UNREADABLE, BUNDLE_UNSAFE */
  async document(name: string): Promise<unknown> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.read(name)) {
      bytes += chunk.length;
      if (bytes > DOCUMENT_MAX_BYTES) throw tooLong(name);
      chunks.push(chunk);
    }
    return parse(name, Buffer.concat(chunks).toString('utf8'));
  }

  /** A JSON document a line. @throws Problem BUNDLE_UNREADABLE, BUNDLE_UNSAFE */
  async *documents(name: string): AsyncGenerator {
    let [pieces, bytes]: [Buffer[], number] = [[], 0];
    const line = (): unknown => parse(name, Buffer.concat(pieces).toString('utf8'));
    for await (const chunk of this.read(name)) {
      let from = 0;
      for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
        pieces.push(chunk.subarray(from, end));
        yield line();
        [pieces, bytes, from] = [[], 0, end + 1];
      }
      bytes += chunk.length - from;
      if (bytes > LINE_MAX_BYTES) throw tooLong(name);
      pieces.push(chunk.subarray(from));
    }
    if (bytes > 0) yield line();
  }

  close(): void {
    this.zip.close();
  }
}

async function readDirectory(zip: ZipFile): Promise<Entry[]> {
  if (zip.entryCount > MAX_ENTRIES) {
    throw unsafe(`含有 ${zip.entryCount} 个文件`, `holds ${zip.entryCount} files`);
  }
  const found: Entry[] = [];
  try {
    while (found.length < zip.entryCount) {
      const next = once(zip, 'entry');
      zip.readEntry();
      found.push((await next)[0] as Entry);
    }
  } catch (cause) {
    damaged('', cause);
  }
  return found;
}

function checked(directory: readonly Entry[], zip: ZipFile): Map<string, Entry> {
  const packed = directory.reduce((sum, entry) => sum + entry.compressedSize, 0);
  const unpacked = directory.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (packed > zip.fileSize) throw unsafe('各文件重叠', 'has members that overlap');
  if (unpacked > FREE_BYTES + zip.fileSize * MAX_RATIO) {
    throw unsafe(
      `解压后有 ${unpacked} 字节，异常地大`,
      `would unpack to ${unpacked} bytes, far more than a bundle does`,
    );
  }
  const entries = new Map<string, Entry>();
  for (const entry of directory) {
    const name = entry.fileName;
    if (entries.has(name)) throw unsafe(`有两个文件名为 ${name}`, `has two members named ${name}`);
    if (entry.isEncrypted()) throw unsafe(`文件 ${name} 已加密`, `holds the encrypted member ${name}`);
    entries.set(name, entry);
  }
  return entries;
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    return damaged(name, cause);
  }
}

/** @param name the member, empty for the whole file */
export function damaged(name: string, cause: unknown): never {
  if (cause instanceof Problem) throw cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new Problem('BUNDLE_UNREADABLE', {
    zh: `证据包${name === '' ? '' : `内的 ${name} `}无法读取（${why}）；文件可能被截断或改动，请重新取得`,
    en: `the evidence bundle cannot be read${name === '' ? '' : ` at ${name}`} (${why}): it was cut off or changed; get it again`,
  });
}

function tooLong(name: string): Problem {
  return unsafe(`内的 ${name} 异常地大`, `holds ${name}, which is far larger than a bundle’s`);
}

function unsafe(zh: string, en: string): Problem {
  return new Problem('BUNDLE_UNSAFE', {
    zh: `证据包${zh}，不予读取；这不是本系统写出的证据包`,
    en: `the evidence bundle ${en}, and is not read: salesclose writes no such bundle`,
  });
}
