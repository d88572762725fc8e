/** A day as its number in the month of the sample: 1 is the first, 0 the last of the month before, 32 the next month's first (of 31). */
export type Day = number;

/** A moment in the company's zone: a day and the seconds since its midnight. */
export interface Moment {
  readonly day: Day;
  readonly second: number;
}

interface DayNames {
  /** 2026-10-05 */
  readonly iso: string;
  /** 20261005 */
  readonly compact: string;
  /** 2026-10 */
  readonly month: string;
}

/** The month of the sample and the days around it, named as the files name them. */
export class Calendar {
  /** How many days the month has; also its last day. */
  readonly days: number;
  private readonly year: number;
  private readonly monthIndex: number;
  private readonly names = new Map<Day, DayNames>();

  /** @param month YYYY-MM */
  constructor(readonly month: string) {
    const found = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month);
    if (!found) throw new RangeError(`not a month: ${month}`);
    this.year = Number(found[1]);
    this.monthIndex = Number(found[2]) - 1;
    this.days = new Date(Date.UTC(this.year, this.monthIndex + 1, 0)).getUTCDate();
  }

  contains(day: Day): boolean {
    return day >= 1 && day <= this.days;
  }

  /** 2026-10-05 */
  iso(day: Day): string {
    return this.nameOf(day).iso;
  }

  /** 20261005 */
  compact(day: Day): string {
    return this.nameOf(day).compact;
  }

  /** 202610 */
  series(day: Day): string {
    return this.nameOf(day).compact.slice(0, 6);
  }

  /** 2026-10 */
  monthOf(day: Day): string {
    return this.nameOf(day).month;
  }

  /** 2026年10月05日 */
  chinese(day: Day): string {
    const [year, month, date] = this.iso(day).split('-');
    return `${year}年${month}月${date}日`;
  }

  /** 2026-10-05 14:03:22 */
  time(at: Moment): string {
    return `${this.iso(at.day)} ${clock(at.second)}`;
  }

  /** The same moment in UTC, for a zone eight hours ahead: 2026-10-05T06:03:22Z */
  utc(at: Moment): string {
    const second = at.second - 8 * 3600;
    return second < 0 ? `${this.iso(at.day - 1)}T${clock(second + 86_400)}Z` : `${this.iso(at.day)}T${clock(second)}Z`;
  }

  private nameOf(day: Day): DayNames {
    const known = this.names.get(day);
    if (known) return known;
    const iso = new Date(Date.UTC(this.year, this.monthIndex, day)).toISOString().slice(0, 10);
    const names = { iso, compact: iso.replaceAll('-', ''), month: iso.slice(0, 7) };
    this.names.set(day, names);
    return names;
  }
}

/** 50602 → 14:03:22 */
function clock(second: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
}
