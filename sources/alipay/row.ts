import { Decimal, formatAmount } from '../../domain/money';
import type { ChannelRow } from '../wire/channel-row';
import { readable } from '../wire/column-total';
import type { Header } from '../wire/header';
import type { BeijingClock } from '../wire/moments';
import { wholeNumber } from '../wire/mangled';
import { missingValue, RowRejection } from '../wire/rejection';
import type { DetailTotals, TypeTotals } from './totals';

/** The columns we use, with the names they may have. */
export const DETAIL_COLUMNS = {
  tradeNo: ['支付宝交易号'],
  merchantNo: ['商户订单号'],
  type: ['业务类型'],
  goods: ['商品名称'],
  finishedAt: ['完成时间'],
  counterparty: ['对方账户'],
  ordered: ['订单金额'],
  received: ['商家实收'],
  refundNo: ['退款批次号/请求号', '退款批次号'],
  fee: ['服务费'],
  note: ['备注'],
} as const;
export type DetailColumn = keyof typeof DETAIL_COLUMNS;
export type DetailHeader = Header<DetailColumn>;
/** Which column of the file each of ours stands in, for rows rejected after they were loaded. */
export const NAMED = {
  transaction_no: 'tradeNo',
  merchant_reference: 'merchantNo',
  occurred_at: 'finishedAt',
  gross_amount: 'received',
  fee_amount: 'fee',
  description: 'goods',
  counterparty: 'counterparty',
} as const;
export const REQUIRED: readonly DetailColumn[] = ['tradeNo', 'type', 'finishedAt', 'ordered', 'fee'];
/** Said again by other columns. */
export const IGNORED = ['创建时间', '实收净额'];

/** The amounts of a row, already counted into the totals; each is canonical text or why it cannot be read. */
export interface RowAmounts {
  readonly ordered: string | RowRejection;
  readonly received: string | RowRejection;
  readonly fee: string | RowRejection;
}

/** Counts a row, also one that will be rejected: the footer's totals cover it too. */
export function countRow(header: DetailHeader, cells: readonly string[], totals: DetailTotals): RowAmounts {
  const type = header.cell(cells, 'type');
  const into = type === '交易' ? totals.payments : type === '退款' ? totals.refunds : null;
  if (into === null) totals.skipRow();
  else into.count += 1;
  return takeAmounts(header, cells, into);
}

function takeAmounts(header: DetailHeader, cells: readonly string[], into: TypeTotals | null): RowAmounts {
  const take = (
    column: 'ordered' | 'received' | 'fee',
    total: 'ordered' | 'received' | 'fees',
  ): string | RowRejection => {
    const name = header.name(column);
    return into === null ? '0.00' : into[total].take(name, header.cell(cells, column), 'CNY');
  };
  const ordered = take('ordered', 'ordered');
  const received =
    header.has('received') && header.cell(cells, 'received') !== '' ? take('received', 'received') : ordered;
  return { ordered, received, fee: take('fee', 'fees') };
}

/**
 * One row of the detail bill. Gross is 商家实收, what the merchant's account is credited before the fee: the order less
 * what the merchant himself gave away, while a discount paid by Alipay is part of it.
 * @throws RowRejection
 */
export function readRow(
  header: DetailHeader,
  cells: readonly string[],
  amounts: RowAmounts,
  clock: BeijingClock,
): ChannelRow {
  const type = typeOf(header, cells);
  const transactionNo = wholeNumber(header.name('tradeNo'), header.cell(cells, 'tradeNo'));
  const moment = clock.read(header.name('finishedAt'), header.cell(cells, 'finishedAt'));
  if (header.cell(cells, 'ordered') === '') throw missingValue(header.name('ordered'));
  const gross = signed(readable(amounts.received), type, header);
  const fee = feeOf(readable(amounts.fee), type);
  readable(amounts.ordered);
  const refundNo = header.cell(cells, 'refundNo');
  return {
    rowKey:
      type === 'payment'
        ? `${transactionNo}/payment`
        : `${transactionNo}/refund/${refundNo || `${moment.instant}/${gross}`}`,
    transactionNo,
    merchantReference: header.cell(cells, 'merchantNo'),
    occurredAt: moment.instant,
    occurredOn: moment.day,
    type,
    currency: 'CNY',
    gross,
    fee,
    net: formatAmount(new Decimal(gross).minus(fee), 'CNY'),
    description: [header.cell(cells, 'goods'), header.cell(cells, 'note')].filter(Boolean).join(' '),
    counterparty: header.cell(cells, 'counterparty'),
    extra: extraOf(header, cells, amounts, refundNo),
  };
}

function typeOf(header: DetailHeader, cells: readonly string[]): 'payment' | 'refund' {
  const type = header.cell(cells, 'type');
  if (type === '交易') return 'payment';
  if (type === '退款') return 'refund';
  throw new RowRejection(header.name('type'), type, 'UNKNOWN_TYPE', {
    zh: `业务类型“${type}”不认识，只有“交易”和“退款”。`,
    en: `The type ${type || '(empty)'} is not known; a trade bill has 交易 and 退款.`,
  });
}

function signed(amount: string, type: 'payment' | 'refund', header: DetailHeader): string {
  const negative = amount.startsWith('-') && !/^-0(\.0+)?$/.test(amount);
  const zero = /^-?0(\.0+)?$/.test(amount);
  if (zero || negative === (type === 'refund')) return zero ? '0.00' : amount;
  const column = header.name(header.has('received') ? 'received' : 'ordered');
  throw new RowRejection(column, amount, 'WRONG_SIGN', {
    zh: `“交易”的金额应为正、“退款”的金额应为负，此行为 ${amount}。`,
    en: `A payment is positive and a refund negative; this row says ${amount}.`,
  });
}

/** 服务费 is negative on payments; some exports turn the sign. A payment costs a fee, a refund gives it back. */
function feeOf(amount: string, type: 'payment' | 'refund'): string {
  const size = amount.replace(/^-/, '');
  return type === 'payment' || /^0(\.0+)?$/.test(size) ? size : `-${size}`;
}

function extraOf(
  header: DetailHeader,
  cells: readonly string[],
  amounts: RowAmounts,
  refundNo: string,
): Record<string, string> | null {
  const extra = header.extra(cells);
  const discounted = amounts.ordered !== amounts.received;
  if (refundNo === '' && !discounted) return extra;
  return {
    ...extra,
    ...(refundNo === '' ? {} : { [header.name('refundNo')]: refundNo }),
    ...(discounted ? { [header.name('ordered')]: readable(amounts.ordered) } : {}),
  };
}
