import type { Method } from '../../domain/words';
import { payoutNo } from '../batches';
import { bookFee, bookReceipt } from '../bookkeeping';
import type { OrderCase, Payment, Voucher } from '../cases';
import type { Traits } from '../ordinary';
import { accountOf } from '../payments';
import { phantomReceipt } from './orders-receipts';
import { again, mistyped, only, outsideReference, PLAIN, plants, type Scene, type Story } from './story';

const METHODS: readonly Method[] = ['bank', 'alipay', 'card', 'wechat', 'cash'];

const paidBy =
  (more: Traits = {}) =>
  ({ instance }: Scene): Traits => ({
    ...PLAIN,
    pay: 'full',
    method: METHODS[instance % METHODS.length] ?? 'bank',
    ...more,
  });

const paid = (kase: OrderCase): Payment => only(kase.payments);
const booking = (kase: OrderCase): Voucher => only(paid(kase).bookings);

/** What goes wrong with the vouchers of single receipts; payouts and daily fees are in batches.ts. */
export const CHANNELS_LEDGER: readonly Story[] = [
  plants(
    'channels-ledger',
    'missing_in_finance',
    'receipt-not-booked',
    paidBy(),
    (kase) => {
      paid(kase).bookings = [];
      return {
        left: [outsideReference(paid(kase))],
        right: [],
        difference: kase.order.gross,
        zh: '财务漏记该收款',
        en: 'finance did not book the receipt',
      };
    },
    3,
  ),
  plants('channels-ledger', 'missing_in_sales', 'receipt-unknown', PLAIN, phantomReceipt),
  plants(
    'channels-ledger',
    'amount_differs',
    'receipt-booked-amount',
    paidBy(),
    (kase) => {
      const { method, customer, amount, receiptNo } = only(paid(kase).receipts);
      const booked = mistyped(amount);
      paid(kase).bookings = [bookReceipt(accountOf(method), customer, booked, booking(kase).day, receiptNo)];
      return {
        left: [outsideReference(paid(kase))],
        right: [booking(kase)],
        difference: amount - booked,
        zh: '收款凭证金额录错',
        en: 'the receipt’s voucher has a mistyped amount',
      };
    },
    3,
  ),
  plants(
    'channels-ledger',
    'date_differs',
    'receipt-booked-next-month',
    (scene) => paidBy({ day: scene.world.lastDay })(scene),
    (kase, { world, instance }) => {
      booking(kase).day = world.lastDay + 1 + (instance % 2);
      return {
        left: [outsideReference(paid(kase))],
        right: [booking(kase)],
        difference: 0n,
        zh: '本月到账的收款记入下月',
        en: 'money of this month was booked in the next',
      };
    },
  ),
  plants(
    'channels-ledger',
    'duplicate',
    'receipt-booked-twice',
    paidBy(),
    (kase, { world }) => {
      const second = again(booking(kase), world.within(booking(kase).day, 1));
      paid(kase).bookings.push(second);
      return {
        left: [outsideReference(paid(kase))],
        right: [booking(kase), second],
        difference: -kase.order.gross,
        zh: '同一收款记了两次',
        en: 'one receipt was booked twice',
      };
    },
    3,
  ),
  cardFee(),
];

/** Fees are compared batch by batch, so no two of these fall on one day. */
function cardFee(): Story {
  const onItsOwnDay = ({ instance }: Scene): Traits => ({
    ...PLAIN,
    pay: 'full',
    method: 'card',
    day: 5 + instance * 7,
  });
  const story = plants(
    'channels-ledger',
    'fee_differs',
    'card-fee',
    onItsOwnDay,
    (kase, { world }) => {
      const charged = only(paid(kase).movements);
      const booked = charged.fee + 350n;
      const voucher = bookFee('card', booked, charged.at.day, charged.transactionNo);
      paid(kase).fees = [voucher];
      const also = [payoutNo(world, 'card', charged.at.day), world.calendar.iso(charged.at.day)];
      return {
        left: [charged.transactionNo],
        right: [voucher],
        also,
        difference: charged.fee - booked,
        zh: '刷卡手续费记错',
        en: 'the card fee was booked wrong',
      };
    },
    3,
  );
  return { ...story, most: 3 };
}
