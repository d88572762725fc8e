import { isDay } from '../text';

const MONTHS = 12;

/**
 * Gives times without a year (`MMDDhhmmss`) the year that puts them nearest to the imported month: around new year the
 * one before or after.
 */
export class MonthDays {
  private readonly year: number;
  private readonly month: number;

  /** @param month YYYY-MM, the month the file is imported into */
  constructor(month: string) {
    this.year = Number(month.slice(0, 4));
    this.month = Number(month.slice(5, 7));
  }

  /** `YYYY-MM-DD HH:MM:SS`; null where it is no such text, day or time. */
  read(text: string): string | null {
    const found = /^(\d\d)(\d\d)([01]\d|2[0-3])([0-5]\d)([0-5]\d)$/.exec(text);
    if (found === null) return null;
    const [, month = '', day = '', ...time] = found;
    const year = this.nearestYear(Number(month));
    return isDay(year, Number(month), Number(day)) ? `${year}-${month}-${day} ${time.join(':')}` : null;
  }

  private nearestYear(month: number): number {
    const ahead = month - this.month;
    if (ahead > MONTHS / 2) return this.year - 1;
    return ahead < -MONTHS / 2 ? this.year + 1 : this.year;
  }
}
