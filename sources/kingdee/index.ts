import type { SourceReader } from '../reader';
import { beginsAsArchive } from '../wire/archive';
import { LEDGER_COLUMNS } from './row';
import { Sheet } from './sheet';
import { openTextTable, openWorkbook } from './table';

/**
 * 金蝶凭证: the voucher sheet of Kingdee K/3, as CSV, TSV or XLSX.
 * Refuses the file with WRONG_KIND, MISSING_COLUMN, UNBALANCED_VOUCHER, UNCLOSED_QUOTE, UNSAFE_ARCHIVE,
 * WORKBOOK_TOO_LARGE.
 */
export const kingdeeVouchers: SourceReader = {
  kind: 'kingdee-vouchers',
  relation: 'ledger_entry',
  columns: LEDGER_COLUMNS,
  async read(context, sink) {
    const isWorkbook = await beginsAsArchive(context.path);
    const table = isWorkbook ? await openWorkbook(context.path) : await openTextTable(context.path, context.encoding);
    const sheet = new Sheet(context, sink);
    for await (const records of table.records) {
      for (const record of records) sheet.read(record);
      await sink.room();
    }
    const { detected, columnNames } = sheet.finish();
    return { detected: { encoding: table.form, ...detected }, columnNames };
  },
};
