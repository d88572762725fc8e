import type { FileColumn } from '../../domain/file-columns';
import type { Profile } from '../../domain/profile';
import { tableOf } from '../../domain/profile-fields';
import { foldWord } from '../../domain/profile-words';
import { valueColumns, type ColumnPlan } from '../csv/column-plan';
import { BANK_COLUMNS } from '../wire/bank-row';
import type { Layout } from './layout';
import { nameOfSource } from './translate';

/**
 * The plan by which translated rows are read as rows of our own kind: each column of ours in its order, then the
 * columns of the file that stay beside the row.
 */
export function planOf(profile: Profile, layout: Layout): ColumnPlan {
  const shape = tableOf(profile.relation);
  const columns = shape.columns.map((column, cell) => ({
    column: withWords(column, profile.words[column.name]),
    cell,
    header: nameOfSource(column, profile.columns[column.name]),
  }));
  const extra = layout.extra.map((place, i) => ({ cell: columns.length + i, header: layout.names[place] ?? '' }));
  return { shape, columns, extra, headers: [...columns, ...extra].map(({ header }) => header) };
}

/** The columns of the relation that a profile's rows fill, in the order of their values. */
export function columnsOf({ relation }: Profile): readonly string[] {
  return relation === 'bank_entry' ? BANK_COLUMNS : valueColumns(tableOf(relation));
}

/** The column with the file's words beside ours; a word that the profile names means that and nothing else. */
function withWords(column: FileColumn, words: Profile['words'][string] | undefined): FileColumn {
  if (column.words === undefined || words === undefined) return column;
  const named = new Set(words.map(([word]) => foldWord(word)));
  const merged = Object.entries(column.words).map(([ours, usual]) => {
    const theirs = words.filter(([, meant]) => meant === ours).map(([word]) => foldWord(word));
    return [ours, [...usual.filter((word) => !named.has(foldWord(word))), ...theirs]] as const;
  });
  return { ...column, words: Object.fromEntries(merged) };
}
