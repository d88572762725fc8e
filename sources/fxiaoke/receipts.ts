import { formatAmount, Decimal } from '../../domain/money';
import type { MappedRecord, PartRows, Ruling } from '../records';
import { readAmount } from '../text';
import { counts, outOf, STANDING } from './standing';
import { METHOD_LABELS } from './words';

const WORDS = { method: METHOD_LABELS };
const CUSTOMER_AND_ORDER = { customer_no: 'account_id.account_no', order_no: 'order_id__r|order_id.name' } as const;

/** A payment is a row for what of it is not split over orders: all of it, or an advance. */
export const PAYMENTS: PartRows = {
  columns: {
    ...CUSTOMER_AND_ORDER,
    receipt_no: 'name',
    received_at: 'payment_time',
    method: 'payment_term',
    currency: 'mc_currency',
    amount: 'payment_amount',
    channel_reference: '',
    description: 'remark',
    counterparty: '',
  },
  words: WORDS,
  reads: STANDING,
  sum: { part: 'payment-splits', by: 'payment_id', of: 'payment_amount', where: counts },
  rule: (record) => outOf(record) ?? restOf(record),
};

/**
 * A split is a row for its order. The whole of a payment has the payment's number; a piece has its own, and the payment's number is what all the pieces
 * share: the channel moved them as one.
 */
export const PAYMENT_SPLITS: PartRows = {
  columns: {
    ...CUSTOMER_AND_ORDER,
    customer_no: 'account_id.account_no|payment_id.account_id.account_no',
    receipt_no: 'name',
    received_at: 'payment_id.payment_time|payment_time',
    method: 'payment_id.payment_term|payment_term',
    currency: 'payment_id.mc_currency|mc_currency',
    amount: 'payment_amount',
    channel_reference: '',
    description: 'remark|payment_id.remark',
    counterparty: '',
  },
  words: WORDS,
  reads: {
    ...STANDING,
    payment_no: 'payment_id.name|payment_id__r',
    whole: 'payment_id.payment_amount',
    payment_standing: 'payment_id.life_status',
  },
  rule: (record) => {
    if (record.cell('payment_standing') === 'invalid') return { exclude: 'INVALIDATED' };
    return outOf(record) ?? pieceOf(record);
  },
};

/** A refund is a receipt with a negative amount. */
export const REFUNDS: PartRows = {
  columns: {
    ...CUSTOMER_AND_ORDER,
    receipt_no: 'name',
    received_at: 'refunded_time',
    method: 'refunded_method|refund_method|payment_term',
    currency: 'mc_currency',
    amount: 'refunded_amount',
    channel_reference: '',
    description: 'remark|refunded_reason',
    counterparty: '',
  },
  words: WORDS,
  reads: STANDING,
  rule: (record) => {
    const amount = record.cell('amount');
    const taken = amount === '' || amount.startsWith('-') ? amount : `-${amount}`;
    return outOf(record) ?? { cells: { amount: taken } };
  },
};

function restOf(record: MappedRecord): Ruling {
  const { count, total } = record.sum();
  const whole = readAmount(record.cell('amount'), record.currency);
  if (count === 0 || !whole.ok) return { cells: {} };
  const rest = new Decimal(whole.value).minus(total);
  if (rest.isZero()) return { exclude: 'SPLIT_OVER_ORDERS' };
  if (rest.isPos() !== new Decimal(whole.value).isPos()) return { reject: splitsExceed(total) };
  const cells = { order_no: '', amount: formatAmount(rest, record.currency) };
  return { cells: { ...cells, channel_reference: record.cell('channel_reference') || record.cell('receipt_no') } };
}

function pieceOf(record: MappedRecord): Ruling {
  const payment = record.cell('payment_no');
  const [amount, whole] = [record.cell('amount'), record.cell('whole')].map((cell) =>
    readAmount(cell, record.currency),
  );
  if (payment === '') return { cells: {} };
  if (amount?.ok && whole?.ok && amount.value === whole.value) return { cells: { receipt_no: payment } };
  return { cells: { channel_reference: record.cell('channel_reference') || payment } };
}

function splitsExceed(total: Decimal): Extract<Ruling, { reject: unknown }>['reject'] {
  return {
    column: 'amount',
    code: 'SPLITS_EXCEED_PAYMENT',
    reason: {
      zh: `回款明细合计 ${total.toFixed()}，超过回款金额。请在纷享销客中更正后重新拉取`,
      en: `its splits add up to ${total.toFixed()}, more than the payment. Correct it in Fxiaoke and pull again`,
    },
  };
}
