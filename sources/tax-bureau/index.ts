import { beginsAsArchive } from '../wire/archive';
import type { ReadContext, ReadSummary, RowSink, SourceReader } from '../reader';
import { INVOICE_COLUMNS } from '../wire/invoice-row';
import { emptyFile } from '../wire/open-text';
import { isOldWorkbook, oldWorkbook, openWorkbook, type Workbook } from '../workbook';
import { isOfLines, noHeader, type TableHeader } from './columns';
import { InvoiceTable } from './invoice-table';
import { LineTable } from './line-table';
import { chooseSheets, type ChosenSheets } from './sheets';
import { openTable, openText, rowsOf, type Table } from './table';

/**
 * 全量发票查询导出 of the tax bureau, as XLSX or as CSV.
 * Refuses the file with WRONG_KIND, MISSING_COLUMN, TOTALS_DIFFER, WRONG_SELLER, EMPTY_FILE, UNCLOSED_QUOTE, ROW_TOO_LONG,
 * UNKNOWN_ENCODING, NOT_TEXT, UNSAFE_ARCHIVE, WORKBOOK_TOO_LARGE.
 */
export const taxBureauXlsx: SourceReader = {
  kind: 'tax-bureau-xlsx',
  relation: 'invoice',
  columns: INVOICE_COLUMNS,
  async read(context, sink) {
    if (await isOldWorkbook(context.path)) throw oldWorkbook();
    return (await beginsAsArchive(context.path)) ? readWorkbook(context, sink) : readText(context, sink);
  },
};

async function readText(context: ReadContext, sink: RowSink): Promise<ReadSummary> {
  const { encoding, rows } = await openText(context.path, context.encoding);
  const table = await openTable(rows);
  if (table === null) throw emptyFile();
  const isLined = isOfLines(table.header);
  const lines = isLined ? new LineTable() : null;
  const invoices = new InvoiceTable(context, sink);
  if (lines === null) await invoices.read(table);
  else await readByLines([table], lines, invoices);
  invoices.finish();
  return summary(invoices, table.header, { encoding, ...toldOf(lines) });
}

async function readWorkbook(context: ReadContext, sink: RowSink): Promise<ReadSummary> {
  const workbook = await openWorkbook(context.path);
  try {
    return await readSheets(workbook, context, sink);
  } finally {
    workbook.close();
  }
}

async function readSheets(workbook: Workbook, context: ReadContext, sink: RowSink): Promise<ReadSummary> {
  const chosen = await chooseSheets(workbook.sheets);
  const bases = await openAll(chosen.invoices);
  const lined = await openAll(chosen.lines);
  const first = bases[0] ?? lined[0];
  if (first === undefined) throw noHeader(1);
  const lines = lined.length > 0 ? new LineTable() : null;
  const invoices = new InvoiceTable(context, sink, bases.length > 0 ? lines : null);
  if (bases.length === 0 && lines !== null) await readByLines(lined, lines, invoices);
  else for (const table of lined) await lines?.read(table);
  for (const table of bases) await invoices.read(table);
  invoices.finish();
  return summary(invoices, first.header, { encoding: 'xlsx', ...toldOfSheets(chosen), ...toldOf(lines) });
}

async function openAll(sheets: ChosenSheets['invoices']): Promise<Table[]> {
  const tables: Table[] = [];
  for (const sheet of sheets) {
    const table = await openTable(rowsOf(sheet));
    if (table !== null) tables.push(table);
  }
  return tables;
}

async function readByLines(tables: readonly Table[], lines: LineTable, invoices: InvoiceTable): Promise<void> {
  for (const table of tables) await lines.read(table);
  await invoices.readLined(lines);
}

function summary(
  { columnNames }: InvoiceTable,
  header: TableHeader,
  told: Readonly<Record<string, unknown>>,
): ReadSummary {
  return { detected: { ...told, columns: header.names, unused: header.unused }, columnNames };
}

function toldOfSheets({ invoices, lines, others }: ChosenSheets): Record<string, unknown> {
  return { sheets: [...invoices, ...lines].map(({ name }) => name), ...(others.length === 0 ? {} : { others }) };
}

function toldOf(lines: LineTable | null): Record<string, unknown> {
  if (lines === null) return {};
  return { lines: lines.lines, ...(lines.taxOff === 0 ? {} : { linesWithTaxOff: lines.taxOff }) };
}
