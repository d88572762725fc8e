import { taxInside, type Fen } from '../../../sample/fen';
import type { ExceptionKind } from '../../../domain/words';
import { TOLERANCE } from '../company';
import type { Deal, DealOptions, SaleOptions } from '../desk/desk';
import type { Shop, Story } from '../desk/shop';
import { otherwiseWritten } from './references';

type Deviation = (shop: Shop, deal: Deal) => SaleOptions;

/** A sale booked with a deviation that is no difference. */
const harmless = (tag: string, weight: number, deviation: Deviation): Story => ({
  tag,
  weight,
  tell: (shop) => {
    const deal = shop.unbooked({ customer: shop.desk.customers.fresh() });
    shop.desk.answers.pair('orders-ledger', deal.no, shop.desk.sale(deal, deviation(shop, deal)));
  },
});

/** A sale booked with a deviation that is one. The figures differ where the deviation has another gross. */
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
    const deal = options.status === undefined ? shop.unbooked(options) : desk.order(options);
    const booked = deviation(shop, deal);
    const entry = desk.sale(deal, booked);
    const difference = deal.gross - (booked.gross ?? deal.gross);
    desk.answers.expect('orders-ledger', kind, { difference, left: [deal.no], right: [entry] });
  },
});

/** The voucher names the invoice, not the order. */
const saleByInvoice = (tag: string, weight: number, reference: (shop: Shop, invoice: string) => string): Story => ({
  tag,
  weight,
  tell: (shop) => {
    const { desk } = shop;
    const deal = desk.order();
    const invoice = desk.invoice(deal);
    desk.answers.pair('orders-ledger', deal.no, desk.sale(deal, { reference: reference(shop, invoice) }));
  },
});

/** Up to `most` fen more or less. */
function off(shop: Shop, least: Fen, most: Fen): Fen {
  const { draws } = shop.desk;
  const by = BigInt(draws.between(Number(least), Number(most)));
  return draws.below(2) === 0 ? by : -by;
}

/** Two figures of an amount change places: 1,263.00 is booked as 1,236.00. */
function figuresSwapped(gross: Fen): Fen {
  const digits = gross.toString();
  for (let at = digits.length - 4; at >= 0; at--) {
    if (digits[at] !== digits[at + 1] && digits[at + 1] !== '0')
      return BigInt(digits.slice(0, at) + (digits[at + 1] ?? '') + (digits[at] ?? '') + digits.slice(at + 2));
  }
  return gross + 90_000n;
}

function twice(shop: Shop, second: (deal: Deal) => SaleOptions): void {
  const { desk } = shop;
  const deal = shop.unbooked();
  const right = [desk.sale(deal), desk.sale(deal, second(deal))].sort();
  desk.answers.expect('orders-ledger', 'duplicate', { difference: -deal.gross, left: [deal.no], right });
}

export const BOOKINGS: readonly Story[] = [
  {
    tag: 'sale-not-booked',
    weight: 5,
    tell: (shop) => {
      const deal = shop.unbooked();
      shop.desk.answers.expect('orders-ledger', 'missing_in_finance', { difference: deal.gross, left: [deal.no] });
    },
  },
  {
    tag: 'sale-unknown',
    weight: 5,
    tell: ({ desk }) => {
      const gross = desk.amounts.alone(desk.draws);
      const customer = desk.customers.pick(desk.draws);
      const no = desk.numbers.foreign('SO');
      const deal = { no, gross, customer, tax: taxInside(gross, 13), currency: 'CNY', day: 12 } as const;
      const entry = desk.sale(deal, { cases: [] });
      desk.answers.expect('orders-ledger', 'missing_in_sales', { difference: -gross, right: [entry] });
    },
  },
  differing('sale-amount', 5, 'amount_differs', (shop, { gross }) => ({
    gross: gross + (shop.desk.draws.below(2) === 0 ? 5_000n : -3_700n),
  })),
  differing('sale-amount-swapped', 3, 'amount_differs', (_, { gross }) => ({ gross: figuresSwapped(gross) })),
  harmless('within-tolerance', 4, (shop, { gross }) => ({ gross: gross + off(shop, 1n, TOLERANCE.amount) })),
  differing('write-off-outside', 3, 'amount_differs', (shop, { gross }) => ({
    gross: gross + off(shop, TOLERANCE.writeOff + 1n, TOLERANCE.writeOff + 60n),
  })),
  harmless('tax-rounding', 4, (shop, { tax }) => ({ tax: tax + off(shop, 1n, TOLERANCE.amount) })),
  differing('sale-tax', 4, 'tax_differs', (_, { gross }) => ({ tax: taxInside(gross, 9) })),
  saleByInvoice('sale-by-invoice', 4, (_, invoice) => invoice),
  saleByInvoice('sale-by-invoice-edit', 3, ({ desk }, invoice) => desk.numbers.mistyped(invoice, desk.draws)),
  {
    tag: 'split-voucher',
    weight: 4,
    tell: (shop) => {
      const { desk } = shop;
      const deal = shop.unbooked();
      const part = deal.gross / 3n;
      for (const gross of [part, deal.gross - part]) {
        const tax = gross === part ? deal.tax / 3n : deal.tax - deal.tax / 3n;
        desk.answers.pair('orders-ledger', deal.no, desk.sale(deal, { gross, tax }));
      }
    },
  },
  {
    tag: 'reversed-and-rebooked',
    weight: 4,
    tell: (shop) => {
      const { desk } = shop;
      const deal = shop.unbooked();
      const wrong = { gross: deal.gross + 4_400n, tax: deal.tax };
      desk.sale(deal, wrong);
      desk.sale(deal, { gross: -wrong.gross, tax: -wrong.tax, red: true, description: `冲销 ${deal.no}` });
      desk.answers.pair('orders-ledger', deal.no, desk.sale(deal, { day: deal.day + 1 }));
    },
  },
  { tag: 'booked-twice', weight: 4, tell: (shop) => twice(shop, () => ({})) },
  {
    tag: 'booked-twice-other-form',
    weight: 3,
    tell: (shop) => twice(shop, ({ no, day }) => ({ reference: otherwiseWritten(shop.desk, no), day: day + 3 })),
  },
  {
    tag: 'booked-twice-in-text',
    weight: 2,
    tell: (shop) => twice(shop, ({ no, day }) => ({ reference: null, description: `补记 ${no} 收入`, day: day + 2 })),
  },
  differing('draft-booked', 2, 'status_differs', () => ({}), { status: 'draft' }),
  differing('cancelled-booked', 3, 'status_differs', () => ({}), { status: 'cancelled' }),
  differing('sale-customer', 3, 'customer_differs', ({ desk }, { customer }) => {
    const other = desk.customers.pick(desk.draws);
    return { customer: other.no === customer.no ? desk.customers.fresh() : other };
  }),
  differing('sale-customer-near', 3, 'customer_differs', ({ desk }, { customer }) => ({
    customer: desk.customers.neighbour(customer),
  })),
  differing('sale-currency', 3, 'currency_differs', () => ({ currency: 'USD', rate: 71_200n })),
  differing('booked-next-month', 4, 'date_differs', ({ desk }) => ({ day: desk.draws.between(32, 33) }), { day: 30 }),
  differing('booked-month-before', 3, 'date_differs', () => ({ day: 31 }), { day: 33 }),
  differing('september-order', 3, 'date_differs', () => ({ day: 2 }), { day: -1 }),
];
