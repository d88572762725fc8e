import { REFERENCE_BYTES_MAX, TEXT_BYTES_MAX } from '../text/limits';
import { RowRejection } from './rejection';

const REFERENCES = new Set([
  'transaction_no',
  'merchant_reference',
  'payout_no',
  'bank_reference',
  'end_to_end',
  'account',
  'entry_no',
  'line_no',
  'customer_no',
  'reference',
  'currency',
]);

/** Hands the values on. @throws RowRejection TOO_LONG */
export function withinLimits(columns: readonly string[], values: (string | null)[]): (string | null)[] {
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    // Three bytes a character at most, so most values need no counting.
    if (value === null || value === undefined || value.length * 3 <= REFERENCE_BYTES_MAX) continue;
    const column = columns[i] ?? '';
    const most = REFERENCES.has(column) ? REFERENCE_BYTES_MAX : TEXT_BYTES_MAX;
    if (value.length * 3 > most && Buffer.byteLength(value) > most) throw tooLong(column, value, most);
  }
  return values;
}

function tooLong(column: string, value: string, most: number): RowRejection {
  return new RowRejection(column, `${value.slice(0, 200)}…`, 'TOO_LONG', {
    zh: `${column} 超过 ${most} 字节。请在来源文件中缩短后重新提交。`,
    en: `${column} is longer than ${most} bytes. Shorten it in the source and resubmit the row.`,
  });
}
