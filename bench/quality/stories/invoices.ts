import { taxInside } from '../../../sample/fen';
import type { ExceptionKind } from '../../../domain/words';
import type { Deal, DealOptions, InvoiceOptions } from '../desk/desk';
import type { Shop, Story } from '../desk/shop';
import { otherwiseWritten } from './references';

type Deviation = (shop: Shop, deal: Deal) => InvoiceOptions;

/** An invoice with a deviation that is no difference. */
const harmless = (tag: string, weight: number, deviation: Deviation): Story => ({
  tag,
  weight,
  tell: (shop) => {
    const deal = shop.unbilled();
    shop.desk.answers.pair('orders-invoices', deal.no, shop.desk.invoice(deal, deviation(shop, deal)));
  },
});

const differing = (
  tag: string,
  weight: number,
  kind: ExceptionKind,
  deviation: Deviation,
  options: DealOptions = {},
): Story => ({
  tag,
  weight,
  tell: (shop) => {
    const { desk } = shop;
    const isSale = options.status === undefined || options.status === 'approved';
    const deal = isSale ? shop.unbilled(options) : desk.order(options);
    const billed = deviation(shop, deal);
    const right = [desk.invoice(deal, billed)];
    const difference = deal.gross - (billed.gross ?? deal.gross);
    desk.answers.expect('orders-invoices', kind, { difference, left: [deal.no], right });
  },
});

/** Two equal orders of a customer, one invoice that names neither. */
function oneForTwo(shop: Shop): void {
  const { desk } = shop;
  const one = shop.unbilled();
  const two = shop.unbilled({ customer: one.customer, gross: one.gross, day: one.day + 1 });
  const right = [desk.invoice(one, { orderNo: null, cases: [] })];
  for (const { no, gross } of [one, two])
    desk.answers.expect('orders-invoices', 'unbilled', { difference: gross, left: [no] });
  desk.answers.expect('orders-invoices', 'missing_in_sales', { difference: -one.gross, right });
}

function billedTwice(shop: Shop, second: (deal: Deal) => InvoiceOptions): void {
  const { desk } = shop;
  const deal = shop.unbilled();
  const right = [desk.invoice(deal), desk.invoice(deal, second(deal))].sort();
  desk.answers.expect('orders-invoices', 'duplicate', { difference: -deal.gross, left: [deal.no], right });
}

export const INVOICES: readonly Story[] = [
  harmless('invoice-form', 3, ({ desk }, { no }) => ({ orderNo: otherwiseWritten(desk, no) })),
  harmless('invoice-edit', 4, ({ desk }, { no }) => ({ orderNo: desk.numbers.mistyped(no, desk.draws) })),
  harmless('invoice-transposed', 3, ({ desk }, { no }) => ({ orderNo: desk.numbers.transposed(no) })),
  harmless('invoice-without-reference', 4, () => ({ orderNo: null })),
  harmless('invoice-tax-rounding', 3, ({ desk }, { tax }) => ({ tax: tax + BigInt(desk.draws.between(1, 5)) })),
  harmless('invoice-later', 2, (_, { day }) => ({ day: day + 6 })),
  {
    tag: 'split-invoice',
    weight: 3,
    tell: (shop) => {
      const { desk } = shop;
      const deal = shop.unbilled();
      const part = deal.gross / 4n;
      for (const gross of [part, deal.gross - part]) {
        const tax = gross === part ? deal.tax / 4n : deal.tax - deal.tax / 4n;
        desk.answers.pair('orders-invoices', deal.no, desk.invoice(deal, { gross, tax }));
      }
    },
  },
  {
    tag: 'approved-not-billed',
    weight: 2,
    tell: (shop) => void shop.unbilled({ status: 'approved' }),
  },
  {
    tag: 'unbilled',
    weight: 4,
    tell: (shop) => {
      const { no, gross } = shop.unbilled();
      shop.desk.answers.expect('orders-invoices', 'unbilled', { difference: gross, left: [no] });
    },
  },
  differing('billed-not-delivered', 3, 'billed_not_delivered', () => ({}), { status: 'approved' }),
  differing('invoice-amount', 3, 'amount_differs', (_, { gross }) => ({ gross: gross - 2_600n })),
  differing('invoice-tax', 3, 'tax_differs', (_, { gross }) => ({ tax: taxInside(gross, 6) })),
  differing('invoice-customer', 3, 'customer_differs', ({ desk }) => ({ customer: desk.customers.fresh() })),
  differing('cancelled-billed', 2, 'status_differs', () => ({}), { status: 'cancelled' }),
  differing('billed-next-month', 3, 'date_differs', () => ({ day: 32 }), { day: 29 }),
  { tag: 'billed-twice', weight: 3, tell: (shop) => billedTwice(shop, () => ({})) },
  {
    tag: 'billed-twice-other-form',
    weight: 2,
    tell: (shop) => billedTwice(shop, ({ no }) => ({ orderNo: otherwiseWritten(shop.desk, no) })),
  },
  {
    tag: 'invoice-unknown',
    weight: 3,
    tell: (shop) => {
      const { desk } = shop;
      const deal = shop.unpaid();
      const gross = desk.amounts.alone(desk.draws);
      const right = [desk.invoice(deal, { orderNo: desk.numbers.foreign('SO'), gross, cases: [] })];
      desk.answers.expect('orders-invoices', 'missing_in_sales', { difference: -gross, right });
    },
  },
  { tag: 'twins-one-invoice', weight: 2, tell: oneForTwo },
];
