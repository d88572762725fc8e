import { FILE_COLUMNS, type CsvKind } from '../../domain/file-columns';
import { FileRefused, type ReadContext, type ReadSummary, type RowSink, type SourceReader } from '../reader';
import { recogniseFile, utf8Chunks, ZoneClock, type Recognised } from '../text';
import { ChannelHint } from './channel-hint';
import { planColumns, valueColumns, type ColumnPlan } from './column-plan';
import { delimiterOf } from './delimiter';
import { RowFlow } from './row-flow';
import { CELLS_MAX, RowScanner } from './row-scanner';

/**
 * The reader of one of our CSV kinds. Where the sink has a lane, plain rows go through it as bytes; the result is the
 * same without.
 * @throws (from read) FileRefused EMPTY_FILE, NOT_TEXT, UNKNOWN_ENCODING, MISSING_COLUMN, DUPLICATE_COLUMN,
 *   UNCLOSED_QUOTE, ROW_TOO_LONG, TOTALS_DIFFER
 */
export function csvReader(kind: CsvKind): SourceReader {
  const shape = FILE_COLUMNS[kind];
  return {
    kind,
    relation: shape.relation,
    columns: valueColumns(shape),
    read: (context, sink) => readCsv(kind, context, sink),
  };
}

async function readCsv(kind: CsvKind, context: ReadContext, sink: RowSink): Promise<ReadSummary> {
  const recognised = await recogniseFile(context.path, context.encoding);
  let scanner: RowScanner | null = null;
  let table: Table | null = null;
  for await (const chunk of utf8Chunks(context.path, recognised)) {
    if (chunk.length === 0) continue;
    scanner ??= new RowScanner(delimiterOf(chunk));
    scanner.push(chunk);
    table ??= beginTable(kind, context, sink, scanner);
    await table?.flow.drain();
  }
  scanner?.end();
  if (scanner) table ??= beginTable(kind, context, sink, scanner);
  if (!table) throw emptyFile();
  await table.flow.drain();
  table.flow.finish();
  return summarise(table, context, recognised);
}

interface Table {
  readonly plan: ColumnPlan;
  readonly hint: ChannelHint;
  readonly flow: RowFlow;
}

/** Reads the header row; null while it is not whole. */
function beginTable(kind: CsvKind, context: ReadContext, sink: RowSink, scanner: RowScanner): Table | null {
  if (!scanner.next()) return null;
  const header = Array.from({ length: Math.min(scanner.cells, CELLS_MAX + 1) }, (_, i) => scanner.text(i));
  const plan = planColumns(FILE_COLUMNS[kind], header, scanner.line);
  const hint = new ChannelHint(kind === 'channel-csv' ? plan.headers : []);
  const { currency, timezone } = context.company;
  const place = { month: context.month, currency, clock: new ZoneClock(timezone) };
  return { plan, hint, flow: new RowFlow(scanner, plan, sink, hint, place) };
}

function summarise({ plan, hint, flow }: Table, context: ReadContext, recognised: Recognised): ReadSummary {
  const channel = plan.shape.kind === 'channel-csv' ? hint.channelOf(context.fileName) : null;
  const noRows = { code: 'NO_ROWS', zh: '文件只有表头，没有数据行', en: 'the file has a header and no rows' };
  return {
    detected: {
      encoding: recognised.encoding,
      columns: plan.headers,
      unknownColumns: plan.extra.map(({ header }) => header),
      warnings: flow.rowsIn === 0 ? [noRows] : [],
    },
    rowsIn: flow.rowsIn,
    columnNames: Object.fromEntries(plan.columns.map(({ column, header }) => [column.name, header])),
    ...(channel === null ? {} : { channel }),
  };
}

function emptyFile(): FileRefused {
  return new FileRefused('EMPTY_FILE', {
    zh: '文件是空的，连表头也没有；请检查导出',
    en: 'the file is empty, without even a header; check the export',
  });
}
