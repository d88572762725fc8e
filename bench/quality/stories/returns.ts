import { taxInside, type Fen } from '../../../sample/fen';
import type { Deal } from '../desk/desk';
import type { Shop, Story } from '../desk/shop';

/** Part of an order comes back. */
function partBack(shop: Shop, deal: Deal, share: bigint, day: number): { amount: Fen; no: string; day: number } {
  const amount = deal.gross / share;
  return { amount, day, no: shop.desk.goodsBack(deal, amount, day) };
}

type Back = ReturnType<typeof partBack>;

/** The red voucher of a return. */
function bookBack(shop: Shop, deal: Deal, back: Back, reference: string | null, more: { day?: number } = {}): string {
  const { desk } = shop;
  const entry = desk.sale(deal, {
    gross: -back.amount,
    tax: -taxInside(back.amount, 13),
    reference,
    red: desk.draws.below(2) === 0,
    description: reference === null ? `冲减收入 退货单${back.no}` : `退货 ${deal.customer.name}`,
    day: more.day ?? back.day,
    cases: [back.no, deal.no],
  });
  if (more.day === undefined) desk.answers.pair('orders-ledger', back.no, entry);
  return entry;
}

/** The red invoice of a return, by the order or by the invoice it takes back. */
function billBack(shop: Shop, deal: Deal, back: Back, original: string): string {
  const byOrder = shop.desk.draws.below(2) === 0;
  const no = shop.desk.invoice(deal, {
    gross: -back.amount,
    tax: -taxInside(back.amount, 13),
    day: back.day,
    orderNo: byOrder ? deal.no : null,
    original,
    cases: [back.no, deal.no],
  });
  shop.desk.answers.pair('orders-invoices', back.no, no);
  return no;
}

/** A sold, billed and paid order of which a third comes back, with red voucher, red invoice and refund. */
function partialRefund(shop: Shop): void {
  const { desk, till } = shop;
  const deal = desk.order();
  desk.sale(deal);
  const invoice = desk.invoice(deal);
  till.payAtStation(deal);
  const back = partBack(shop, deal, 3n, deal.day + 4);
  bookBack(shop, deal, back, desk.draws.pick([back.no, deal.no, null]));
  billBack(shop, deal, back, invoice);
  till.payAtStation(deal, -back.amount, { day: back.day + 1 });
}

/** Two parts come back one after the other; both red vouchers name the order. */
function backTwice(shop: Shop): void {
  const { desk } = shop;
  const deal = desk.order({ day: desk.draws.between(2, 12) });
  desk.sale(deal);
  const invoice = desk.invoice(deal);
  for (const [share, days] of [[5n, 3] as const, [4n, 8] as const]) {
    const back = partBack(shop, deal, share, deal.day + days);
    bookBack(shop, deal, back, deal.no);
    billBack(shop, deal, back, invoice);
  }
}

/** September's order comes back in October: red voucher and red invoice name September's documents. */
function septemberBack(shop: Shop): void {
  const { desk } = shop;
  const deal = desk.order({ day: -6 });
  desk.sale(deal, { day: -6 });
  const invoice = desk.invoice(deal, { day: -6 });
  const back = partBack(shop, deal, 2n, desk.draws.between(3, 20));
  bookBack(shop, deal, back, desk.draws.pick([back.no, deal.no]));
  billBack(shop, deal, back, invoice);
}

/** A return in an otherwise orderly deal; what happens to its red voucher is the story's. */
function backWith(tell: (shop: Shop, deal: Deal, back: Back) => void, day = 20): (shop: Shop) => void {
  return (shop) => {
    const { desk } = shop;
    const deal = desk.order();
    desk.sale(deal);
    const invoice = desk.invoice(deal);
    const back = partBack(shop, deal, 3n, Math.max(day, deal.day));
    billBack(shop, deal, back, invoice);
    tell(shop, deal, back);
  };
}

export const RETURNS: readonly Story[] = [
  { tag: 'partial-refund', weight: 8, tell: partialRefund },
  { tag: 'returned-twice', weight: 3, tell: backTwice },
  { tag: 'september-returned', weight: 3, tell: septemberBack },
  {
    tag: 'return-reference-edit',
    weight: 3,
    tell: backWith((shop, deal, back) => {
      bookBack(shop, deal, back, shop.desk.numbers.mistyped(back.no, shop.desk.draws));
    }),
  },
  {
    tag: 'return-not-booked',
    weight: 3,
    tell: backWith(({ desk }, _, back) => {
      desk.answers.expect('orders-ledger', 'missing_in_finance', { difference: back.amount, left: [back.no] });
    }),
  },
  {
    tag: 'return-amount',
    weight: 2,
    tell: backWith(({ desk }, deal, back) => {
      const gross = -back.amount - 3_300n;
      const entry = desk.sale(deal, { gross, reference: back.no, red: true, cases: [back.no], day: back.day });
      desk.answers.expect('orders-ledger', 'amount_differs', { difference: -3_300n, left: [back.no], right: [entry] });
    }),
  },
  {
    tag: 'return-booked-next-month',
    weight: 2,
    tell: backWith((shop, deal, back) => {
      const { desk } = shop;
      const right = [bookBack(shop, deal, back, back.no, { day: 32 })];
      desk.answers.expect('orders-ledger', 'date_differs', { left: [back.no], right });
    }, 30),
  },
  {
    tag: 'return-without-red-invoice',
    weight: 2,
    isOpen: true,
    tell: (shop) => {
      const { desk } = shop;
      const deal = desk.order();
      desk.sale(deal);
      desk.invoice(deal);
      const back = partBack(shop, deal, 3n, deal.day + 3);
      bookBack(shop, deal, back, back.no);
      desk.answers.expect('orders-invoices', 'unbilled', { difference: back.amount, left: [back.no] });
    },
  },
];
