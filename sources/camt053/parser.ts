import { SaxesParser } from 'saxes';
import { FileRefused } from '../reader';
import { wrongKind } from '../wire/refusal';
import { Elements } from './elements';

/** What the parser hands on, in the order of the file. */
export interface StatementHandler {
  statementBegins(line: number): void;
  /** `Acct`, `Bal` or a simple element of the statement's head has been read. */
  part(name: string, elements: Elements): void;
  entryBegins(entry: Elements): void;
  /** A `TxDtls` of the entry that is open. */
  detail(elements: Elements): void;
  entryEnds(): void;
  statementEnds(line: number): void;
}

const NAMESPACE = /camt\.053\.001\.(\d\d)$/;
const STATEMENT = ['Document', 'BkToCstmrStmt', 'Stmt'];
/** Real statements are a dozen deep. */
const MAX_DEPTH = 64;
const MAX_TEXT = 100_000;
/** Text pushed without one tag in it. */
const MAX_SILENCE = 1_000_000;

/**
 * Streams a CAMT.053 document into its handler. Prefixes are ignored, entities other than XML's own are unknown.
 * @throws FileRefused MALFORMED_XML with the line, DOCTYPE_REFUSED, WRONG_KIND
 */
export class StatementParser {
  /** `02` … `08`, once the document has begun; null where it names no namespace. */
  version: string | null = null;
  statements = 0;

  private readonly sax = new SaxesParser();
  private readonly path: string[] = [];
  private readonly texts: string[] = [];
  /** Subtrees being gathered, innermost last; `depth` is the length of the path to their element. */
  private readonly open: { readonly depth: number; readonly elements: Elements; readonly name: string }[] = [];
  private silence = 0;
  /** Tags that ended, opening and closing ones. */
  private tags = 0;

  constructor(private readonly handler: StatementHandler) {
    this.sax.on('doctype', () => {
      throw doctypeRefused(this.sax.line);
    });
    this.sax.on('opentag', (tag) => this.begin(localName(tag.name), tag.attributes as Record<string, string>));
    this.sax.on('text', (text) => this.addText(text));
    this.sax.on('cdata', (text) => this.addText(text));
    this.sax.on('closetag', (tag) => {
      if (!tag.isSelfClosing) this.tags += 1;
      this.end();
    });
    this.sax.on('error', (cause) => {
      throw malformed(cause.message, this.sax.line);
    });
  }

  write(chunk: string): void {
    this.silence += chunk.length;
    this.sax.write(chunk);
    if (this.silence > MAX_SILENCE) throw malformed('text without end', this.sax.line);
  }

  /** The line at hand. */
  get line(): number {
    return this.sax.line;
  }

  /** Whether a statement is open and nothing in it, after so many tags. */
  isBetweenEntries(tags: number): boolean {
    return (
      this.tags === tags && this.path.length === STATEMENT.length && STATEMENT.every((step, i) => this.path[i] === step)
    );
  }

  close(): void {
    this.sax.close();
    if (this.statements === 0) throw noStatement(this.sax.line);
  }

  private begin(name: string, attributes: Record<string, string>): void {
    this.silence = 0;
    this.tags += 1;
    if (this.path.length === 0) this.checkRoot(name, attributes);
    if (this.path.length >= MAX_DEPTH) throw malformed('elements nested too deep', this.sax.line);
    this.path.push(name);
    this.texts.push('');
    this.gather(name);
    for (const [attribute, value] of Object.entries(attributes)) {
      if (!attribute.startsWith('xmlns')) this.record(`@${localName(attribute)}`, value);
    }
  }

  /** Opens a subtree where one begins: a part of the statement's head, an entry, a detail of it. */
  private gather(name: string): void {
    const { path } = this;
    if (!STATEMENT.every((step, i) => path[i] === step)) return;
    const elements = new Elements(this.sax.line);
    if (path.length === STATEMENT.length) {
      this.statements += 1;
      this.handler.statementBegins(this.sax.line);
    } else if (path.length === STATEMENT.length + 1) {
      this.open.push({ depth: path.length, elements, name });
      if (name === 'Ntry') this.handler.entryBegins(elements);
    } else if (name === 'TxDtls' && path[3] === 'Ntry' && path[4] === 'NtryDtls' && path.length === 6) {
      this.open.push({ depth: path.length, elements, name });
    }
  }

  private addText(text: string): void {
    this.silence = 0;
    if (this.open.length === 0) return;
    const last = this.texts.length - 1;
    const whole = (this.texts[last] ?? '') + text;
    if (whole.length > MAX_TEXT) throw malformed('text too long', this.sax.line);
    if (last >= 0) this.texts[last] = whole;
  }

  private end(): void {
    this.silence = 0;
    const text = (this.texts.pop() ?? '').trim();
    if (text !== '') this.record('', text);
    const inner = this.open.at(-1);
    if (inner !== undefined && inner.depth === this.path.length) {
      this.open.pop();
      if (inner.name === 'TxDtls') this.handler.detail(inner.elements);
      else if (inner.name === 'Ntry') this.handler.entryEnds();
      else this.handler.part(inner.name, inner.elements);
    } else if (this.path.length === STATEMENT.length && this.path[2] === 'Stmt') {
      this.handler.statementEnds(this.sax.line);
    }
    this.path.pop();
  }

  private record(suffix: string, text: string): void {
    const inner = this.open.at(-1);
    if (inner !== undefined) inner.elements.add(this.path.slice(inner.depth).join('/') + suffix, text);
  }

  private checkRoot(name: string, attributes: Record<string, string>): void {
    const namespaces = Object.entries(attributes).filter(([attribute]) => attribute.startsWith('xmlns'));
    const found = namespaces.map(([, uri]) => NAMESPACE.exec(uri)?.[1]).find((version) => version !== undefined);
    const other = namespaces.map(([, uri]) => uri).find((uri) => /:iso:std:iso:20022:/.test(uri));
    if (name !== 'Document' || (found === undefined && other !== undefined))
      throw notAStatement(other ?? name, this.sax.line);
    this.version = found ?? null;
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function malformed(what: string, line: number): FileRefused {
  return new FileRefused(
    'MALFORMED_XML',
    {
      zh: `第 ${line} 行不是正确的 XML（${what}）。文件可能没有下载完整，请向银行重新下载。`,
      en: `Line ${line} is not well-formed XML (${what}). The file may be cut off: download it again.`,
    },
    { line },
  );
}

function doctypeRefused(line: number): FileRefused {
  return new FileRefused(
    'DOCTYPE_REFUSED',
    {
      zh: '文件含有 DOCTYPE 声明，银行对账单不会有，不予读取。请向银行重新下载。',
      en: 'The file has a DOCTYPE, which no bank statement has, and is not read. Download it again.',
    },
    { line },
  );
}

function notAStatement(found: string, line: number): FileRefused {
  return wrongKind(
    `不是 CAMT.053 银行对账单（${found}）。请下载 camt.053；camt.052 是日间报告，camt.054 是入账通知。`,
    `This is no CAMT.053 statement (${found}). Download camt.053; camt.052 is an intraday report, camt.054 a notification.`,
    line,
  );
}

function noStatement(line: number): FileRefused {
  return wrongKind(
    '文件中没有对账单（Stmt）。请向银行重新下载。',
    'The file holds no statement (Stmt). Download it again.',
    line,
  );
}
