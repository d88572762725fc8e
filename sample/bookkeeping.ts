import type { Account, Channel, Order, Posting, SalesReturn, Voucher } from './cases';
import type { Customer } from './catalogue';
import type { Day } from './calendar';
import type { Fen } from './fen';

/** The accounts finance books on. */
export const ACCOUNTS = {
  receivable: { code: '1122', name: '应收账款' },
  payable: { code: '2202', name: '应付账款' },
  otherReceivable: { code: '1221', name: '其他应收款' },
  revenue: { code: '6001', name: '主营业务收入' },
  outputTax: { code: '222101', name: '应交税费-应交增值税(销项税额)' },
  bank: { code: '100201', name: '银行存款-工商银行' },
  fees: { code: '660301', name: '财务费用-手续费' },
  interest: { code: '660302', name: '财务费用-利息收入' },
  alipay: { code: '101201', name: '其他货币资金-支付宝' },
  wechat: { code: '101202', name: '其他货币资金-微信支付' },
  card: { code: '101203', name: '其他货币资金-银行卡收单' },
  cash: { code: '1001', name: '库存现金' },
} as const satisfies Record<string, Account>;

export const CHANNEL_NAMES: Record<Channel, string> = {
  alipay: '支付宝',
  wechat: '微信支付',
  card: '银行卡',
  cash: '现金',
};

const debit = (account: Account, amount: Fen, customer?: Customer): Posting => ({
  account,
  debit: amount,
  credit: 0n,
  ...(customer ? { customer } : {}),
});
const credit = (account: Account, amount: Fen, customer?: Customer): Posting => ({
  account,
  debit: 0n,
  credit: amount,
  ...(customer ? { customer } : {}),
});

/** A voucher in CNY that names its document in 参考信息. */
export function voucher(day: Day, summary: string, named: string, postings: Posting[]): Voucher {
  return { day, summary, named, place: 'reference', currency: 'CNY', postings };
}

/** Dr receivable, Cr revenue and output tax. */
export function bookSale(order: Order, day: Day, named = order.orderNo, gross = order.gross, tax = order.tax): Voucher {
  return voucher(day, `销售商品 ${order.customer.name}`, named, salePostings(order.customer, gross, tax));
}

export function salePostings(customer: Customer, gross: Fen, tax: Fen): Posting[] {
  return [
    debit(ACCOUNTS.receivable, gross, customer),
    credit(ACCOUNTS.revenue, gross - tax),
    credit(ACCOUNTS.outputTax, tax),
  ];
}

/** A return is a red sale. */
export function bookReturn(of: SalesReturn, day: Day, named: string): Voucher {
  return voucher(day, `销售退回 ${of.customer.name}`, named, salePostings(of.customer, -of.gross, -of.tax));
}

/** Dr where the money came in, Cr receivable; a refund the other way round. */
export function bookReceipt(account: Account, customer: Customer, amount: Fen, day: Day, named: string): Voucher {
  const postings =
    amount >= 0n
      ? [debit(account, amount), credit(ACCOUNTS.receivable, amount, customer)]
      : [debit(ACCOUNTS.receivable, -amount, customer), credit(account, -amount)];
  return voucher(day, `${amount >= 0n ? '收货款' : '退货款'} ${customer.name}`, named, postings);
}

/** Dr fees, Cr channel; a fee given back is red. */
export function bookFee(channel: Channel, amount: Fen, day: Day, named: string): Voucher {
  const summary = `${CHANNEL_NAMES[channel]}手续费`;
  return voucher(day, summary, named, [debit(ACCOUNTS.fees, amount), credit(ACCOUNTS[channel], amount)]);
}

/** Dr bank, Cr channel; the other way round when the channel takes money back. */
export function bookPayout(channel: Channel, net: Fen, day: Day, named: string): Voucher {
  const summary = channel === 'cash' ? '现金缴存银行' : `${CHANNEL_NAMES[channel]}结算款到账`;
  const postings =
    net >= 0n
      ? [debit(ACCOUNTS.bank, net), credit(ACCOUNTS[channel], net)]
      : [debit(ACCOUNTS[channel], -net), credit(ACCOUNTS.bank, -net)];
  return voucher(day, summary, named, postings);
}

/** A bank entry that is no receipt: interest, charges, suppliers. `amount` as the bank has it, credit +. */
export function bookBankEntry(against: Account, amount: Fen, day: Day, summary: string, named: string): Voucher {
  const postings =
    amount >= 0n
      ? [debit(ACCOUNTS.bank, amount), credit(against, amount)]
      : [debit(against, -amount), credit(ACCOUNTS.bank, -amount)];
  return { ...voucher(day, summary, named, postings), place: 'settlement' };
}
