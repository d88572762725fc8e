import { Elements } from './elements';

/** An `Ntry` read from its text. */
export interface PlainEntry {
  readonly entry: Elements;
  readonly details: readonly Elements[];
  /** Line ends in the text. */
  readonly lines: number;
}

/** An element by where it stands in its entry or detail. */
interface Place {
  /** As `Elements` has it. */
  readonly path: string;
  /** A `TxDtls`, which gathers for itself. */
  readonly isDetail: boolean;
  /** By the name as written, prefix and all. */
  readonly inner: Map<string, Place>;
}

/** The beginnings of entities, and characters that XML has not. */
const ODD = /[&\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const LONE_RETURN = /\r(?!\n)/;
const NAME = /^(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)$/;
const WITH_ATTRIBUTE = /^(\S+) +(?!xmlns)([A-Za-z_][\w.-]*)="([^"<\s]*)"$/;
const DEPTH_MAX = 50;
const TEXT_MAX = 100_000;
/** Statements have some hundred different elements. */
const PLACES_MAX = 2_000;

/**
 * Reads entries that are written plainly: elements with texts in them and one attribute at most. It gives exactly what
 * the parser would, or null where only the parser can tell.
 */
export class PlainEntries {
  private readonly root: Place = { path: '', isDetail: false, inner: new Map() };
  private places = 0;
  private line = 0;
  private lines = 0;
  private into = new Elements(0);
  private details: Elements[] = [];
  private readonly names: string[] = [];
  private readonly open: Place[] = [];
  /** Text of the element at hand; null once it has elements in it, and then no text. */
  private leaf: string | null = null;

  /**
   * @param written from `<Ntry>` to `</Ntry>`
   * @param line on which that begins
   */
  read(written: string, line: number): PlainEntry | null {
    const text = plainText(written);
    if (text === null) return null;
    const entry = new Elements(line);
    this.begin(entry, line);
    for (let at = 0; ;) {
      const end = text.indexOf('>', at);
      if (end === -1 || !this.takeTag(text.slice(at + 1, end), entry)) return null;
      const next = text.indexOf('<', end);
      if (next === -1) {
        return this.names.length === 0 && end + 1 === text.length
          ? { entry, details: this.details, lines: this.lines }
          : null;
      }
      if (next > end + 1 && !this.takeText(text.slice(end + 1, next))) return null;
      at = next;
    }
  }

  private begin(entry: Elements, line: number): void {
    this.line = line;
    this.lines = 0;
    this.into = entry;
    this.details = [];
    this.names.length = 0;
    this.open.length = 0;
    this.leaf = null;
  }

  private takeTag(tag: string, entry: Elements): boolean {
    if (tag.startsWith('/')) return this.close(tag.slice(1), entry);
    const isEmpty = tag.endsWith('/');
    const start = isEmpty ? tag.slice(0, -1).trimEnd() : tag;
    const attribute = start.includes(' ') ? WITH_ATTRIBUTE.exec(start) : null;
    const name = attribute?.[1] ?? start;
    if (!this.enter(name)) return false;
    if (attribute !== null) this.into.add(`${this.at.path}@${attribute[2] ?? ''}`, attribute[3] ?? '');
    return !isEmpty || this.close(name, entry);
  }

  private get at(): Place {
    return this.open[this.open.length - 1] ?? this.root;
  }

  private enter(name: string): boolean {
    const depth = this.open.length;
    if (depth >= DEPTH_MAX || (this.leaf !== null && this.leaf.trim() !== '')) return false;
    const place = depth === 0 ? this.rootOf(name) : this.innerOf(this.at, name);
    if (place === null) return false;
    this.names.push(name);
    this.open.push(place);
    this.leaf = '';
    if (place.isDetail) {
      this.into = new Elements(this.line + this.lines);
      this.details.push(this.into);
    }
    return true;
  }

  /** An entry is the first element and the only one without another around it. */
  private rootOf(name: string): Place | null {
    return this.details.length === 0 && NAME.exec(name)?.[1] === 'Ntry' ? this.root : null;
  }

  private innerOf(outer: Place, name: string): Place | null {
    const known = outer.inner.get(name);
    if (known !== undefined) return known;
    const local = NAME.exec(name)?.[1];
    if (local === undefined || this.places >= PLACES_MAX) return null;
    const isDetail = local === 'TxDtls' && outer.path === 'NtryDtls' && this.open.length === 2;
    const path = isDetail ? '' : outer.path === '' ? local : `${outer.path}/${local}`;
    const place = { path, isDetail, inner: new Map<string, Place>() };
    outer.inner.set(name, place);
    this.places += 1;
    return place;
  }

  private close(name: string, entry: Elements): boolean {
    if (this.names.pop() !== name) return false;
    const place = this.open.pop();
    const text = this.leaf?.trim() ?? '';
    if (text !== '' && place !== undefined) this.into.add(place.path, text);
    if (place?.isDetail) this.into = entry;
    this.leaf = null;
    return true;
  }

  private takeText(text: string): boolean {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.lines += 1;
    if (this.leaf === null) return text.trim() === '';
    this.leaf = text;
    return text.length <= TEXT_MAX;
  }
}

/** With LF alone at its lines' ends; null where it has entities, comments, CDATA or instructions. */
function plainText(written: string): string | null {
  if (ODD.test(written) || written.includes(']]>') || written.includes('<!') || written.includes('<?')) return null;
  if (!written.includes('\r')) return written;
  return LONE_RETURN.test(written) ? null : written.replaceAll('\r\n', '\n');
}
