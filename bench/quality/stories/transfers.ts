import type { Fen } from '../../../sample/fen';
import { ACCOUNTS } from '../company';
import type { Customer } from '../desk/customers';
import type { Deal } from '../desk/desk';
import type { Shop, Story } from '../desk/shop';
import { otherwiseWritten } from './references';

const BANK = ACCOUNTS.bank.CNY;

/** The receipt of a deal paid by transfer, in order. */
function receiptOf(shop: Shop, deal: Deal, day: number, amount: Fen = deal.gross): string {
  const { customer, no: orderNo } = deal;
  return shop.till.receipt({ amount, day, customer, method: 'bank', orderNo, cases: [orderNo] });
}

/** Paid by a transfer whose remark is the story's; the receipt is found by it or by payer and amount. */
const remarked = (
  tag: string,
  weight: number,
  remark: (shop: Shop, deal: Deal, receipt: string) => string,
  more: { deal?: (shop: Shop) => Deal; delay?: number } = {},
): Story => ({
  tag,
  weight,
  tell: (shop) => {
    const { desk, till } = shop;
    const deal = more.deal?.(shop) ?? shop.unpaid();
    const { customer, gross: amount } = deal;
    const day = deal.day + 1;
    const receipt = receiptOf(shop, deal, day);
    const transaction = till.transfer({
      ...{ amount, counterparty: customer.name, cases: [receipt] },
      day: day + (more.delay ?? 0),
      remark: remark(shop, deal, receipt),
    });
    const entry = till.book({ amount, day, account: BANK, customer, reference: receipt, cases: [receipt] });
    desk.answers.pair('receipts-channels', receipt, transaction);
    desk.answers.pair('channels-ledger', transaction, entry);
  },
});

/** One transfer of a customer for several orders, all named in its remark, a receipt for each. */
function combined(shop: Shop): void {
  const { desk, till } = shop;
  const first = shop.unpaid();
  const { customer, day } = first;
  const count = desk.draws.between(1, 3);
  const deals = [first, ...Array.from({ length: count }, () => shop.unpaid({ customer, day }))];
  const receipts = deals.map((deal) => receiptOf(shop, deal, day + 2));
  const amount = deals.reduce((sum, { gross }) => sum + gross, 0n);
  const remark = `货款${deals.map(({ no }) => no).join(desk.draws.pick(['/', '，', ' ', '+']))}`;
  const transaction = till.transfer({ amount, day: day + 2, counterparty: customer.name, remark, cases: receipts });
  const lines = deals.map(({ gross }, index) => ({
    ...{ account: ACCOUNTS.receivable, amount: -gross, customer: customer.no },
    reference: receipts[index] ?? null,
  }));
  const entry = desk.ledger.post({
    ...{ day: day + 2, reference: transaction, description: `收款 ${customer.name}`, cases: receipts },
    lines: [{ account: BANK, amount }, ...lines],
  });
  for (const receipt of receipts) desk.answers.pair('receipts-channels', receipt, transaction);
  desk.answers.pair('channels-ledger', transaction, entry);
}

/** One transfer is the sum of two receipts and says nothing: a sum that fits is a suggestion, no match. */
function combinedNameless(shop: Shop): void {
  const { desk, till } = shop;
  const one = shop.unpaid();
  const { customer, day } = one;
  const two = shop.unpaid({ customer, day });
  const amount = one.gross + two.gross;
  const transaction = till.transfer({ amount, day: day + 1, counterparty: customer.name, remark: '货款', cases: [] });
  const cases = [transaction];
  desk.answers.belongs(transaction, transaction);
  const entry = till.book({ amount, day: day + 1, account: BANK, customer, reference: transaction, cases });
  for (const deal of [one, two]) {
    const left = [receiptOf(shop, deal, day + 1)];
    desk.answers.expect('receipts-channels', 'missing_in_finance', { difference: deal.gross, left });
  }
  desk.answers.expect('receipts-channels', 'missing_in_sales', { difference: -amount, right: [transaction] });
  desk.answers.pair('channels-ledger', transaction, entry);
}

