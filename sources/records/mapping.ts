import { FILE_COLUMNS, type FileColumns } from '../../domain/file-columns';
import { planColumns, type ColumnPlan } from '../csv/column-plan';
import type { ObjectMapping } from '../system';
import type { PartRows, RecordsKind } from './kind';
import { addNeeds, labelsOf, readPath, type References, type ValuePath } from './paths';

/** Where the record's own id stands beside the row. */
export const RECORD_ID = 'record_id';

/** How the records of one file are read: the system's defaults with the company's mapping over them. */
export interface MappingPlan {
  readonly plan: ColumnPlan;
  readonly rows: PartRows;
  /** Columns and names of `reads`, each with its path. */
  readonly paths: ReadonlyMap<string, ValuePath>;
  /** Columns of words, each with the path of its value's label. */
  readonly labels: ReadonlyMap<string, ValuePath>;
  /** Column → value or label → word. */
  readonly words: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Part → its fields that are needed from here. */
  readonly needs: ReadonlyMap<string, ReadonlySet<string>>;
  /** The system's own, and those that the mapped columns lead through. */
  readonly references: References;
  /** Columns of the company's mapping that nothing asks for. */
  readonly idle: readonly string[];
}

/** The columns of the own kind, those the system may not know no longer asked for. */
export function shapeOf({ as, unknown = [] }: RecordsKind): FileColumns {
  const shape = FILE_COLUMNS[as];
  const columns = shape.columns.map((column) =>
    unknown.includes(column.name) ? { ...column, required: false } : column,
  );
  return { ...shape, columns };
}

export function planMapping(kind: RecordsKind, part: string, rows: PartRows, own?: ObjectMapping): MappingPlan {
  const shape = shapeOf(kind);
  const known = new Set([...shape.columns.map(({ name }) => name), ...Object.keys(rows.columns)]);
  const mapped = Object.entries(own?.columns ?? {}).filter(([column]) => known.has(column));
  const written = { ...rows.reads, ...rows.columns, ...Object.fromEntries(mapped) };
  const paths = new Map(Object.entries(written).map(([name, path]) => [name, readPath(path)]));
  const labels = labelPaths(kind, shape, paths);
  const references = referencesOf(kind, part, rows, paths);
  const needs = new Map<string, Set<string>>();
  for (const path of [...paths.values(), ...labels.values()]) addNeeds(needs, references, part, path);
  return {
    plan: planColumns(shape, [...shape.columns.map(({ name }) => name), RECORD_ID], 1),
    rows,
    paths,
    labels,
    words: wordsOf(rows, own),
    needs,
    references,
    idle: Object.keys(own?.columns ?? {}).filter((column) => !known.has(column)),
  };
}

function referencesOf(
  { references }: RecordsKind,
  part: string,
  { leads = {} }: PartRows,
  paths: ReadonlyMap<string, ValuePath>,
): References {
  const led = Object.entries(leads).flatMap(([column, to]) =>
    (paths.get(column)?.ways ?? []).flatMap(([field = '', ...rest]) => (rest.length === 0 ? [] : [[field, to]])),
  );
  return { ...references, [part]: { ...references[part], ...(Object.fromEntries(led) as Record<string, string>) } };
}

function labelPaths(
  { labelOf }: RecordsKind,
  { columns }: FileColumns,
  paths: ReadonlyMap<string, ValuePath>,
): Map<string, ValuePath> {
  const labels = new Map<string, ValuePath>();
  for (const { name, type } of columns) {
    const path = paths.get(name);
    if (type === 'word' && path !== undefined && labelOf !== undefined) labels.set(name, labelsOf(path, labelOf));
  }
  return labels;
}

function wordsOf(rows: PartRows, own?: ObjectMapping): Map<string, Map<string, string>> {
  const columns = new Set([...Object.keys(rows.words ?? {}), ...Object.keys(own?.words ?? {})]);
  return new Map(
    [...columns].map((column) => {
      const words = { ...rows.words?.[column], ...own?.words?.[column] };
      return [column, new Map(Object.entries(words))] as const;
    }),
  );
}
