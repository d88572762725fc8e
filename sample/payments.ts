import type { Method } from '../domain/words';
import { ACCOUNTS, bookFee, bookReceipt } from './bookkeeping';
import type { Moment } from './calendar';
import {
  CHANNELS,
  type Account,
  type BankEntry,
  type Channel,
  type Movement,
  type Order,
  type OrderCase,
  type Payment,
  type Receipt,
  type SalesReturn,
} from './cases';
import { Topic, type Draws } from './draws';
import { shareOf, type Fen } from './fen';
import type { World } from './world';

/** How much of an order is paid, and in how many payments. */
export type Share = 'full' | 'part' | 'instalments' | 'none';

/** What a channel keeps of a payment, in ten-thousandths. */
const FEE_RATE: Record<Channel, number> = { alipay: 60, wechat: 60, card: 50, cash: 0 };

/** The account a method's money comes in on. Method `other` (barter, set-off) has no channel. */
const ACCOUNT_OF: Record<Method, Account> = {
  alipay: ACCOUNTS.alipay,
  wechat: ACCOUNTS.wechat,
  card: ACCOUNTS.card,
  cash: ACCOUNTS.cash,
  bank: ACCOUNTS.bank,
  other: ACCOUNTS.otherReceivable,
};

export function accountOf(method: Method): Account {
  return ACCOUNT_OF[method];
}

export function isChannel(method: Method): method is Channel {
  return (CHANNELS as readonly Method[]).includes(method);
}

export function feeFor(channel: Channel, gross: Fen): Fen {
  return shareOf(gross, FEE_RATE[channel]);
}

/** One payment, as it is agreed on by everyone. */
export interface Paid {
  readonly method: Method;
  readonly amount: Fen;
  readonly at: Moment;
  /** 0 … 3: which payment of the order. */
  readonly part: number;
  readonly plain: boolean;
}

/** The payments of an order. */
export function payFor(
  world: World,
  index: number,
  order: Order,
  method: Method,
  share: Share,
  plain: boolean,
): Payment[] {
  if (share === 'none') return [];
  const draws = world.draws(Topic.Payment, index);
  const at: Moment = {
    day: method === 'bank' ? world.within(order.at.day, draws.below(4)) : order.at.day,
    second: Math.min(order.at.second + draws.between(20, 1500), 86_000),
  };
  // Whole yuan, at least one, and something is left to pay.
  const first = share === 'full' ? order.gross : ((order.gross * 4n) / 1000n) * 100n + 100n;
  const payments = [payment(world, index, order, { method, amount: first, at, part: 0, plain })];
  if (share === 'instalments') {
    const later: Moment = { day: world.within(at.day, 1 + draws.below(4)), second: at.second + 60 };
    payments.push(payment(world, index, order, { method, amount: order.gross - first, at: later, part: 1, plain }));
  }
  return payments;
}

/** One payment with its receipt, its movement at the channel or entry at the bank, and its vouchers. */
export function payment(world: World, index: number, order: Order, paid: Paid): Payment {
  const draws = world.draws(Topic.Payment, index * 4 + paid.part + 1_000_000_000);
  const numbers = world.numbers(index);
  const receipt: Receipt = {
    receiptNo: numbers.receipt(paid.at.day, paid.part),
    orderNo: order.orderNo,
    customer: order.customer,
    at: paid.at,
    method: paid.method,
    currency: 'CNY',
    amount: paid.amount,
    channelReference: '',
    description: paid.amount < 0n ? '退货退款' : '',
    counterparty: order.customer.name,
  };
  const bookedOn = world.within(paid.at.day, paid.plain ? 0 : draws.below(2));
  const booking = bookReceipt(accountOf(paid.method), order.customer, paid.amount, bookedOn, receipt.receiptNo);
  const made: Payment = { receipts: [receipt], movements: [], bankEntries: [], bookings: [booking], fees: [] };
  if (isChannel(paid.method)) addMovement(world, index, order, made, receipt, paid.method, paid.part);
  if (paid.method === 'bank') addBankEntry(world, index, order, made, receipt, paid.part, draws);
  if (!paid.plain) varyNames(made, order, receipt, draws);
  return made;
}

