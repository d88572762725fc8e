import { referenceKey } from '../../domain/reference';
import { copyBytes, isPlain } from './byte-cells';
import { ODD } from './lane-lines';
import { REFERENCE_BYTES_MAX } from '../text/limits';

const TAB = 0x09;
const SPACE = 0x20;
const HYPHEN = 0x2d;

/** What a byte of a plain ASCII reference becomes in its key: itself in capitals, or 0 for nothing. */
const KEY_OF_ASCII = Uint8Array.from({ length: 128 }, (_, byte) => {
  if (byte === SPACE || byte === HYPHEN) return 0;
  return byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
});

/**
 * Writes a reference, a tab and its key (the same as referenceKey gives) at `to`.
 * @returns where the key ends, or ODD when the cell is not plain or nothing is left of it
 */
export function writeReference(bytes: Buffer, start: number, end: number, out: Buffer, to: number): number {
  if (end - start > REFERENCE_BYTES_MAX || !isPlain(bytes, start, end)) return ODD;
  let at = copyBytes(bytes, start, end, out, to);
  out[at++] = TAB;
  const keyStart = at;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte >= 0x7f) return writeKey(bytes, start, end, out, keyStart);
    const folded = KEY_OF_ASCII[byte] as number;
    if (folded !== 0) out[at++] = folded;
  }
  return at === keyStart ? ODD : at;
}

/** The key of a reference beyond ASCII. */
function writeKey(bytes: Buffer, start: number, end: number, out: Buffer, to: number): number {
  const key = referenceKey(bytes.toString('utf8', start, end));
  if (key === null || /[\\\t\n\r]/.test(key)) return ODD;
  return to + out.write(key, to);
}