/** One receipt without an order; its description names the orders it pays. */
function combinedReceipt(shop: Shop): void {
  const { desk, till } = shop;
  const one = shop.unpaid();
  const { customer, day } = one;
  const two = shop.unpaid({ customer, day });
  const amount = one.gross + two.gross;
  const description = `货款 ${one.no} ${two.no}`;
  const cases = [one.no, two.no];
  const receipt = till.receipt({ amount, day: day + 1, customer, method: 'bank', description, cases });
  const counterparty = customer.name;
  const transaction = till.transfer({ amount, day: day + 1, counterparty, remark: description, cases: [receipt] });
  till.nameChannel(transaction);
  till.book({ amount, day: day + 1, account: BANK, customer, reference: receipt, cases: [receipt] });
  for (const { no } of [one, two]) desk.answers.pair('orders-receipts', no, receipt);
}

/** One receipt, paid by the customer in several transfers that all name the order. */
function severalForOne(shop: Shop): void {
  const { desk, till } = shop;
  const deal = shop.unpaid();
  const { customer, gross, no } = deal;
  const day = deal.day + 1;
  const receipt = receiptOf(shop, deal, day + 2);
  const part = gross / 3n;
  const amounts = [part, part + 100n, gross - 2n * part - 100n];
  amounts.forEach((amount, index) => {
    const remark = `${no} 货款第${index + 1}笔`;
    const at = { day: day + index, counterparty: customer.name };
    const transaction = till.transfer({ amount, ...at, remark, cases: [receipt] });
    const entry = till.book({
      amount,
      day: day + index,
      account: BANK,
      customer,
      reference: transaction,
      cases: [receipt],
    });
    desk.answers.pair('receipts-channels', receipt, transaction);
    desk.answers.pair('channels-ledger', transaction, entry);
  });
}

/** Two companies one character apart pay the same amount in the same days; only the payer's name tells whose it is. */
function namesakes(shop: Shop): void {
  const { desk } = shop;
  const [one, two] = desk.customers.namesakes();
  const gross = desk.amounts.alone(desk.draws);
  const day = desk.draws.between(2, 20);
  for (const customer of [one, two]) payNameless(shop, shop.unpaid({ customer, gross, day }), customer);
}

function payNameless(shop: Shop, deal: Deal, payer: Customer): void {
  const { desk, till } = shop;
  const { gross: amount, customer } = deal;
  const day = deal.day + 1;
  const receipt = receiptOf(shop, deal, day);
  const transaction = till.transfer({ amount, day, counterparty: payer.name, remark: '货款', cases: [receipt] });
  till.book({ amount, day, account: BANK, customer, reference: receipt, cases: [receipt] });
  desk.answers.pair('receipts-channels', receipt, transaction);
}

/** The amount fits a receipt, but the payer is another customer whose name differs by one character. */
function namesakePays(shop: Shop): void {
  const { desk, till } = shop;
  const [one, two] = desk.customers.namesakes();
  const deal = shop.unpaid({ customer: one });
  shop.unpaid({ customer: two, day: deal.day });
  const { gross: amount, customer } = deal;
  const day = deal.day + 1;
  const receipt = receiptOf(shop, deal, day);
  const transaction = till.transfer({ amount, day, counterparty: two.name, remark: '货款', cases: [] });
  desk.answers.expect('receipts-channels', 'missing_in_finance', { difference: amount, left: [receipt] });
  desk.answers.expect('receipts-channels', 'missing_in_sales', { difference: -amount, right: [transaction] });
  const entry = till.book({ amount, day, account: BANK, customer, reference: receipt, cases: [receipt] });
  const may = true;
  desk.answers.expect('channels-ledger', 'missing_in_sales', { difference: -amount, right: [entry], may });
  desk.answers.expect('channels-ledger', 'missing_in_finance', { difference: amount, left: [transaction], may });
}

