import type { Calendar, Day } from './calendar';

/** Numbers that exist nowhere else in the sample begin here: for documents that point at nothing. */
const UNKNOWN = 9_000_000;

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** The numbers of one order's documents: each follows from the order's own number, so none is kept. */
export class Numbers {
  constructor(
    private readonly calendar: Calendar,
    private readonly index: number,
  ) {}

  order(day: Day): string {
    return `SO${this.calendar.series(day)}-${pad(this.index + 1, 7)}`;
  }

  /** An order no that sales does not have. */
  unknownOrder(day: Day): string {
    return `SO${this.calendar.series(day)}-${pad(UNKNOWN + (this.index % 1_000_000), 7)}`;
  }

  return(day: Day): string {
    return `TH${this.calendar.series(day)}-${pad(this.index + 1, 7)}`;
  }

  receipt(day: Day, part = 0): string {
    return `SK${this.calendar.series(day)}-${pad(this.index * 4 + part + 1, 8)}`;
  }

  /** A receipt no that sales does not have. */
  unknownReceipt(day: Day): string {
    return `SK${this.calendar.series(day)}-${pad(UNKNOWN * 10 + (this.index % 1_000_000), 8)}`;
  }

  /** 20 digits: year, province, issuing channel, serial. */
  invoice(part = 0): string {
    return `${this.calendar.month.slice(2, 4)}332${pad(100_000_000 + this.index * 4 + part, 15)}`;
  }

  /** 28 digits */
  alipay(day: Day, part = 0): string {
    return `${this.calendar.compact(day)}22001${pad(4_100_000_000 + this.index * 4 + part, 15)}`;
  }

  /** 28 digits */
  wechat(day: Day, part = 0): string {
    return `4200002763${this.calendar.compact(day)}${pad(7_300_000_000 + this.index * 4 + part, 10)}`;
  }

  /** 29 digits, of a refund */
  wechatRefund(day: Day, part = 0): string {
    return `50302${this.calendar.compact(day)}${pad(6_200_000_000_000_000 + this.index * 4 + part, 16)}`;
  }

  /** The acquirer's reference. */
  card(day: Day, part = 0): string {
    return `${this.calendar.compact(day)}8801${pad(this.index * 4 + part + 1, 8)}`;
  }

  till(day: Day, part = 0): string {
    return `POS1-${this.calendar.compact(day)}-${pad(this.index * 4 + part + 1, 8)}`;
  }

  /** The bank's own reference of an entry. */
  bank(day: Day, part = 0): string {
    return `ICBC${this.calendar.compact(day)}${pad(this.index * 4 + part + 1, 9)}`;
  }
}
