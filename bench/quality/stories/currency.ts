import { ACCOUNTS } from '../company';
import { timesRate } from '../desk/ledger';
import type { Deal } from '../desk/desk';
import type { Shop, Story } from '../desk/shop';

const RATES = [71_200n, 71_655n, 70_988n, 71_327n];

/** A dollar deal with its invoice; sale and payment are the story's. */
function dollarDeal({ desk }: Shop): Deal {
  const deal = desk.order({ currency: 'USD', tax: 0n });
  desk.invoice(deal);
  return deal;
}

function bookSale({ desk }: Shop, deal: Deal, gross = deal.gross): string {
  return desk.sale(deal, { rate: desk.draws.pick(RATES), gross, tax: 0n });
}

/** Paid by transfer to the dollar account at another rate than booked; the difference goes to its own account. */
function paidAtOtherRate(shop: Shop): void {
  const { desk, till } = shop;
  const deal = dollarDeal(shop);
  desk.answers.pair('orders-ledger', deal.no, desk.sale(deal, { rate: 71_200n, tax: 0n }));
  const { customer, gross: amount, no: orderNo } = deal;
  const day = deal.day + 3;
  const currency = 'USD' as const;
  const receipt = till.receipt({ amount, day, customer, method: 'bank', currency, orderNo, cases: [orderNo] });
  const at = { day, counterparty: customer.name, remark: `PAYMENT ${orderNo}` };
  const transaction = till.transfer({ amount, ...at, currency, cases: [receipt] });
  const [booked, now] = [71_200n, 71_655n];
  const entry = desk.ledger.post({
    ...{ day, reference: receipt, description: `收汇 ${customer.name}`, cases: [receipt], rate: now },
    lines: [
      { account: ACCOUNTS.bank.USD, amount, currency },
      { account: ACCOUNTS.receivable, amount: -amount, customer: customer.no, currency, rate: booked },
      { account: ACCOUNTS.exchangeDifference, amount: timesRate(amount, booked) - timesRate(amount, now) },
    ],
  });
  desk.answers.pair('receipts-channels', receipt, transaction);
  desk.answers.pair('channels-ledger', transaction, entry);
}

/** The receipt says dollars, the bank credited the same figure in yuan. */
function otherCurrencyAtBank(shop: Shop): void {
  const { desk, till } = shop;
  const deal = dollarDeal(shop);
  bookSale(shop, deal);
  const { customer, gross: amount, no: orderNo } = deal;
  const day = deal.day + 2;
  const currency = 'USD' as const;
  const receipt = till.receipt({ amount, day, customer, method: 'bank', currency, orderNo, cases: [orderNo] });
  const transaction = till.transfer({
    amount,
    day,
    counterparty: customer.name,
    remark: `货款 ${orderNo}`,
    cases: [receipt],
  });
  till.nameChannel(transaction);
  const reference = transaction;
  const entry = desk.ledger.post({
    ...{ day, reference, description: `收款 ${customer.name}`, cases: [receipt], rate: 71_655n },
    lines: [
      { account: ACCOUNTS.bank.USD, amount, currency },
      { account: ACCOUNTS.receivable, amount: -amount, customer: customer.no, currency },
    ],
  });
  desk.answers.expect('receipts-channels', 'currency_differs', { currency, left: [receipt], right: [transaction] });
  // The table of reconciliations lists no currency for channels-ledger.
  desk.answers.expect('channels-ledger', 'currency_differs', { left: [transaction], right: [entry], may: true });
}

export const CURRENCY: readonly Story[] = [
  {
    tag: 'dollar-sale',
    weight: 4,
    tell: (shop) => {
      const deal = dollarDeal(shop);
      shop.desk.answers.pair('orders-ledger', deal.no, bookSale(shop, deal));
      shop.till.payByTransfer(deal);
    },
  },
  { tag: 'dollar-at-other-rate', weight: 3, tell: paidAtOtherRate },
  {
    tag: 'dollar-amount',
    weight: 2,
    tell: (shop) => {
      const deal = dollarDeal(shop);
      const right = [bookSale(shop, deal, deal.gross - 6_500n)];
      const told = { difference: 6_500n, currency: 'USD', left: [deal.no], right } as const;
      shop.desk.answers.expect('orders-ledger', 'amount_differs', told);
    },
  },
  { tag: 'dollar-as-yuan', weight: 2, tell: otherCurrencyAtBank },
];
