import type { Shop, Story } from '../desk/shop';
import { stationOf } from '../desk/stations';
import { booked, paid, type Names } from './payment';
import { otherwiseWritten } from './references';

/** Receipt and channel belong together however they name each other; the voucher is right. */
const recognisable = (tag: string, weight: number, names: Names): Story => ({
  tag,
  weight,
  tell: (shop) => {
    const payment = paid(shop, names);
    booked(shop, payment);
    shop.desk.answers.pair('receipts-channels', payment.receipt, payment.transaction);
  },
});

function notAtChannel(shop: Shop): void {
  const { desk, till } = shop;
  const deal = shop.unpaid();
  const { customer, gross: amount, day, no: orderNo } = deal;
  const station = stationOf(desk.draws);
  const receipt = till.receipt({ amount, day, customer, method: station.channel, orderNo, cases: [orderNo] });
  till.nameChannel(desk.numbers.foreign(`42${station.id}`));
  const entry = till.book({ amount, day, account: station.account, customer, reference: receipt, cases: [receipt] });
  desk.answers.expect('receipts-channels', 'missing_in_finance', { difference: amount, left: [receipt] });
  desk.answers.expect('channels-ledger', 'missing_in_sales', { difference: -amount, right: [entry] });
}

function notInSales(shop: Shop): void {
  const { desk, till } = shop;
  const amount = desk.amounts.alone(desk.draws);
  const merchantReference = desk.numbers.foreign('SO');
  const transaction = till.charge(stationOf(desk.draws), { amount, day: 15, merchantReference, cases: [] });
  desk.answers.expect('receipts-channels', 'missing_in_sales', { difference: -amount, right: [transaction] });
  desk.answers.expect('channels-ledger', 'missing_in_finance', { difference: amount, left: [transaction] });
}

function chargedOtherwise(shop: Shop): void {
  const { desk } = shop;
  const payment = paid(shop, { charged: (amount) => amount - 1_700n });
  const entry = booked(shop, payment);
  const { receipt, transaction } = payment;
  const told = { difference: 1_700n, left: [receipt], right: [transaction] };
  desk.answers.expect('receipts-channels', 'amount_differs', told);
  desk.answers.expect('channels-ledger', 'amount_differs', {
    difference: -1_700n,
    left: [transaction],
    right: [entry],
  });
}

/** Two receipts of one amount, one charge, no number on either side. The vouchers name the receipts. */
function twoReceiptsOneCharge(shop: Shop): void {
  const { desk, till } = shop;
  const one = shop.unpaid();
  const two = shop.unpaid({ customer: one.customer, gross: one.gross, day: one.day });
  const station = stationOf(desk.draws);
  const { gross: amount, day, customer } = one;
  const transaction = till.charge(station, { amount, day, cases: [] });
  for (const deal of [one, two]) {
    const receipt = till.receipt({
      amount,
      day,
      customer,
      method: station.channel,
      orderNo: deal.no,
      cases: [deal.no],
    });
    desk.answers.expect('receipts-channels', 'missing_in_finance', { difference: amount, left: [receipt] });
    const entry = till.book({ amount, day, account: station.account, customer, reference: receipt, cases: [receipt] });
    desk.answers.expect('channels-ledger', 'missing_in_sales', { difference: -amount, right: [entry], may: true });
  }
  desk.answers.expect('receipts-channels', 'missing_in_sales', { difference: -amount, right: [transaction] });
  const told = { difference: amount, left: [transaction], may: true };
  desk.answers.expect('channels-ledger', 'missing_in_finance', told);
}

/** The channel charged a customer twice for one receipt. */
function chargedTwice(shop: Shop): void {
  const { desk, till } = shop;
  const payment = paid(shop);
  const { deal, station, day, receipt, transaction } = payment;
  const again = till.charge(station, {
    ...{ amount: deal.gross, day, cases: [receipt] },
    merchantReference: receipt,
  });
  booked(shop, payment);
  const right = [transaction, again].sort();
  desk.answers.expect('receipts-channels', 'duplicate', { difference: -deal.gross, left: [receipt], right });
  for (const left of right)
    desk.answers.expect('channels-ledger', 'missing_in_finance', { difference: deal.gross, left: [left], may: true });
}

