import type { PartRows } from '../records';
import { invoice, line, order } from './rules';

/** An order with its lines stands around each of its lines under this name. */
export const AROUND = '$order';
/** The lists of lines, in this version of the API and in those before. */
export const LINE_LISTS = ['Ordered_Items', 'Product_Details'] as const;

const CUSTOMER_NO = 'Account_Name.Account_Number|Customer_No';
const ORDER_NO = 'Sales_Order.SO_Number|Sales_Order.name';

export const ORDERS: PartRows = {
  columns: {
    order_no: 'SO_Number',
    customer_no: CUSTOMER_NO,
    customer_name: 'Account_Name.name',
    order_date: 'Created_Time',
    currency: 'Currency',
    gross_amount: 'Grand_Total',
    tax_amount: 'Tax',
    status: 'Status',
    salesperson: 'Owner.name',
    region: 'Account_Name.Billing_State',
  },
  words: {
    status: {
      Created: 'draft',
      Draft: 'draft',
      Approved: 'approved',
      Delivered: 'delivered',
      Completed: 'completed',
      Cancelled: 'cancelled',
      Canceled: 'cancelled',
    },
  },
  leads: { customer_no: 'customers', customer_name: 'customers', region: 'customers' },
  rule: order,
};

export const ORDER_LINES: PartRows = {
  columns: {
    order_no: `${AROUND}.SO_Number`,
    line_no: 'Sequence_Number|id',
    product_no: 'Product_Name.Product_Code|product.Product_Code|Product_Name.name|product.name',
    product_name: 'Product_Name.name|product.name',
    quantity: 'Quantity|quantity',
    unit_price: 'List_Price|list_price',
    discount_amount: 'Discount',
    tax_rate: 'Line_Tax|line_tax',
    gross_amount: 'Net_Total|net_total',
  },
  each: { lists: LINE_LISTS, around: AROUND },
  rule: line,
};

export const INVOICES: PartRows = {
  columns: {
    invoice_no: 'Invoice_Number',
    order_no: ORDER_NO,
    customer_no: CUSTOMER_NO,
    issue_date: 'Invoice_Date',
    currency: 'Currency',
    net_amount: '',
    tax_amount: 'Tax',
    gross_amount: 'Grand_Total',
    kind: '',
    original_invoice_no: '',
    status: 'Status',
  },
  reads: { subtotal: 'Sub_Total', discount: 'Discount', adjustment: 'Adjustment' },
  words: { status: { Cancelled: 'cancelled', Canceled: 'cancelled' } },
  leads: { order_no: 'invoices-orders', customer_no: 'customers' },
  rule: invoice,
};

export const RETURNS: PartRows = {
  columns: {
    return_no: 'Name',
    order_no: ORDER_NO,
    customer_no: 'Account_Name.Account_Number',
    return_date: 'Return_Date',
    currency: 'Currency',
    gross_amount: 'Amount',
    reason: 'Reason',
  },
  leads: { order_no: 'returns-orders', customer_no: 'customers' },
};

export const RECEIPTS: PartRows = {
  columns: {
    receipt_no: 'Name',
    order_no: ORDER_NO,
    customer_no: 'Account_Name.Account_Number',
    received_at: 'Payment_Date',
    method: 'Payment_Method',
    currency: 'Currency',
    amount: 'Amount',
    channel_reference: 'Reference',
    description: 'Description',
    counterparty: '',
  },
  words: {
    method: {
      Cash: 'cash',
      'Credit Card': 'card',
      'Debit Card': 'card',
      Card: 'card',
      Alipay: 'alipay',
      'WeChat Pay': 'wechat',
      WeChat: 'wechat',
      'Bank Transfer': 'bank',
      'Wire Transfer': 'bank',
      Check: 'other',
      Cheque: 'other',
      Other: 'other',
    },
  },
  leads: { order_no: 'receipts-orders', customer_no: 'customers' },
};
