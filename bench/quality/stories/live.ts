import { ACCOUNTS } from '../company';
import type { Deal } from '../desk/desk';
import type { Shop, Story } from '../desk/shop';
import { stationOf } from '../desk/stations';
import { paidNaming } from './receipts';

// A wrong number that is another live document's. Customer and amount are the true one's, and the other has its own
// document. Never may the wrong two be matched; finding the true two is the aim; asking a person is right as well.

/** Two deals of different customers and amounts on one day. */
function twoDeals(make: (day: number) => Deal, shop: Shop): readonly [Deal, Deal] {
  const day = shop.desk.draws.between(2, 22);
  return [make(day), make(day)];
}

/** The voucher of one order names the other. */
function saleNamesOther(shop: Shop): void {
  const { desk } = shop;
  const [other, deal] = twoDeals((day) => shop.unbooked({ day }), shop);
  const own = desk.sale(other);
  const entry = desk.sale(deal, { reference: other.no });
  desk.answers.pair('orders-ledger', deal.no, entry);
  desk.answers.pair('orders-ledger', other.no, own);
  desk.answers.expect('orders-ledger', 'missing_in_finance', { difference: deal.gross, left: [deal.no], may: true });
  const sides = { difference: -deal.gross, left: [other.no], right: [own, entry].sort() };
  desk.answers.expect('orders-ledger', 'amount_differs', { ...sides, orKind: 'customer_differs', may: true });
}

/** The vouchers of two orders carry each other's number. */
function crossed(shop: Shop): void {
  const { desk } = shop;
  const [one, two] = twoDeals((day) => shop.unbooked({ day }), shop);
  for (const [deal, other] of [[one, two] as const, [two, one] as const]) {
    const entry = desk.sale(deal, { reference: other.no });
    desk.answers.pair('orders-ledger', deal.no, entry);
    const sides = { difference: other.gross - deal.gross, left: [other.no], right: [entry] };
    desk.answers.expect('orders-ledger', 'amount_differs', { ...sides, orKind: 'customer_differs', may: true });
  }
}

function invoiceNamesOther(shop: Shop): void {
  const { desk } = shop;
  const [other, deal] = twoDeals((day) => shop.unbilled({ day }), shop);
  const own = desk.invoice(other);
  const invoice = desk.invoice(deal, { orderNo: other.no });
  desk.answers.pair('orders-invoices', deal.no, invoice);
  desk.answers.pair('orders-invoices', other.no, own);
  desk.answers.expect('orders-invoices', 'unbilled', { difference: deal.gross, left: [deal.no], may: true });
  const sides = { difference: -deal.gross, left: [other.no], right: [own, invoice].sort() };
  desk.answers.expect('orders-invoices', 'amount_differs', { ...sides, orKind: 'customer_differs', may: true });
}

function receiptNamesOther(shop: Shop): void {
  const { desk, till } = shop;
  const [other, deal] = twoDeals((day) => shop.unpaid({ day }), shop);
  const own = till.payAtStation(other);
  const { receipt } = paidNaming(shop, deal, other.no);
  desk.answers.pair('orders-receipts', deal.no, receipt);
  desk.answers.pair('orders-receipts', other.no, own.receipt);
  const sides = { difference: -deal.gross, left: [other.no], right: [own.receipt, receipt].sort() };
  desk.answers.expect('orders-receipts', 'overpaid', { ...sides, orKind: 'customer_differs', may: true });
}

/** The voucher of one receipt names the other. */
function bookingNamesOther(shop: Shop): void {
  const { desk, till } = shop;
  const [other, deal] = twoDeals((day) => shop.unpaid({ day }), shop);
  const own = till.payAtStation(other);
  const { customer, gross: amount, day, no: orderNo } = deal;
  const station = stationOf(desk.draws);
  const receipt = till.receipt({ amount, day, customer, method: station.channel, orderNo, cases: [orderNo] });
  const transaction = till.charge(station, { amount, day, merchantReference: receipt, cases: [receipt] });
  till.nameChannel(transaction);
  const { account } = station;
  const entry = till.book({ amount, day, account, customer, reference: own.receipt, cases: [receipt] });
  desk.answers.pair('channels-ledger', transaction, entry);
  desk.answers.pair('channels-ledger', own.transaction, own.entry);
  desk.answers.expect('channels-ledger', 'missing_in_finance', { difference: amount, left: [transaction], may: true });
  desk.answers.expect('channels-ledger', 'missing_in_sales', { difference: -amount, right: [entry], may: true });
  const sides = { difference: -amount, left: [own.transaction], right: [own.entry, entry].sort() };
  desk.answers.expect('channels-ledger', 'amount_differs', { ...sides, may: true });
}

/** The customer's remark names another customer's order. */
function remarkNamesOther(shop: Shop): void {
  const { desk, till } = shop;
  const [other, deal] = twoDeals((day) => shop.unpaid({ day }), shop);
  const own = till.payByTransfer(other);
  const { customer, gross: amount, no: orderNo } = deal;
  const day = deal.day + 2;
  const receipt = till.receipt({ amount, day, customer, method: 'bank', orderNo, cases: [orderNo] });
  const remark = `货款 ${other.no}`;
  const transaction = till.transfer({ amount, day, counterparty: customer.name, remark, cases: [receipt] });
  const account = ACCOUNTS.bank.CNY;
  const entry = till.book({ amount, day, account, customer, reference: receipt, cases: [receipt] });
  desk.answers.pair('receipts-channels', receipt, transaction);
  desk.answers.pair('receipts-channels', own.receipt, own.transaction);
  desk.answers.expect('receipts-channels', 'missing_in_finance', { difference: amount, left: [receipt], may: true });
  const unknown = { difference: -amount, right: [transaction], may: true };
  desk.answers.expect('receipts-channels', 'missing_in_sales', unknown);
  const unbooked = { difference: amount, left: [transaction], may: true };
  desk.answers.expect('channels-ledger', 'missing_in_finance', unbooked);
  desk.answers.expect('channels-ledger', 'missing_in_sales', { difference: -amount, right: [entry], may: true });
  const sides = { difference: -amount, left: [own.receipt], right: [own.transaction, transaction].sort() };
  desk.answers.expect('receipts-channels', 'amount_differs', { ...sides, may: true });
}

const live = (tag: string, weight: number, tell: (shop: Shop) => void): Story => ({ tag, weight, isOpen: true, tell });

export const LIVE: readonly Story[] = [
  live('reference-live', 5, saleNamesOther),
  live('references-crossed', 2, crossed),
  live('invoice-live', 3, invoiceNamesOther),
  live('receipt-live', 3, receiptNamesOther),
  live('receipt-voucher-live', 3, bookingNamesOther),
  live('remark-live', 3, remarkNamesOther),
];
