import type { ReadContext, ReadSummary, RowSink, SourceReader } from '../reader';
import { beginsAsArchive, openArchive, type Archive, type ArchiveEntry } from '../wire/archive';
import { openByteFile, openByteStream, type ByteText } from '../wire/byte-lines';
import { CHANNEL_COLUMNS } from '../wire/channel-row';
import type { LineBatch } from '../wire/lines';
import { openTextStream } from '../wire/open-text';
import { wrongKind } from '../wire/refusal';
import type { BillForm } from './form';
import { markedText } from './preamble';

/** What the detail CSV of a bill tells, with its totals for the summary CSV. */
export interface DetailOutcome<T> {
  readonly totals: T;
  readonly summary: Pick<ReadSummary, 'detected' | 'balances' | 'columnNames' | 'rowsIn'>;
}

/** How the two CSVs of a bill are read. */
export interface BillReading<T> {
  readonly form: BillForm;
  readDetail(text: ByteText, context: ReadContext, sink: RowSink): Promise<DetailOutcome<T>>;
  /** @returns what was tied out, for `detected` */
  tieOutSummary(batches: AsyncIterable<LineBatch>, totals: T): Promise<Record<string, string>>;
}

/** The reader of a bill, as the ZIP it is downloaded in or as the bare detail CSV. */
export function billReader<T>(bill: BillReading<T>): SourceReader {
  return {
    kind: bill.form.kind,
    relation: 'channel_transaction',
    columns: CHANNEL_COLUMNS,
    async read(context, sink) {
      if (!(await beginsAsArchive(context.path))) {
        return { ...(await readBare(bill, context, sink)), channel: 'alipay' };
      }
      const archive = await openArchive(context.path);
      try {
        return { ...(await readZip(bill, archive, context, sink)), channel: 'alipay' };
      } finally {
        archive.close();
      }
    },
  };
}

async function readBare<T>(bill: BillReading<T>, context: ReadContext, sink: RowSink): Promise<ReadSummary> {
  const text = await openByteFile(context.path, context.encoding);
  const { summary } = await bill.readDetail(text, context, sink);
  return { ...summary, detected: { encoding: text.encoding, ...summary.detected } };
}

async function readZip<T>(
  bill: BillReading<T>,
  archive: Archive,
  context: ReadContext,
  sink: RowSink,
): Promise<ReadSummary> {
  const { detail, summary, others } = await sortEntries(bill.form, archive, context.encoding);
  const text = await openByteStream(detail.read(), context.encoding);
  const { totals, summary: read } = await bill.readDetail(text, context, sink);
  const shown = {
    encoding: text.encoding,
    entry: detail.name,
    ...read.detected,
    ...(others.length === 0 ? {} : { ignored: others }),
  };
  if (summary === null) return { ...read, detected: { ...shown, summary: null } };
  const summaryText = await openTextStream(summary.read(), context.encoding);
  return { ...read, detected: { ...shown, summary: await bill.tieOutSummary(summaryText.lines, totals) } };
}

/** Tells the entries apart by their first line: their names differ from product to product. */
async function sortEntries(
  form: BillForm,
  archive: Archive,
  encoding: string | undefined,
): Promise<{ detail: ArchiveEntry; summary: ArchiveEntry | null; others: string[] }> {
  const details: ArchiveEntry[] = [];
  const summaries: ArchiveEntry[] = [];
  const others: string[] = [];
  for (const entry of archive.entries) {
    const title = await firstLine(entry, encoding);
    if (title.startsWith(form.detailTitle)) details.push(entry);
    else if (title.startsWith(form.summaryTitle)) summaries.push(entry);
    else others.push(entry.name);
  }
  const [detail] = details;
  if (detail === undefined || details.length > 1 || summaries.length > 1) throw notOneBill(form, details.length);
  return { detail, summary: summaries[0] ?? null, others };
}

async function firstLine(entry: ArchiveEntry, encoding: string | undefined): Promise<string> {
  for await (const chunk of entry.read()) {
    const text = await openTextStream(only(chunk), encoding);
    for await (const { lines } of text.lines) return markedText(lines[0] ?? '');
  }
  return '';
}

async function* only(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk;
}

function notOneBill(form: BillForm, details: number): Error {
  return details === 0
    ? wrongKind(
        `压缩包里没有支付宝${form.zh}账单（首行“#${form.detailTitle}”）。请下载原始压缩包。`,
        `The archive holds no Alipay ${form.en} bill (first line #${form.detailTitle}). Download the original ZIP.`,
      )
    : wrongKind('压缩包里有多份账单，请逐份导入。', 'The archive holds more than one bill. Import them one by one.');
}
