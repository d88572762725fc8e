import type { Calendar } from '../calendar';
import type { Invoice, Order, OrderCase, Receipt, SalesReturn } from '../cases';
import { formatFen } from '../fen';
import type { Opening } from '../openings';
import { csvLine } from './csv';

/** Header and rows of our own CSV kinds (contracts, section 3). */
export const HEADERS = {
  orders: csvLine([
    'order_no',
    'customer_no',
    'customer_name',
    'order_date',
    'currency',
    'gross_amount',
    'tax_amount',
    'status',
    'salesperson',
    'region',
  ]),
  lines: csvLine([
    'order_no',
    'line_no',
    'product_no',
    'product_name',
    'quantity',
    'unit_price',
    'discount_amount',
    'tax_rate',
    'gross_amount',
  ]),
  returns: csvLine(['return_no', 'order_no', 'customer_no', 'return_date', 'currency', 'gross_amount', 'reason']),
  receipts: csvLine([
    'receipt_no',
    'order_no',
    'customer_no',
    'received_at',
    'method',
    'currency',
    'amount',
    'channel_reference',
    'description',
    'counterparty',
  ]),
  invoices: csvLine([
    'invoice_no',
    'order_no',
    'customer_no',
    'issue_date',
    'currency',
    'net_amount',
    'tax_amount',
    'gross_amount',
    'kind',
    'original_invoice_no',
  ]),
  openings: csvLine(['customer_no', 'currency', 'sales_amount', 'ledger_amount']),
} as const;

export function orderRow(order: Order, calendar: Calendar): string {
  const { customer } = order;
  return csvLine([
    order.orderNo,
    customer.no,
    customer.name,
    calendar.iso(order.at.day),
    'CNY',
    formatFen(order.gross),
    formatFen(order.tax),
    order.status,
    order.salesperson,
    customer.region,
  ]);
}

export function lineRows(order: Order): string {
  return order.lines
    .map(({ product, quantity, discount, gross }, i) =>
      csvLine([
        order.orderNo,
        String(i + 1),
        product.no,
        product.name,
        String(quantity),
        formatFen(product.price),
        formatFen(discount),
        `0.${String(product.percent).padStart(2, '0')}`,
        formatFen(gross),
      ]),
    )
    .join('');
}

export function returnRow(returned: SalesReturn, calendar: Calendar): string {
  return csvLine([
    returned.returnNo,
    returned.orderNo,
    returned.customer.no,
    calendar.iso(returned.day),
    'CNY',
    formatFen(returned.gross),
    returned.reason,
  ]);
}

export function receiptRow(receipt: Receipt, calendar: Calendar): string {
  return csvLine([
    receipt.receiptNo,
    receipt.orderNo,
    receipt.customer.no,
    receipt.inUtc ? calendar.utc(receipt.at) : calendar.time(receipt.at),
    receipt.method,
    receipt.currency,
    formatFen(receipt.amount),
    receipt.channelReference,
    receipt.description,
    receipt.counterparty,
  ]);
}

export function invoiceRow(invoice: Invoice, calendar: Calendar): string {
  return csvLine([
    invoice.invoiceNo,
    invoice.orderNo,
    invoice.customer.no,
    calendar.iso(invoice.day),
    'CNY',
    formatFen(invoice.gross - invoice.tax),
    formatFen(invoice.tax),
    formatFen(invoice.gross),
    invoice.kind,
    invoice.original,
  ]);
}

export function openingRow({ customer, sales, ledger }: Opening): string {
  return csvLine([customer.no, 'CNY', formatFen(sales), formatFen(ledger)]);
}

/** Every invoice of a case, the red ones of its returns too. */
export function invoicesOf(kase: OrderCase): Invoice[] {
  return [...kase.invoices, ...kase.returned.flatMap((returned) => returned.invoices)];
}
