/**
 * The words of the close, each with its Chinese and English name: one vocabulary for tables, types, signals, screens,
 * mails and tests (design, section 5).
 */

/** A text for a person, in both languages. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** The stages of a month, in order. `open`: no close is running yet. */
export const STAGES = ['open', 'collect', 'cutoff', 'reconcile', 'review', 'approve', 'lock', 'report'] as const;
export type Stage = (typeof STAGES)[number];
export const STAGE_NAMES: Record<Stage, Bilingual> = {
  open: { zh: '未开始', en: 'open' },
  collect: { zh: '收集', en: 'collect' },
  cutoff: { zh: '关账', en: 'cut-off' },
  reconcile: { zh: '对账', en: 'reconcile' },
  review: { zh: '复核', en: 'review' },
  approve: { zh: '审批', en: 'approve' },
  lock: { zh: '结账', en: 'lock' },
  report: { zh: '报告', en: 'report' },
};

/** The six standing reconciliations, in the order they are computed and shown. */
export const RECONCILIATIONS = [
  'orders-ledger',
  'orders-invoices',
  'orders-receipts',
  'receipts-channels',
  'channels-ledger',
  'customers-ledger',
] as const;
export type ReconciliationName = (typeof RECONCILIATIONS)[number];
export const RECONCILIATION_NAMES: Record<ReconciliationName, Bilingual> = {
  'orders-ledger': { zh: '订单与总账', en: 'orders against ledger' },
  'orders-invoices': { zh: '订单与发票', en: 'orders against invoices' },
  'orders-receipts': { zh: '订单与收款', en: 'orders against receipts' },
  'receipts-channels': { zh: '收款与渠道', en: 'receipts against channels' },
  'channels-ledger': { zh: '渠道与总账', en: 'channels against ledger' },
  'customers-ledger': { zh: '客户往来与总账', en: 'customers against ledger' },
};

export const EXCEPTION_KINDS = [
  'missing_in_finance',
  'missing_in_sales',
  'amount_differs',
  'date_differs',
  'duplicate',
  'currency_differs',
  'customer_differs',
  'status_differs',
  'tax_differs',
  'fee_differs',
  'unapplied_receipt',
  'overpaid',
  'unbilled',
  'billed_not_delivered',
] as const;
export type ExceptionKind = (typeof EXCEPTION_KINDS)[number];
export const EXCEPTION_KIND_NAMES: Record<ExceptionKind, Bilingual> = {
  missing_in_finance: { zh: '财务缺失', en: 'missing in finance' },
  missing_in_sales: { zh: '销售缺失', en: 'missing in sales' },
  amount_differs: { zh: '金额不符', en: 'amount differs' },
  date_differs: { zh: '期间不符', en: 'booked in another month' },
  duplicate: { zh: '重复', en: 'duplicate' },
  currency_differs: { zh: '币种不符', en: 'currency differs' },
  customer_differs: { zh: '客户不符', en: 'customer differs' },
  status_differs: { zh: '状态不符', en: 'status differs' },
  tax_differs: { zh: '税额不符', en: 'tax differs' },
  fee_differs: { zh: '手续费不符', en: 'fee differs' },
  unapplied_receipt: { zh: '未核销收款', en: 'unapplied receipt' },
  overpaid: { zh: '多收款', en: 'overpaid' },
  unbilled: { zh: '未开票', en: 'unbilled' },
  billed_not_delivered: { zh: '已开票未发货', en: 'billed, not delivered' },
};

export const RESOLUTION_ACTIONS = ['accept', 'adjust', 'carry_over', 'write_off', 'dispute'] as const;
export type ResolutionAction = (typeof RESOLUTION_ACTIONS)[number];
export const RESOLUTION_ACTION_NAMES: Record<ResolutionAction, Bilingual> = {
  accept: { zh: '接受', en: 'accept' },
  adjust: { zh: '调整', en: 'adjust' },
  carry_over: { zh: '结转下期', en: 'carry over' },
  write_off: { zh: '核销', en: 'write off' },
  dispute: { zh: '争议', en: 'dispute' },
};

/** What can be said of an exception: an action, that it was matched by hand, or that what was said is taken back. */
export type Answer = ResolutionAction | 'match' | 'undo';
export const ANSWER_NAMES: Record<Answer, Bilingual> = {
  ...RESOLUTION_ACTION_NAMES,
  match: { zh: '手工匹配', en: 'matched by hand' },
  undo: { zh: '撤销处理', en: 'taken back' },
};

