import { dayNumber } from '../text/dates';
import { offsetText, type ZoneClock } from '../text/zone-clock';
import { copyBytes, dayOf, twoDigits } from './byte-cells';
import { ODD } from './lane-lines';

const TAB = 0x09;
const COLON = 0x3a;
const SPACE = 0x20;
const LETTER_T = 0x54;
const DATE_LENGTH = 10;
const TIME_END = 19;
const ZONE_END = 25;
const MIDNIGHT = Buffer.from('00:00:00');

/**
 * Writes instants that stand as `YYYY-MM-DD`, `YYYY-MM-DD HH:MM:SS` or that with the company's own offset, as the
 * database takes them, and their day. Days on which the clocks change are for the careful reader.
 */
export class InstantCells {
  private readonly offsets = new Map<number, Buffer | null>();

  constructor(private readonly clock: ZoneClock) {}

  write(bytes: Buffer, start: number, end: number, out: Buffer, to: number): number {
    const length = end - start;
    if (length < DATE_LENGTH) return ODD;
    const day = dayOf(bytes, start);
    const offset = day === 0 ? null : this.offsetOn(day);
    if (offset === null || !isClock(bytes, start, length)) return ODD;
    if (length === ZONE_END && !sameBytes(bytes, start + TIME_END, offset)) return ODD;
    let at = copyBytes(bytes, start, start + DATE_LENGTH, out, to);
    out[at++] = SPACE;
    at =
      length === DATE_LENGTH
        ? copyBytes(MIDNIGHT, 0, 8, out, at)
        : copyBytes(bytes, start + 11, start + TIME_END, out, at);
    at = copyBytes(offset, 0, offset.length, out, at);
    out[at++] = TAB;
    return copyBytes(bytes, start, start + DATE_LENGTH, out, at);
  }

  private offsetOn(day: number): Buffer | null {
    const known = this.offsets.get(day);
    if (known !== undefined) return known;
    const number = dayNumber(Math.floor(day / 10_000), Math.floor(day / 100) % 100, day % 100);
    const seconds = this.clock.offsetOfDay(number);
    const offset = seconds === null ? null : Buffer.from(offsetText(seconds));
    this.offsets.set(day, offset);
    return offset;
  }
}

/** Whether a time of day follows the date, with or without an offset, or nothing does. */
function isClock(bytes: Buffer, start: number, length: number): boolean {
  if (length === DATE_LENGTH) return true;
  if (length !== TIME_END && length !== ZONE_END) return false;
  const between = bytes[start + 10];
  if (between !== SPACE && between !== LETTER_T) return false;
  if (bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return false;
  const [hour, minute, second] = [
    twoDigits(bytes, start + 11),
    twoDigits(bytes, start + 14),
    twoDigits(bytes, start + 17),
  ];
  return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
}

function sameBytes(bytes: Buffer, start: number, other: Buffer): boolean {
  for (let i = 0; i < other.length; i++) if (bytes[start + i] !== other[i]) return false;
  return other.length === ZONE_END - TIME_END;
}
