import type { Method } from '../../domain/words';
import { bookSale, salePostings } from '../bookkeeping';
import type { Named, Order, OrderCase, Payment } from '../cases';
import type { Invoice } from '../cases';
import { ordinaryCase, type Traits } from '../ordinary';
import { payment } from '../payments';
import { again, decoy, only, PLAIN, type Scene, type Story } from './story';

const METHODS: readonly Method[] = ['alipay', 'bank', 'wechat', 'card', 'cash'];

const paidInFull = ({ instance }: Scene): Traits => ({
  ...PLAIN,
  pay: 'full',
  method: METHODS[instance % METHODS.length] ?? 'bank',
});
const paid = (kase: OrderCase): Payment => only(kase.payments);

/** The second of two orders is like the first: same customer, lines and day. */
function likeTheFirst(scene: Scene, traits: Traits): Traits {
  return scene.part === 0 ? traits : { ...traits, like: scene.index - 1 };
}

/** `SO202610-0000123` → `so202610 000 0123`, `SO2026100000123` or `ＳＯ２０２６１０－０００１２３`: as some people write it. */
function misspelled(reference: string, instance: number): string {
  const head = reference.slice(0, 8);
  const tail = reference.slice(8).replaceAll('-', '');
  if (instance % 3 === 0) return `${head.toLowerCase()} ${tail.slice(0, 3)} ${tail.slice(3)}`;
  if (instance % 3 === 1) return `${head}${tail}`;
  const wide = (text: string): string =>
    text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
  return wide(`${head}-${tail}`);
}

/** What the two orders of one transfer have in common. */
const TRANSFER: Traits = { ...PLAIN, pay: 'full', method: 'bank' };

function secondOrder(scene: Scene, first: Order): Order {
  return ordinaryCase(scene.world, scene.index + 1, { ...TRANSFER, customer: first.customer, day: first.at.day }).order;
}

