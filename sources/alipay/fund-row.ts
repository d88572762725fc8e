import { Decimal, formatAmount } from '../../domain/money';
import type { ChannelRow } from '../wire/channel-row';
import { readable } from '../wire/column-total';
import { fundRow } from '../wire/fund-lines';
import type { FlowTotal, FundTotals } from '../wire/fund-totals';
import type { Header } from '../wire/header';
import type { BeijingClock } from '../wire/moments';
import { RowRejection } from '../wire/rejection';

/** The columns we use, with the names they may have. */
export const FUND_COLUMNS = {
  flowNo: ['账务流水号'],
  businessNo: ['业务流水号'],
  merchantNo: ['商户订单号'],
  goods: ['商品名称'],
  occurredAt: ['发生时间', '入账时间'],
  counterparty: ['对方账号', '对方账户'],
  income: ['收入金额(+元)', '收入金额'],
  expense: ['支出金额(-元)', '支出金额'],
  balance: ['账户余额'],
  type: ['业务类型'],
  note: ['备注'],
} as const;
export type FundColumn = keyof typeof FUND_COLUMNS;
export type FundHeader = Header<FundColumn>;
/** Which column of the file each of ours stands in, for rows rejected after they were loaded. */
export const FUND_NAMED = {
  row_key: 'flowNo',
  transaction_no: 'businessNo',
  merchant_reference: 'merchantNo',
  occurred_at: 'occurredAt',
  gross_amount: 'income',
  description: 'goods',
  counterparty: 'counterparty',
} as const;
export const FUND_REQUIRED: readonly FundColumn[] = ['flowNo', 'occurredAt', 'income', 'expense', 'balance', 'type'];

/** The amounts of a row, already counted into the totals; each is canonical text or why it cannot be read. */
export interface FundAmounts {
  readonly income: string | RowRejection;
  /** Without sign: bills have it either way. */
  readonly expense: string | RowRejection;
  /** What the row moved; null where that cannot be read. */
  readonly moved: string | null;
}

/** Counts a row, also one that will be rejected: the footer's totals cover it too. */
export function countFundRow(header: FundHeader, cells: readonly string[], totals: FundTotals): FundAmounts {
  const take = (column: 'income' | 'expense', flow: FlowTotal, text: string): string | RowRejection => {
    const amount = flow.amount.take(header.name(column), text, 'CNY');
    if (amount !== '0.00') flow.count += 1;
    return amount;
  };
  const income = take('income', totals.income, header.cell(cells, 'income').replace(/^[+＋]/, ''));
  const expense = take('expense', totals.expense, header.cell(cells, 'expense').replace(/^[-－+＋]/, ''));
  totals.rows += 1;
  if (income === '0.00' && expense === '0.00') totals.eithers += 1;
  const isWhole = typeof income === 'string' && typeof expense === 'string';
  return { income, expense, moved: isWhole ? formatAmount(new Decimal(income).minus(expense), 'CNY') : null };
}

/**
 * One row of the fund bill.
 * @throws RowRejection
 */
export function readFundRow(
  header: FundHeader,
  cells: readonly string[],
  amounts: FundAmounts,
  clock: BeijingClock,
): ChannelRow {
  const gross = movedOnce(header, amounts);
  return fundRow(header, cells, {
    moment: clock.read(header.name('occurredAt'), header.cell(cells, 'occurredAt')),
    gross,
    isIncome: gross === '0.00' ? null : !gross.startsWith('-'),
    merchantReference: header.cell(cells, 'merchantNo'),
    description: [header.cell(cells, 'goods'), header.cell(cells, 'note')].filter(Boolean).join(' '),
    counterparty: header.cell(cells, 'counterparty'),
  });
}

/** Money comes in or goes out; a row that says both, or takes income away, is none of Alipay's. */
function movedOnce(header: FundHeader, amounts: FundAmounts): string {
  const income = readable(amounts.income);
  const expense = readable(amounts.expense);
  if (income.startsWith('-')) throw wrongSign(header.name('income'), income);
  if (expense.startsWith('-')) throw wrongSign(header.name('expense'), expense);
  if (income !== '0.00' && expense !== '0.00') throw wrongSign(header.name('expense'), expense);
  return expense === '0.00' ? income : `-${expense}`;
}

function wrongSign(column: string, amount: string): RowRejection {
  return new RowRejection(column, amount, 'WRONG_SIGN', {
    zh: `一行只有收入或只有支出，收入为正；此行“${column}”为 ${amount}。`,
    en: `A row has income or expense, income is positive; here ${column} is ${amount}.`,
  });
}
