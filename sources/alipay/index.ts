import type { ReadContext, ReadSummary, RowSink, SourceReader } from '../reader';
import { beginsAsArchive, openArchive, type Archive, type ArchiveEntry } from '../wire/archive';
import { openByteFile, openByteStream } from '../wire/byte-lines';
import { CHANNEL_COLUMNS } from '../wire/channel-row';
import { openTextStream } from '../wire/open-text';
import { wrongKind } from '../wire/refusal';
import { readDetail } from './detail';
import { DETAIL_TITLE, markedText, SUMMARY_TITLE } from './preamble';
import { tieOutSummary } from './summary';

/**
 * 支付宝业务明细: the trade bill of Alipay, as the ZIP it is downloaded in or as the bare detail CSV.
 * Refuses the file with WRONG_KIND, WRONG_MERCHANT, WRONG_MONTH, MISSING_COLUMN, MISSING_FOOTER, FOOTER_MISMATCH,
 * ROW_BELOW_FOOTER, UNSAFE_ARCHIVE.
 */
export const alipayTrade: SourceReader = {
  kind: 'alipay-trade',
  relation: 'channel_transaction',
  columns: CHANNEL_COLUMNS,
  async read(context, sink) {
    if (!(await beginsAsArchive(context.path))) {
      return { ...(await readBare(context, sink)), channel: 'alipay' };
    }
    const archive = await openArchive(context.path);
    try {
      return { ...(await readZip(archive, context, sink)), channel: 'alipay' };
    } finally {
      archive.close();
    }
  },
};

async function readBare(context: ReadContext, sink: RowSink): Promise<ReadSummary> {
  const text = await openByteFile(context.path, context.encoding);
  const { summary } = await readDetail(text, context, sink);
  return { ...summary, detected: { encoding: text.encoding, ...summary.detected } };
}

async function readZip(archive: Archive, context: ReadContext, sink: RowSink): Promise<ReadSummary> {
  const { detail, summary, others } = await sortEntries(archive, context.encoding);
  const text = await openByteStream(detail.read(), context.encoding);
  const { totals, summary: read } = await readDetail(text, context, sink);
  const shown = {
    encoding: text.encoding,
    entry: detail.name,
    ...read.detected,
    ...(others.length === 0 ? {} : { ignored: others }),
  };
  if (summary === null) return { ...read, detected: { ...shown, summary: null } };
  const summaryText = await openTextStream(summary.read(), context.encoding);
  return { ...read, detected: { ...shown, summary: await tieOutSummary(summaryText.lines, totals) } };
}

/** Tells the entries apart by their first line: their names differ from product to product. */
async function sortEntries(
  archive: Archive,
  encoding: string | undefined,
): Promise<{ detail: ArchiveEntry; summary: ArchiveEntry | null; others: string[] }> {
  const details: ArchiveEntry[] = [];
  const summaries: ArchiveEntry[] = [];
  const others: string[] = [];
  for (const entry of archive.entries) {
    const title = await firstLine(entry, encoding);
    if (title.startsWith(DETAIL_TITLE)) details.push(entry);
    else if (title.startsWith(SUMMARY_TITLE)) summaries.push(entry);
    else others.push(entry.name);
  }
  const [detail] = details;
  if (detail === undefined || details.length > 1 || summaries.length > 1) throw notOneBill(details.length);
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

function notOneBill(details: number): Error {
  return details === 0
    ? wrongKind(
        '压缩包里没有支付宝业务明细账单（首行“#支付宝业务明细查询”）。请下载“业务明细”的原始压缩包。',
        'The archive holds no Alipay trade detail (first line #支付宝业务明细查询). Download the original ZIP of 业务明细.',
      )
    : wrongKind('压缩包里有多份账单，请逐份导入。', 'The archive holds more than one bill. Import them one by one.');
}
