import { isDay } from '../text';

/**
 * What a cell is, told from its bytes alone. Each function knows only the plain form; whatever else a cell may be is
 * for the careful reader.
 */

const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const MINUS = 0x2d;
const SLASH_BACK = 0x5c;
const APOSTROPHE = 0x27;

/** Integers of this many digits, and the sum of two of them, are exact in a double. */
const EXACT_DIGITS = 15;

/** `YYYY-MM-DD` in the first ten bytes, as the number YYYYMMDD; 0 when it is not that or no such day. */
export function dayOf(bytes: Buffer, start: number): number {
  if (bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return 0;
  const century = twoDigits(bytes, start);
  const year = twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  if (century < 0 || year < 0 || month < 0 || day < 0) return 0;
  return isDay(century * 100 + year, month, day) ? century * 1_000_000 + year * 10_000 + month * 100 + day : 0;
}

/** Two digits as a number; negative when they are none. */
export function twoDigits(bytes: Buffer, at: number): number {
  const tens = (bytes[at] as number) - ZERO;
  const ones = (bytes[at + 1] as number) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1_000;
}

/**
 * `-?digits[.digits]` without leading zeros, in units of the last of `decimals` places: an exact integer. NaN when the
 * cell is anything else, has more decimals, or more digits than are exact.
 */
export function unitsOf(bytes: Buffer, start: number, end: number, decimals: number): number {
  let i = start;
  const isNegative = bytes[i] === MINUS;
  if (isNegative) i++;
  if (bytes[i] === ZERO && i + 1 < end && bytes[i + 1] !== DOT) return NaN;
  const first = i;
  let units = 0;
  let dot = -1;
  for (; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte >= ZERO && byte <= NINE) units = units * 10 + (byte - ZERO);
    else if (byte === DOT && dot === -1 && i > first) dot = i;
    else return NaN;
  }
  const fraction = dot === -1 ? 0 : end - dot - 1;
  if (end === first || fraction > decimals || dot === end - 1) return NaN;
  if (end - first - (dot === -1 ? 0 : 1) + decimals - fraction > EXACT_DIGITS) return NaN;
  for (let place = fraction; place < decimals; place++) units *= 10;
  if (isNegative && units === 0) return NaN;
  return isNegative ? -units : units;
}

/** Copies an amount that unitsOf has read, filled up to exactly `decimals` places. */
export function copyAmount(
  bytes: Buffer,
  start: number,
  end: number,
  decimals: number,
  out: Buffer,
  to: number,
): number {
  let at = copyBytes(bytes, start, end, out, to);
  if (decimals === 0 || bytes[end - decimals - 1] === DOT) return at;
  let fraction = -1;
  for (let i = end - 1; i >= start && fraction === -1; i--) if (bytes[i] === DOT) fraction = end - 1 - i;
  if (fraction === -1) {
    out[at++] = DOT;
    fraction = 0;
  }
  for (; fraction < decimals; fraction++) out[at++] = ZERO;
  return at;
}

/** Writes an amount given in its smallest unit, an exact integer. */
export function writeUnits(units: number, decimals: number, out: Buffer, to: number): number {
  let rest = Math.abs(units);
  let width = decimals + 1;
  for (let bound = 10 ** width; rest >= bound; bound *= 10) width++;
  const sign = units < 0 ? 1 : 0;
  if (units < 0) out[to] = MINUS;
  const end = to + sign + width + (decimals > 0 ? 1 : 0);
  for (let i = end - 1, place = 0; i >= to + sign; i--, place++) {
    if (decimals > 0 && place === decimals) {
      out[i] = DOT;
      continue;
    }
    const next = Math.floor(rest / 10);
    out[i] = ZERO + (rest - next * 10);
    rest = next;
  }
  return end;
}

export function copyBytes(bytes: Buffer, start: number, end: number, out: Buffer, to: number): number {
  let at = to;
  for (let i = start; i < end; i++) out[at++] = bytes[i] as number;
  return at;
}

/** Text that goes into COPY as it stands: no control characters or backslashes, no blanks at its ends, no guard quote. */
export function isPlain(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start] as number;
  const last = bytes[end - 1] as number;
  if (first === APOSTROPHE || first === 0x20 || last === 0x20) return false;
  if (first >= 0x80 && isWideBlank(bytes, start)) return false;
  if (last >= 0x80 && (isWideBlank(bytes, end - 3) || isWideBlank(bytes, end - 2))) return false;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte < 0x20 || byte === SLASH_BACK) return false;
  }
  return true;
}

/** A blank beyond ASCII that any of the careful readers trims: no-break, full-width and typographic spaces, a BOM. */
function isWideBlank(bytes: Buffer, at: number): boolean {
  const first = bytes[at];
  if (first === 0xc2) return bytes[at + 1] === 0xa0;
  if (first === 0xe1) return bytes[at + 1] === 0x9a && bytes[at + 2] === 0x80;
  if (first === 0xe2) return isTypographicBlank(bytes[at + 1] as number, bytes[at + 2] as number);
  if (first === 0xe3) return bytes[at + 1] === 0x80 && bytes[at + 2] === 0x80;
  return first === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
}

/** U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, by what follows their first byte. */
function isTypographicBlank(second: number, third: number): boolean {
  if (second === 0x81) return third === 0x9f;
  return second === 0x80 && (third <= 0x8a || third === 0xa8 || third === 0xa9 || third === 0xaf);
}
