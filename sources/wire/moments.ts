import { readMoment, type Moment } from '../text/dates';
import { ZoneClock } from '../text/zone-clock';
import { missingValue, unreadableCell } from './rejection';

const BILL_TIME = /^(\d{4}-\d{2}-\d{2}) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;
export const BEIJING = 'Asia/Shanghai';

/**
 * Reads the times of Alipay and WeChat bills, Beijing time without a zone, and tells them in the company's. Days are
 * looked up once each, since a bill has thousands of rows a day.
 */
export class BeijingClock {
  private readonly beijing = new ZoneClock(BEIJING);
  private readonly company: ZoneClock | null;
  private readonly knownDays = new Set<string>();

  constructor(zone: string) {
    this.company = zone === BEIJING ? null : new ZoneClock(zone);
  }

  /** @throws RowRejection MISSING_VALUE, BAD_DATE, NO_SUCH_DAY */
  read(column: string, text: string): Moment {
    if (text === '') throw missingValue(column);
    const day = BILL_TIME.exec(text)?.[1];
    if (day !== undefined && this.company === null && this.knownDays.has(day)) return { day, instant: `${text}+08:00` };
    const moment = readMoment(text, this.beijing);
    if (!moment.ok) throw unreadableCell(column, text, moment);
    if (day !== undefined) this.knownDays.add(day);
    if (this.company === null) return moment.value;
    const told = readMoment(moment.value.instant, this.company);
    return told.ok ? told.value : moment.value;
  }
}
