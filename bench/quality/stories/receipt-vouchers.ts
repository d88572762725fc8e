import type { Shop, Story } from '../desk/shop';
import { stationOf } from '../desk/stations';
import { booked, paid, type Booking, type Paid } from './payment';
import { otherwiseWritten } from './references';

/** Channel and voucher belong together however the voucher names the receipt. */
const bookedNaming = (tag: string, weight: number, how: (shop: Shop, payment: Paid) => Partial<Booking>): Story => ({
  tag,
  weight,
  tell: (shop) => {
    const payment = paid(shop);
    const entry = booked(shop, payment, how(shop, payment));
    shop.desk.answers.pair('channels-ledger', payment.transaction, entry);
  },
});

/** Two equal payments of a customer, one voucher that names neither. */
function oneVoucherForTwo(shop: Shop): void {
  const { desk } = shop;
  const station = stationOf(desk.draws);
  const one = paid(shop, {}, shop.unpaid(), station);
  const { customer, gross: amount, day } = one.deal;
  const two = paid(shop, {}, shop.unpaid({ customer, gross: amount, day }), station);
  const entry = booked(shop, one, { reference: null, cases: [] });
  for (const { transaction } of [one, two])
    desk.answers.expect('channels-ledger', 'missing_in_finance', { difference: amount, left: [transaction] });
  desk.answers.expect('channels-ledger', 'missing_in_sales', { difference: -amount, right: [entry] });
}

function bookedTwice(shop: Shop): void {
  const { desk } = shop;
  const payment = paid(shop);
  const right = [booked(shop, payment), booked(shop, payment, { day: payment.day + 1 })].sort();
  const told = { difference: -payment.deal.gross, left: [payment.transaction], right };
  desk.answers.expect('channels-ledger', 'duplicate', told);
}

export const RECEIPT_VOUCHERS: readonly Story[] = [
  bookedNaming('receipt-voucher-form', 3, ({ desk }, { receipt }) => ({ reference: otherwiseWritten(desk, receipt) })),
  bookedNaming('receipt-voucher-edit', 4, ({ desk }, { receipt }) => ({
    reference: desk.numbers.mistyped(receipt, desk.draws),
  })),
  bookedNaming('receipt-voucher-in-text', 4, (_, { receipt }) => ({ reference: null, description: `收${receipt}款` })),
  bookedNaming('receipt-voucher-without-reference', 4, () => ({ reference: null, description: '收到货款' })),
  bookedNaming('receipt-voucher-by-order', 3, (_, { deal }) => ({ reference: deal.no })),
  { tag: 'twins-one-receipt-voucher', weight: 2, tell: oneVoucherForTwo },
  {
    tag: 'receipt-not-booked',
    weight: 4,
    tell: (shop) => {
      const { deal, transaction } = paid(shop);
      const told = { difference: deal.gross, left: [transaction] };
      shop.desk.answers.expect('channels-ledger', 'missing_in_finance', told);
    },
  },
  { tag: 'receipt-booked-twice', weight: 3, tell: bookedTwice },
  {
    tag: 'receipt-booked-otherwise',
    weight: 3,
    tell: (shop) => {
      const payment = paid(shop);
      const right = [booked(shop, payment, { amount: payment.deal.gross + 900n })];
      const told = { difference: -900n, left: [payment.transaction], right };
      shop.desk.answers.expect('channels-ledger', 'amount_differs', told);
    },
  },
  {
    tag: 'receipt-booked-next-month',
    weight: 3,
    tell: (shop) => {
      const payment = paid(shop, {}, shop.unpaid({ day: 29 }));
      const right = [booked(shop, payment, { day: 32 })];
      shop.desk.answers.expect('channels-ledger', 'date_differs', { left: [payment.transaction], right });
    },
  },
];
