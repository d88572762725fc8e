import { recordsReader, type RecordsKind } from '../records';
import type { SourceReader } from '../reader';
import { PAYMENT_SPLITS, PAYMENTS, REFUNDS } from './receipts';
import { INVOICES, ORDER_LINES, ORDERS, RETURNS } from './sales';

const COMMON = {
  system: 'fxiaoke',
  /** Part → its references → the part they lead to. */
  references: {
    orders: { account_id: 'customers' },
    'order-lines': { order_id: 'orders', product_id: 'products' },
    returns: { account_id: 'customers', order_id: 'orders' },
    payments: { account_id: 'customers', order_id: 'orders' },
    'payment-splits': { account_id: 'customers', order_id: 'orders', payment_id: 'payments' },
    refunds: { account_id: 'customers', order_id: 'orders' },
    invoices: { account_id: 'customers', order_id: 'orders' },
  },
  labelOf: (field: string) => `${field}__r`,
} as const;

/** How each kind of Fxiaoke records becomes rows. */
export const FXIAOKE_KINDS: readonly RecordsKind[] = [
  { ...COMMON, kind: 'fxiaoke-orders', as: 'orders-csv', parts: { orders: ORDERS }, unknown: ['tax_amount'] },
  {
    ...COMMON,
    kind: 'fxiaoke-order-lines',
    as: 'order-lines-csv',
    parts: { 'order-lines': ORDER_LINES },
    unknown: ['tax_rate'],
  },
  { ...COMMON, kind: 'fxiaoke-returns', as: 'returns-csv', parts: { returns: RETURNS } },
  {
    ...COMMON,
    kind: 'fxiaoke-receipts',
    as: 'receipts-csv',
    parts: { payments: PAYMENTS, 'payment-splits': PAYMENT_SPLITS, refunds: REFUNDS },
  },
  {
    ...COMMON,
    kind: 'fxiaoke-invoices',
    as: 'invoices-csv',
    parts: { invoices: INVOICES },
    unknown: ['net_amount', 'tax_amount'],
  },
];

const READERS = FXIAOKE_KINDS.map((kind) => recordsReader(kind));

export function fxiaokeReader(kind: RecordsKind['kind']): SourceReader {
  const reader = READERS.find((one) => one.kind === kind);
  if (reader === undefined) throw new Error(`Fxiaoke has no kind ${kind}`);
  return reader;
}
