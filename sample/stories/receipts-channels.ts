import type { Method } from '../../domain/words';
import { bookReceipt } from '../bookkeeping';
import type { Movement, OrderCase, Payment, Receipt } from '../cases';
import type { Traits } from '../ordinary';
import { accountOf, cardFee, feeFor, transactionNo } from '../payments';
import { mistyped, only, outsideReference, PLAIN, plants, type Again, type Scene, type Story } from './story';

const ALL: readonly Method[] = ['alipay', 'bank', 'wechat', 'card', 'cash'];
/** Channels whose file may hold rows of the next month: Alipay's bill names its month. */
const OPEN_ENDED: readonly Method[] = ['wechat', 'bank', 'card'];
const ONLINE: readonly Method[] = ['alipay', 'wechat', 'card'];

const paidBy =
  (methods: readonly Method[], more: Traits = {}) =>
  ({ instance }: Scene): Traits => ({
    ...PLAIN,
    pay: 'full',
    method: methods[instance % methods.length] ?? 'bank',
    ...more,
  });

const paid = (kase: OrderCase): Payment => only(kase.payments);
const receipt = (kase: OrderCase): Receipt => only(paid(kase).receipts);

/** Moves what the channel or bank saw to another day; the fee goes with it. */
function moveOutside(payment: Payment, day: number, paidOut: boolean): void {
  for (const movement of payment.movements)
    Object.assign(movement, { at: { day, second: 1_800 }, paidOut } satisfies Partial<Movement>);
  for (const entry of payment.bankEntries) entry.day = day;
  for (const fee of payment.fees) fee.day = day;
}

/** The channel or bank took another amount. The acquirer's fee, booked from its file, follows. */
function chargeOutside(payment: Payment, amount: bigint): void {
  for (const movement of payment.movements)
    Object.assign(movement, { gross: amount, fee: feeFor(movement.channel, amount) } satisfies Partial<Movement>);
  for (const entry of payment.bankEntries) entry.amount = amount;
  const [movement] = payment.movements;
  if (movement && payment.fees.length > 0) payment.fees = [cardFee(movement)];
}

/** Finance booked what sales says: against the channel its voucher differs as the receipt does. */
function inLedger(kind: Again['kind'], kase: OrderCase, difference: bigint): Again {
  const right = [only(paid(kase).bookings)];
  return { reconciliation: 'channels-ledger', kind, left: [outsideReference(paid(kase))], right, difference };
}

export const RECEIPTS_CHANNELS: readonly Story[] = [
  plants(
    'receipts-channels',
    'missing_in_finance',
    'receipt-without-money',
    paidBy(ALL),
    (kase) => {
      const { receiptNo, amount } = receipt(kase);
      const booked = only(paid(kase).bookings);
      Object.assign(paid(kase), { movements: [], bankEntries: [], fees: [] } satisfies Partial<Payment>);
      return {
        left: [receiptNo],
        right: [],
        difference: amount,
        again: [
          {
            reconciliation: 'channels-ledger',
            kind: 'missing_in_sales',
            left: [],
            right: [booked],
            difference: -amount,
          },
        ],
        zh: '销售已登记收款，渠道没有这笔钱',
        en: 'sales entered a receipt, the channel has no such money',
      };
    },
    5,
  ),
  plants(
    'receipts-channels',
    'missing_in_sales',
    'money-without-receipt',
    paidBy(ALL),
    (kase, { instance }) => {
      const { amount, method, customer, at } = receipt(kase);
      const reference = outsideReference(paid(kase));
      const isBooked = instance % 2 === 0;
      paid(kase).bookings = isBooked ? [bookReceipt(accountOf(method), customer, amount, at.day, reference)] : [];
      paid(kase).receipts = [];
      const finance = isBooked
        ? { zh: '财务已入账', en: 'finance booked it' }
        : { zh: '财务也未入账', en: 'neither did finance' };
      return {
        left: [],
        right: [reference],
        difference: -amount,
        again: isBooked
          ? []
          : [
              {
                reconciliation: 'channels-ledger',
                kind: 'missing_in_finance',
                left: [reference],
                right: [],
                difference: amount,
              },
            ],
        zh: `渠道已收款，销售未登记，${finance.zh}`,
        en: `the channel was paid, sales entered nothing, ${finance.en}`,
      };
    },
    5,
  ),
  plants(
    'receipts-channels',
    'amount_differs',
    'receipt-amount',
    paidBy(ALL),
    (kase) => {
      const { receiptNo, amount } = receipt(kase);
      const charged = mistyped(amount);
      chargeOutside(paid(kase), charged);
      return {
        left: [receiptNo],
        right: [outsideReference(paid(kase))],
        difference: amount - charged,
        again: [inLedger('amount_differs', kase, charged - amount)],
        zh: '收款登记金额与渠道不同',
        en: 'the receipt’s amount is not the channel’s',
      };
    },
    3,
  ),
  plants(
    'receipts-channels',
    'date_differs',
    'money-next-month',
    (scene) => paidBy(OPEN_ENDED, { day: scene.world.lastDay })(scene),
    (kase, { world, instance }) => {
      moveOutside(paid(kase), world.lastDay + 1 + (instance % 2), false);
      return {
        left: [receipt(kase).receiptNo],
        right: [outsideReference(paid(kase))],
        difference: 0n,
        again: [inLedger('date_differs', kase, 0n)],
        zh: '收款登记在本月，渠道在下月到账',
        en: 'entered this month, the money came in the next',
      };
    },
    3,
  ),
  plants(
    'receipts-channels',
    'date_differs',
    'receipt-next-month',
    (scene) => paidBy(ONLINE, { day: scene.world.lastDay })(scene),
    (kase, { world }) => {
      const day = world.lastDay + 1;
      receipt(kase).at = { day, second: 33_000 };
      only(paid(kase).bookings).day = day;
      return {
        left: [receipt(kase).receiptNo],
        right: [outsideReference(paid(kase))],
        difference: 0n,
        again: [inLedger('date_differs', kase, 0n)],
        zh: '渠道在本月收款，登记在下月',
        en: 'the money came this month, entered in the next',
      };
    },
  ),
  plants(
    'receipts-channels',
    'duplicate',
    'charged-twice',
    paidBy(ONLINE),
    (kase, { world, index }) => {
      const first = only(paid(kase).movements);
      const at = { day: first.at.day, second: first.at.second + 90 };
      const second: Movement = { ...first, at, transactionNo: transactionNo(world, index, first.channel, at.day, 3) };
      paid(kase).movements.push(second);
      if (paid(kase).fees.length > 0) paid(kase).fees.push(cardFee(second));
      return {
        left: [receipt(kase).receiptNo],
        right: [first.transactionNo, second.transactionNo],
        difference: -second.gross,
        again: [
          {
            reconciliation: 'channels-ledger',
            kind: 'missing_in_finance',
            left: [second.transactionNo],
            right: [],
            difference: second.gross,
          },
        ],
        zh: '渠道重复扣款',
        en: 'the channel charged the customer twice',
      };
    },
    3,
  ),
  plants('receipts-channels', 'currency_differs', 'receipt-currency', paidBy(['cash']), (kase) => {
    const movement = only(paid(kase).movements);
    movement.currency = 'USD';
    movement.paidOut = false;
    return {
      left: [receipt(kase).receiptNo],
      right: [movement.transactionNo],
      difference: 0n,
      zh: '收银台收的是美元，登记成人民币',
      en: 'the till took USD, the receipt says CNY',
    };
  }),
];
