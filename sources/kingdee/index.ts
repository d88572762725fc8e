import type { ReadContext, RowSink, SourceReader } from '../reader';
import { beginsAsArchive } from '../wire/archive';
import { openByteFile } from '../wire/byte-lines';
import { readLines } from '../wire/line-flow';
import { LEDGER_COLUMNS } from './row';
import { Sheet } from './sheet';
import { SheetLines } from './sheet-lines';
import { readWorkbook } from './table';

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
    const sheet = new Sheet(context, sink);
    const form = (await beginsAsArchive(context.path))
      ? await readFromWorkbook(context.path, sheet, sink)
      : await readFromText(context, sheet, sink);
    const { detected, columnNames } = sheet.finish();
    return { detected: { encoding: form, ...detected }, columnNames };
  },
};

async function readFromWorkbook(path: string, sheet: Sheet, sink: RowSink): Promise<string> {
  for (const record of await readWorkbook(path)) sheet.read(record);
  await sink.room();
  return 'xlsx';
}

async function readFromText(context: ReadContext, sheet: Sheet, sink: RowSink): Promise<string> {
  const lines = new SheetLines(sheet);
  const text = lines.cut(await openByteFile(context.path, context.encoding));
  await readLines(text, lines, sink);
  lines.end();
  return text.encoding;
}
