import type { Method } from '../domain/words';
import { bookReturn, bookSale } from './bookkeeping';
import type { Day, Moment } from './calendar';
import type { Invoice, Order, OrderCase, OrderLine, Place, SalesReturn, Status, Voucher } from './cases';
import { PRODUCTS, SALESPEOPLE, type Customer } from './catalogue';
import { Topic, type Draws } from './draws';
import { taxInside, type Fen } from './fen';
import { payFor, refundFor, type Share } from './payments';
import type { World } from './world';

/** What a story wants of its order; the rest is drawn. */
export interface Traits {
  readonly status?: Status;
  readonly method?: Method;
  readonly pay?: Share;
  readonly day?: Day;
  readonly returned?: boolean;
  readonly billed?: boolean;
  readonly customer?: Customer;
  /** Draw customer, lines and day like this other order's. */
  readonly like?: number;
  /** Documents name each other in the plainest way: order no and receipt no in 参考信息, channel references given. */
  readonly plain?: boolean;
}

const STATUSES = [
  ['completed', 520],
  ['delivered', 330],
  ['approved', 80],
  ['draft', 25],
  ['cancelled', 45],
] as const;
const METHODS = [
  ['alipay', 280],
  ['wechat', 250],
  ['card', 150],
  ['bank', 220],
  ['cash', 80],
  ['other', 20],
] as const;
const LINES = [
  [1, 45],
  [2, 30],
  [3, 18],
  [4, 7],
] as const;
const DAYS_TO_BOOK = [
  [0, 70],
  [1, 20],
  [2, 10],
] as const;
const REASONS = ['质量问题', '规格不符', '客户多订', '运输破损'];
/** Larger amounts are not paid in cash. */
const MOST_CASH: Fen = 500_000n;

/** A sale counts from approval. */
export function isSale(status: Status): boolean {
  return status === 'approved' || status === 'delivered' || status === 'completed';
}

/** Order `index` with everything that belongs to it, where sales, channels and finance agree. */
export function ordinaryCase(world: World, index: number, traits: Traits = {}): OrderCase {
  const order = drawOrder(world, index, traits);
  const draws = world.draws(Topic.Bookkeeping, index);
  const billed = traits.billed ?? (order.status === 'delivered' || order.status === 'completed');
  const invoices = billed ? [invoiceFor(world, index, order, draws)] : [];
  const bookings = isSale(order.status) ? [bookOrder(world, order, invoices[0], draws, traits.plain === true)] : [];
  const kase: OrderCase = { index, order, bookings, invoices, payments: [], returned: [], planted: [], decoys: [] };

  const share = traits.pay ?? drawShare(order.status, draws);
  const method = traits.method ?? drawMethod(order, draws);
  kase.payments.push(...payFor(world, index, order, method, share, traits.plain === true));
  const mayReturn = invoices.length > 0 && isSale(order.status);
  if (mayReturn && (traits.returned ?? draws.inThousand(40))) returnSome(world, kase, traits.plain === true);
  return kase;
}

function drawOrder(world: World, index: number, traits: Traits): Order {
  const draws = world.draws(Topic.Order, traits.like ?? index);
  const n = draws.below(world.customers);
  // Squared, so that some customers buy much more often than others.
  const customer = traits.customer ?? world.customer(Math.floor((n * n) / world.customers));
  const at: Moment = {
    day: traits.day ?? world.dayOf(traits.like ?? index),
    second: draws.between(8 * 3600, 21 * 3600),
  };
  const lines = Array.from({ length: draws.weighted(LINES) }, () => drawLine(draws));
  return {
    orderNo: world.numbers(index).order(at.day),
    customer,
    at,
    gross: lines.reduce((sum, line) => sum + line.gross, 0n),
    tax: lines.reduce((sum, line) => sum + taxInside(line.gross, line.product.percent), 0n),
    status: traits.status ?? draws.weighted(STATUSES),
    salesperson: draws.pick(SALESPEOPLE),
    lines,
  };
}

function drawLine(draws: Draws): OrderLine {
  const product = draws.pick(PRODUCTS);
  const quantity = product.price > 50_000n ? draws.between(1, 4) : draws.between(1, 30);
  const full = product.price * BigInt(quantity);
  // Haggling leaves amounts that are no multiples of list prices.
  const discount = draws.inThousand(300) ? (full * BigInt(draws.between(1, 120))) / 1000n : 0n;
  return { product, quantity, discount, gross: full - discount };
}

function drawShare(status: Status, draws: Draws): Share {
  if (status === 'completed') return 'full';
  if (status === 'delivered')
    return draws.weighted([
      ['full', 60],
      ['part', 12],
      ['none', 28],
    ]);
  if (status === 'approved')
    return draws.weighted([
      ['full', 30],
      ['none', 70],
    ]);
  return 'none';
}

function drawMethod(order: Order, draws: Draws): Method {
  const method = draws.weighted(METHODS);
  return method === 'cash' && order.gross > MOST_CASH ? 'card' : method;
}

function invoiceFor(world: World, index: number, order: Order, draws: Draws): Invoice {
  return {
    invoiceNo: world.numbers(index).invoice(),
    orderNo: order.orderNo,
    customer: order.customer,
    day: world.within(order.at.day, draws.below(3)),
    gross: order.gross,
    tax: order.tax,
    kind: 'blue',
    original: '',
  };
}

/** The sale's voucher, naming the order or its invoice in one of the places people use. */
function bookOrder(world: World, order: Order, invoice: Invoice | undefined, draws: Draws, plain: boolean): Voucher {
  const booked = bookSale(order, world.within(order.at.day, draws.weighted(DAYS_TO_BOOK)));
  if (plain) return booked;
  booked.place = draws.weighted<Place>([
    ['reference', 65],
    ['summary', 25],
    ['business', 10],
  ]);
  if (invoice && draws.inThousand(50)) booked.named = invoice.invoiceNo;
  return booked;
}

/** Some units of one line come back: a return, its red invoice, its red voucher, and the money if the order was paid. */
function returnSome(world: World, kase: OrderCase, plain: boolean): void {
  const { order, index } = kase;
  const draws = world.draws(Topic.Return, index);
  const line = draws.pick(order.lines);
  const gross = (line.gross * BigInt(draws.between(1, line.quantity))) / BigInt(line.quantity);
  const day = world.within(order.at.day, draws.between(1, 6));
  const numbers = world.numbers(index);
  const returned: SalesReturn = {
    returnNo: numbers.return(day),
    orderNo: order.orderNo,
    customer: order.customer,
    day,
    gross,
    tax: taxInside(gross, line.product.percent),
    reason: draws.pick(REASONS),
  };
  const red: Invoice = {
    invoiceNo: numbers.invoice(1),
    orderNo: order.orderNo,
    customer: order.customer,
    day,
    gross: -gross,
    tax: -returned.tax,
    kind: 'red',
    original: kase.invoices[0]?.invoiceNo ?? '',
  };
  const named = plain || draws.inThousand(700) ? returned.returnNo : order.orderNo;
  kase.returned.push({ returns: [returned], invoices: [red], bookings: [bookReturn(returned, day, named)] });
  const refund = refundFor(world, kase, returned);
  if (refund) kase.payments.push(refund);
}
