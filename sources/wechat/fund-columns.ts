import type { Header } from '../wire/header';

/** The columns we use; brackets and units of their names do not count. */
export const FUND_COLUMNS = {
  bookedAt: ['记账时间'],
  businessNo: ['微信支付业务单号'],
  flowNo: ['资金流水单号'],
  name: ['业务名称'],
  type: ['业务类型'],
  direction: ['收支类型'],
  amount: ['收支金额'],
  balance: ['账户结余'],
  note: ['备注'],
  voucherNo: ['业务凭证号'],
} as const;
export type FundColumn = keyof typeof FUND_COLUMNS;
export type FundHeader = Header<FundColumn>;

/** Which column of the file each of ours stands in, for rows rejected after they were loaded. */
export const FUND_NAMED = {
  row_key: 'flowNo',
  transaction_no: 'businessNo',
  merchant_reference: 'voucherNo',
  occurred_at: 'bookedAt',
  gross_amount: 'amount',
  description: 'name',
} as const;
export const FUND_REQUIRED: readonly FundColumn[] = ['bookedAt', 'flowNo', 'type', 'direction', 'amount', 'balance'];

/** What 收支类型 says. */
export const INCOME = '收入';
export const EXPENSE = '支出';

/** The totals of a fund bill. */
export const FUND_SUMMARY = {
  rows: ['资金流水总笔数'],
  incomeCount: ['收入笔数'],
  income: ['收入金额'],
  expenseCount: ['支出笔数'],
  expense: ['支出金额'],
} as const;
