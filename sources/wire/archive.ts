import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createInflateRaw } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { FileRefused } from '../reader';

/** A file inside a ZIP. */
export interface ArchiveEntry {
  readonly name: string;
  /** The checksum of its bytes, as the directory states it. */
  readonly crc32: number;
  /** Its bytes, unpacked as they are read. */
  read(): AsyncGenerator<Buffer>;
}

/** A ZIP whose entries were all checked before any of them is read. */
export interface Archive {
  readonly entries: readonly ArchiveEntry[];
  /** Bytes of all entries together, as the directory states them. */
  readonly unpackedBytes: number;
  close(): void;
}

/** Of a bill or a workbook. */
const MAX_ENTRIES = 64;
/** Bills shrink ten- to fortyfold; a bomb shrinks a thousandfold. */
const MAX_RATIO = 200;
/** What any archive may hold, so that a tiny one is not refused for its ratio. */
const FREE_BYTES = 1_000_000;
const UTF8_NAME = 0x800;
const STORED = 0;
const DEFLATED = 8;
/** Unpacked at once; with the sixteen kibibytes of the default half the time goes by between them. */
const PIECE_BYTES = 128 << 10;
/** A ZIP with entries, and an empty one. */
const SIGNATURES = ['504b0304', '504b0506'];

const openZip = promisify<string, yauzl.Options, ZipFile>(yauzl.open);

/**
 * Opens a ZIP and looks through its directory. Names are GB18030 unless the entry says UTF-8.
 * @throws FileRefused UNSAFE_ARCHIVE: damaged, encrypted, too many entries, unpacking to far more than it holds, or a
 * name that would leave the folder. Nothing is ever written to disk, but such a file was not made by a provider.
 */
export async function openArchive(path: string, maxEntries = MAX_ENTRIES): Promise<Archive> {
  const zip = await openZip(path, { lazyEntries: true, autoClose: false, decodeStrings: false }).catch(damaged);
  zip.on('error', () => undefined);
  try {
    const directory = await readDirectory(zip, maxEntries);
    const unpackedBytes = directory.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
    return { entries: checked(directory, unpackedBytes, zip, path), unpackedBytes, close: () => zip.close() };
  } catch (cause) {
    zip.close();
    throw cause;
  }
}

/** Whether a file begins as a ZIP does. */
export async function beginsAsArchive(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return SIGNATURES.includes(buffer.toString('hex'));
  } finally {
    await file.close();
  }
}

async function readDirectory(zip: ZipFile, maxEntries: number): Promise<Entry[]> {
  if (zip.entryCount > maxEntries) {
    throw unsafe(
      `含有 ${zip.entryCount} 个文件，超过 ${maxEntries} 个`,
      `holds ${zip.entryCount} files, more than ${maxEntries}`,
    );
  }
  const found: Entry[] = [];
  try {
    while (found.length < zip.entryCount) {
      const next = once(zip, 'entry');
      zip.readEntry();
      found.push((await next)[0] as Entry);
    }
  } catch (cause) {
    damaged(cause);
  }
  return found;
}

function checked(entries: readonly Entry[], unpacked: number, zip: ZipFile, path: string): ArchiveEntry[] {
  const packed = entries.reduce((sum, entry) => sum + entry.compressedSize, 0);
  if (packed > zip.fileSize) throw unsafe('各文件重叠', 'has entries that overlap');
  if (unpacked > FREE_BYTES + zip.fileSize * MAX_RATIO) {
    throw unsafe(`解压后有 ${unpacked} 字节，异常地大`, `would unpack to ${unpacked} bytes, far more than a bill does`);
  }
  const openEntry = opener(zip, path);
  return entries.flatMap((entry) => {
    const name = nameOf(entry);
    if (entry.isEncrypted()) throw unsafe(`文件“${name}”已加密`, `holds the encrypted file ${name}`);
    return name.endsWith('/')
      ? []
      : [{ name, crc32: entry.crc32, read: () => readEntry(() => openEntry(entry), entry.uncompressedSize) }];
  });
}

/**
 * Where an entry's bytes begin is asked of the archive, the bytes are read by a stream of our own: an entry is often left after its first line, and the
 * library's streams end the process when they are closed while another one reads.
 */
function opener(zip: ZipFile, path: string): (entry: Entry) => Promise<Readable> {
  const headerOf = promisify<Entry, { minimal: true }, { fileDataStart: number }>(zip.readLocalFileHeader.bind(zip));
  return async (entry) => {
    const { fileDataStart: start } = await headerOf(entry, { minimal: true });
    if (entry.compressedSize === 0) return Readable.from([]);
    const packed = createReadStream(path, { start, end: start + entry.compressedSize - 1, highWaterMark: PIECE_BYTES });
    if (entry.compressionMethod === STORED) return packed;
    if (entry.compressionMethod !== DEFLATED) throw new Error('an entry is packed in a way bills are not');
    return pipeline(packed, createInflateRaw({ chunkSize: PIECE_BYTES }), () => undefined);
  };
}

/** Stops an entry that unpacks to more or less than its directory says. */
async function* readEntry(begin: () => Promise<Readable>, size: number): AsyncGenerator<Buffer> {
  const stream = await begin().catch(damaged);
  let length = 0;
  try {
    for await (const chunk of stream) {
      length += (chunk as Buffer).length;
      if (length > size) throw new Error('an entry is longer than stated');
      yield chunk as Buffer;
    }
    if (length < size) throw new Error('an entry is shorter than stated');
  } catch (cause) {
    damaged(cause);
  } finally {
    stream.destroy();
  }
}

function nameOf(entry: Entry): string {
  const encoding = (entry.generalPurposeBitFlag & UTF8_NAME) === 0 ? 'gb18030' : 'utf-8';
  const name = new TextDecoder(encoding).decode(entry.fileNameRaw);
  const leaves = /^[/\\]|^[A-Za-z]:|\u0000/.test(name) || name.split(/[/\\]/).includes('..');
  if (leaves) throw unsafe(`含有越界的文件名“${name}”`, `holds a file name that leaves its folder: ${name}`);
  return name;
}

function unsafe(zh: string, en: string): FileRefused {
  return new FileRefused('UNSAFE_ARCHIVE', {
    zh: `压缩包${zh}，不予读取。请从来源系统重新下载原始压缩包。`,
    en: `The archive ${en}, and is not read. Download the original archive again.`,
  });
}

function damaged(cause: unknown): never {
  if (cause instanceof FileRefused) throw cause;
  throw unsafe('已损坏', `is damaged (${cause instanceof Error ? cause.message : String(cause)})`);
}
