import type { SourceReader } from '../reader';
import { BANK_COLUMNS } from '../wire/bank-row';
import { decodeXml } from './decode';
import { StatementDocument } from './document';
import { Statements } from './statements';

/**
 * CAMT.053 (ISO 20022) bank statements, versions 02 to 08, several statements a file.
 * Refuses the file with MALFORMED_XML, DOCTYPE_REFUSED, WRONG_KIND, WRONG_ACCOUNT, BALANCE_MISMATCH, UNDECODABLE,
 * ENTRY_TOO_LARGE.
 */
export const camt053: SourceReader = {
  kind: 'camt053',
  relation: 'bank_entry',
  columns: BANK_COLUMNS,
  async read(context, sink) {
    const statements = new Statements(context, sink);
    const document = new StatementDocument(statements);
    for await (const chunk of decodeXml(context.path, context.encoding)) {
      document.write(chunk);
      await sink.room();
    }
    document.close();
    return {
      detected: {
        version: document.version,
        statementCount: document.statements,
        statements: statements.told,
        ...(statements.takenWhole === 0 ? {} : { entriesTakenWhole: statements.takenWhole }),
      },
      balances: statements.balances,
      channel: 'bank',
    };
  },
};
