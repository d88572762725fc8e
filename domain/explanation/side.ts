import type { AccountMap } from '../company';
import type { ShownRecord } from '../explain';
import { Decimal } from '../money';
import { referenceKey } from '../reference';
import type { FactRelation } from '../words';
import type { FactRow } from './fact-fields';

/** One side of a match or an exception: the records as they are compared, and the rows of files they stand for. */
export interface Side {
  readonly records: readonly ShownRecord[];
  readonly rows: readonly FactRow[];
}

/** Columns that hold a number, a row's own first. */
const NUMBER_COLUMNS: Readonly<Partial<Record<FactRelation, readonly string[]>>> = {
  sales_order: ['order_no'],
  sales_return: ['return_no', 'order_no'],
  receipt: ['receipt_no', 'order_no', 'channel_reference'],
  invoice: ['order_no', 'invoice_no', 'original_invoice_no'],
  ledger_entry: ['reference'],
  channel_transaction: ['transaction_no', 'merchant_reference', 'payout_no'],
  bank_entry: ['bank_reference', 'end_to_end'],
};

/** The numbers a side's rows carry in columns of their own, each once. */
export function numbersOf({ rows }: Side): string[] {
  const found = rows.flatMap((row) => (NUMBER_COLUMNS[row.relation] ?? []).map((column) => row.values[column] ?? null));
  return distinct(found);
}

/** What a side's rows say in words, where a number may stand too. */
export function textsOf({ rows }: Side): string[] {
  return distinct(rows.map((row) => row.values['description'] ?? null));
}

/** The number both sides carry, as each writes it; in words it counts as well. */
export function sharedNumber(left: Side, right: Side): { readonly left: string; readonly right: string } | undefined {
  for (const number of numbersOf(left)) {
    const same = numbersOf(right).find((other) => referenceKey(other) === referenceKey(number));
    const said = same ?? textsOf(right).find((text) => isNamedIn(number, text));
    if (said !== undefined) return { left: number, right: said };
  }
  for (const number of numbersOf(right)) {
    const said = textsOf(left).find((text) => isNamedIn(number, text));
    if (said !== undefined) return { left: said, right: number };
  }
  return undefined;
}

function isNamedIn(number: string, text: string): boolean {
  const key = referenceKey(number);
  return key !== null && key.length >= 4 && (referenceKey(text) ?? '').includes(key);
}

export function sumOf(records: readonly ShownRecord[]): Decimal {
  return records.reduce((sum, { amount }) => sum.add(amount), new Decimal(0));
}

/** Output tax of a side; undefined where its rows do not state it. */
export function taxOf({ rows }: Side, accounts: AccountMap): Decimal | undefined {
  return sumColumns(rows, ({ relation, values }) => {
    if (relation === 'sales_order' || relation === 'invoice') return values['tax_amount'];
    if (relation === 'ledger_entry' && isOn(values, accounts.outputTax)) return posted(values).neg();
    return undefined;
  });
}

/** What the channel kept, or what is booked as fees; undefined where a side says nothing of fees. */
export function feeOf({ rows }: Side, accounts: AccountMap): Decimal | undefined {
  return sumColumns(rows, ({ relation, values }) => {
    if (relation === 'channel_transaction') return channelFee(values);
    if (relation === 'ledger_entry' && isOn(values, accounts.fees)) return posted(values);
    return undefined;
  });
}

/** A payout's fee stands with the sign of its batch, a fee row's in its net amount. */
function channelFee(values: FactRow['values']): Decimal {
  if (values['type'] === 'fee') return new Decimal(values['net_amount'] ?? 0).neg();
  const fee = new Decimal(values['fee_amount'] ?? 0);
  return values['type'] === 'payout' ? fee.neg() : fee;
}

function isOn(values: FactRow['values'], prefix: string): boolean {
  return prefix !== '' && (values['account'] ?? '').startsWith(prefix);
}

function posted(values: FactRow['values']): Decimal {
  return new Decimal(values['debit'] ?? 0).sub(values['credit'] ?? 0);
}

function sumColumns(
  rows: readonly FactRow[],
  valueOf: (row: FactRow) => Decimal.Value | null | undefined,
): Decimal | undefined {
  const values = rows.map(valueOf).filter((value) => value !== undefined && value !== null);
  return values.length === 0 ? undefined : values.reduce<Decimal>((sum, value) => sum.add(value), new Decimal(0));
}

/** Each value once, in the order they come; nothing is no value. */
export function distinct(values: readonly (string | null | undefined)[]): string[] {
  return [...new Set(values.filter((value): value is string => value !== null && value !== undefined && value !== ''))];
}
