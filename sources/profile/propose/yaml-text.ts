import { Document, isPair, isScalar, visit } from 'yaml';
import { tableOf } from '../../../domain/profile-fields';
import type { Bilingual } from '../../../domain/words';
import type { Draft } from './draft';

/**
 * The draft as a clerk reads it: one line for each column of ours, and above them what is to be looked at.
 * @param missing columns of ours that have to be mapped and are not
 */
export function yamlText(name: string, draft: Draft, header: readonly string[], missing: readonly Bilingual[]): string {
  const { columns, rest, relation, repeated } = draft;
  const ordered = tableOf(relation).columns.flatMap((column) => {
    const source = columns[column.name];
    return source === undefined ? [] : [[column.name, source] as const];
  });
  const document = new Document({
    ...{ name, relation, header: { contains: header }, columns: Object.fromEntries(ordered) },
    ...repeated,
    ...rest,
  });
  visit(document, {
    Collection: (_key, node, path) => {
      // Everything but the document and its columns goes on one line.
      const above = path.at(-1);
      const isColumns = isPair(above) && isScalar(above.key) && above.key.value === 'columns';
      if (above !== document && !isColumns) node.flow = true;
    },
  });
  document.commentBefore = [
    ' docs/profiles.md',
    ...missing.map(({ zh, en }) => ` ! ${zh} · ${en}`),
    ...draft.unsure.map(({ zh, en }) => ` ? ${zh} · ${en}`),
  ]
    .map((line) => line.replace(/\s+/g, ' '))
    .join('\n');
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
