import { Calendar, type Day } from './calendar';
import { customerAt, type Customer } from './catalogue';
import { Draws, type Topic } from './draws';
import { Numbers } from './numbers';

/** What every order of one sample has in common. */
export class World {
  readonly calendar: Calendar;
  readonly customers: number;

  /** @param month YYYY-MM */
  constructor(
    readonly seed: number,
    readonly orders: number,
    month: string,
  ) {
    this.calendar = new Calendar(month);
    this.customers = Math.min(60_000, Math.max(40, Math.floor(orders / 12)));
  }

  get lastDay(): Day {
    return this.calendar.days;
  }

  draws(topic: Topic, index: number): Draws {
    return new Draws(this.seed, topic, index);
  }

  numbers(index: number): Numbers {
    return new Numbers(this.calendar, index);
  }

  customer(n: number): Customer {
    return customerAt(this.seed, n % this.customers);
  }

  /** The day order `index` is made: orders come in over the month in the order of their numbers. */
  dayOf(index: number): Day {
    return Math.min(this.lastDay, 1 + Math.floor((index * this.lastDay) / this.orders));
  }

  /** A day so many days later, but in the same month. */
  within(day: Day, later: number): Day {
    return Math.max(day, Math.min(day < 1 ? 0 : this.lastDay, day + later));
  }
}