/** A customer's transfer that sales has not entered; finance has booked it. */
function notInSales(shop: Shop): void {
  const { desk, till } = shop;
  const { customer, no, day, gross: amount } = shop.unpaid();
  const at = { day: day + 1, counterparty: customer.name };
  const transaction = till.transfer({ amount, ...at, remark: `货款 ${no}`, cases: [] });
  const cases = [transaction];
  desk.answers.belongs(transaction, transaction);
  till.book({ amount, day: day + 1, account: BANK, customer, reference: transaction, cases });
  desk.answers.expect('receipts-channels', 'missing_in_sales', { difference: -amount, right: [transaction] });
}

/** What the bank itself books: its charge, its interest. */
function byTheBank(shop: Shop, amount: Fen, account: string, booked: Fen | null): void {
  const { desk, till } = shop;
  const remark = amount < 0n ? '账户管理费' : '利息';
  const day = desk.draws.between(2, 28);
  const transaction = till.transfer({ amount, day, counterparty: '中国工商银行', remark, cases: [] });
  desk.answers.belongs(transaction, transaction);
  if (booked === null) {
    desk.answers.expect('channels-ledger', 'missing_in_finance', { difference: amount, left: [transaction] });
    return;
  }
  const lines = [
    { account: BANK, amount: booked },
    { account, amount: -booked },
  ];
  const entry = desk.ledger.post({ day, reference: transaction, description: remark, cases: [transaction], lines });
  if (booked === amount) return desk.answers.pair('channels-ledger', transaction, entry);
  const told = { difference: amount - booked, left: [transaction], right: [entry] };
  desk.answers.expect('channels-ledger', 'amount_differs', told);
}

const some = ({ desk }: Shop): Fen => BigInt(desk.draws.between(1_000, 60_000));

export const TRANSFERS: readonly Story[] = [
  remarked('remark-order', 4, (_, { no }) => `付${no}货款`),
  remarked('remark-form', 3, ({ desk }, { no }) => `货款 ${otherwiseWritten(desk, no).trim()}`),
  remarked('remark-receipt', 3, (_, __, receipt) => `收款单${receipt}`),
  remarked('remark-edit', 4, ({ desk }, { no }) => `货款${desk.numbers.mistyped(no, desk.draws)}`),
  remarked('remark-nothing', 5, () => '货款'),
  remarked('remark-noise', 3, ({ desk }, { day }) => `货款${desk.calendar.compact(day)} 联系电话13812345678`),
  remarked('remark-nothing-later', 3, () => '往来款', { delay: 3 }),
  { tag: 'combined-transfer', weight: 5, tell: combined },
  { tag: 'combined-nameless', weight: 3, tell: combinedNameless },
  { tag: 'combined-receipt', weight: 3, isOpen: true, tell: combinedReceipt },
  { tag: 'several-transfers', weight: 4, tell: severalForOne },
  { tag: 'namesakes', weight: 3, tell: namesakes },
  { tag: 'namesake-pays', weight: 2, isOpen: true, tell: namesakePays },
  { tag: 'transfer-not-in-sales', weight: 3, tell: notInSales },
  {
    tag: 'bank-charge',
    weight: 2,
    tell: (shop) => {
      const amount = -some(shop);
      byTheBank(shop, amount, ACCOUNTS.bankCharges, amount);
    },
  },
  {
    tag: 'bank-charge-not-booked',
    weight: 2,
    tell: (shop) => byTheBank(shop, -some(shop), ACCOUNTS.bankCharges, null),
  },
  {
    tag: 'interest-amount',
    weight: 2,
    tell: (shop) => {
      const amount = some(shop);
      byTheBank(shop, amount, ACCOUNTS.interest, amount + 1_111n);
    },
  },
];
