import type { Header } from '../wire/header';

/** The columns we use of the 37, with the names they may have. */
export const SHEET_COLUMNS = {
  date: ['凭证日期'],
  year: ['会计年度'],
  period: ['会计期间'],
  word: ['凭证字'],
  number: ['凭证号'],
  account: ['科目代码'],
  currency: ['币别代码'],
  currencyName: ['币别名称'],
  amount: ['原币金额'],
  debit: ['借方', '借方金额'],
  credit: ['贷方', '贷方金额'],
  settlement: ['结算号'],
  summary: ['凭证摘要', '摘要'],
  reference: ['参考信息'],
  business: ['往来业务编号'],
  rate: ['汇率'],
  line: ['分录序号'],
  items: ['核算项目'],
  posted: ['过账'],
} as const;
export type SheetColumn = keyof typeof SHEET_COLUMNS;
export type SheetHeader = Header<SheetColumn>;

/** Which column of the file each of ours stands in, for rows rejected after they were loaded. */
export const NAMED = {
  entry_no: 'number',
  line_no: 'line',
  posting_date: 'date',
  account: 'account',
  customer_no: 'items',
  reference: 'reference',
  description: 'summary',
  currency: 'currency',
  exchange_rate: 'rate',
  base_debit: 'debit',
  base_credit: 'credit',
} as const;
export const REQUIRED: readonly SheetColumn[] = ['date', 'number', 'account', 'debit', 'credit'];

/** The rest of the 37 and the four that newer versions append: known, and of no use to a close. */
export const IGNORED = [
  '科目名称',
  '制单',
  '审核',
  '核准',
  '出纳',
  '经办',
  '结算方式',
  '数量',
  '数量单位',
  '单价',
  '业务日期',
  '附件数',
  '序号',
  '系统模块',
  '业务描述',
  '汇率类型',
  '机制凭证',
  '现金流量',
  '结余与盈余差异',
  '结余与盈余差异方向',
  '关联凭证ID',
  '凭证ID',
];
