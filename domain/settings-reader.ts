import type { Entry, Fault, Tree } from './yaml-tree';

/**
 * Walks one mapping of a settings file. Each `read…` takes a key, says what is wrong with it in the shared fault list,
 * and answers with the value or the default: one pass finds every fault. `done` then refuses the keys nobody asked for.
 */
export class SettingsReader {
  private readonly asked = new Set<string>();
  private readonly entries: ReadonlyMap<string, Entry>;

  constructor(
    private readonly tree: Tree,
    readonly path: string,
    private readonly faults: Fault[],
  ) {
    if (tree.kind === 'map') this.entries = tree.entries;
    else {
      this.entries = new Map();
      if (tree.kind !== 'nothing') this.fault(tree.line, '', '应为键值对', 'must be a mapping of keys to values');
    }
  }

  /** A part of its own; an empty one where the key is absent. */
  section(key: string): SettingsReader {
    const entry = this.take(key);
    return new SettingsReader(entry?.value ?? { kind: 'nothing', line: this.tree.line }, this.pathOf(key), this.faults);
  }

  /**
   * A text that `check` accepts.
   * @param check answers null, or what it should have been
   * @param fallback undefined: the key is required
   */
  text(key: string, check: (text: string) => Expected | null, fallback?: string): string {
    const entry = this.take(key);
    if (entry === undefined || entry.value.kind === 'nothing') {
      if (fallback === undefined) this.fault(entry?.line ?? this.tree.line, key, '缺少此项', 'is required');
      return fallback ?? '';
    }
    return this.checked(entry.value, key, check) ?? fallback ?? '';
  }

  /** A text, or undefined where the key is absent. */
  optionalText(key: string, check: (text: string) => Expected | null): string | undefined {
    const entry = this.take(key);
    if (entry === undefined || entry.value.kind === 'nothing') return undefined;
    return this.checked(entry.value, key, check);
  }

  /** A list of texts. */
  texts(key: string, check: (text: string) => Expected | null, fallback: readonly string[]): readonly string[] {
    const items = this.items(key);
    if (items === undefined) return fallback;
    return items.flatMap((item, i) => this.checked(item, `${key}[${i}]`, check) ?? []);
  }

  /** A list of parts; undefined where the key is absent. */
  sections(key: string): readonly SettingsReader[] | undefined {
    return this.items(key)?.map((item, i) => new SettingsReader(item, this.pathOf(`${key}[${i}]`), this.faults));
  }

  /** The keys of a mapping whose keys are the user's own, in the file's order. */
  keys(): readonly string[] {
    return [...this.entries.keys()];
  }

  /** Refuses each key that was not read, with its line. */
  done(): void {
    for (const [key, entry] of this.entries) {
      if (this.asked.has(key)) continue;
      const known = [...this.asked].join(', ');
      this.fault(entry.line, key, `没有这一项；可用：${known}`, `unknown key; known here: ${known}`);
    }
  }

  /** Adds a fault about the part as a whole, or about one of its keys. */
  fault(line: number, key: string, zh: string, en: string): void {
    this.faults.push({ line, path: this.pathOf(key), reason: { zh, en } });
  }

  /** The line a key stands on; the part's own line where it is absent. */
  lineOf(key: string): number {
    return this.entries.get(key)?.line ?? this.tree.line;
  }

  private checked(value: Tree, key: string, check: (text: string) => Expected | null): string | undefined {
    if (value.kind !== 'text') {
      this.fault(value.line, key, '应为单个值', 'must be a single value');
      return undefined;
    }
    const expected = check(value.text);
    if (expected === null) return value.text;
    this.fault(value.line, key, `“${value.text}”不可用：${expected.zh}`, `"${value.text}" does not do: ${expected.en}`);
    return undefined;
  }

  private items(key: string): readonly Tree[] | undefined {
    const entry = this.take(key);
    if (entry === undefined || entry.value.kind === 'nothing') return undefined;
    if (entry.value.kind === 'list') return entry.value.items;
    this.fault(entry.line, key, '应为列表', 'must be a list');
    return [];
  }

  private take(key: string): Entry | undefined {
    this.asked.add(key);
    return this.entries.get(key);
  }

  private pathOf(key: string): string {
    return [this.path, key].filter((part) => part !== '').join('.');
  }
}

/** What a value should have been, in both languages. */
export interface Expected {
  readonly zh: string;
  readonly en: string;
}
