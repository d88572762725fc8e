import type { Entry, Tree } from './yaml-tree';

/**
 * What a clerk writes short, written out: `booked_on: 交易日期` is `{from: 交易日期}`, `description: [摘要, 附言]` is
 * `{join: […]}`, one `skip` is a list of one, and `account` beside the columns is the column `account`.
 */
export function longForm(tree: Tree): Tree {
  if (tree.kind !== 'map') return tree;
  const entries = new Map<string, Entry>();
  for (const [key, entry] of tree.entries) {
    if (key === 'columns') entries.set(key, { ...entry, value: columnsOf(entry.value, tree.entries.get('account')) });
    else if (key === 'skip' && entry.value.kind === 'map')
      entries.set(key, { ...entry, value: { kind: 'list', line: entry.line, items: [entry.value] } });
    else if (key !== 'account' || !isMap(tree.entries.get('columns')?.value)) entries.set(key, entry);
  }
  return { ...tree, entries };
}

function columnsOf(columns: Tree, account: Entry | undefined): Tree {
  if (columns.kind !== 'map') return columns;
  const entries = new Map<string, Entry>();
  for (const [key, entry] of columns.entries) entries.set(key, { ...entry, value: sourceOf(entry.value) });
  if (account !== undefined && !entries.has('account'))
    entries.set('account', account.value.kind === 'text' ? wrapped(account, 'value') : account);
  return { ...columns, entries };
}

function sourceOf(value: Tree): Tree {
  if (value.kind === 'text') return mapOf(value.line, 'from', value);
  if (value.kind === 'list') return mapOf(value.line, 'join', value);
  return value;
}

function wrapped(entry: Entry, key: string): Entry {
  return { ...entry, value: mapOf(entry.line, key, entry.value) };
}

function mapOf(line: number, key: string, value: Tree): Tree {
  return { kind: 'map', line, entries: new Map([[key, { line, value }]]) };
}

function isMap(tree: Tree | undefined): boolean {
  return tree?.kind === 'map';
}
