import type { RecordsPart } from '../../sources/system';
import { doesNotTie } from '../../sources/trouble';
import { storeEvidence } from '../../store/evidence';
import { readPart, settlePart, startPart, type PartRow } from '../../store/sources/parts';
import { beginPass, countLive, endPass, savePage } from '../../store/sources/records';
import { recordsFile } from '../../store/sources/records-file';
import { isCutOff } from '../../store/sources/take-in';
import type { Run } from './resources';
import { takeIn } from './take-in';

/**
 * Reads the pages of a part from where it stands to the end. Where the system counts otherwise, it is read on, since a record may have come between
 * the last page and the count; then all is read once more from the beginning.
 * Idempotent because a page and the cursor behind it are stored together: a second run goes on at the cursor.
 * @throws SourceWaits SOURCE_DOES_NOT_TIE
 */
export async function pullRecords(run: Run, part: RecordsPart): Promise<void> {
  const { pool } = run.resources;
  await startPart(pool, run.pull, part.key);
  let read = await readToEnd(run, part);
  if (!ties(read)) read = await readToEnd(run, part);
  if (!ties(read)) {
    await beginPass(pool, run.pull, part.key);
    read = await readToEnd(run, part);
  }
  if (ties(read)) return settleLookup(run, part, read.live);
  throw doesNotTie(systemOf(run), {
    zh: `${part.title.zh}应有 ${String(read.counted)} 条，取得 ${read.live} 条`,
    en: `${part.title.en}: the system counts ${String(read.counted)}, ${read.live} have come`,
  });
}

interface Read {
  readonly live: number;
  readonly counted: number | undefined;
}

const ties = ({ live, counted }: Read): boolean => counted === undefined || counted === live;

async function readToEnd(run: Run, part: RecordsPart): Promise<Read> {
  const { resources, pull, connection, client } = run;
  const place = await readPart(resources.pool, pull, part.key);
  const read = { pages: 0, rows: 0 };
  for await (const page of connection.pages(part, pull.month, place.cursor)) {
    run.signal.throwIfAborted();
    await savePage(client, pull, place, page);
    read.pages++;
    read.rows += page.records.length;
    run.say({ part: part.key, ...read });
  }
  if (place.rereading) await endPass(client, pull, place);
  const counted = await connection.count?.(part, pull.month);
  return { live: await countLive(resources.pool, pull, part.key), counted };
}

/** Records that only serve others are whole once they are read; the others once their file is taken in. */
async function settleLookup({ resources, pull }: Run, part: RecordsPart, live: number): Promise<void> {
  if (part.kind !== undefined) return;
  await settlePart(resources.pool, pull, part.key, { state: live === 0 ? 'empty' : 'arrived', rows: live });
}

/**
 * Makes the month's file of a part's records and takes it in: all of them before the cut-off, then those that changed since.
 * Idempotent because equal records make equal bytes, which are kept and taken in once.
 */
export async function fileRecords(
  run: Run,
  part: RecordsPart & { kind: NonNullable<RecordsPart['kind']> },
): Promise<void> {
  const { resources, pull } = run;
  const { pool } = resources;
  const row = await readPart(pool, pull, part.key);
  const live = await countLive(pool, pull, part.key);
  if (live === 0 && row.batchId === null) {
    return settlePart(pool, pull, part.key, { state: 'empty', rows: 0, filed: row.revision });
  }
  const since = (await isCutOff(pool, pull.periodId)) ? row.filed : 0;
  if (since > 0 && (await countLive(pool, pull, part.key, since)) === 0) {
    return settlePart(pool, pull, part.key, { state: 'unchanged', rows: live, filed: row.revision });
  }
  const fileName = fileNameOf(run, row);
  const mapping = pull.mapping?.objects[part.key] ?? null;
  const lines = recordsFile(pool, pull, { part: part.key, uses: part.uses ?? [], mapping, since });
  const { sha256 } = await storeEvidence(pool, resources.dataDir, lines, fileName);
  await takeIn(run, row, { kind: part.kind, fileName, evidence: sha256 }, { filed: row.revision, rows: live });
}

function fileNameOf({ pull }: Run, { key }: PartRow): string {
  return `${pull.name}-${key.replace(/[^\p{L}\p{N}._-]+/gu, '-')}-${pull.month}.ndjson`;
}

function systemOf({ resources, pull }: Run): { title: { zh: string; en: string } } {
  const title = resources.systems[pull.system]?.title;
  return { title: title ?? { zh: pull.system, en: pull.system } };
}
