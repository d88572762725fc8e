import type { Deal, Desk } from '../desk/desk';
import type { Shop, Story } from '../desk/shop';

/** How people write a number that is right: case, width, hyphens and spaces. */
export function otherwiseWritten(desk: Desk, number: string): string {
  const wide = number.replace(/./g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
  const broken = (mark: string): string => `${number.slice(0, 2)}${mark}${number.slice(2, 8)}${mark}${number.slice(8)}`;
  return desk.draws.pick([number.toLowerCase(), wide, broken('-'), broken(' '), ` ${broken('－').toLowerCase()} `]);
}

/** A sale whose voucher is right but for how it names the order. */
function bookedAs(shop: Shop, reference: (deal: Deal) => string | null, description?: (deal: Deal) => string): void {
  const { desk } = shop;
  const deal = shop.unbooked();
  const entry = desk.sale(deal, {
    reference: reference(deal),
    ...(description === undefined ? {} : { description: description(deal) }),
  });
  desk.answers.pair('orders-ledger', deal.no, entry);
}

/** One voucher books several orders of a customer and names them in its description alone. */
function bookedTogether(shop: Shop): void {
  const { desk } = shop;
  const first = shop.unbooked();
  const count = desk.draws.between(1, 2);
  const others = Array.from({ length: count }, () => shop.unbooked({ customer: first.customer, day: first.day }));
  const deals = [first, ...others];
  const sum = (of: (deal: Deal) => bigint): bigint => deals.reduce((total, deal) => total + of(deal), 0n);
  const entry = desk.sale(first, {
    reference: null,
    description: `销售出库 ${deals.map(({ no }) => no).join('、')}`,
    gross: sum(({ gross }) => gross),
    tax: sum(({ tax }) => tax),
    cases: deals.map(({ no }) => no),
  });
  for (const { no } of deals) desk.answers.pair('orders-ledger', no, entry);
}

/** A voucher for an order sales does not have, one digit from a live order that is booked in order. */
function unknownNearLive(shop: Shop): void {
  const { desk } = shop;
  const live = shop.unbooked();
  const own = desk.sale(live);
  const customer = desk.customers.pick(desk.draws);
  const gross = desk.amounts.alone(desk.draws);
  const reference = desk.numbers.mistyped(live.no, desk.draws);
  const entry = desk.sale({ ...live, customer, gross }, { reference, gross, cases: [] });
  desk.answers.expect('orders-ledger', 'missing_in_sales', { difference: -gross, right: [entry] });
  desk.answers.pair('orders-ledger', live.no, own);
  desk.answers.decoy(live.no, own);
}

/** A mistyped number, the customer right, the amount not: the one planted difference. */
function nearWithOtherAmount(shop: Shop): void {
  const { desk } = shop;
  const deal = shop.unbooked();
  const gross = deal.gross + 2_000n + BigInt(desk.draws.below(9_000));
  const entry = desk.sale(deal, { reference: desk.numbers.mistyped(deal.no, desk.draws), gross });
  const sides = { difference: deal.gross - gross, left: [deal.no], right: [entry] };
  desk.answers.expect('orders-ledger', 'amount_differs', sides);
}

/** A number that lacks its last digit fits two open orders of one customer and amount. */
function nearTwoOrders(shop: Shop): void {
  const { desk } = shop;
  let one = shop.unbooked();
  while (one.no.endsWith('9')) {
    desk.sale(one);
    one = shop.unbooked();
  }
  const two = shop.unbooked({ ...one });
  const entry = desk.sale(one, { reference: one.no.slice(0, -1), cases: [] });
  for (const { no, gross } of [one, two])
    desk.answers.expect('orders-ledger', 'missing_in_finance', { difference: gross, left: [no] });
  desk.answers.expect('orders-ledger', 'missing_in_sales', { difference: -one.gross, right: [entry] });
}

export const REFERENCES: readonly Story[] = [
  { tag: 'reference-form', weight: 6, tell: (shop) => bookedAs(shop, ({ no }) => otherwiseWritten(shop.desk, no)) },
  {
    tag: 'reference-in-text',
    weight: 6,
    tell: (shop) =>
      bookedAs(
        shop,
        () => null,
        ({ no, customer }) => `确认${customer.name}销售出库${no}号收入`,
      ),
  },
  {
    tag: 'reference-form-in-text',
    weight: 3,
    tell: (shop) =>
      bookedAs(
        shop,
        () => null,
        ({ no }) => `收入确认（${otherwiseWritten(shop.desk, no).trim()}）`,
      ),
  },
  { tag: 'references-in-text', weight: 4, tell: bookedTogether },
  {
    tag: 'reference-edit',
    weight: 6,
    tell: (shop) => bookedAs(shop, ({ no }) => shop.desk.numbers.mistyped(no, shop.desk.draws)),
  },
  {
    tag: 'reference-edit-in-text',
    weight: 3,
    tell: (shop) =>
      bookedAs(
        shop,
        () => null,
        ({ no }) => `销售 ${shop.desk.numbers.mistyped(no, shop.desk.draws)}`,
      ),
  },
  {
    tag: 'reference-transposed',
    weight: 5,
    tell: (shop) => bookedAs(shop, ({ no }) => shop.desk.numbers.transposed(no)),
  },
  { tag: 'unknown-near-live', weight: 4, tell: unknownNearLive },
  { tag: 'near-other-amount', weight: 3, isOpen: true, tell: nearWithOtherAmount },
  { tag: 'near-two-orders', weight: 2, tell: nearTwoOrders },
];
