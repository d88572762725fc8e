import type { Bilingual, StandardKind } from '../../domain/words';

/** Days around the month whose records come too: their rows are context, which differences of cut-off need. */
export const CONTEXT = { before: 31, after: 15 } as const;

/**
 * Which records of an object belong to a month.
 * - `whole`: all of them, whatever the month: customers, products
 * - `dated`: by the date behind this column, in the month or in the days around it
 * - `children`: those of the records of another part, in the month alone or with the days around it
 */
export type Extent =
  | { readonly by: 'whole' }
  | { readonly by: 'dated'; readonly column: string; readonly field: string }
  | { readonly by: 'children'; readonly of: string; readonly field: string; readonly span: 'month' | 'context' };

/** One object of the CRM and what it is to a month. */
export interface ObjectPart {
  readonly key: string;
  readonly title: Bilingual;
  /** Its standard api name; a mapping may name another. */
  readonly object: string;
  readonly extent: Extent;
  readonly kind?: StandardKind;
  readonly uses?: readonly string[];
}

/** In the order they are fetched. */
export const PARTS: readonly ObjectPart[] = [
  { key: 'customers', title: { zh: '客户', en: 'customers' }, object: 'AccountObj', extent: { by: 'whole' } },
  { key: 'products', title: { zh: '产品', en: 'products' }, object: 'ProductObj', extent: { by: 'whole' } },
  {
    key: 'orders',
    title: { zh: '销售订单', en: 'sales orders' },
    object: 'SalesOrderObj',
    extent: { by: 'dated', column: 'order_date', field: 'order_time' },
    kind: 'fxiaoke-orders',
    uses: ['customers'],
  },
  {
    key: 'order-lines',
    title: { zh: '订单产品', en: 'order lines' },
    object: 'SalesOrderProductObj',
    extent: { by: 'children', of: 'orders', field: 'order_id', span: 'month' },
    kind: 'fxiaoke-order-lines',
    uses: ['products', 'orders'],
  },
  {
    key: 'returns',
    title: { zh: '退货单', en: 'returns' },
    object: 'ReturnedGoodsInvoiceObj',
    extent: { by: 'dated', column: 'return_date', field: 'returned_goods_time' },
    kind: 'fxiaoke-returns',
    uses: ['customers', 'orders'],
  },
  {
    key: 'payments',
    title: { zh: '回款', en: 'payments' },
    object: 'PaymentObj',
    extent: { by: 'dated', column: 'received_at', field: 'payment_time' },
    kind: 'fxiaoke-receipts',
    uses: ['customers', 'orders', 'payment-splits'],
  },
  {
    key: 'payment-splits',
    title: { zh: '回款明细', en: 'payment splits' },
    object: 'OrderPaymentObj',
    extent: { by: 'children', of: 'payments', field: 'payment_id', span: 'context' },
    kind: 'fxiaoke-receipts',
    uses: ['customers', 'orders', 'payments'],
  },
  {
    key: 'refunds',
    title: { zh: '退款', en: 'refunds' },
    object: 'RefundObj',
    extent: { by: 'dated', column: 'received_at', field: 'refunded_time' },
    kind: 'fxiaoke-receipts',
    uses: ['customers', 'orders'],
  },
  {
    key: 'invoices',
    title: { zh: '开票申请', en: 'invoice applications' },
    object: 'InvoiceApplicationObj',
    extent: { by: 'dated', column: 'issue_date', field: 'invoice_date' },
    kind: 'fxiaoke-invoices',
    uses: ['customers', 'orders'],
  },
];

export function partOf(key: string): ObjectPart {
  const part = PARTS.find((one) => one.key === key);
  if (part === undefined) throw new Error(`Fxiaoke has no part ${key}`);
  return part;
}
