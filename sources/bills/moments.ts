import { addDays, dayIn, daysOf, instantOf } from '../../domain/periods';
import { BEIJING } from '../wire/moments';

/** The instant at which clocks in Beijing show this day and time (HH:MM); both channels keep Beijing's days. */
export function inBeijing(day: string, time: string): Date {
  return new Date(instantOf(day, time, BEIJING));
}

/** The day it is in Beijing. */
export function dayInBeijing(at: Date): string {
  return dayIn(at.getTime(), BEIJING);
}

/** Every day of a month, in order. */
export function everyDay(month: string): string[] {
  const { first, last } = daysOf(month);
  const days: string[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}
