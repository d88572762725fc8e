/**
 * Months and days of a company, without the machine's own zone: months are `YYYY-MM`, days `YYYY-MM-DD`, instants
 * milliseconds since 1970 (or ISO with Z), and every step between them names an IANA zone.
 */

const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/;
const MINUTE_MS = 60_000;

export function isMonth(text: string): boolean {
  return MONTH.test(text);
}

/** `2026-12` and 1 give `2027-01`; -1 gives the month before. */
export function addMonths(month: string, months: number): string {
  const [year, monthNo] = partsOf(month);
  const count = year * 12 + (monthNo - 1) + months;
  return `${pad(Math.floor(count / 12), 4)}-${pad((count % 12) + 1, 2)}`;
}

export const previousMonth = (month: string): string => addMonths(month, -1);
export const nextMonth = (month: string): string => addMonths(month, 1);

/** The first and the last day of a month. */
export function daysOf(month: string): { first: string; last: string } {
  const [year, monthNo] = partsOf(month);
  return { first: `${month}-01`, last: `${month}-${pad(new Date(Date.UTC(year, monthNo, 0)).getUTCDate(), 2)}` };
}

/** `2026-10-31` and 1 give `2026-11-01`. */
export function addDays(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** The month before the one in which `instant` falls in `zone`: what a schedule that fires then is to close. */
export function monthBefore(instant: number, zone: string): string {
  return previousMonth(dayIn(instant, zone).slice(0, 7));
}

/** The day on which `instant` falls in `zone`. */
export function dayIn(instant: number, zone: string): string {
  return new Date(instant + offsetOf(instant, zone)).toISOString().slice(0, 10);
}

/** `YYYY-MM-DD HH:MM` on the clocks of `zone`, for people. */
export function clockIn(instant: number, zone: string): string {
  return new Date(instant + offsetOf(instant, zone)).toISOString().slice(0, 16).replace('T', ' ');
}

/**
 * The instant at which clocks in `zone` show this day and time. A time that clocks skip is taken as after the skip, one
 * they show twice as its first showing.
 * @param time HH:MM
 */
export function instantOf(day: string, time: string, zone: string): number {
  const wall = Date.parse(`${day}T${time}:00Z`);
  const before = offsetOf(wall - 24 * 60 * MINUTE_MS, zone);
  const candidate = wall - before;
  if (offsetOf(candidate, zone) === before) return candidate;
  const after = wall - offsetOf(candidate, zone);
  return offsetOf(after, zone) === wall - after ? after : candidate;
}

/** How far clocks in `zone` are ahead of UTC at `instant`, in milliseconds. */
function offsetOf(instant: number, zone: string): number {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => Number(parts.get(name));
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wall - Math.floor(instant / 1000) * 1000;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    clocks.set(zone, clock);
  }
  return clock;
}

function partsOf(month: string): [year: number, month: number] {
  const found = MONTH.exec(month);
  if (!found) throw new RangeError(`not a month: ${month}`);
  return [Number(found[1]), Number(found[2])];
}

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
