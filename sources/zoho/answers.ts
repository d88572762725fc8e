import { ExactJson } from '../records';
import type { SourceRecord } from '../system';
import { cutShort, doesNotTie, notUnderstood } from '../trouble';
import { ZOHO } from './words';

/** A page of a list, as the system says it. */
export interface ListPage {
  readonly records: readonly SourceRecord[];
  readonly hasMore: boolean;
  readonly token?: string;
}

/** A record, and the same to look into. */
export interface Found {
  readonly record: SourceRecord;
  readonly fields: ExactJson;
}

/**
 * The rows of a list, and what stands beside them.
 * @throws SourceWaits SOURCE_DOES_NOT_TIE, SOURCE_CUT_SHORT · SourceStops SOURCE_NOT_UNDERSTOOD
 */
export function readList(text: string): ListPage {
  const answer = objectIn(text);
  const records = rowsOf(answer).map(recordOf);
  const info = answer.at('info');
  const more = info?.at('more_records')?.plain;
  if (typeof more !== 'boolean') throw notUnderstood(ZOHO, 'info.more_records');
  checkCount(info?.at('count')?.plain, records.length);
  if (more && records.length === 0) {
    throw doesNotTie(ZOHO, { zh: '尚有后续页，但本页为空', en: 'a page is empty though more are to come' });
  }
  const token = wordIn(info, 'next_page_token');
  return {
    records,
    hasMore: more,
    ...(token === null ? {} : { token }),
  };
}

/** Records asked for by their ids; those that are no longer there are left out. */
export function readFound(text: string): Found[] {
  return rowsOf(objectIn(text)).map((fields) => ({ record: recordOf(fields), fields }));
}

/** A page of what was deleted. */
export function readDeleted(text: string): ListPage {
  const answer = objectIn(text);
  const records = rowsOf(answer).map((row): SourceRecord => {
    return { id: idIn(row), modifiedAt: instantIn(row, 'deleted_time'), deleted: true, text: '' };
  });
  return { records, hasMore: answer.at('info')?.at('more_records')?.plain === true };
}

/** `{"count": 1234}` */
export function readCount(text: string): number | undefined {
  const count = wordIn(objectIn(text), 'count');
  return count !== null && /^\d{1,15}$/.test(count) ? Number(count) : undefined;
}

function rowsOf(answer: ExactJson): ExactJson[] {
  const rows = answer.at('data')?.items();
  if (!rows) throw notUnderstood(ZOHO, 'no data');
  return rows;
}

/** An answer that ends in the middle was cut on its way, though it came with the length it announced. */
function objectIn(text: string): ExactJson {
  try {
    return ExactJson.read(text);
  } catch {
    throw /^\s*\{/.test(text) ? cutShort(ZOHO) : notUnderstood(ZOHO, 'no JSON');
  }
}

function checkCount(said: unknown, found: number): void {
  if (typeof said !== 'string' || said === String(found)) return;
  throw doesNotTie(ZOHO, {
    zh: `一页应有 ${said.slice(0, 20)} 条，只收到 ${String(found)} 条`,
    en: `a page of ${said.slice(0, 20)} records came with ${String(found)}`,
  });
}

function recordOf(fields: ExactJson): SourceRecord {
  return { id: idIn(fields), modifiedAt: instantIn(fields, 'Modified_Time'), text: fields.text };
}

/** Ids are larger than a number holds exactly; they come as texts. */
function idIn(fields: ExactJson): string {
  const id = wordIn(fields, 'id');
  if (id !== null && /^\d{1,30}$/.test(id)) return id;
  throw notUnderstood(ZOHO, 'id');
}

function instantIn(fields: ExactJson, name: string): string {
  const at = wordIn(fields, name);
  if (at !== null && !Number.isNaN(Date.parse(at))) return at;
  throw notUnderstood(ZOHO, name);
}

function wordIn(fields: ExactJson | null | undefined, name: string): string | null {
  const word = fields?.at(name)?.plain;
  return typeof word === 'string' ? word : null;
}
