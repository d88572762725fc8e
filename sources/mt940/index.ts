import type { SourceReader } from '../reader';
import { BANK_COLUMNS } from '../wire/bank-row';
import { openTextFile } from '../wire/open-text';
import { FieldReader } from './fields';
import { Statements } from './statements';

/**
 * MT940 (SWIFT) bank statements in the dialects banks send, several statements a file.
 * Refuses the file with WRONG_KIND, WRONG_ACCOUNT, MISSING_FOOTER, BALANCE_MISMATCH, MALFORMED_STATEMENT.
 */
export const mt940: SourceReader = {
  kind: 'mt940',
  relation: 'bank_entry',
  columns: BANK_COLUMNS,
  async read(context, sink) {
    const text = await openTextFile(context.path, context.encoding);
    const statements = new Statements(context, sink);
    const fields = new FieldReader((field) => statements.take(field));
    let lastLine = 1;
    for await (const batch of text.lines) {
      fields.readBatch(batch);
      lastLine = batch.first + batch.lines.length - 1;
      await sink.room();
    }
    fields.end();
    statements.end(lastLine);
    return {
      detected: { encoding: text.encoding, statementCount: statements.count, statements: statements.told },
      balances: statements.balances,
      channel: 'bank',
    };
  },
};
