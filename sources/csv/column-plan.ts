import { ERROR_COLUMNS, FILE_COLUMNS, headerKey, type FileColumn, type FileColumns } from '../../domain/file-columns';
import { FileRefused } from '../reader';
import { trimCell } from '../text';
import { CELLS_MAX } from './row-scanner';

/** A column of the kind and where this file has it. */
export interface PlannedColumn {
  readonly column: FileColumn;
  /** -1: the file has no such column. */
  readonly cell: number;
  /** As the file names it; the English name where it has none. */
  readonly header: string;
}

/** How one file is read: which cell fills what. */
export interface ColumnPlan {
  readonly shape: FileColumns;
  readonly headers: readonly string[];
  readonly columns: readonly PlannedColumn[];
  /** Columns we do not know, kept beside the row. */
  readonly extra: readonly { readonly cell: number; readonly header: string }[];
}

/**
 * Finds the kind's columns in a header row, by English or Chinese name whatever the case, width and spaces.
 * @throws FileRefused MISSING_COLUMN, DUPLICATE_COLUMN, NOT_TEXT
 */
export function planColumns(shape: FileColumns, header: readonly string[], line: number): ColumnPlan {
  const headers = header.map(trimCell);
  refuseNoText(headers, line);
  refuseDuplicates(shape, headers, line);
  const cells = cellsByColumn(shape, headers);
  const missing = shape.columns.filter((column) => column.required && !cells.has(column.name));
  if (missing.length > 0) throw missingColumns(shape, missing, headers, line);
  const known = new Set(cells.values());
  const ignored = new Set(ERROR_COLUMNS.map(headerKey));
  return {
    shape,
    headers,
    columns: shape.columns.map((column) => {
      const cell = cells.get(column.name) ?? -1;
      return { column, cell, header: headers[cell] ?? column.name };
    }),
    extra: headers
      .map((name, cell) => ({ cell, header: name === '' ? `#${cell + 1}` : name }))
      .filter(({ cell, header }) => !known.has(cell) && !ignored.has(headerKey(header))),
  };
}

function cellsByColumn(shape: FileColumns, headers: readonly string[]): Map<string, number> {
  const names = columnNames(shape);
  const cells = new Map<string, number>();
  headers.forEach((header, cell) => {
    const name = names.get(headerKey(header));
    if (name !== undefined) cells.set(name, cell);
  });
  return cells;
}

/** Column by each of its names, as they are compared. */
function columnNames(shape: FileColumns): Map<string, string> {
  return new Map(
    shape.columns.flatMap(({ name, chinese }) => [name, ...chinese].map((alias) => [headerKey(alias), name] as const)),
  );
}

function refuseNoText(headers: readonly string[], line: number): void {
  if (headers.length <= CELLS_MAX && !headers.some((header) => /[\0\ufffd]/.test(header))) return;
  throw new FileRefused(
    'NOT_TEXT',
    {
      zh: '表头无法解码；请用 --encoding 指明编码（utf-8、gb18030、utf-16），或另存为 CSV UTF-8',
      en: 'the header row does not decode; name the encoding with --encoding (utf-8, gb18030, utf-16), or save as CSV UTF-8',
    },
    { line },
  );
}

function refuseDuplicates(shape: FileColumns, headers: readonly string[], line: number): void {
  const names = columnNames(shape);
  const seen = new Map<string, string>();
  for (const header of headers) {
    const key = headerKey(header);
    if (key === '') continue;
    const meaning = names.get(key) ?? key;
    const before = seen.get(meaning);
    if (before !== undefined) {
      throw new FileRefused(
        'DUPLICATE_COLUMN',
        {
          zh: `表头“${before}”与“${header}”是同一列；请只保留一列`,
          en: `the header columns "${before}" and "${header}" mean the same; keep one of them`,
        },
        { line, column: header },
      );
    }
    seen.set(meaning, header);
  }
}

function missingColumns(
  shape: FileColumns,
  missing: readonly FileColumn[],
  headers: readonly string[],
  line: number,
): FileRefused {
  const names = missing.map(({ name, chinese }) => `${name}（${chinese[0] ?? ''}）`).join('、');
  const other = Object.values(FILE_COLUMNS).find(
    (kind) =>
      kind !== shape &&
      kind.columns.every((column) => !column.required || cellsByColumn(kind, headers).has(column.name)),
  );
  return new FileRefused(
    'MISSING_COLUMN',
    {
      zh: `${shape.kind} 缺少必需的列：${names}${other ? `；这个文件像是 ${other.kind}` : ''}`,
      en:
        `${shape.kind} lacks the required columns ${missing.map(({ name }) => name).join(', ')}` +
        (other ? `; the file looks like ${other.kind}` : ''),
    },
    { line, column: missing.map(({ name }) => name).join(',') },
  );
}

/** The columns of the relation that a row of this kind fills, in the order of its values. */
export function valueColumns(shape: FileColumns): string[] {
  const columns = shape.columns.flatMap(({ name, key, day }) => [name, ...(key ? [key] : []), ...(day ? [day] : [])]);
  return [...columns, ...(shape.kind === 'channel-csv' ? ['row_key'] : []), 'extra'];
}
