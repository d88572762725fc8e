import { readAs, trimCell, unreadable, type Reading } from './reading';
import { offsetText, type ZoneClock } from './zone-clock';

/** A point in time as a file states it, told in the company's zone. */
export interface Moment {
  /** YYYY-MM-DD in the company's zone. */
  readonly day: string;
  /** `YYYY-MM-DD HH:MM:SS[.ffffff]+08:00`, the company's clocks with their offset; midnight where no time was given. */
  readonly instant: string;
}

/** Years outside these are slips of the pen. */
export const YEAR_MIN = 1900;
export const YEAR_MAX = 2999;

const DATE = '(\\d{4})(?:-(\\d{1,2})-(\\d{1,2})|/(\\d{1,2})/(\\d{1,2})|(\\d{2})(\\d{2})|年(\\d{1,2})月(\\d{1,2})日)';
const TIME =
  '(?:(?:T| +|(?<=日))(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,9}))?)?(?: *(Z|[+-]\\d{2}(?::?\\d{2})?))?)?';
const MOMENT = new RegExp(`^${DATE}${TIME}$`);
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAY_SECONDS = 86_400;

/**
 * Reads `2026-10-05`, `2026/10/5`, `20261005` or `2026年10月5日`, with or without time, with or without zone. A time
 * without zone is the company's. Nothing else is guessed.
 * @returns BAD_DATE for another form, NO_SUCH_DAY for a day or time that no calendar has
 */
export function readMoment(text: string, clock: ZoneClock): Reading<Moment> {
  const trimmed = trimCell(text);
  const match = MOMENT.exec(trimmed);
  if (!match) return badDate(trimmed);
  const [, year, m1, d1, m2, d2, m3, d3, m4, d4, hour, minute, second, fraction, zone] = match;
  const date = {
    year: Number(year),
    month: Number(m1 ?? m2 ?? m3 ?? m4),
    day: Number(d1 ?? d2 ?? d3 ?? d4),
  };
  const time = { hour: Number(hour ?? 0), minute: Number(minute ?? 0), second: Number(second ?? 0) };
  const offset = zone === undefined ? undefined : readOffset(zone);
  if (!isDay(date.year, date.month, date.day) || !isTime(time) || offset === null) {
    return unreadable(
      'NO_SUCH_DAY',
      `“${trimmed}”不是存在的日期或时间`,
      `"${trimmed}" is no day or time of the calendar`,
    );
  }
  const wall = Date.UTC(date.year, date.month - 1, date.day) / 1000 + time.hour * 3600 + time.minute * 60 + time.second;
  return readAs(tellIn(clock, offset === undefined ? clock.instantAt(wall) : wall - offset, fraction));
}

/** The day of a date or moment in the company's zone, `YYYY-MM-DD`. Errors as readMoment. */
export function readDay(text: string, clock: ZoneClock): Reading<string> {
  const moment = readMoment(text, clock);
  return moment.ok ? readAs(moment.value.day) : moment;
}

/** Whether the calendar has this day; months count from 1. */
export function isDay(year: number, month: number, day: number): boolean {
  if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || day < 1) return false;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (DAYS_IN_MONTH[month - 1] ?? 0) + (leap ? 1 : 0);
}

function isTime(time: { hour: number; minute: number; second: number }): boolean {
  return time.hour < 24 && time.minute < 60 && time.second < 60;
}

/** Seconds east of UTC; null beyond what zones have. */
function readOffset(zone: string): number | null {
  if (zone === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))];
  if (hours > 14 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
}

function tellIn(clock: ZoneClock, epoch: number, fraction: string | undefined): Moment {
  const offset = clock.offsetAt(epoch);
  const local = new Date((epoch + offset) * 1000).toISOString();
  const day = local.slice(0, 10);
  const micros = fraction === undefined ? '' : `.${fraction.slice(0, 6)}`;
  return { day, instant: `${day} ${local.slice(11, 19)}${micros}${offsetText(offset)}` };
}

function badDate(text: string): Reading<never> {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return unreadable(
    'BAD_DATE',
    `“${shown}”不是可识别的日期；请写作 2026-10-05、2026/10/5、20261005 或 2026年10月5日`,
    `"${shown}" is not a date in a known form; write 2026-10-05, 2026/10/5, 20261005 or 2026年10月5日`,
  );
}

/** Days since 1970 of a calendar day. */
export function dayNumber(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / 1000 / DAY_SECONDS;
}
