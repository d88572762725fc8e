import type { Fen } from '../../../sample/fen';
import { ACCOUNTS, TOLERANCE } from '../company';
import type { Deal } from '../desk/desk';
import type { Shop, Story } from '../desk/shop';

// Differences above the tolerance that the policy lets be written off: an exception with that advice, or a match that
// shows the difference, are both right. What is outside is an exception (`write-off-outside`).

const small = ({ desk }: Shop): Fen =>
  BigInt(desk.draws.between(Number(TOLERANCE.amount) + 1, Number(TOLERANCE.writeOff)));

/** A deal of a customer whose balance a small difference leaves open. */
function dealOfNewCustomer(shop: Shop, make: (options: Pick<Deal, 'customer'>) => Deal): Deal {
  const customer = shop.desk.customers.fresh();
  shop.desk.answers.leaveOpen(customer.no);
  return make({ customer });
}

function bookedALittleOff(shop: Shop): void {
  const { desk } = shop;
  const deal = dealOfNewCustomer(shop, (options) => shop.unbooked(options));
  const by = small(shop);
  const right = [desk.sale(deal, { gross: deal.gross + by })];
  desk.answers.expect('orders-ledger', 'amount_differs', { difference: -by, left: [deal.no], right, may: true });
}

/** 抹零: the customer pays without the odd cents, sales enters what came, finance writes the rest off with the receipt. */
function oddCentsLeft(shop: Shop): void {
  const { desk, till } = shop;
  const deal = dealOfNewCustomer(shop, (options) => shop.unpaid(options));
  const off = small(shop);
  const { customer, no: orderNo } = deal;
  const amount = deal.gross - off;
  const day = deal.day + 1;
  const receipt = till.receipt({ amount, day, customer, method: 'bank', orderNo, cases: [orderNo] });
  const remark = `货款 ${orderNo}`;
  const transaction = till.transfer({ amount, day, counterparty: customer.name, remark, cases: [receipt] });
  const entry = desk.ledger.post({
    ...{ day, reference: receipt, description: `收款 ${customer.name} 抹零`, cases: [receipt] },
    lines: [
      { account: ACCOUNTS.bank.CNY, amount },
      { account: ACCOUNTS.smallWriteOffs, amount: off },
      { account: ACCOUNTS.receivable, amount: -deal.gross, customer: customer.no },
    ],
  });
  desk.answers.pair('orders-receipts', orderNo, receipt);
  desk.answers.pair('receipts-channels', receipt, transaction);
  const told = { difference: -off, left: [transaction], right: [entry], may: true };
  desk.answers.expect('channels-ledger', 'amount_differs', told);
}

export const SMALL: readonly Story[] = [
  { tag: 'write-off-inside', weight: 3, isOpen: true, tell: bookedALittleOff },
  { tag: 'odd-cents-left', weight: 3, isOpen: true, tell: oddCentsLeft },
];
