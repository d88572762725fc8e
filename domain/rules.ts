import type { Bilingual, ReconciliationName } from './words';

/** How sure a rule is of a pair. `possible` is never confirmed without a person. */
export type Certainty = 'certain' | 'probable' | 'possible';

/** One pass of a reconciliation: what brings a left and a right record together. */
export interface Rule {
  /** Stable; every match and exception names one. */
  readonly code: string;
  readonly name: Bilingual;
  readonly certainty: Certainty;
}

/** A standing reconciliation: a left set, a right set, and ordered passes, the most certain first. */
export interface Reconciliation {
  readonly name: ReconciliationName;
  readonly left: Bilingual;
  readonly right: Bilingual;
  readonly rules: readonly Rule[];
}

const rule = (code: string, zh: string, en: string, certainty: Certainty = 'certain'): Rule => ({
  code,
  name: { zh, en },
  certainty,
});

const NEAR_REFERENCE = rule(
  'near-reference',
  '单号只差一个字符或相邻两位颠倒，金额相同，双方唯一',
  'the numbers differ by one slip of the keyboard, the amounts agree, the only one on both sides',
  'probable',
);
const CUSTOMER_AMOUNT = rule(
  'customer-amount',
  '未写单号；同一客户同一金额，双方唯一',
  'no number; same customer and amount, the only one on both sides',
  'probable',
);

/** Named by every run, so that an old month can say which rules it was compared by. Raised with any change below. */
export const RULE_VERSION = '2026.11.4';

/**
 * References are compared after folding case, width, spaces and hyphens (domain/reference.ts). A pass groups both
 * sides by its key and compares sums, so instalments, split vouchers and one transfer for several receipts need no rule
 * of their own. A group, once claimed, is not looked at by later passes.
 */
export const STANDING_RECONCILIATIONS: readonly Reconciliation[] = [
  {
    name: 'orders-ledger',
    left: { zh: '订单与退货', en: 'orders and returns' },
    right: { zh: '应收、收入、销项税分录', en: 'receivable, revenue and tax postings' },
    rules: [
      rule('order-no', '分录参考号等于订单号', 'the posting names the order number'),
      rule('return-no', '分录参考号等于退货单号', 'the posting names the return number'),
      rule(
        'return-by-order',
        '红字分录写的是原订单号，金额等于退货',
        'a red posting names the order and has the return’s amount',
      ),
      rule('invoice-no', '分录参考号等于该订单的发票号', 'the posting names an invoice of the order'),
      rule('number-in-text', '摘要中含有单号', 'the description contains the number'),
      NEAR_REFERENCE,
      CUSTOMER_AMOUNT,
    ],
  },
  {
    name: 'orders-invoices',
    left: { zh: '订单与退货', en: 'orders and returns' },
    right: { zh: '发票', en: 'invoices' },
    rules: [
      rule('order-no', '发票写明订单号', 'the invoice names the order'),
      rule('number-in-text', '发票备注中含有订单号', 'the invoice’s remark contains the number'),
      rule('original-invoice', '红字发票的原发票属于该订单', 'the red invoice’s original belongs to the order'),
      rule('red-for-return', '红字发票对应退货', 'the red invoice is for the return'),
      NEAR_REFERENCE,
      CUSTOMER_AMOUNT,
    ],
  },
  {
    name: 'orders-receipts',
    left: { zh: '订单', en: 'orders' },
    right: { zh: '收款', en: 'receipts' },
    rules: [
      rule('order-no', '收款写明订单号', 'the receipt names the order'),
      rule('number-in-text', '收款摘要中含有订单号', 'the receipt’s description contains the numbers'),
      NEAR_REFERENCE,
    ],
  },
  {
    name: 'receipts-channels',
    left: { zh: '收款', en: 'receipts' },
    right: { zh: '渠道流水、银行流水', en: 'channel transactions and bank entries' },
    rules: [
      rule('transaction-no', '收款的渠道单号等于交易号', 'the receipt’s channel reference is the transaction number'),
      rule('merchant-reference', '渠道单号等于商户订单号', 'the channel reference is the merchant reference'),
      rule('receipt-no', '商户订单号等于收款单号', 'the merchant reference is the receipt number'),
      rule('order-no', '商户订单号等于订单号', 'the merchant reference is the order number'),
      rule('number-in-text', '流水附言中含有单号', 'the remark contains the number'),
      NEAR_REFERENCE,
      CUSTOMER_AMOUNT,
      rule(
        'amount-window',
        '同一渠道同一金额，日期相近，双方唯一',
        'same channel and amount, days apart, the only one on both sides',
        'probable',
      ),
    ],
  },
  {
    name: 'channels-ledger',
    left: { zh: '渠道结算、手续费与银行流水', en: 'channel payouts, fees, movements and bank entries' },
    right: { zh: '银行、渠道、现金、手续费分录', en: 'bank, channel, cash and fee postings' },
    rules: [
      rule('payout-no', '分录写明结算批次号', 'the posting names the payout'),
      rule('bank-reference', '分录写明银行流水号', 'the posting names the bank’s reference'),
      rule('receipt-no', '分录写明收款单号', 'the posting names the receipt'),
      rule('transaction-no', '分录写明渠道交易号', 'the posting names the transaction'),
      rule('order-no', '分录写明订单号', 'the posting names the order'),
      rule('number-in-text', '摘要或附言中含有单号', 'the description or remark contains the number'),
      NEAR_REFERENCE,
      CUSTOMER_AMOUNT,
      rule('fee-of-batch', '手续费按批次或按日合计', 'fees summed by batch or by day'),
      rule(
        'amount-window',
        '同一金额，日期相近，双方唯一',
        'same amount, days apart, the only one on both sides',
        'probable',
      ),
    ],
  },
  {
    name: 'customers-ledger',
    left: { zh: '期初＋销售－退货－收款±调整', en: 'opening + sales − returns − receipts ± adjustments' },
    right: { zh: '期初＋应收分录', en: 'opening + receivable postings' },
    rules: [rule('customer-balance', '按客户和币种比较期末余额', 'closing balances by customer and currency')],
  },
];

/** Finds a rule for display. */
export function ruleOf(reconciliation: string, code: string): Rule | undefined {
  return STANDING_RECONCILIATIONS.find((one) => one.name === reconciliation)?.rules.find((one) => one.code === code);
}
