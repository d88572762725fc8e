import { addDays, nextMonth } from '../../../domain/periods';
import { inBeijing } from '../../bills/moments';

const HOUR_MS = 3_600_000;

/** When a bill is there, and when its absence says that nothing happened. */
export interface Due {
  /** Not asked for before: 9:00 the next day, of a month on the 3rd of the next. */
  readonly from: Date;
  /** Until then "no such bill" means that it is not made yet. */
  readonly ready: Date;
  /** From then on it means that there was nothing; in between either may be true. */
  readonly final: Date;
}

/** @param date YYYY-MM-DD or YYYY-MM */
export function dueOf(date: string, readyHour: string, emptyAfterHours: string): Due {
  const day = date.length === 7 ? `${nextMonth(date)}-03` : addDays(date, 1);
  const from = inBeijing(day, '09:00');
  const ready = inBeijing(day, `${readyHour.padStart(2, '0')}:00`);
  const final = new Date(Math.max(ready.getTime(), from.getTime() + Number(emptyAfterHours) * HOUR_MS));
  return { from, ready, final };
}

/** When to ask again for a bill that is not there: hourly once it is due. */
export function askAgainAt({ ready, final }: Due, now: Date): Date {
  const next = new Date(Math.max(ready.getTime(), now.getTime() + HOUR_MS));
  return now < ready ? ready : new Date(Math.min(next.getTime(), final.getTime()));
}
