import type { FactRelation } from './words';

/** What intake must know of a fact relation beside its columns. */
export interface FactShape {
  /** Columns that together stand once in a month among the rows of one file kind. */
  readonly key: readonly string[];
  /** Numbers of the key start again each month: the month of `date` belongs to the key. */
  readonly keyByMonth?: true;
  /** The column a person knows the row by. */
  readonly label: string;
  /** The column that is summed for the control totals. */
  readonly control: string;
  /** The column of its currency; null: the company's currency. */
  readonly currency: string | null;
  /** The column that decides the month; null: the month the file was imported into. */
  readonly date: string | null;
}

export const FACT_SHAPES: Readonly<Record<FactRelation, FactShape>> = {
  sales_order: {
    key: ['order_key'],
    label: 'order_no',
    control: 'gross_amount',
    currency: 'currency',
    date: 'order_date',
  },
  order_line: { key: ['order_key', 'line_no'], label: 'order_no', control: 'gross_amount', currency: null, date: null },
  sales_return: {
    key: ['return_key'],
    label: 'return_no',
    control: 'gross_amount',
    currency: 'currency',
    date: 'return_date',
  },
  receipt: { key: ['receipt_key'], label: 'receipt_no', control: 'amount', currency: 'currency', date: 'received_on' },
  invoice: {
    key: ['invoice_key'],
    label: 'invoice_no',
    control: 'gross_amount',
    currency: 'currency',
    date: 'issue_date',
  },
  ledger_entry: {
    key: ['entry_no', 'line_no'],
    keyByMonth: true,
    label: 'entry_no',
    control: 'debit',
    currency: 'currency',
    date: 'posting_date',
  },
  channel_transaction: {
    key: ['row_key'],
    label: 'transaction_no',
    control: 'gross_amount',
    currency: 'currency',
    date: 'occurred_on',
  },
  bank_entry: { key: ['row_key'], label: 'bank_reference', control: 'amount', currency: 'currency', date: 'booked_on' },
  opening_balance: {
    key: ['customer_key', 'currency'],
    label: 'customer_no',
    control: 'sales_amount',
    currency: 'currency',
    date: null,
  },
};
