import type { Story } from '../desk/shop';

/** A customer's balances as the month opens, alike on both sides or not. */
const opening = (tag: string, weight: number, off: bigint): Story => ({
  tag,
  weight,
  tell: ({ desk }) => {
    const customer = desk.customers.fresh();
    const balance = desk.amounts.alone(desk.draws);
    desk.opening(customer, balance, balance - off);
  },
});

export const OPENINGS: readonly Story[] = [opening('opening', 5, 0n), opening('opening-differs', 2, 12_345n)];
