import { ERROR_COLUMNS } from '../../domain/file-columns';
import { columnsOfSource, type Profile } from '../../domain/profile';
import { FileRefused } from '../reader';
import { missingColumns, wrongKind } from '../wire/refusal';
import { nameKey } from './cells';
import type { FileRecord } from './records';

/** Titles, account and period may stand above the header, not more. */
export const HEADER_WITHIN = 100;
/** A returned quarantine's columns are read over; its rows are a choice, of which nothing is continuous. */
const ERROR_KEYS = new Set(ERROR_COLUMNS.map(nameKey));

/** A long number, also in groups of digits. */
const NUMBER = /^\d{3,}(?:[ -]\d{3,})*/;

/** Where the columns of one file stand. */
export interface Layout {
  readonly line: number;
  /** As the file names them; `#3` for a column without a name. */
  readonly names: readonly string[];
  /** Cells of a row up to the last column that has a name. */
  readonly width: number;
  /** Cells that no column of ours reads. */
  readonly extra: readonly number[];
  /** Whether the file is a corrected export of rejected rows. */
  readonly isReturned: boolean;
  /** The rows above the header. */
  readonly titles: readonly FileRecord[];
  /** Where a column of the file stands; -1: nowhere. */
  placeOf(name: string): number;
}

/** The columns of the file that a profile names. */
export function columnsUsed(profile: Profile): readonly string[] {
  const { columns, fill, skip, balance, merchant, key } = profile;
  return [
    ...new Set([
      ...Object.values(columns).flatMap(columnsOfSource),
      ...fill,
      ...skip.map((rule) => rule.column),
      ...(balance === null ? [] : [balance]),
      ...(merchant === null ? [] : [merchant.column]),
      ...key,
    ]),
  ];
}

/** Whether a row is the header: it has all columns that `header.contains` names, or else all that are used. */
export function isHeader(profile: Profile, record: FileRecord): boolean {
  const keys = new Set(record.cells.map(nameKey));
  const wanted = profile.header.length > 0 ? profile.header : columnsUsed(profile);
  return wanted.every((name) => keys.has(nameKey(name)));
}

/** @throws FileRefused MISSING_COLUMN, DUPLICATE_COLUMN */
export function layoutOf(profile: Profile, header: FileRecord, titles: readonly FileRecord[]): Layout {
  const keys = header.cells.map(nameKey);
  const width = keys.findLastIndex((key) => key !== '') + 1;
  const used = columnsUsed(profile);
  const missing = used.filter((name) => !keys.includes(nameKey(name)));
  if (missing.length > 0) throw missingColumns(missing, header.line);
  for (const name of used) refuseTwice(name, keys, header.line);
  const taken = new Set(used.map(nameKey));
  const names = Array.from({ length: width }, (_, i) => nameAt(header.cells, keys, i));
  return {
    ...{ line: header.line, names, width, titles },
    extra: names.flatMap((_, i) => (taken.has(keys[i] ?? '') || ERROR_KEYS.has(keys[i] ?? '') ? [] : [i])),
    isReturned: keys.some((key) => ERROR_KEYS.has(key)),
    placeOf: (name) => keys.indexOf(nameKey(name)),
  };
}

/**
 * Why no header was found: the row that comes nearest, and what it lacks.
 * @param records the file's first rows
 */
export function headerNotFound(profile: Profile, records: readonly FileRecord[]): FileRefused {
  const wanted = profile.header.length > 0 ? profile.header : columnsUsed(profile);
  const lacks = records.map(({ cells, line }) => {
    const keys = new Set(cells.map(nameKey));
    return { line, missing: wanted.filter((name) => !keys.has(nameKey(name))) };
  });
  const nearest = lacks.sort((a, b) => a.missing.length - b.missing.length)[0];
  if (nearest !== undefined && nearest.missing.length * 2 <= wanted.length)
    return missingColumns(nearest.missing, nearest.line);
  return wrongKind(
    `前 ${HEADER_WITHIN} 行中没有映射文件 ${profile.name} 的表头（${wanted.join('、')}）；请确认文件，或用 profile propose 重新生成映射`,
    `none of the first ${HEADER_WITHIN} rows is the header of profile ${profile.name} (${wanted.join(', ')}): check the file, or make a new profile with profile propose`,
  );
}

/** What stands behind a label above the header: in the same cell, or in the next that is filled. Empty: nothing. */
export function titleValue(titles: readonly FileRecord[], label: string): string {
  for (const { cells } of titles) {
    for (const [i, cell] of cells.entries()) {
      const rest = behindLabel(cell.normalize('NFKC'), label.normalize('NFKC'));
      if (rest === null) continue;
      const found = rest || (cells.slice(i + 1).find((next) => next !== '') ?? '');
      return NUMBER.exec(found)?.[0] ?? found.split(/[\s,;，；]/)[0] ?? '';
    }
  }
  return '';
}

/** The text behind `账号:`, which begins the cell or a part of it; null: it is not there. */
function behindLabel(text: string, label: string): string | null {
  const at = text.indexOf(label);
  if (at === -1 || (at > 0 && !/[\s,;|(]/.test(text[at - 1] ?? ''))) return null;
  const rest = text.slice(at + label.length).trimStart();
  if (rest !== '' && !rest.startsWith(':')) return null;
  return rest.slice(1).trim();
}

function nameAt(cells: readonly string[], keys: readonly string[], i: number): string {
  const name = cells[i] ?? '';
  if (name === '') return `#${i + 1}`;
  return keys.indexOf(keys[i] ?? '') === i ? name : `${name}#${i + 1}`;
}

function refuseTwice(name: string, keys: readonly string[], line: number): void {
  const key = nameKey(name);
  if (keys.indexOf(key) === keys.lastIndexOf(key)) return;
  throw new FileRefused(
    'DUPLICATE_COLUMN',
    {
      zh: `表头中“${name}”有两列，无法分辨取哪一列；请只保留一列`,
      en: `the header has the column "${name}" twice, and the profile uses it; keep one of them`,
    },
    { line, column: name },
  );
}
