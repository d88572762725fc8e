import { hash } from 'node:crypto';
import { referenceKey } from '../../domain/reference';
import { withinLimits } from './limits';
import type { Occurrences } from './occurrences';

/** What `bankValues` fills of bank_entry, in order. */
export const BANK_COLUMNS = [
  'row_key',
  'account',
  'bank_reference',
  'bank_key',
  'end_to_end',
  'end_to_end_key',
  'booked_on',
  'value_on',
  'currency',
  'amount',
  'description',
  'counterparty',
  'extra',
] as const;

/** An entry of a bank statement. Empty text is nothing. */
export interface BankRow {
  readonly account: string;
  readonly bankReference: string;
  readonly endToEnd: string;
  /** YYYY-MM-DD */
  readonly bookedOn: string;
  readonly valueOn: string | null;
  readonly currency: string;
  /** Credit positive, debit negative. */
  readonly amount: string;
  readonly description: string;
  readonly counterparty: string;
  readonly extra: Readonly<Record<string, string>> | null;
}

/** @throws RowRejection TOO_LONG */
export function bankValues(row: BankRow, occurrences: Occurrences): (string | null)[] {
  return withinLimits(BANK_COLUMNS, [
    rowKey(row, occurrences),
    row.account,
    row.bankReference || null,
    referenceKey(row.bankReference),
    row.endToEnd || null,
    referenceKey(row.endToEnd),
    row.bookedOn,
    row.valueOn,
    row.currency,
    row.amount,
    row.description || null,
    row.counterparty || null,
    row.extra === null || Object.keys(row.extra).length === 0 ? null : JSON.stringify(row.extra),
  ]);
}

/**
 * The same entry has the same key in every statement that shows it, so overlapping statements count it once. Entries
 * that are equal in everything are told apart by their order among each other, which is the same in each statement.
 */
function rowKey(row: BankRow, occurrences: Occurrences): string {
  const says = [row.account, row.bookedOn, row.currency, row.amount, row.bankReference, row.endToEnd, row.description];
  const digest = hash('sha256', says.join('\u0000'), 'buffer');
  return `${digest.toString('hex', 0, 20)}-${occurrences.next(digest)}`;
}
