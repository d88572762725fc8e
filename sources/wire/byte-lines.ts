import { isUtf8 } from 'node:buffer';
import { LineScanner } from '../bytes/line-scanner';
import { recogniseFile, toUtf8, utf8Chunks, type Encoding } from '../text';
import { lineEnd } from '../text/lines';
import { LINE_CHARS_MAX, lineTooLong } from './lines';
import { emptyFile, recogniseStream } from './open-text';

/** A text as UTF-8 in blocks of whole lines. Bytes that do not decode are no UTF-8 in it. */
export interface ByteText {
  readonly encoding: Encoding;
  /** Stands at the beginning of each block as it comes. */
  readonly scanner: LineScanner;
  readonly blocks: AsyncGenerator<Buffer>;
}

const LF = 0x0a;
const REPLACEMENT = Buffer.from('\ufffd');

/** Opens a file, recognising its encoding from the whole of it. Errors as `recogniseFile`, and EMPTY_FILE. */
export async function openByteFile(path: string, asked?: string): Promise<ByteText> {
  const recognised = await recogniseFile(path, asked);
  return textOf(recognised.encoding, utf8Chunks(path, recognised));
}

/** The same for bytes that come once, such as a file in an archive: the encoding is that of their beginning. */
export async function openByteStream(bytes: AsyncIterable<Buffer>, asked?: string): Promise<ByteText> {
  const { encoding, rest } = await recogniseStream(bytes, asked);
  return textOf(encoding, toUtf8(rest, encoding));
}

/** Whether a stretch of the text holds bytes that are none: they did not decode, or are NUL. */
export function isBrokenBytes(bytes: Buffer): boolean {
  return !isUtf8(bytes) || bytes.includes(0) || bytes.includes(REPLACEMENT);
}

function textOf(encoding: Encoding, chunks: AsyncIterable<Uint8Array>): ByteText {
  const scanner = new LineScanner();
  return { encoding, scanner, blocks: lineBlocks(chunks, scanner) };
}

/** Blocks may be overwritten once the next one is asked for. */
async function* lineBlocks(chunks: AsyncIterable<Uint8Array>, scanner: LineScanner): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let isEmpty = true;
  const open = (block: Buffer): Buffer => {
    scanner.open(block);
    return block;
  };
  for await (const chunk of chunks) {
    isEmpty &&= chunk.length === 0;
    const cut = chunk.lastIndexOf(LF) + 1;
    const first = rest.length === 0 || cut === 0 ? 0 : lineEnd(chunk, 0);
    if (first > 0) yield open(Buffer.concat([rest, chunk.subarray(0, first)]));
    if (cut > first) yield open(Buffer.from(chunk.buffer, chunk.byteOffset + first, cut - first));
    rest = Buffer.concat(cut === 0 ? [rest, chunk] : [chunk.subarray(cut)]);
    if (rest.length > LINE_CHARS_MAX && rest.toString().length > LINE_CHARS_MAX) throw lineTooLong(scanner.line + 1);
  }
  if (isEmpty) throw emptyFile();
  if (rest.length > 0) yield open(rest);
}
