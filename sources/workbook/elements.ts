import { TextDecoder } from 'node:util';
import { damagedWorkbook } from './refusal';

/** Longer than any row of a sheet or string of it. */
const ELEMENT_CHARS_MAX = 2_000_000;

/** An element cut out of a part of the workbook. */
export interface CutElement {
  /** Its opening tag without brackets and name, with blanks alone between double-quoted attributes. */
  readonly attributes: string;
  /** Everything between its tags; empty where it is closed at once. */
  readonly inner: string;
}

/**
 * Cuts the elements of one name out of a part as it unpacks, in flat memory. No writer of workbooks uses comments,
 * CDATA or a DOCTYPE in a part, so what has them is refused: then a `<` is a tag, wherever it stands.
 * @param name of the element, which never stands in another of the same name
 * @param last the element whose end must come behind the last of them
 * @throws FileRefused WRONG_KIND
 */
export async function* cutElements(
  bytes: AsyncIterable<Buffer>,
  name: string,
  last: string,
): AsyncGenerator<readonly CutElement[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let cutter: Cutter | null = null;
  let rest = '';
  for await (const chunk of bytes) {
    const text = rest + decoded(decoder, chunk);
    if (text.includes('<!', Math.max(0, rest.length - 1))) throw damagedWorkbook('a comment, CDATA or DOCTYPE');
    cutter ??= cutterFor(text, name, last);
    if (cutter === null) {
      rest = text;
      continue;
    }
    const cut = cutter.cut(text);
    rest = cut.rest;
    if (cut.elements.length > 0) yield cut.elements;
    if (cutter.hasEnded) return;
    if (rest.length > ELEMENT_CHARS_MAX) throw damagedWorkbook(`an endless ${name}`);
  }
  throw damagedWorkbook(`no end of ${last}`);
}

function decoded(decoder: TextDecoder, chunk: Buffer): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw damagedWorkbook('a part that is no UTF-8');
  }
}

/** The root's prefix is that of all elements. Null while the root is not there. */
function cutterFor(text: string, name: string, last: string): Cutter | null {
  const root = /<((?:[A-Za-z_][\w.-]*:)?)[A-Za-z_][\w.-]*[\s>/]/.exec(text);
  return root === null ? null : new Cutter(root[1] ?? '', name, last);
}

class Cutter {
  hasEnded = false;
  private readonly opening: string;
  private readonly closing: string;
  private readonly end: RegExp;

  constructor(prefix: string, name: string, last: string) {
    this.opening = `<${prefix}${name}`;
    this.closing = `</${prefix}${name}>`;
    this.end = new RegExp(`</${prefix}${last}>|<${prefix}${last}(?:\\s[^<>]*)?/>`);
  }

  /** @returns the whole elements of the text, and what of it is to wait for more */
  cut(text: string): { readonly elements: CutElement[]; readonly rest: string } {
    const elements: CutElement[] = [];
    let at = 0;
    for (let start = this.next(text, 0); start !== -1; start = this.next(text, at)) {
      const tagEnd = text.indexOf('>', start);
      if (tagEnd === -1) return { elements, rest: text.slice(start) };
      const isClosed = text[tagEnd - 1] === '/';
      const end = isClosed ? tagEnd : text.indexOf(this.closing, tagEnd);
      if (end === -1) return { elements, rest: text.slice(start) };
      elements.push({
        attributes: plainAttributes(text.slice(start + this.opening.length, isClosed ? tagEnd - 1 : tagEnd)),
        inner: isClosed ? '' : text.slice(tagEnd + 1, end),
      });
      at = isClosed ? tagEnd + 1 : end + this.closing.length;
    }
    const behind = text.slice(at);
    this.hasEnded = this.end.test(behind);
    const tag = behind.lastIndexOf('<');
    return { elements, rest: tag === -1 ? '' : behind.slice(tag) };
  }

  /** Where the next element begins; another element's name may begin as this one's does. */
  private next(text: string, from: number): number {
    let at = text.indexOf(this.opening, from);
    while (at !== -1 && /[\w.:-]/.test(text[at + this.opening.length] ?? ' ')) at = text.indexOf(this.opening, at + 1);
    return at;
  }
}

const ODD = ["'", '\n', '\t', '\r', ' =', '= '];

/** Whether a tag of this text may have quotes or blanks that few writers use. */
export function hasOddAttributes(text: string): boolean {
  return ODD.some((odd) => text.includes(odd));
}

/** A tag's attributes with the quotes and blanks that nearly all writers use. */
export function plainAttributes(tag: string): string {
  if (!hasOddAttributes(tag)) return tag;
  return tag.replace(/\s+([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g, (_, name: string, a?: string, b?: string) => {
    return ` ${name}="${a ?? b ?? ''}"`;
  });
}
