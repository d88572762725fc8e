import type { Deal } from '../desk/desk';
import type { Shop, Story } from '../desk/shop';

/** The same customer buys for the same amount again a few days later. */
function twinsOf(shop: Shop): readonly [Deal, Deal] {
  const one = shop.unbooked();
  const day = one.day + shop.desk.draws.below(4);
  return [one, shop.unbooked({ customer: one.customer, gross: one.gross, day })];
}

const NAMELESS = ['确认销售收入', '10月销售', '产品销售收入'];

function bookedWithoutReference(shop: Shop, deal: Deal, days: number): string {
  const { desk } = shop;
  const entry = desk.sale(deal, { reference: null, description: desk.draws.pick(NAMELESS), day: deal.day + days });
  desk.answers.pair('orders-ledger', deal.no, entry);
  return entry;
}

/** A voucher that could be of either of two orders is of neither. */
function oneForTwo(shop: Shop): void {
  const { desk } = shop;
  const deals = twinsOf(shop);
  const [one] = deals;
  const entry = desk.sale(one, { reference: null, description: desk.draws.pick(NAMELESS), cases: [] });
  for (const { no, gross } of deals)
    desk.answers.expect('orders-ledger', 'missing_in_finance', { difference: gross, left: [no] });
  desk.answers.expect('orders-ledger', 'missing_in_sales', { difference: -one.gross, right: [entry] });
}

/** Two orders, two vouchers, nothing to tell which is whose: taken together nothing is missing. */
function twoForTwo(shop: Shop): void {
  const { desk } = shop;
  const deals = twinsOf(shop);
  const cases = deals.map(({ no }) => no);
  for (const deal of deals) {
    const entry = desk.sale(deal, { reference: null, description: '产品销售收入', cases });
    desk.answers.expect('orders-ledger', 'missing_in_finance', { difference: deal.gross, left: [deal.no], may: true });
    desk.answers.expect('orders-ledger', 'missing_in_sales', { difference: -deal.gross, right: [entry], may: true });
  }
}

/** One twin names its order; what is left is the other's alone. */
function oneNamed(shop: Shop): void {
  const { desk } = shop;
  const [one, two] = twinsOf(shop);
  desk.answers.pair('orders-ledger', one.no, desk.sale(one));
  bookedWithoutReference(shop, two, 1);
}

/** Customer and amount fit, but the days are further apart than the policy's window. */
function tooFar(shop: Shop): void {
  const { desk } = shop;
  const deal = shop.unbooked({ day: desk.draws.between(2, 12) });
  const day = deal.day + 9 + desk.draws.below(6);
  const entry = desk.sale(deal, { reference: null, description: '产品销售收入', day });
  desk.answers.expect('orders-ledger', 'missing_in_finance', { difference: deal.gross, left: [deal.no] });
  desk.answers.expect('orders-ledger', 'missing_in_sales', { difference: -deal.gross, right: [entry] });
}

export const TWINS: readonly Story[] = [
  {
    tag: 'twins',
    weight: 5,
    tell: (shop) => {
      for (const deal of twinsOf(shop)) shop.desk.answers.pair('orders-ledger', deal.no, shop.desk.sale(deal));
    },
  },
  {
    tag: 'sale-without-reference',
    weight: 6,
    tell: (shop) => bookedWithoutReference(shop, shop.unbooked(), shop.desk.draws.below(4)),
  },
  { tag: 'twins-one-voucher', weight: 3, tell: oneForTwo },
  { tag: 'twins-two-vouchers', weight: 2, isOpen: true, tell: twoForTwo },
  { tag: 'twins-one-named', weight: 3, tell: oneNamed },
  { tag: 'sale-without-reference-far', weight: 2, isOpen: true, tell: tooFar },
];
