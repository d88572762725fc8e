import type { Header } from '../wire/header';

/** The columns we use, with the names they may have; the second name is that of the layout before 2018. */
export const BILL_COLUMNS = {
  tradedAt: ['交易时间'],
  merchant: ['商户号'],
  subMerchant: ['特约商户号', '子商户号'],
  transactionNo: ['微信订单号'],
  merchantNo: ['商户订单号'],
  payer: ['用户标识'],
  status: ['交易状态'],
  currency: ['货币种类'],
  ordered: ['订单金额', '总金额'],
  settled: ['应结订单金额'],
  refundNo: ['微信退款单号'],
  merchantRefundNo: ['商户退款单号'],
  refundApplied: ['申请退款金额'],
  refunded: ['退款金额'],
  couponRefunded: ['充值券退款金额', '代金券或立减优惠退款金额'],
  refundStatus: ['退款状态'],
  refundAppliedAt: ['退款申请时间'],
  refundedAt: ['退款成功时间'],
  goods: ['商品名称'],
  attach: ['商户数据包'],
  fee: ['手续费'],
} as const;
export type BillColumn = keyof typeof BILL_COLUMNS;
export type BillHeader = Header<BillColumn>;

/** Which column of the file each of ours stands in, for rows rejected after they were loaded. */
export const NAMED = {
  transaction_no: 'transactionNo',
  merchant_reference: 'merchantNo',
  occurred_at: 'tradedAt',
  currency: 'currency',
  gross_amount: 'ordered',
  fee_amount: 'fee',
  description: 'goods',
  counterparty: 'payer',
} as const;
export const REQUIRED: readonly BillColumn[] = [
  'tradedAt',
  'merchant',
  'transactionNo',
  'merchantNo',
  'status',
  'ordered',
  'fee',
];
/** Of no use to a close. */
export const IGNORED = ['公众账号ID', '费率'];

/** The amounts a summary row totals: its column, and the column of the rows it adds up. */
export const SUMMARY_COLUMNS = {
  count: ['总交易单数'],
  settled: ['应结订单总金额'],
  refunded: ['退款总金额', '总退款金额'],
  couponRefunded: ['充值券退款总金额', '总代金券或立减优惠退款金额'],
  fee: ['手续费总金额'],
  ordered: ['订单总金额', '总交易额'],
  refundApplied: ['申请退款总金额'],
} as const;
export const TOTALLED = ['settled', 'refunded', 'couponRefunded', 'fee', 'ordered', 'refundApplied'] as const;
export type Totalled = (typeof TOTALLED)[number];
