import { readDay, ZoneClock } from '../text';
import { Memo } from '../text/memo';
import { RowRejection, unreadableCell } from '../wire/rejection';

/** Reads voucher dates, each once, and tells whether a voucher belongs to the month that is imported. */
export class Calendar {
  private readonly clock: ZoneClock;
  private readonly days = new Map<string, string>();
  private readonly months = new Memo((text) => monthOf(text));

  constructor(
    zone: string,
    private readonly month: string,
  ) {
    this.clock = new ZoneClock(zone);
  }

  /** @throws RowRejection BAD_DATE, NO_SUCH_DAY */
  dayOf(column: string, text: string): string {
    const known = this.days.get(text);
    if (known !== undefined) return known;
    const day = readDay(text, this.clock);
    if (!day.ok) throw unreadableCell(column, text, day);
    if (this.days.size < 1000) this.days.set(text, day.value);
    return day.value;
  }

  /** By accounting year and period where the sheet has them, since those decide the books; else by the date. */
  isInPeriod(voucher: { readonly year: string; readonly period: string }, day: string): boolean {
    if (voucher.year === '' || voucher.period === '') return day.startsWith(this.month);
    return this.months.of(`${voucher.year}/${voucher.period}`) === this.month;
  }
}

function monthOf(text: string): string {
  const [year = '', period = ''] = text.split('/');
  const y = /^(\d{4})年?$/.exec(year)?.[1];
  const p = /^(\d{1,2})(?:期|月)?$/.exec(period)?.[1];
  if (y !== undefined && p !== undefined) return `${y}-${p.padStart(2, '0')}`;
  throw new RowRejection('会计期间', `${year} ${period}`.trim(), 'BAD_PERIOD', {
    zh: `会计年度“${year}”或会计期间“${period}”不是有效的年度和期间。`,
    en: `Year ${year} and period ${period} name no accounting period.`,
  });
}
