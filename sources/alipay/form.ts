/** One of the two bills Alipay makes of a month, and how its files call it. */
export interface BillForm {
  readonly kind: 'alipay-trade' | 'alipay-fund';
  readonly zh: string;
  readonly en: string;
  /** First line of the detail CSV, behind its `#`. */
  readonly detailTitle: string;
  readonly summaryTitle: string;
}

export const TRADE_BILL: BillForm = {
  kind: 'alipay-trade',
  zh: '业务（交易）',
  en: 'trade',
  detailTitle: '支付宝业务明细查询',
  summaryTitle: '支付宝业务汇总查询',
};
export const FUND_BILL: BillForm = {
  kind: 'alipay-fund',
  zh: '账务（资金）',
  en: 'fund',
  detailTitle: '支付宝账务明细查询',
  summaryTitle: '支付宝账务汇总查询',
};
