import { Decimal, formatAmount } from '../../domain/money';
import { readCurrency } from '../text';
import type { ChannelRow } from '../wire/channel-row';
import { readable } from '../wire/column-total';
import { wholeNumber } from '../wire/mangled';
import type { BeijingClock } from '../wire/moments';
import { missingValue, RowRejection, unreadableCell } from '../wire/rejection';
import { TOTALLED, type BillColumn, type BillHeader, type Totalled } from './columns';
import type { BillTotals } from './summary';

/** The amounts of a row, already counted into the totals; each is canonical text or why it cannot be read. */
export type RowAmounts = Readonly<Record<Totalled, string | RowRejection>>;

/** Refunds that never reached the payer: the money is back with the merchant, so nothing moved. */
const NOT_REFUNDED = new Set(['FAIL', 'CHANGE']);

/** Counts a row's amounts, also where the row will be rejected or excluded: the summary covers it too. */
export function countAmounts(
  header: BillHeader,
  cells: readonly string[],
  currency: string,
  totals: BillTotals,
): RowAmounts {
  const amounts = {} as Record<Totalled, string | RowRejection>;
  for (const column of TOTALLED) {
    amounts[column] = totals[column].take(header.name(column), header.cell(cells, column), currency);
  }
  return amounts;
}

/** A refund as the bill marks it: REFUND, or REVOKED for a payment taken back the same day. */
export function isRefund(status: string): boolean {
  return status === 'REFUND' || status === 'REVOKED';
}

/** Whether the row is a refund that failed. PROCESSING is on its way and counts. */
export function isNotBooked(header: BillHeader, cells: readonly string[]): boolean {
  return isRefund(header.cell(cells, 'status')) && NOT_REFUNDED.has(header.cell(cells, 'refundStatus'));
}

export function currencyOf(header: BillHeader, cells: readonly string[]): string {
  return header.cell(cells, 'currency').toUpperCase() || 'CNY';
}

/**
 * One row of the bill. Gross is the order's own amount (订单金额, 申请退款金额), which is what sales recorded as paid:
 * coupons that WeChat pays for are part of it.
 * @throws RowRejection
 */
export function readRow(
  header: BillHeader,
  cells: readonly string[],
  amounts: RowAmounts,
  clock: BeijingClock,
): ChannelRow {
  const currency = readCurrency(currencyOf(header, cells));
  if (!currency.ok) throw unreadableCell(header.name('currency'), header.cell(cells, 'currency'), currency);
  const status = header.cell(cells, 'status');
  if (status !== 'SUCCESS' && !isRefund(status)) throw unknownStatus(header.name('status'), status);
  for (const amount of Object.values(amounts)) readable(amount);
  const row = isRefund(status) ? refundOf(header, cells, amounts, clock) : paymentOf(header, cells, amounts, clock);
  const fee = readable(amounts.fee);
  return {
    ...row,
    merchantReference: header.cell(cells, 'merchantNo'),
    currency: currency.value,
    fee,
    net: formatAmount(new Decimal(row.gross).minus(fee), currency.value),
    description: [header.cell(cells, 'goods'), header.cell(cells, 'attach')].filter(Boolean).join(' '),
    counterparty: header.cell(cells, 'payer'),
  };
}

type Typed = Pick<ChannelRow, 'rowKey' | 'transactionNo' | 'occurredAt' | 'occurredOn' | 'type' | 'gross' | 'extra'>;

function paymentOf(header: BillHeader, cells: readonly string[], amounts: RowAmounts, clock: BeijingClock): Typed {
  const transactionNo = wholeNumber(header.name('transactionNo'), header.cell(cells, 'transactionNo'));
  const gross = moved(header, cells, 'ordered', readable(amounts.ordered));
  const moment = clock.read(header.name('tradedAt'), header.cell(cells, 'tradedAt'));
  const settled = readable(amounts.settled);
  const hasCoupon = header.has('settled') && settled !== gross;
  return {
    rowKey: `${transactionNo}/${header.cell(cells, 'merchantNo')}/payment`,
    transactionNo,
    occurredAt: moment.instant,
    occurredOn: moment.day,
    type: 'payment',
    gross,
    extra: withFacts(header.extra(cells), hasCoupon ? { [header.name('settled')]: settled } : {}),
  };
}

function refundOf(header: BillHeader, cells: readonly string[], amounts: RowAmounts, clock: BeijingClock): Typed {
  const transactionNo = wholeNumber(header.name('refundNo'), header.cell(cells, 'refundNo'));
  if (transactionNo === '0') throw missingValue(header.name('refundNo'));
  const column = header.has('refundApplied') ? 'refundApplied' : 'refunded';
  const amount = moved(header, cells, column, readable(amounts[column]));
  const time =
    (['refundedAt', 'refundAppliedAt', 'tradedAt'] as const).find((at) => header.cell(cells, at) !== '') ?? 'tradedAt';
  const moment = clock.read(header.name(time), header.cell(cells, time));
  const facts: [BillColumn, string][] = [
    ['transactionNo', header.cell(cells, 'transactionNo')],
    ['merchantRefundNo', header.cell(cells, 'merchantRefundNo')],
    ['refundStatus', header.cell(cells, 'refundStatus')],
  ];
  const known = facts.filter(([, value]) => value !== '').map(([name, value]) => [header.name(name), value] as const);
  return {
    rowKey: `${transactionNo}/${header.cell(cells, 'merchantRefundNo')}/refund`,
    transactionNo,
    occurredAt: moment.instant,
    occurredOn: moment.day,
    type: 'refund',
    gross: /^0(\.0+)?$/.test(amount) ? amount : `-${amount}`,
    extra: withFacts(header.extra(cells), Object.fromEntries(known)),
  };
}

/** Payments and refunds both stand positive in the bill. */
function moved(
  header: BillHeader,
  cells: readonly string[],
  column: 'ordered' | 'refundApplied' | 'refunded',
  amount: string,
): string {
  const text = header.cell(cells, column);
  if (text === '') throw missingValue(header.name(column));
  if (!amount.startsWith('-')) return amount;
  throw new RowRejection(header.name(column), text, 'WRONG_SIGN', {
    zh: `微信账单中的“${header.name(column)}”不应为负：${text}。`,
    en: `${header.name(column)} is never negative in a WeChat Pay bill; this row says ${text}.`,
  });
}

function withFacts(extra: Record<string, string> | null, facts: Record<string, string>): Record<string, string> | null {
  return Object.keys(facts).length === 0 ? extra : { ...extra, ...facts };
}

function unknownStatus(column: string, status: string): RowRejection {
  return new RowRejection(column, status, 'UNKNOWN_TYPE', {
    zh: `交易状态“${status}”不认识，只有 SUCCESS、REFUND、REVOKED。`,
    en: `The status ${status || '(empty)'} is not known; a bill has SUCCESS, REFUND and REVOKED.`,
  });
}
