import { SaxesParser } from 'saxes';
import { Elements } from '../camt053/elements';
import { FileRefused } from '../reader';
import { wrongKind } from '../wire/refusal';

/** What the parser hands on, in the order of the document. */
export interface InvoiceHandler {
  invoiceBegins(line: number): void;
  /** An `IssuItemInformation`, its texts by path below it. */
  item(elements: Elements): void;
  /** Everything else of the invoice, by path below `EInvoice`. */
  invoiceEnds(elements: Elements): void;
}

const INVOICE = 'EInvoice';
const ITEM = 'IssuItemInformation';
/** Real invoices are half a dozen deep. */
const MAX_DEPTH = 64;
const MAX_TEXT = 100_000;
/** Texts of one invoice beside its items. */
const MAX_TEXTS = 1_000;
/** Text pushed without one tag in it. */
const MAX_SILENCE = 1_000_000;

/**
 * Streams 数电票 XML into its handler, one invoice or many. Prefixes are ignored, entities other than XML's own are unknown.
 * @throws FileRefused MALFORMED_XML with the line, DOCTYPE_REFUSED, WRONG_KIND
 */
export class InvoiceParser {
  invoices = 0;
  private readonly sax = new SaxesParser();
  private readonly path: string[] = [];
  private readonly texts: string[] = [];
  /** Depth of the open invoice, and of the item in it; 0 where there is none. */
  private invoiceAt = 0;
  private itemAt = 0;
  private invoice = new Elements(0);
  private open = new Elements(0);
  private taken = 0;
  private silence = 0;
  private root = '';

  /** @param name of the document in its archive; empty for a bare one */
  constructor(
    private readonly handler: InvoiceHandler,
    private readonly name: string,
  ) {
    this.sax.on('doctype', () => {
      throw doctypeRefused(this.name, this.sax.line);
    });
    this.sax.on('opentag', (tag) => this.begin(localName(tag.name)));
    this.sax.on('text', (text) => this.addText(text));
    this.sax.on('cdata', (text) => this.addText(text));
    this.sax.on('closetag', () => this.end());
    this.sax.on('error', (cause) => {
      throw this.malformed(cause.message);
    });
  }

  write(chunk: string): void {
    this.silence += chunk.length;
    this.sax.write(chunk);
    if (this.silence > MAX_SILENCE) throw this.malformed('text without end');
  }

  close(): void {
    this.sax.close();
    if (this.invoices === 0) throw noInvoice(this.name, this.root, this.sax.line);
  }

  private begin(name: string): void {
    this.silence = 0;
    if (this.path.length === 0) this.root = name;
    this.path.push(name);
    this.texts.push('');
    const depth = this.path.length;
    if (depth > MAX_DEPTH) throw this.malformed('elements nested too deep');
    if (this.invoiceAt === 0 && name === INVOICE) {
      this.invoiceAt = depth;
      this.taken = 0;
      this.invoice = this.open = new Elements(this.sax.line);
      this.invoices += 1;
      this.handler.invoiceBegins(this.sax.line);
    } else if (this.invoiceAt > 0 && this.itemAt === 0 && name === ITEM) {
      this.itemAt = depth;
      this.taken = 0;
      this.open = new Elements(this.sax.line);
    }
  }

  private addText(text: string): void {
    this.silence = 0;
    if (this.invoiceAt === 0) return;
    const last = this.texts.length - 1;
    const whole = (this.texts[last] ?? '') + text;
    if (whole.length > MAX_TEXT) throw this.malformed('text too long');
    this.texts[last] = whole;
  }

  private end(): void {
    this.silence = 0;
    const depth = this.path.length;
    const text = (this.texts.pop() ?? '').trim();
    if (text !== '' && this.invoiceAt > 0) this.record(text);
    if (depth === this.itemAt) {
      this.itemAt = 0;
      this.handler.item(this.open);
      this.open = this.invoice;
    } else if (depth === this.invoiceAt) {
      this.invoiceAt = 0;
      this.handler.invoiceEnds(this.invoice);
    }
    this.path.pop();
  }

  private record(text: string): void {
    this.taken += 1;
    if (this.taken > MAX_TEXTS) throw this.malformed('more texts than an invoice has');
    this.open.add(this.path.slice(this.itemAt || this.invoiceAt).join('/'), text);
  }

  private malformed(what: string): FileRefused {
    return malformed(this.name, what, this.sax.line);
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function malformed(name: string, what: string, line: number): FileRefused {
  return new FileRefused(
    'MALFORMED_XML',
    {
      zh: `${ofZh(name)}第 ${line} 行不是正确的 XML（${what}）。文件可能没有下载完整，请从税务系统重新下载。`,
      en: `Line ${line}${ofEn(name)} is not well-formed XML (${what}). The file may be cut off: download it again.`,
    },
    { line, value: name },
  );
}

function doctypeRefused(name: string, line: number): FileRefused {
  return new FileRefused(
    'DOCTYPE_REFUSED',
    {
      zh: `${ofZh(name)}文件含有 DOCTYPE 声明，数电票不会有，不予读取。请从税务系统重新下载。`,
      en: `A DOCTYPE stands on line ${line}${ofEn(name)}, which no invoice has: it is not read. Download it again.`,
    },
    { line, value: name },
  );
}

function noInvoice(name: string, root: string, line: number): FileRefused {
  return wrongKind(
    `${ofZh(name)}不是数电票 XML：没有 EInvoice${root === '' ? '' : `（根元素 ${root}）`}。请下载发票的 XML 格式文件。`,
    `There is no EInvoice${ofEn(name)}: this is no 数电票. Download the invoice as XML.`,
    line,
  );
}

function ofZh(name: string): string {
  return name === '' ? '' : `“${name}”`;
}

function ofEn(name: string): string {
  return name === '' ? '' : ` of ${name}`;
}