export const DECOYS: readonly Story[] = [
  decoy(
    'twin-sales',
    { zh: '同一客户同日同额的两笔真实订单', en: 'two true sales to one customer of one amount on one day' },
    (scene) => likeTheFirst(scene, paidInFull(scene)),
    (kase) => [kase.order.orderNo],
    2,
    2,
  ),
  decoy(
    'one-transfer-two-orders',
    { zh: '一笔转账付两张订单', en: 'one transfer pays two orders' },
    (scene) => {
      if (scene.part === 0) return TRANSFER;
      const first = ordinaryCase(scene.world, scene.index - 1, TRANSFER).order;
      return { ...TRANSFER, customer: first.customer, day: first.at.day };
    },
    payTogether,
    3,
    2,
  ),
  decoy(
    'instalments',
    { zh: '分两次付清', en: 'paid in two instalments' },
    (scene) => ({ ...paidInFull(scene), pay: 'instalments' }),
    (kase) => [kase.order.orderNo, ...kase.payments.map((one) => only(one.receipts).receiptNo)],
    4,
  ),
  decoy(
    'instalments-by-several-ways',
    { zh: '分期付款，方式不同', en: 'paid in instalments, each another way' },
    PLAIN,
    payByThreeWays,
  ),
  decoy(
    'booked-in-two-parts',
    { zh: '一张订单分两张凭证入账，合计相符', en: 'one order booked in two vouchers that sum up' },
    PLAIN,
    (kase, { world }) => {
      const { order } = kase;
      const gross = (order.gross * 3n) / 10n;
      const tax = (order.tax * 3n) / 10n;
      const first = bookSale(order, order.at.day, order.orderNo, gross, tax);
      const second = bookSale(
        order,
        world.within(order.at.day, 2),
        order.orderNo,
        order.gross - gross,
        order.tax - tax,
      );
      kase.bookings = [first, second];
      return [order.orderNo, first, second];
    },
    3,
  ),
  decoy(
    'invoiced-in-two-parts',
    { zh: '一张订单开两张发票，合计相符', en: 'one order, two invoices that sum up' },
    PLAIN,
    (kase, { world, index }) => {
      const first = only(kase.invoices);
      const second: Invoice = {
        ...first,
        invoiceNo: world.numbers(index).invoice(2),
        gross: (first.gross * 4n) / 10n,
        tax: (first.tax * 4n) / 10n,
      };
      first.gross -= second.gross;
      first.tax -= second.tax;
      kase.invoices.push(second);
      return [kase.order.orderNo, first.invoiceNo, second.invoiceNo];
    },
    3,
  ),
  decoy(
    'reversed-and-booked-again',
    { zh: '错误凭证已红冲并重新入账', en: 'a wrong voucher, reversed and booked again' },
    PLAIN,
    (kase) => {
      const { order } = kase;
      const right = only(kase.bookings);
      const wrong = { ...again(right), postings: salePostings(order.customer, order.gross + 10_000n, order.tax) };
      const reversal = {
        ...again(right),
        summary: `红字冲销 ${order.customer.name}`,
        postings: salePostings(order.customer, -order.gross - 10_000n, -order.tax),
      };
      kase.bookings = [wrong, reversal, right];
      return [order.orderNo, wrong, reversal, right];
    },
  ),
  decoy(
    'spelling',
    { zh: '单号大小写、全半角、空格、连字符不同', en: 'references that differ in case, width, spaces and hyphens' },
    paidInFull,
    (kase, { instance }) => {
      const { orderNo } = kase.order;
      const booking = only(kase.bookings);
      booking.named = misspelled(orderNo, instance);
      booking.place = instance % 2 === 0 ? 'reference' : 'business';
      only(kase.invoices).orderNo = misspelled(orderNo, instance + 1);
      const receipt = only(paid(kase).receipts);
      only(paid(kase).bookings).named = misspelled(receipt.receiptNo, instance + 2);
      receipt.orderNo = misspelled(orderNo, instance + 2);
      return [orderNo, receipt.receiptNo];
    },
    6,
  ),
  decoy(
    'number-in-summary',
    { zh: '单号只写在摘要里', en: 'the number stands in the description only' },
    paidInFull,
    (kase) => {
      only(kase.bookings).place = 'summary';
      only(paid(kase).bookings).place = 'summary';
      return [kase.order.orderNo];
    },
    3,
  ),
  decoy(
    'sold-to-the-last-minute',
    { zh: '月末最后几分钟成交，收款按 UTC 导出', en: 'sold in the month’s last minutes, the receipt exported in UTC' },
    ({ world }) => ({ ...PLAIN, pay: 'full', method: 'wechat', day: world.lastDay }),
    (kase, { world, instance }) => {
      const at = { day: world.lastDay, second: 86_399 - instance * 61 };
      const receipt = only(paid(kase).receipts);
      receipt.at = at;
      receipt.inUtc = true;
      only(paid(kase).movements).at = at;
      return [kase.order.orderNo, receipt.receiptNo];
    },
  ),
  decoy(
    'first-minutes-of-the-month',
    {
      zh: '月初零点后几分钟收款，按 UTC 导出时还在上月',
      en: 'paid in the month’s first minutes; in UTC it was still the month before',
    },
    { ...PLAIN, pay: 'full', method: 'card', day: 1 },
    (kase, { instance }) => {
      const at = { day: 1, second: 600 + instance * 77 };
      const receipt = only(paid(kase).receipts);
      receipt.at = at;
      receipt.inUtc = true;
      only(paid(kase).movements).at = at;
      return [kase.order.orderNo, receipt.receiptNo];
    },
  ),
  decoy(
    'method-other',
    { zh: '以货抵款，没有渠道', en: 'set off against goods: no channel has it' },
    { ...PLAIN, pay: 'full', method: 'other' },
    (kase) => [kase.order.orderNo, only(paid(kase).receipts).receiptNo],
  ),
  decoy(
    'part-paid',
    { zh: '部分付款，余额为应收', en: 'paid in part: the rest is receivable' },
    (scene) => ({ ...paidInFull(scene), pay: 'part' }),
    (kase) => [kase.order.orderNo],
  ),
  decoy('unpaid', { zh: '未付款，为应收', en: 'not paid yet: receivable' }, PLAIN, (kase) => [kase.order.orderNo]),
  decoy(
    'returned-and-refunded',
    { zh: '退货、红字发票与退款', en: 'a return with its red invoice and refund' },
    (scene) => ({ ...paidInFull(scene), returned: true }),
    (kase) => [kase.order.orderNo, ...kase.returned.flatMap((one) => one.returns.map((each) => each.returnNo))],
    5,
  ),
  decoy(
    'cancelled-not-booked',
    { zh: '取消的订单，未入账', en: 'a cancelled order, never booked' },
    { ...PLAIN, status: 'cancelled' },
    (kase) => [kase.order.orderNo],
  ),
  decoy(
    'draft-not-booked',
    { zh: '草稿订单，未入账', en: 'a draft, never booked' },
    { ...PLAIN, status: 'draft' },
    (kase) => [kase.order.orderNo],
  ),
  decoy(
    'approved-not-invoiced',
    { zh: '已审核未发货，不应开票', en: 'approved, not delivered: not due for an invoice' },
    { ...PLAIN, status: 'approved' },
    (kase) => [kase.order.orderNo],
  ),
  decoy(
    'booked-days-later',
    { zh: '数日后入账，仍在本月', en: 'booked days later, within the month' },
    ({ world, index }) => ({ ...PLAIN, day: Math.min(world.dayOf(index), world.lastDay - 7) }),
    (kase) => {
      const booking = only(kase.bookings);
      booking.day = kase.order.at.day + 6;
      return [kase.order.orderNo, booking];
    },
  ),
];

/** Two receipts, one entry at the bank, on the first order. */
function payTogether(kase: OrderCase, scene: Scene): readonly Named[] {
  const receipt = only(paid(kase).receipts);
  if (scene.part === 1) {
    const first = ordinaryCase(scene.world, scene.index - 1, TRANSFER);
    const theirs = only(only(first.payments).receipts);
    receipt.at = theirs.at;
    receipt.channelReference = theirs.channelReference;
    paid(kase).bankEntries = [];
    only(paid(kase).bookings).day = theirs.at.day;
    return [kase.order.orderNo];
  }
  const entry = only(paid(kase).bankEntries);
  const other = secondOrder(scene, kase.order);
  entry.amount += other.gross;
  entry.remark = `货款 ${kase.order.orderNo} ${other.orderNo}`;
  return [kase.order.orderNo, other.orderNo, entry.bankReference];
}

/** Thirds of an order by Alipay, card and transfer. */
function payByThreeWays(kase: OrderCase, { world, index }: Scene): readonly Named[] {
  const { order } = kase;
  const third = order.gross / 3n;
  const ways = [
    ['alipay', third],
    ['card', third],
    ['bank', order.gross - third * 2n],
  ] as const;
  kase.payments = ways.map(([method, amount], part) =>
    payment(world, index, order, {
      method,
      amount,
      part,
      plain: true,
      at: { day: world.within(order.at.day, part), second: order.at.second },
    }),
  );
  return [order.orderNo, ...kase.payments.map((one) => only(one.receipts).receiptNo)];
}