export const ROLES = ['admin', 'preparer', 'reviewer', 'approver', 'controller', 'cashier', 'auditor'] as const;
export type Role = (typeof ROLES)[number];
export const ROLE_NAMES: Record<Role, Bilingual> = {
  admin: { zh: '系统管理员', en: 'administrator' },
  preparer: { zh: '经办', en: 'preparer' },
  reviewer: { zh: '复核', en: 'reviewer' },
  approver: { zh: '审批', en: 'approver' },
  controller: { zh: '财务总监', en: 'controller' },
  cashier: { zh: '出纳', en: 'cashier' },
  auditor: { zh: '审计', en: 'auditor' },
};

/** Payment methods of a receipt. Each but `other` has a channel: cash is the till, bank is the bank statement. */
export const METHODS = ['cash', 'card', 'alipay', 'wechat', 'bank', 'other'] as const;
export type Method = (typeof METHODS)[number];
export const METHOD_NAMES: Record<Method, Bilingual> = {
  cash: { zh: '现金', en: 'cash' },
  card: { zh: '银行卡', en: 'card' },
  alipay: { zh: '支付宝', en: 'Alipay' },
  wechat: { zh: '微信支付', en: 'WeChat Pay' },
  bank: { zh: '银行转账', en: 'bank transfer' },
  other: { zh: '其他', en: 'other' },
};

/** The file kinds that can be imported (contracts, section 3). */
export const FILE_KINDS = [
  'orders-csv',
  'order-lines-csv',
  'returns-csv',
  'receipts-csv',
  'invoices-csv',
  'ledger-csv',
  'channel-csv',
  'openings-csv',
  'alipay-trade',
  'alipay-fund',
  'wechat-trade',
  'wechat-fund',
  'unionpay-zm',
  'camt053',
  'mt940',
  'kingdee-vouchers',
  'einvoice-xml',
  'tax-bureau-xlsx',
  'fxiaoke-orders',
  'fxiaoke-order-lines',
  'fxiaoke-returns',
  'fxiaoke-receipts',
  'fxiaoke-invoices',
  'zoho-orders',
  'zoho-order-lines',
  'zoho-returns',
  'zoho-receipts',
  'zoho-invoices',
] as const;
export type StandardKind = (typeof FILE_KINDS)[number];
/** A bank's or system's own file, read by the company's mapping file of that name. */
export type ProfileKind = `profile:${string}`;
export type FileKind = StandardKind | ProfileKind;

/** What a mapping file may be called. */
export const PROFILE_NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** The mapping file that a kind names; null for a standard kind. */
export function profileNameOf(kind: string): string | null {
  return kind.startsWith('profile:') ? kind.slice('profile:'.length) : null;
}

export function isStandardKind(kind: string): kind is StandardKind {
  return (FILE_KINDS as readonly string[]).includes(kind);
}

export function isFileKind(kind: string): kind is FileKind {
  return isStandardKind(kind) || PROFILE_NAME.test(profileNameOf(kind) ?? '');
}

/** The fact relation each standard file kind fills; a mapping file names its own. */
export const RELATION_OF_KIND: Record<StandardKind, FactRelation> = {
  'orders-csv': 'sales_order',
  'order-lines-csv': 'order_line',
  'returns-csv': 'sales_return',
  'receipts-csv': 'receipt',
  'invoices-csv': 'invoice',
  'ledger-csv': 'ledger_entry',
  'channel-csv': 'channel_transaction',
  'openings-csv': 'opening_balance',
  'alipay-trade': 'channel_transaction',
  'alipay-fund': 'channel_transaction',
  'wechat-trade': 'channel_transaction',
  'wechat-fund': 'channel_transaction',
  'unionpay-zm': 'channel_transaction',
  camt053: 'bank_entry',
  mt940: 'bank_entry',
  'kingdee-vouchers': 'ledger_entry',
  'einvoice-xml': 'invoice',
  'tax-bureau-xlsx': 'invoice',
  'fxiaoke-orders': 'sales_order',
  'fxiaoke-order-lines': 'order_line',
  'fxiaoke-returns': 'sales_return',
  'fxiaoke-receipts': 'receipt',
  'fxiaoke-invoices': 'invoice',
  'zoho-orders': 'sales_order',
  'zoho-order-lines': 'order_line',
  'zoho-returns': 'sales_return',
  'zoho-receipts': 'receipt',
  'zoho-invoices': 'invoice',
};
export const FACT_RELATIONS = [
  'sales_order',
  'order_line',
  'sales_return',
  'receipt',
  'invoice',
  'ledger_entry',
  'channel_transaction',
  'bank_entry',
  'opening_balance',
] as const;
export type FactRelation = (typeof FACT_RELATIONS)[number];

/** The relation a batch fills: its own where it was read by a mapping file, else its kind's. */
export function relationOfBatch({
  kind,
  relation,
}: {
  readonly kind: FileKind;
  readonly relation: FactRelation | null;
}): FactRelation {
  if (relation !== null) return relation;
  if (isStandardKind(kind)) return RELATION_OF_KIND[kind];
  throw new Error(`a batch of ${kind} names no relation`);
}
