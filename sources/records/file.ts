import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { isMonth } from '../../domain/periods';
import { FileRefused } from '../reader';
import type { ObjectMapping } from '../system';
import { WholeLines } from '../text/lines';
import { footerMismatch, missingFooter, rowBelowFooter, wrongKind } from '../wire/refusal';
import { isObject, readJson, type Json, type JsonObject } from './json';
import { RECORDS_FORMAT, type RecordsHeader } from './lines';

/** A record where it stands in the file. */
export interface RecordLine {
  readonly line: number;
  readonly part: string;
  readonly id: string;
  readonly record: JsonObject;
}

export interface RecordsFile {
  readonly header: RecordsHeader;
  /** Read once; ends after the file's last line, which has been checked by then. Batches of lines, for speed. */
  readonly records: AsyncIterable<readonly RecordLine[]>;
}

/**
 * Opens a records file and reads its header; its records are read as they are asked for.
 * @throws FileRefused WRONG_KIND, RECORDS_BROKEN; while reading also MISSING_FOOTER, FOOTER_MISMATCH, ROW_BELOW_FOOTER, ROW_TOO_LONG
 */
export async function openRecords(path: string): Promise<RecordsFile> {
  const lines = linesOf(path);
  const first = await lines.next();
  const [top = '', ...rest] = first.done === true ? [] : first.value;
  const header = headerOf(top);
  return { header, records: recordsOf(header, lines, rest) };
}

async function* recordsOf(
  header: RecordsHeader,
  lines: AsyncIterable<readonly string[]>,
  rest: readonly string[],
): AsyncGenerator<RecordLine[]> {
  const check = new RecordsCheck(header);
  yield check.take(rest);
  for await (const block of lines) yield check.take(block);
  check.end();
}

/** Counts the lines and holds them against the header and the last line. */
class RecordsCheck {
  private line = 1;
  private lookups = 0;
  private own = 0;
  private isEnded = false;
  private readonly parts: ReadonlySet<string>;

  constructor(private readonly header: RecordsHeader) {
    this.parts = new Set([header.part, ...header.uses]);
  }

  take(texts: readonly string[]): RecordLine[] {
    const taken: RecordLine[] = [];
    for (const text of texts) {
      this.line += 1;
      if (text === '') continue;
      if (this.isEnded) throw rowBelowFooter(this.line);
      const said = objectOf(text, this.line);
      if (said['end'] === undefined) taken.push(this.recordOf(said));
      else this.tie(said);
    }
    return taken;
  }

  end(): void {
    if (!this.isEnded) throw missingFooter({ zh: '结尾行', en: 'its last line' }, this.line);
  }

  private recordOf({ part, id, record }: JsonObject): RecordLine {
    if (typeof part !== 'string' || typeof id !== 'string' || !isObject(record) || !this.parts.has(part)) {
      throw broken(this.line);
    }
    if (part === this.header.part) this.own += 1;
    else this.lookups += 1;
    return { line: this.line, part, id, record };
  }

  private tie({ lookups, records }: JsonObject): void {
    this.isEnded = true;
    const counted = { lookups: String(this.lookups), records: String(this.own) };
    if (lookups !== counted.lookups) throw footerMismatch('lookups', said(lookups), counted.lookups, this.line);
    if (records !== counted.records) throw footerMismatch('records', said(records), counted.records, this.line);
  }
}

function headerOf(text: string): RecordsHeader {
  const header = text.startsWith('{') ? objectOf(text, 1) : {};
  const { salesclose, system, part, month, uses, mapping } = header;
  if (salesclose !== RECORDS_FORMAT) {
    throw wrongKind('不是 CRM 记录文件（首行没有格式标记）', 'not a records file: its first line does not say so');
  }
  const names = Array.isArray(uses) ? uses.filter((use): use is string => typeof use === 'string') : [];
  if (typeof system !== 'string' || typeof part !== 'string' || typeof month !== 'string' || !isMonth(month)) {
    throw broken(1);
  }
  return { system, part, month, uses: names, ...(isObject(mapping) ? { mapping: mappingOf(mapping) } : {}) };
}

function mappingOf({ object, columns, words }: JsonObject): ObjectMapping {
  const spellings = isObject(words) ? Object.entries(words).filter(([, word]) => isObject(word)) : [];
  return {
    ...(typeof object === 'string' ? { object } : {}),
    columns: textsIn(columns),
    words: Object.fromEntries(spellings.map(([column, word]) => [column, textsIn(word)])),
  };
}

function textsIn(value: Json | undefined): Record<string, string> {
  const entries = isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function objectOf(text: string, line: number): JsonObject {
  let value: Json;
  try {
    value = readJson(text);
  } catch {
    throw broken(line);
  }
  if (!isObject(value)) throw broken(line);
  return value;
}

async function* linesOf(path: string): AsyncGenerator<string[]> {
  const whole = new WholeLines();
  for await (const chunk of createReadStream(path, { highWaterMark: 256 << 10 })) {
    for (const stretch of whole.push(chunk as Buffer)) yield textOf(stretch).slice(0, -1).split('\n');
  }
  if (whole.rest.length > 0) yield textOf(whole.rest).split('\n');
}

function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new FileRefused('UNDECODABLE', {
    zh: '记录文件含有不是 UTF-8 的字节，文件已损坏，请重新拉取',
    en: 'the records file holds bytes that are no UTF-8: it is damaged, pull it again',
  });
}

function said(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function broken(line: number): FileRefused {
  return new FileRefused(
    'RECORDS_BROKEN',
    {
      zh: `记录文件第 ${String(line)} 行不是约定的内容，文件已损坏或被改动，请重新拉取`,
      en: `line ${String(line)} of the records file is not what it should be: it is damaged or changed, pull it again`,
    },
    { line },
  );
}
