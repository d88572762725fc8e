import type { SourceReader } from '../reader';
import { BANK_COLUMNS } from '../wire/bank-row';
import { decodeXml } from './decode';
import { StatementParser } from './parser';
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
    const parser = new StatementParser(statements);
    for await (const chunk of decodeXml(context.path, context.encoding)) {
      parser.write(chunk);
      await sink.room();
    }
    parser.close();
    return {
      detected: {
        version: parser.version,
        statementCount: parser.statements,
        statements: statements.told,
        ...(statements.takenWhole === 0 ? {} : { entriesTakenWhole: statements.takenWhole }),
      },
      channel: 'bank',
    };
  },
};
