import { isUtf8 } from 'node:buffer';
import type { Encoding } from './encodings';
import { cutWholeLines, lineEnd } from './lines';

/** Stands for bytes that do not decode. It occurs in no UTF-8 text, so whoever checks a row finds it. */
export const UNDECODABLE = 0xff;

const LONE_SURROGATE = /\p{Surrogate}/u;
const REPLACEMENT = '\ufffd';
const COMMA = 0x2c;
const QUOTE = 0x22;

/**
 * The same text as UTF-8, piece by piece in flat memory. Bytes that do not decode become UNDECODABLE; line ends,
 * commas and quotes around them keep their places. UTF-8 passes as it is, whole or broken.
 * @param chunks may be overwritten by their producer after the next one is asked for
 */
export async function* toUtf8(chunks: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<Uint8Array> {
  if (encoding === 'utf-8') yield* chunks;
  else if (encoding === 'gb18030') yield* fromGb18030(chunks);
  else yield* fromUtf16(chunks, encoding === 'utf-16be');
}

async function* fromGb18030(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const { whole, rest } = cutWholeLines(left, chunk);
    left = rest;
    yield decodeLines(whole);
  }
  yield decodeLines(left);
}

const strict = new TextDecoder('gb18030', { fatal: true });
const lenient = new TextDecoder('gb18030');

function decodeLines(bytes: Buffer): Buffer {
  const whole = decodeStrictly(bytes);
  if (whole !== null) return whole;
  const parts: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = lineEnd(bytes, from);
    const line = bytes.subarray(from, end);
    parts.push(decodeStrictly(line) ?? decodeBrokenLine(line));
    from = end;
  }
  return Buffer.concat(parts);
}

function decodeStrictly(bytes: Buffer): Buffer | null {
  try {
    return Buffer.from(strict.decode(bytes), 'utf8');
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
    parts.push(decodeStrictly(text) ?? markBroken(lenient.decode(text).split(REPLACEMENT)), line.subarray(i, i + 1));
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
