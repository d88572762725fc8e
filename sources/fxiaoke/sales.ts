import { Decimal, formatAmount } from '../../domain/money';
import type { PartRows } from '../records';
import { readAmount } from '../text';
import { goneOf, isPending, outOf, STANDING } from './standing';
import { taxWithin } from './tax';
import { STATUS_LABELS } from './words';

const ORDER_NO = 'order_id__r|order_id.name';
const CUSTOMER_NO = 'account_id.account_no';

/** An order that is not submitted or approved yet is a draft, whatever its status says. */
export const ORDERS: PartRows = {
  columns: {
    order_no: 'name',
    customer_no: CUSTOMER_NO,
    customer_name: 'account_id__r|account_id.name',
    order_date: 'order_time',
    currency: 'mc_currency',
    gross_amount: 'order_amount',
    tax_amount: '',
    tax_rate: '',
    status: 'order_status',
    salesperson: 'owner__r',
    region: '',
  },
  words: { status: STATUS_LABELS },
  reads: STANDING,
  rule: (record) => {
    const tax = record.cell('tax_amount') || taxWithin(record, record.cell('gross_amount'));
    const cells = { ...(tax === null ? {} : { tax_amount: tax }), ...(isPending(record) ? { status: 'draft' } : {}) };
    return goneOf(record) ?? { cells };
  },
};

/** Lines have no date: they belong to the month of their order. */
export const ORDER_LINES: PartRows = {
  columns: {
    order_no: ORDER_NO,
    line_no: 'name',
    product_no: 'product_id.product_code|product_id.name|product_id__r',
    product_name: 'product_id__r|product_id.name',
    quantity: 'quantity',
    unit_price: 'sales_price|product_price',
    discount_amount: '',
    tax_rate: '',
    gross_amount: 'subtotal',
  },
  reads: { ...STANDING, ordered: 'order_id.order_time' },
  rule: (record) => {
    const gone = goneOf(record);
    if (gone) return gone;
    return record.day('ordered')?.startsWith(record.month) === true ? { cells: {} } : { exclude: 'OTHER_MONTH' };
  },
};

export const RETURNS: PartRows = {
  columns: {
    return_no: 'name',
    order_no: ORDER_NO,
    customer_no: CUSTOMER_NO,
    return_date: 'returned_goods_time',
    currency: 'mc_currency',
    gross_amount: 'returned_goods_inv_amount',
    reason: 'returned_goods_reason__r|returned_goods_reason',
  },
  reads: STANDING,
  rule: (record) => outOf(record) ?? { cells: {} },
};

/** An application is an invoice once it has an invoice number. */
export const INVOICES: PartRows = {
  columns: {
    invoice_no: 'invoice_no',
    order_no: ORDER_NO,
    customer_no: CUSTOMER_NO,
    issue_date: 'invoice_date',
    currency: 'mc_currency',
    net_amount: '',
    tax_amount: '',
    tax_rate: '',
    gross_amount: 'invoice_applied_amount',
    kind: '',
    original_invoice_no: '',
  },
  reads: STANDING,
  rule: (record) => {
    const out = outOf(record);
    if (out) return out;
    if (record.cell('invoice_no') === '') return { exclude: 'NOT_INVOICED' };
    const gross = readAmount(record.cell('gross_amount'), record.currency);
    const kind = record.cell('kind') || (gross.ok && gross.value.startsWith('-') ? 'red' : 'blue');
    const tax = record.cell('tax_amount') || taxWithin(record, record.cell('gross_amount'));
    const taxes = readAmount(tax ?? '', record.currency);
    if (tax === null || !gross.ok || !taxes.ok) return { cells: { kind } };
    const net = formatAmount(new Decimal(gross.value).minus(taxes.value), record.currency);
    return { cells: { kind, tax_amount: tax, net_amount: record.cell('net_amount') || net } };
  },
};
