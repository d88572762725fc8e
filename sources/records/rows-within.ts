import type { RecordLine } from './file';
import { isObject, type Json } from './json';
import type { Each } from './kind';
import { idOf } from './values';

/** The rows that stand in a record's list, each with the record around it; none where the record has no such list. */
export function rowsWithin({ line, part, id, record }: RecordLine, { lists, around }: Each): RecordLine[] {
  const name = lists.find((list) => Array.isArray(record[list]));
  const list = name === undefined ? [] : (record[name] as readonly Json[]);
  return list.map((item, i) => {
    const fields = isObject(item) ? item : {};
    return { line, part, id: idOf(fields) ?? `${id}/${String(i + 1)}`, record: { ...fields, [around]: record } };
  });
}
