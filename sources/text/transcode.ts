import { isUtf8 } from 'node:buffer';
import type { Encoding } from './encodings';
import { lineEnd, WholeLines } from './lines';

/** Stands for bytes that do not decode. It occurs in no UTF-8 text, so whoever checks a row finds it. */
export const UNDECODABLE = 0xff;

const LONE_SURROGATE = /\p{Surrogate}/u;
const REPLACEMENT = '\ufffd';
const COMMA = 0x2c;
const QUOTE = 0x22;
const LF = 0x0a;
/** Bytes of GB18030; small enough for strings that die young. */
const DECODED_AT_ONCE = 48 << 10;
/** The most bytes of UTF-8 for a byte of GB18030. */
const UTF8_BYTES_MAX = 2;

/**
 * The same text as UTF-8, piece by piece in flat memory. Bytes that do not decode become UNDECODABLE; line ends,
 * commas and quotes around them keep their places. UTF-8 passes as it is, whole or broken.
 * Pieces may be overwritten by their producer once the next one is asked for: those that come and those that go.
 */
export async function* toUtf8(chunks: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<Uint8Array> {
  if (encoding === 'utf-8') yield* chunks;
  else if (encoding === 'gb18030') yield* fromGb18030(chunks);
  else yield* fromUtf16(chunks, encoding === 'utf-16be');
}

async function* fromGb18030(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const lines = new WholeLines();
  const out = Buffer.allocUnsafe(UTF8_BYTES_MAX * DECODED_AT_ONCE);
  for await (const chunk of chunks) {
    for (const whole of lines.push(chunk)) yield* decodeLines(whole, out);
  }
  yield* decodeLines(lines.rest, out);
}

const strict = new TextDecoder('gb18030', { fatal: true });
const lenient = new TextDecoder('gb18030');

/** Decodes lines some at a time into one buffer, so that large files leave no large strings behind. */
function* decodeLines(bytes: Buffer, out: Buffer): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length;) {
    const to = cutBefore(bytes, from);
    const piece = bytes.subarray(from, to);
    const text = decodeStrictly(piece);
    if (text === null) yield decodeLineByLine(piece);
    else if (piece.length > DECODED_AT_ONCE) yield Buffer.from(text);
    else yield out.subarray(0, out.write(text));
    from = to;
  }
}

/** Behind the last line that begins at or after `from` and ends within reach; a longer line is taken whole. */
function cutBefore(bytes: Buffer, from: number): number {
  if (bytes.length - from <= DECODED_AT_ONCE) return bytes.length;
  const cut = bytes.lastIndexOf(LF, from + DECODED_AT_ONCE - 1) + 1;
  return cut > from ? cut : lineEnd(bytes, from);
}

function decodeLineByLine(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = lineEnd(bytes, from);
    const line = bytes.subarray(from, end);
    const text = decodeStrictly(line);
    parts.push(text === null ? decodeBrokenLine(line) : Buffer.from(text));
    from = end;
  }
  return Buffer.concat(parts);
}

function decodeStrictly(bytes: Buffer): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

/** Commas and quotes are never half of a character, so what stands between them decodes by itself. */
function decodeBrokenLine(line: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let i = 0; i <= line.length; i++) {
    const byte = line[i];
    const isMark = byte === COMMA || byte === QUOTE || byte === 0x0a || byte === 0x0d;
    if (i < line.length && !isMark) continue;
    const text = line.subarray(from, i);
    const decoded = decodeStrictly(text);
    parts.push(decoded === null ? markBroken(lenient.decode(text).split(REPLACEMENT)) : Buffer.from(decoded));
    parts.push(line.subarray(i, i + 1));
    from = i + 1;
  }
  return Buffer.concat(parts);
}

function markBroken(parts: readonly string[]): Buffer {
  const mark = Buffer.from([UNDECODABLE]);
  return Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [Buffer.from(part)] : [mark, Buffer.from(part)])));
}

async function* fromUtf16(chunks: AsyncIterable<Uint8Array>, bigEndian: boolean): AsyncGenerator<Uint8Array> {
  let left: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const all = Buffer.concat([left, chunk]);
    const cut = wholeUnits(all, bigEndian);
    left = all.subarray(cut);
    yield decodeUnits(all.subarray(0, cut), bigEndian);
  }
  if (left.length > 1) yield decodeUnits(left.subarray(0, left.length & ~1), bigEndian);
  if (left.length % 2 === 1) yield Buffer.from([UNDECODABLE]);
}

/** Up to a whole unit, and not between the two halves of a surrogate pair. */
function wholeUnits(bytes: Buffer, bigEndian: boolean): number {
  const even = bytes.length & ~1;
  if (even === 0) return 0;
  const high = bytes[bigEndian ? even - 2 : even - 1] ?? 0;
  return high >= 0xd8 && high <= 0xdb ? even - 2 : even;
}

function decodeUnits(bytes: Buffer, bigEndian: boolean): Buffer {
  const text = (bigEndian ? Buffer.from(bytes).swap16() : bytes).toString('utf16le');
  return LONE_SURROGATE.test(text) ? markBroken(text.split(LONE_SURROGATE)) : Buffer.from(text, 'utf8');
}

/** Whether a stretch of UTF-8 text holds bytes that do not decode. */
export function isBroken(bytes: Uint8Array): boolean {
  return !isUtf8(bytes);
}
