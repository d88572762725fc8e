import type { Profile } from '../../domain/profile';
import type { ReadContext, ReadSummary, RowSink, SourceReader } from '../reader';
import { HEADER_WITHIN, headerNotFound, isHeader, layoutOf } from './layout';
import { columnsOf } from './plan';
import { openRecords, type FileRecord } from './records';
import { sheetOf } from './sheet';
import { Table } from './table';
import { voucherColumns } from './voucher-lines';

/**
 * The reader of a company's mapping file: CSV, TSV or XLSX with titles, totals and columns of anybody's making.
 * Refuses the file with EMPTY_FILE, NOT_TEXT, WRONG_KIND, MISSING_COLUMN, DUPLICATE_COLUMN, UNCLOSED_QUOTE, ROW_TOO_LONG,
 * UNSAFE_ARCHIVE, WORKBOOK_TOO_LARGE, WRONG_ACCOUNT, WRONG_MERCHANT, BALANCE_MISMATCH, TOTALS_DIFFER.
 * @param limits.workbookBytesMax a workbook that unpacks to more is refused
 */
export function profileReader(profile: Profile, limits: { readonly workbookBytesMax?: number } = {}): SourceReader {
  const { relation, name } = profile;
  return {
    kind: `profile:${name}`,
    relation,
    columns: columnsOf(profile),
    read: (context, sink) => readProfile(profile, context, sink, limits),
  };
}

async function readProfile(
  profile: Profile,
  context: ReadContext,
  sink: RowSink,
  limits: { readonly workbookBytesMax?: number },
): Promise<ReadSummary> {
  const file = await openRecords(context.path, {
    encoding: context.encoding ?? profile.encoding ?? undefined,
    separator: profile.separator,
    sheetOf: (sheets) => sheetOf(profile, sheets),
    ...limits,
  });
  const titles: FileRecord[] = [];
  let table: Table | null = null;
  for await (const records of file.batches) {
    for (const record of records) {
      if (table !== null) table.take(record);
      else if (isHeader(profile, record)) {
        const layout = layoutOf(profile, record, titles);
        table = new Table(profile, layout, { context, sink, isWorkbook: file.isWorkbook });
      } else if (titles.push(record) > HEADER_WITHIN) throw headerNotFound(profile, titles);
    }
    await sink.room();
  }
  if (table === null) throw headerNotFound(profile, titles);
  table.finish();
  return summaryOf(profile, table, file.form);
}

function summaryOf(profile: Profile, table: Table, form: string): ReadSummary {
  const noRows = { code: 'NO_ROWS', zh: '文件只有表头，没有数据行', en: 'the file has a header and no rows' };
  const voucher = voucherColumns(profile);
  return {
    detected: {
      encoding: form,
      columns: table.columns,
      profile: profile.name,
      warnings: table.rowsIn === 0 ? [noRows] : [],
    },
    rowsIn: table.rowsIn,
    columnNames: table.columnNames,
    ...(voucher === null ? {} : { voucher }),
    ...(profile.channel === null ? {} : { channel: profile.channel }),
  };
}
