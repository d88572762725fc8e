import type { Method } from '../../domain/words';
import { bookReceipt } from '../bookkeeping';
import type { OrderCase, Payment, Receipt } from '../cases';
import { Topic } from '../draws';
import type { Traits } from '../ordinary';
import { accountOf, payment } from '../payments';
import { only, PLAIN, plants, type Finding, type Scene, type Story } from './story';

const METHODS: readonly Method[] = ['alipay', 'bank', 'wechat', 'card'];

/** A plain order paid in full, by one method after the other. */
const paidInFull = ({ instance }: Scene): Traits => ({
  ...PLAIN,
  pay: 'full',
  method: METHODS[instance % METHODS.length] ?? 'bank',
});

const payments = (kase: OrderCase): Payment => only(kase.payments);
const receipt = (kase: OrderCase): Receipt => only(payments(kase).receipts);

function paidThough(zh: string, en: string): (kase: OrderCase) => Finding {
  return (kase) => ({ left: [kase.order.orderNo], right: [receipt(kase).receiptNo], difference: 0n, zh, en });
}

export const ORDERS_RECEIPTS: readonly Story[] = [
  plants(
    'orders-receipts',
    'overpaid',
    'paid-too-much',
    (scene) => ({ ...paidInFull(scene), pay: 'none' }),
    (kase, { world, index, instance }) => {
      const above = BigInt(100 + instance * 50) * 100n;
      const { order } = kase;
      const at = { day: order.at.day, second: order.at.second + 300 };
      const method = METHODS[instance % METHODS.length] ?? 'bank';
      const paid = payment(world, index, order, { method, amount: order.gross + above, at, part: 0, plain: true });
      kase.payments.push(paid);
      return {
        left: [order.orderNo],
        right: [only(paid.receipts).receiptNo],
        difference: -above,
        zh: '客户多付',
        en: 'the customer paid more than ordered',
      };
    },
  ),
  plants('orders-receipts', 'overpaid', 'paid-again', paidInFull, (kase, { world, index, instance }) => {
    const { order } = kase;
    const first = receipt(kase);
    const at = { day: world.within(first.at.day, 2), second: first.at.second };
    const second = payment(world, index, order, {
      method: METHODS[instance % METHODS.length] ?? 'bank',
      amount: order.gross,
      at,
      part: 1,
      plain: true,
    });
    kase.payments.push(second);
    return {
      left: [order.orderNo],
      right: [first.receiptNo, only(second.receipts).receiptNo],
      difference: -order.gross,
      zh: '客户付了两次',
      en: 'the customer paid twice',
    };
  }),
  plants(
    'orders-receipts',
    'unapplied_receipt',
    'receipt-wrong-order',
    paidInFull,
    (kase, { world, index }) => {
      const paid = receipt(kase);
      paid.orderNo = world.numbers(index).unknownOrder(kase.order.at.day);
      return {
        left: [],
        right: [paid.receiptNo],
        difference: -paid.amount,
        zh: '收款的订单号写错',
        en: 'the receipt has a mistyped order number',
      };
    },
    3,
  ),
  plants('orders-receipts', 'unapplied_receipt', 'receipt-no-order', paidInFull, (kase) => {
    const paid = receipt(kase);
    paid.orderNo = '';
    paid.description = '客户预付，未注明订单';
    // Nothing outside names the order either, or it would not be unknown what was paid.
    const unnamed = `预付款 ${paid.counterparty}`;
    for (const entry of payments(kase).bankEntries) entry.remark = unnamed;
    payments(kase).bankEntries = payments(kase).bankEntries.map((entry) => ({ ...entry, endToEnd: 'NOTPROVIDED' }));
    for (const movement of payments(kase).movements) movement.merchantReference = paid.receiptNo;
    return {
      left: [],
      right: [paid.receiptNo],
      difference: -paid.amount,
      zh: '收款未注明订单',
      en: 'the receipt names no order',
    };
  }),
  plants(
    'orders-receipts',
    'status_differs',
    'paid-cancelled',
    (scene) => ({ ...paidInFull(scene), status: 'cancelled' }),
    paidThough('订单已取消，款项未退', 'the order is cancelled, its money was not paid back'),
  ),
  plants(
    'orders-receipts',
    'status_differs',
    'paid-draft',
    (scene) => ({ ...paidInFull(scene), status: 'draft' }),
    paidThough('订单尚未审核已收款', 'the order is a draft and was paid'),
  ),
  plants(
    'orders-receipts',
    'duplicate',
    'receipt-entered-twice',
    paidInFull,
    (kase, { world, index }) => {
      const first = receipt(kase);
      const second: Receipt = { ...first, receiptNo: world.numbers(index).receipt(first.at.day, 1) };
      payments(kase).receipts.push(second);
      const { movements, bankEntries } = payments(kase);
      return {
        left: [kase.order.orderNo],
        right: [first.receiptNo, second.receiptNo],
        difference: -kase.order.gross,
        again: [
          {
            reconciliation: 'receipts-channels',
            kind: 'duplicate',
            left: [first.receiptNo, second.receiptNo],
            right: [...movements.map((one) => one.transactionNo), ...bankEntries.map((one) => one.bankReference)],
            difference: first.amount,
          },
        ],
        zh: '同一笔收款录入两次',
        en: 'one payment was entered as two receipts',
      };
    },
    3,
  ),
];

/** A receipt voucher that nobody else knows of. */
export function phantomReceipt(kase: OrderCase, { world, index, instance }: Scene): Finding {
  const draws = world.draws(Topic.Story, index);
  const method = METHODS[instance % METHODS.length] ?? 'bank';
  const day = kase.order.at.day;
  const amount = BigInt(draws.between(500, 9_000)) * 100n + 37n;
  const booked = bookReceipt(
    accountOf(method),
    kase.order.customer,
    amount,
    day,
    world.numbers(index).unknownReceipt(day),
  );
  kase.payments.push({ receipts: [], movements: [], bankEntries: [], bookings: [booked], fees: [] });
  return {
    left: [],
    right: [booked],
    difference: -amount,
    zh: '凭证所写收款，销售与渠道都没有',
    en: 'the voucher names a receipt that neither sales nor channel knows',
  };
}
