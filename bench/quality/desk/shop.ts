import { Desk, type Deal, type DealOptions } from './desk';
import { Till } from './till';

/** What a story has at hand: the desk where sales are written and the till where money is. */
export class Shop {
  readonly desk: Desk;
  readonly till: Till;

  constructor(seed: number, orders: number) {
    this.desk = new Desk(seed, orders);
    this.till = new Till(this.desk);
  }

  /** A deal that is billed and paid in order; its booking as a sale is the story's. */
  unbooked(options: DealOptions = {}): Deal {
    const deal = this.desk.order(options);
    this.desk.invoice(deal);
    this.payMostly(deal);
    return deal;
  }

  /** A deal that is booked and paid in order; its invoice is the story's. */
  unbilled(options: DealOptions = {}): Deal {
    const deal = this.desk.order(options);
    this.desk.sale(deal);
    this.payMostly(deal);
    return deal;
  }

  /** A deal that is booked and billed in order; its payment is the story's. */
  unpaid(options: DealOptions = {}): Deal {
    const deal = this.desk.order(options);
    this.desk.sale(deal);
    this.desk.invoice(deal);
    return deal;
  }

  /** Two in three of the month's deals are paid in it. */
  private payMostly(deal: Deal): void {
    if (this.desk.calendar.contains(deal.day) && this.desk.draws.below(3) > 0) this.till.pay(deal);
  }
}

/** One thing that goes wrong, or only looks wrong. The tag is its name in the scores. */
export interface Story {
  readonly tag: string;
  /** So many in a thousand orders. */
  readonly weight: number;
  /** The contracts leave its answer open; the README says how it is read here. */
  readonly isOpen?: true;
  tell(shop: Shop): void;
}
