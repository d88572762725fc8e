import { csvRecord } from '../domain/csv-text';
import type { ExceptionView } from '../store/exceptions';

/** The columns in the order people have scripted against; new ones stand at the end. */
const HEAD = [
  'id',
  'reconciliation',
  'kind',
  'state',
  'currency',
  'difference',
  'left_references',
  'left_amounts',
  'right_references',
  'right_amounts',
  'rule',
  'explanation_zh',
  'explanation_en',
  'suggested_action',
  'owner',
  'caused_by',
  'assignee',
  'customer',
];

/** Exceptions as a CSV file that spreadsheets open. */
export async function* exceptionsCsv(rows: AsyncIterable<ExceptionView>): AsyncGenerator<string> {
  // Spreadsheets take a file for UTF-8 only when it begins with the mark.
  yield `\ufeff${csvRecord(HEAD)}`;
  for await (const row of rows) {
    const joined = (side: ExceptionView['left'], key: 'reference' | 'amount'): string =>
      side.map((record) => record[key]).join('; ');
    yield csvRecord([
      row.id,
      row.reconciliation,
      row.kind,
      row.state,
      row.currency,
      row.difference,
      joined(row.left, 'reference'),
      joined(row.left, 'amount'),
      joined(row.right, 'reference'),
      joined(row.right, 'amount'),
      row.rule,
      row.explanation.zh,
      row.explanation.en,
      row.suggestedAction,
      row.owner,
      row.causedBy.join('; '),
      row.assignee,
      row.customer,
    ]);
  }
}
