import type { Fen } from '../../../sample/fen';
import type { Deal } from '../desk/desk';
import type { Shop, Story } from '../desk/shop';
import { stationOf } from '../desk/stations';
import type { Payment } from '../desk/till';
import { otherwiseWritten } from './references';

/** A deal is paid at a station, in order at channel and ledger; how the receipt names the order is the story's. */
export function paidNaming(shop: Shop, deal: Deal, orderNo: string | null, amount: Fen = deal.gross): Payment {
  const { desk, till } = shop;
  const { customer } = deal;
  const station = stationOf(desk.draws);
  const day = deal.day + desk.draws.below(3);
  const receipt = till.receipt({ amount, day, customer, method: station.channel, orderNo, cases: [deal.no] });
  const transaction = till.charge(station, { amount, day, merchantReference: receipt, cases: [receipt] });
  till.nameChannel(transaction);
  const entry = till.book({ amount, day, account: station.account, customer, reference: receipt, cases: [receipt] });
  return { receipt, transaction, entry };
}

/** A receipt that belongs to its order whatever it names. */
const recognisable = (tag: string, weight: number, orderNo: (shop: Shop, deal: Deal) => string | null): Story => ({
  tag,
  weight,
  tell: (shop) => {
    const deal = shop.unpaid();
    const { receipt } = paidNaming(shop, deal, orderNo(shop, deal));
    shop.desk.answers.pair('orders-receipts', deal.no, receipt);
  },
});

/** Nothing on the receipt says whose it is but customer and amount: matching it is right, so is asking. */
function withoutOrder(shop: Shop): void {
  const deal = shop.unpaid();
  const { receipt } = paidNaming(shop, deal, null);
  const told = { difference: -deal.gross, right: [receipt], may: true };
  shop.desk.answers.expect('orders-receipts', 'unapplied_receipt', told);
}

/** Two equal open orders of the customer, one receipt that names neither. */
function withoutOrderOfTwo(shop: Shop): void {
  const one = shop.unpaid();
  shop.unpaid({ customer: one.customer, gross: one.gross, day: one.day });
  const { receipt } = paidNaming(shop, { ...one, no: 'nobody' }, null);
  shop.desk.answers.expect('orders-receipts', 'unapplied_receipt', { difference: -one.gross, right: [receipt] });
}

/** A receipt for an order sales does not have, one digit from a live order of somebody else. */
function unknownNearLive(shop: Shop): void {
  const { desk, till } = shop;
  const live = shop.unpaid();
  till.payAtStation(live);
  const amount = desk.amounts.alone(desk.draws);
  const stranger = { ...live, no: 'nobody', customer: desk.customers.fresh() };
  const { receipt } = paidNaming(shop, stranger, desk.numbers.mistyped(live.no, desk.draws), amount);
  desk.answers.expect('orders-receipts', 'unapplied_receipt', { difference: -amount, right: [receipt] });
  desk.answers.decoy(live.no);
}

/** The same payment is entered twice in sales; channel and ledger have it once. */
function enteredTwice(shop: Shop): void {
  const { desk, till } = shop;
  const deal = shop.unpaid();
  const { customer, gross: amount, no } = deal;
  const station = stationOf(desk.draws);
  const day = deal.day + 1;
  const again = { amount, day, customer, method: station.channel, orderNo: no, cases: [no] };
  const receipts = [till.receipt(again), till.receipt(again)];
  const transaction = till.charge(station, { amount, day, merchantReference: no, cases: receipts });
  for (const row of desk.books.receipts.slice(-2)) row['channel_reference'] = transaction;
  till.book({ amount, day, account: station.account, customer, reference: transaction, cases: receipts });
  const left = [...receipts].sort();
  desk.answers.expect('orders-receipts', 'duplicate', { difference: -amount, left: [no], right: left });
  desk.answers.expect('receipts-channels', 'duplicate', { difference: amount, left, right: [transaction] });
}

function overpaid(shop: Shop, parts: (gross: Fen) => readonly Fen[]): void {
  const { desk, till } = shop;
  const deal = shop.unpaid();
  const amounts = parts(deal.gross);
  const right = amounts.map((amount) => till.payAtStation(deal, amount).receipt).sort();
  const difference = deal.gross - amounts.reduce((sum, amount) => sum + amount, 0n);
  desk.answers.expect('orders-receipts', 'overpaid', { difference, left: [deal.no], right });
}

/** Parts that add up, each by a way of its own. */
function instalments(shop: Shop): void {
  const deal = shop.unpaid({ day: shop.desk.draws.between(2, 12) });
  const part = deal.gross / 3n;
  const amounts = [part, part, deal.gross - 2n * part];
  amounts.forEach((amount, index) => {
    const day = deal.day + 4 * index + 1;
    if (index === 1) shop.till.payByTransfer(deal, amount, day);
    else shop.till.payAtStation(deal, amount, { day });
  });
}

export const RECEIPTS: readonly Story[] = [
  recognisable('receipt-form', 3, ({ desk }, { no }) => otherwiseWritten(desk, no)),
  recognisable('receipt-edit', 5, ({ desk }, { no }) => desk.numbers.mistyped(no, desk.draws)),
  recognisable('receipt-transposed', 3, ({ desk }, { no }) => desk.numbers.transposed(no)),
  { tag: 'receipt-without-order', weight: 4, isOpen: true, tell: withoutOrder },
  { tag: 'receipt-without-order-of-two', weight: 2, tell: withoutOrderOfTwo },
  {
    tag: 'receipt-unknown',
    weight: 3,
    tell: (shop) => {
      const { desk } = shop;
      const amount = desk.amounts.alone(desk.draws);
      const nobody = { ...shop.unpaid(), no: 'nobody', gross: amount };
      const { receipt } = paidNaming(shop, nobody, desk.numbers.foreign('SO'));
      desk.answers.expect('orders-receipts', 'unapplied_receipt', { difference: -amount, right: [receipt] });
    },
  },
  { tag: 'receipt-unknown-near-live', weight: 3, tell: unknownNearLive },
  { tag: 'entered-twice', weight: 3, tell: enteredTwice },
  { tag: 'overpaid', weight: 3, tell: (shop) => overpaid(shop, (gross) => [gross + 8_000n]) },
  { tag: 'overpaid-in-parts', weight: 3, tell: (shop) => overpaid(shop, (gross) => [gross, gross / 2n]) },
  { tag: 'paid-twice', weight: 3, tell: (shop) => overpaid(shop, (gross) => [gross, gross]) },
  {
    tag: 'cancelled-paid',
    weight: 3,
    tell: ({ desk, till }) => {
      const deal = desk.order({ status: 'cancelled' });
      const { receipt } = till.payAtStation(deal);
      desk.answers.expect('orders-receipts', 'status_differs', { left: [deal.no], right: [receipt] });
    },
  },
  {
    tag: 'cancelled-refunded',
    weight: 2,
    tell: ({ desk, till }) => {
      const deal = desk.order({ status: 'cancelled', day: desk.draws.between(2, 20) });
      till.payAtStation(deal);
      till.payAtStation(deal, -deal.gross, { day: deal.day + 5 });
    },
  },
  { tag: 'instalments', weight: 5, tell: instalments },
  {
    tag: 'part-paid',
    weight: 3,
    tell: (shop) => {
      const deal = shop.unpaid();
      shop.till.payAtStation(deal, deal.gross / 2n);
    },
  },
];
