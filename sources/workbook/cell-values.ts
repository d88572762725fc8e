import { Decimal } from '../../domain/money';

/** Digits that a spreadsheet keeps of a number. */
const DIGITS_KEPT = 15;
const DAY_SECONDS = 86_400;
/** 9999-12-31. */
const SERIAL_MAX = 2_958_465;
const PLAIN = /^-?\d{1,15}$|^-?\d{1,11}\.\d{1,4}$/;
const NUMBER = /^-?\d+(\.\d+)?(E[+-]?\d{1,3})?$/i;

/**
 * A number as a spreadsheet shows it: a file keeps 0.3 as `0.30000000000000004` and 1130000 as `1.13E+6`. Whole numbers
 * of more digits than it keeps stay as they are written: their last digits are lost.
 */
export function numberText(text: string): string {
  if (PLAIN.test(text) || !NUMBER.test(text)) return text;
  const exact = new Decimal(text);
  if (exact.abs().gte(`1e${DIGITS_KEPT}`)) return text;
  return exact.toSignificantDigits(DIGITS_KEPT).toFixed();
}

/** A day by its number, `YYYY-MM-DD`, with its time of day where it has one. What is no day stays a number. */
export function dateText(serial: string, is1904: boolean): string {
  const days = Number(serial);
  if (!Number.isFinite(days) || days < 0 || days > SERIAL_MAX) return serial;
  const epoch = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const seconds = Math.round(days * DAY_SECONDS);
  const text = new Date(epoch + seconds * 1000).toISOString();
  return seconds % DAY_SECONDS === 0 ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 19)}`;
}