function addMovement(
  world: World,
  index: number,
  order: Order,
  made: Payment,
  receipt: Receipt,
  channel: Channel,
  part: number,
): void {
  const isRefund = receipt.amount < 0n;
  const movement: Movement = {
    channel,
    transactionNo: transactionNo(world, index, channel, receipt.at.day, part),
    merchantReference: part === 0 || isRefund ? order.orderNo : `${order.orderNo}P${part + 1}`,
    at: receipt.at,
    type: isRefund ? 'refund' : 'payment',
    currency: 'CNY',
    gross: receipt.amount,
    fee: isRefund ? 0n : feeFor(channel, receipt.amount),
    refundNo: '',
    product: order.lines[0]?.product.name ?? '',
    payer: order.customer.name,
    paidOut: true,
  };
  made.movements.push(movement);
  receipt.channelReference = movement.transactionNo;
  if (channel === 'card' && movement.fee !== 0n) made.fees.push(cardFee(movement));
}

export function transactionNo(world: World, index: number, channel: Channel, day: number, part: number): string {
  const numbers = world.numbers(index);
  if (channel === 'alipay') return numbers.alipay(day, part);
  if (channel === 'wechat') return numbers.wechat(day, part);
  return channel === 'card' ? numbers.card(day, part) : numbers.till(day, part);
}

/** The acquirer's fee is booked per transaction, on its day. */
export function cardFee(of: Movement): Payment['fees'][number] {
  return bookFee('card', of.fee, of.at.day, of.transactionNo);
}

function addBankEntry(
  world: World,
  index: number,
  order: Order,
  made: Payment,
  receipt: Receipt,
  part: number,
  draws: Draws,
): void {
  const named = draws.inThousand(700) ? order.orderNo : receipt.receiptNo;
  const entry: BankEntry = {
    bankReference: world.numbers(index).bank(receipt.at.day, part),
    endToEnd: draws.inThousand(400) ? order.orderNo : 'NOTPROVIDED',
    day: receipt.at.day,
    amount: receipt.amount,
    remark: `${receipt.amount < 0n ? '退款' : '货款'} ${named}`,
    counterparty: order.customer.name,
  };
  made.bankEntries.push(entry);
  receipt.channelReference = entry.bankReference;
}

/** People name a document in more than one way, and sometimes not at all where another number says enough. */
function varyNames(made: Payment, order: Order, receipt: Receipt, draws: Draws): void {
  const [booking] = made.bookings;
  const reference = receipt.channelReference;
  if (booking) {
    booking.place = draws.weighted([
      ['reference', 60],
      ['summary', 20],
      ['business', 10],
      ['settlement', 10],
    ]);
    const way = draws.below(10);
    if (way < 3 && reference !== '') booking.named = reference;
    else if (way < 5) booking.named = order.orderNo;
  }
  if (receipt.amount > 0n && draws.inThousand(150)) receipt.channelReference = '';
}

/**
 * Pays the return's amount back the way the order was paid, or by transfer where that was cash; nothing where it was not
 * paid in full.
 */
export function refundFor(world: World, kase: OrderCase, returned: SalesReturn): Payment | null {
  const paid = kase.payments[0];
  const receipt = paid?.receipts[0];
  if (!receipt || receipt.amount !== kase.order.gross) return null;
  const at: Moment = { day: Math.max(returned.day, receipt.at.day), second: 75_000 };
  const method = receipt.method === 'cash' ? 'bank' : receipt.method;
  const refund = payment(world, kase.index, kase.order, { method, amount: -returned.gross, at, part: 2, plain: true });
  const movement = refund.movements[0];
  const original = paid?.movements[0];
  const refundReceipt = refund.receipts[0];
  if (movement && original && refundReceipt)
    refund.movements[0] = refundMovement(world, kase, movement, original, returned, refundReceipt);
  return refund;
}

/** Alipay and WeChat name the payment's transaction again and give the refund a number of its own; others only the latter. */
function refundMovement(
  world: World,
  kase: OrderCase,
  movement: Movement,
  original: Movement,
  returned: SalesReturn,
  receipt: Receipt,
): Movement {
  if (movement.channel !== 'alipay' && movement.channel !== 'wechat')
    return { ...movement, refundNo: returned.returnNo };
  const refundNo =
    movement.channel === 'alipay' ? returned.returnNo : world.numbers(kase.index).wechatRefund(movement.at.day);
  // WeChat gives the fee of what it refunds back.
  const fee = movement.channel === 'wechat' ? feeFor('wechat', movement.gross) : 0n;
  receipt.channelReference = movement.channel === 'wechat' ? refundNo : original.transactionNo;
  return {
    ...movement,
    transactionNo: original.transactionNo,
    merchantReference: original.merchantReference,
    refundNo,
    fee,
  };
}
