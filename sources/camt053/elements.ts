const NONE: readonly string[] = [];

/** The texts of one element's subtree by their path, as `Amt` or `Refs/EndToEndId`; attributes as `Amt@Ccy`. */
export class Elements {
  /** Most paths have one text; those with more have a list. */
  private readonly texts = new Map<string, string | string[]>();

  constructor(
    /** Line of the element's opening tag. */
    readonly line: number,
  ) {}

  add(path: string, text: string): void {
    const known = this.texts.get(path);
    if (known === undefined) this.texts.set(path, text);
    else if (typeof known === 'string') this.texts.set(path, [known, text]);
    else known.push(text);
  }

  /** The first text of the first of these paths that has one; empty where none has. */
  first(...paths: readonly string[]): string {
    for (const path of paths) {
      const known = this.texts.get(path);
      const text = typeof known === 'object' ? known[0] : known;
      if (text !== undefined && text !== '') return text;
    }
    return '';
  }

  all(path: string): readonly string[] {
    const known = this.texts.get(path);
    if (known === undefined) return NONE;
    return typeof known === 'string' ? [known] : known;
  }

  /** Everything it says, by path, for a person who corrects it. */
  record(): Record<string, string> {
    return Object.fromEntries(
      [...this.texts].map(([path, texts]) => [path, typeof texts === 'string' ? texts : texts.join(' | ')]),
    );
  }
}
