import { getDayDetail } from 'chinese-days';
import type { Bilingual } from './words';
import { addDays } from './periods';

/** A working day that was asked for, and a warning where the calendar could only guess. */
export interface WorkingDay {
  readonly day: string;
  readonly warning?: Bilingual;
}

/**
 * The n-th working day from `day` on, `day` included, by China's calendar: public holidays are off, the weekends
 * worked instead count. For a year whose holidays are not published yet only weekends are off, and it says so.
 * @param day YYYY-MM-DD
 */
export function nthWorkingDay(day: string, n: number): WorkingDay {
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`no such working day: ${n}`);
  let current = day;
  let left = n;
  for (;;) {
    if (isWorkingDay(current)) left -= 1;
    if (left === 0) break;
    current = addDays(current, 1);
  }
  const unknown = [day, current].map((date) => date.slice(0, 4)).find((year) => !hasCalendar(year));
  return unknown === undefined ? { day: current } : { day: current, warning: noCalendar(unknown) };
}

/** Whether people work on this day, weekends worked for a bridge holiday included. */
export function isWorkingDay(day: string): boolean {
  return detailOf(day).work;
}

/** Whether the holidays of this year are known: National Day is among them. */
export function hasCalendar(year: string): boolean {
  return detailOf(`${year}-10-01`).name.includes('国庆节');
}

/** The library takes a bare date as midnight UTC but reads it on local clocks; local noon is the same day on both. */
const detailOf = (day: string): { work: boolean; name: string } => getDayDetail(`${day}T12:00:00`);

function noCalendar(year: string): Bilingual {
  return {
    zh: `${year} 年的节假日安排尚未收录，期限只按周末推算；公布后请升级 chinese-days`,
    en: `the public holidays of ${year} are not known yet, deadlines only skip weekends; update chinese-days once they are published`,
  };
}
