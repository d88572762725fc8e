import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Calendar } from '../../sample/calendar';
import { csvLine } from '../../sample/files/csv';
import type { FileKind } from '../../domain/words';
import { BANK_ACCOUNTS, companyFile, MONTH, type Currency } from './company';
import { statementOf } from './camt';
import { CHANNELS, type Row } from './desk/books';
import type { PlantedMonth } from './generate';

/** A file of the planted month, as it would be imported. */
export interface PlantedFile {
  readonly kind: FileKind;
  readonly name: string;
  readonly text: string;
}

const COLUMNS = {
  'openings-csv': 'customer_no currency sales_amount ledger_amount',
  'orders-csv': 'order_no customer_no customer_name order_date currency gross_amount tax_amount status',
  'returns-csv': 'return_no order_no customer_no return_date currency gross_amount reason',
  'invoices-csv':
    'invoice_no order_no customer_no issue_date currency net_amount tax_amount gross_amount kind original_invoice_no',
  'receipts-csv':
    'receipt_no order_no customer_no received_at method currency amount channel_reference description counterparty',
  'channel-csv':
    'transaction_no merchant_reference occurred_at type currency gross_amount fee_amount net_amount payout_no description counterparty',
  'ledger-csv':
    'entry_no line_no posting_date account customer_no reference description currency debit credit exchange_rate base_debit base_credit',
} as const;
type CsvKind = keyof typeof COLUMNS;

/** Every file of the month, in the order they are imported. */
export function filesOf({ books }: PlantedMonth): readonly PlantedFile[] {
  const csv = (kind: CsvKind, name: string, rows: readonly Row[], sortBy: string): PlantedFile => ({
    ...{ kind, name },
    text: table(COLUMNS[kind].split(' '), inOrder(rows, sortBy)),
  });
  const calendar = new Calendar(MONTH);
  const currencies = Object.keys(BANK_ACCOUNTS) as Currency[];
  return [
    csv('openings-csv', 'openings.csv', books.openings, 'customer_no'),
    csv('orders-csv', 'orders.csv', books.orders, 'order_no'),
    csv('returns-csv', 'returns.csv', books.returns, 'return_no'),
    csv('invoices-csv', 'invoices.csv', books.invoices, 'invoice_no'),
    csv('receipts-csv', 'receipts.csv', books.receipts, 'receipt_no'),
    ...CHANNELS.map((name) => csv('channel-csv', `${name}.csv`, books.channels[name], 'occurred_at')),
    ...currencies.map((currency) => ({
      kind: 'camt053' as const,
      name: `bank-${currency}.xml`,
      text: statementOf(currency, books.bank, calendar),
    })),
    csv('ledger-csv', 'ledger.csv', books.ledger, 'posting_date'),
  ];
}

/** Writes the month with its company file and its answers. */
export function writeMonth(dir: string, seed: number, month: PlantedMonth): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'company.yaml'), companyFile(seed));
  for (const { name, text } of filesOf(month)) writeFileSync(join(dir, name), text);
  const { expected, pairs, decoys } = month.answers;
  for (const [name, entries] of Object.entries({ expected, pairs, decoys }))
    writeFileSync(join(dir, `${name}.json`), `[\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`);
}

/** Rows as a system exports them, not as the stories were told; equal ones keep their order. */
function inOrder(rows: readonly Row[], column: string): readonly Row[] {
  return [...rows].sort((a, b) => ((a[column] ?? '') < (b[column] ?? '') ? -1 : a[column] === b[column] ? 0 : 1));
}

function table(columns: readonly string[], rows: readonly Row[]): string {
  return [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))]
    .map((row) => csvLine(row))
    .join('');
}
