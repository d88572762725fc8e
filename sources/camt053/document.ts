import { StatementParser, type StatementHandler } from './parser';
import { PlainEntries } from './plain-entry';

const ENTRY = /<(?:[A-Za-z_][\w.-]*:)?Ntry>/g;
const COMMENT = /<!--[^]*?-->/g;
const DECLARATION = /^\ufeff?<\?xml [^<>]*\?>/;
/** An entry that is longer goes through the parser piece by piece. */
const ENTRY_CHARS_MAX = 1_000_000;
const TAG_CHARS_MAX = 10_000;

/**
 * A CAMT.053 document as it comes: entries that are written plainly are read as they stand, everything else goes through
 * the parser, which also finds every fault. Errors as the parser's.
 */
export class StatementDocument {
  private readonly parser: StatementParser;
  private readonly entries = new PlainEntries();
  /** Text not yet looked at: an entry or a tag whose end is to come. */
  private rest = '';
  /** Line ends that the parser has not been given, with nothing but blanks and entries around them. */
  private skipped = 0;
  /** Tags that the parser has been given; null once they cannot be counted without parsing. */
  private tags: number | null = 0;
  private isBeginning = true;

  constructor(private readonly handler: StatementHandler) {
    this.parser = new StatementParser(handler);
  }

  get version(): string | null {
    return this.parser.version;
  }

  get statements(): number {
    return this.parser.statements;
  }

  write(chunk: string): void {
    const text = this.rest + chunk;
    let at = 0;
    for (let found = entryIn(text, at); found !== null; found = entryIn(text, at)) {
      this.parse(text.slice(at, found.index));
      at = found.index;
      const closing = `</${found[0].slice(1)}`;
      const end = text.indexOf(closing, at);
      if (end === -1) break;
      this.takeEntry(text.slice(at, end + closing.length));
      at = end + closing.length;
    }
    this.rest = this.openEnd(text.slice(at));
  }

  close(): void {
    this.parse(this.rest);
    this.parser.close();
  }

  /** @returns what of the text is to wait for more */
  private openEnd(text: string): string {
    const isEntry = entryIn(text, 0)?.index === 0;
    const tag = text.lastIndexOf('<');
    const from = isEntry ? 0 : tag === -1 || text.includes('>', tag) ? text.length : tag;
    if (text.length - from > (isEntry ? ENTRY_CHARS_MAX : TAG_CHARS_MAX)) {
      this.parse(text);
      return '';
    }
    this.parse(text.slice(0, from));
    return text.slice(from);
  }

  private takeEntry(text: string): void {
    const { parser, handler } = this;
    const entry = this.isBetweenEntries() ? this.entries.read(text, parser.line + this.skipped) : null;
    if (entry === null) {
      this.parse(text);
      return;
    }
    handler.entryBegins(entry.entry);
    for (const detail of entry.details) handler.detail(detail);
    handler.entryEnds();
    this.skipped += entry.lines;
  }

  private isBetweenEntries(): boolean {
    return this.tags !== null && this.parser.isBetweenEntries(this.tags);
  }

  private parse(text: string): void {
    if (text === '') return;
    if (/^[ \t\n]*$/.test(text) && this.isBetweenEntries()) {
      this.skipped += text.split('\n').length - 1;
      return;
    }
    const tags = tagsIn(this.isBeginning ? text.replace(DECLARATION, '') : text);
    this.tags = tags === null || this.tags === null ? null : this.tags + tags;
    this.isBeginning = false;
    this.parser.write('\n'.repeat(this.skipped) + text);
    this.skipped = 0;
  }
}

function entryIn(text: string, from: number): RegExpExecArray | null {
  ENTRY.lastIndex = from;
  return ENTRY.exec(text);
}

/** null: something may be no tag though it looks like one. */
function tagsIn(text: string): number | null {
  const plain = text.replace(COMMENT, '');
  return /<(?:[!?]|$)/.test(plain) ? null : plain.split('<').length - 1;
}
