import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Scalar } from 'yaml';
import type { Bilingual } from './words';

/** One thing wrong with a file a person wrote, and the line it stands on. */
export interface Fault {
  readonly line: number;
  /** Dotted: `policy.tolerance.amount`; empty for the file as a whole. */
  readonly path: string;
  readonly reason: Bilingual;
}

/** A YAML document reduced to what a settings file needs, every node with its line. Scalars stay text: 0.00 is not 0. */
export type Tree =
  | { readonly kind: 'map'; readonly line: number; readonly entries: ReadonlyMap<string, Entry> }
  | { readonly kind: 'list'; readonly line: number; readonly items: readonly Tree[] }
  | { readonly kind: 'text'; readonly line: number; readonly text: string }
  | { readonly kind: 'nothing'; readonly line: number };

export interface Entry {
  readonly line: number;
  readonly value: Tree;
}

/** Reads YAML; syntax errors, keys given twice, and references (`*name`) come back as faults. */
export function readYaml(source: string): { tree: Tree; faults: Fault[] } {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const faults = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    path: '',
    reason: { zh: `YAML 语法错误：${error.message}`, en: `YAML: ${error.message}` },
  }));
  const reader = new TreeReader(lines, faults);
  return { tree: reader.read(document.contents, 1, ''), faults };
}

class TreeReader {
  constructor(
    private readonly lines: LineCounter,
    private readonly faults: Fault[],
  ) {}

  read(node: unknown, lineAbove: number, path: string): Tree {
    const line = this.lineOf(node, lineAbove);
    if (isMap(node)) return { kind: 'map', line, entries: this.readEntries(node.items, line, path) };
    if (isSeq(node)) {
      return { kind: 'list', line, items: node.items.map((item, i) => this.read(item, line, `${path}[${i}]`)) };
    }
    if (node === null || node === undefined) return { kind: 'nothing', line };
    if (isScalar(node)) return this.readScalar(node, line);
    this.faults.push({
      line,
      path,
      reason: {
        zh: '不支持 YAML 引用（*名称），请直接写出',
        en: 'YAML references (*name) are not read here: write the value out',
      },
    });
    return { kind: 'nothing', line };
  }

  private readScalar(node: Scalar, line: number): Tree {
    if (node.value === null) return { kind: 'nothing', line };
    const text = typeof node.value === 'string' ? node.value : (node.source ?? '');
    return { kind: 'text', line, text };
  }

  private readEntries(
    pairs: readonly { key: unknown; value: unknown }[],
    lineAbove: number,
    path: string,
  ): ReadonlyMap<string, Entry> {
    const entries = new Map<string, Entry>();
    for (const pair of pairs) {
      const line = this.lineOf(pair.key, lineAbove);
      const key = isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : '?';
      entries.set(key, { line, value: this.read(pair.value, line, path === '' ? key : `${path}.${key}`) });
    }
    return entries;
  }

  private lineOf(node: unknown, lineAbove: number): number {
    const range = (node as Node | null | undefined)?.range;
    return range ? this.lines.linePos(range[0]).line : lineAbove;
  }
}
