import type { Pool } from 'pg';
import type { ObjectMapping } from '../../domain/source-mapping';
import { streamRows } from '../cursor';
import type { Pull } from './pull';

/** What goes into a records file. */
export interface RecordsFile {
  readonly part: string;
  /** Parts whose records stand before the part's own, all of them. */
  readonly uses: readonly string[];
  readonly mapping: ObjectMapping | null;
  /** Only the part's own records that changed after this revision; 0: all. */
  readonly since: number;
}

const CHUNK = 64 << 10;

/**
 * The records of a month as one file, in UTF-8: a header, the records of the parts it uses, its own, each by id, and a footer that counts
 * both. The same records always make the same bytes; memory is flat.
 */
export async function* recordsFile(pool: Pool, pull: Pull, file: RecordsFile): AsyncGenerator<Buffer> {
  let text = `${JSON.stringify(headerOf(pull, file))}\n`;
  const counts = { lookups: 0, records: 0 };
  for (const part of [...file.uses, file.part]) {
    const isOwn = part === file.part;
    for await (const { line } of linesOf(pool, pull, part, isOwn ? file.since : 0)) {
      counts[isOwn ? 'records' : 'lookups']++;
      text += `${line}\n`;
      if (text.length < CHUNK) continue;
      yield Buffer.from(text);
      text = '';
    }
  }
  yield Buffer.from(`${text}${JSON.stringify({ end: true, ...counts })}\n`);
}

function headerOf(pull: Pull, { part, uses, mapping }: RecordsFile): Record<string, unknown> {
  return {
    ...{ salesclose: 'records/1', system: pull.system, part, month: pull.month, uses },
    ...(mapping === null ? {} : { mapping }),
  };
}

function linesOf(
  pool: Pool,
  { sourceId, periodId }: Pull,
  part: string,
  since: number,
): AsyncGenerator<{ line: string }> {
  return streamRows<{ line: string }>(
    pool,
    `SELECT '{"part":' || to_json(part::text) || ',"id":' || to_json(record_id::text) || ',"modifiedAt":"'
            || to_char(modified_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","record":' || body || '}' AS line
       FROM source_record WHERE source_id = $1 AND period_id = $2 AND part = $3 AND NOT deleted AND revision > $4
      ORDER BY record_id`,
    [sourceId, periodId, part, since],
  );
}