/** Sales and ledger on one side of the month's last midnight, the channel on the other. */
function overMidnight(shop: Shop, sold: 31 | 32): void {
  const { desk, till } = shop;
  const deal = shop.unpaid({ day: 31 });
  const { customer, gross: amount, no: orderNo } = deal;
  const station = stationOf(desk.draws, 'card');
  const [before, after] = [86_370, 9];
  const receipt = till.receipt({
    ...{ amount, customer, method: 'card', orderNo, cases: [orderNo] },
    ...{ day: sold, second: sold === 31 ? before : after },
  });
  const transaction = till.charge(station, {
    ...{ amount, merchantReference: receipt, cases: [receipt] },
    ...(sold === 31 ? { day: 32, second: after } : { day: 31, second: before }),
  });
  till.nameChannel(transaction);
  const { account } = station;
  const entry = till.book({ amount, day: sold, account, customer, reference: receipt, cases: [receipt] });
  desk.answers.expect('receipts-channels', 'date_differs', { left: [receipt], right: [transaction] });
  desk.answers.expect('channels-ledger', 'date_differs', { left: [transaction], right: [entry] });
}

/** Two customers pay the same amount on one day; the channel knows each by its order. */
function channelTwins(shop: Shop): void {
  const { desk, till } = shop;
  const gross = desk.amounts.alone(desk.draws);
  const station = stationOf(desk.draws);
  const day = desk.draws.between(2, 22);
  for (let i = 0; i < 2; i++) {
    const { customer, no } = shop.unpaid({ gross, day });
    const { channel: method, account } = station;
    const receipt = till.receipt({ amount: gross, day, customer, method, orderNo: no, cases: [no] });
    const transaction = till.charge(station, { amount: gross, day, merchantReference: no, cases: [receipt] });
    till.book({ amount: gross, day, account, customer, reference: transaction, cases: [receipt] });
    desk.answers.pair('receipts-channels', receipt, transaction);
  }
}

/** One deal, two equal instalments on one day at one station; each is told by its own number. */
function equalInstalments(shop: Shop): void {
  const { desk, till } = shop;
  const deal = shop.unpaid({ gross: desk.amounts.alone(desk.draws) * 2n });
  const station = stationOf(desk.draws);
  for (let i = 0; i < 2; i++) till.payAtStation(deal, deal.gross / 2n, { day: deal.day, station });
}

export const CHANNEL_STORIES: readonly Story[] = [
  recognisable('channel-form', 3, { channelReference: ({ desk }, no) => otherwiseWritten(desk, no) }),
  recognisable('channel-edit', 4, {
    channelReference: ({ desk }, no) => desk.numbers.mistyped(no, desk.draws),
    merchantReference: null,
  }),
  recognisable('channel-transposed', 3, {
    channelReference: ({ desk }, no) => desk.numbers.transposed(no),
    merchantReference: null,
  }),
  recognisable('channel-without-reference', 4, { channelReference: () => null, merchantReference: null }),
  { tag: 'not-at-channel', weight: 4, tell: notAtChannel },
  { tag: 'not-in-sales', weight: 4, tell: notInSales },
  { tag: 'charged-otherwise', weight: 3, tell: chargedOtherwise },
  { tag: 'two-receipts-one-charge', weight: 2, isOpen: true, tell: twoReceiptsOneCharge },
  { tag: 'charged-twice', weight: 3, tell: chargedTwice },
  { tag: 'over-midnight', weight: 2, tell: (shop) => overMidnight(shop, 31) },
  { tag: 'over-midnight-back', weight: 2, tell: (shop) => overMidnight(shop, 32) },
  { tag: 'channel-twins', weight: 3, tell: channelTwins },
  { tag: 'equal-instalments', weight: 3, tell: equalInstalments },
];
