import type { Elements } from '../camt053/elements';
import type { ReadContext, RowSink, SourceReader } from '../reader';
import { readDay, ZoneClock, type Reading } from '../text';
import { Memo } from '../text/memo';
import { INVOICE_COLUMNS, INVOICE_CURRENCY, invoiceValues, readInvoiceAmount } from '../wire/invoice-row';
import { rejectRow } from '../wire/rejection';
import { Sellers } from '../wire/seller';
import { openDocuments } from './documents';
import { AMOUNT_PATHS, Items, readInvoice, sellerOf } from './invoice';
import { InvoiceParser, type InvoiceHandler } from './parser';

/** How many names of other files `detected` tells. */
const SHOWN = 20;

/**
 * 数电票 as XML: one invoice, several in one document, or a ZIP of such documents.
 * Refuses the file with MALFORMED_XML, DOCTYPE_REFUSED, WRONG_KIND, WRONG_SELLER, EMPTY_FILE, UNDECODABLE, UNKNOWN_ENCODING,
 * NOT_TEXT, UNSAFE_ARCHIVE.
 */
export const einvoiceXml: SourceReader = {
  kind: 'einvoice-xml',
  relation: 'invoice',
  columns: INVOICE_COLUMNS,
  async read(context, sink) {
    const file = await openDocuments(context.path, context.encoding);
    const invoices = new Invoices(context, sink);
    try {
      for (const { name, text } of file.documents) {
        const parser = new InvoiceParser(invoices.of(name), name);
        for await (const chunk of text) {
          parser.write(chunk);
          await sink.room();
        }
        parser.close();
      }
    } finally {
      file.close();
    }
    return { detected: { documents: file.documents.length, ...toldOf(file.others), ...invoices.finish() } };
  },
};

function toldOf(others: readonly string[]): Record<string, unknown> {
  return others.length === 0 ? {} : { otherFiles: others.length, others: others.slice(0, SHOWN) };
}

/** Turns the invoices of all documents into rows, numbered as they come. */
class Invoices {
  private readonly days: Memo<Reading<string>>;
  private readonly sellers: Sellers;
  private rowNo = 0;
  private withoutItems = 0;
  private taxOff = 0;

  constructor(
    private readonly context: ReadContext,
    private readonly sink: RowSink,
  ) {
    const clock = new ZoneClock(context.company.timezone);
    this.days = new Memo((text) => readDay(text, clock));
    this.sellers = new Sellers(context.company);
  }

  /** The handler of a document's invoices. */
  of(document: string): InvoiceHandler {
    let items = new Items();
    return {
      invoiceBegins: () => {
        items = new Items();
      },
      item: (item) => items.add(item),
      invoiceEnds: (elements) => this.take(document, elements, items),
    };
  }

  /** @throws FileRefused WRONG_SELLER */
  finish(): Record<string, unknown> {
    this.sellers.finish();
    const { rowNo, withoutItems, taxOff } = this;
    return {
      invoices: rowNo,
      ...(withoutItems === 0 ? {} : { invoicesWithoutLines: withoutItems }),
      ...(taxOff === 0 ? {} : { linesWithTaxOff: taxOff }),
    };
  }

  private take(document: string, elements: Elements, items: Items): void {
    this.rowNo += 1;
    const { rowNo, sink } = this;
    const read = readInvoiceAmount(elements.first(AMOUNT_PATHS.gross));
    const amount = read.ok ? read.value : undefined;
    const seller = sellerOf(elements);
    if (!this.sellers.isCompany(seller.taxNo, seller.name)) {
      sink.exclude(rowNo, 'NOT_OURS', amount, INVOICE_CURRENCY);
      return;
    }
    if (items.sums.lines === 0) this.withoutItems += 1;
    this.taxOff += items.taxOff;
    try {
      const invoice = readInvoice(elements, items, this.days);
      const values = invoiceValues(invoice, AMOUNT_PATHS);
      const inPeriod = invoice.issueDate.startsWith(this.context.month);
      sink.keep(rowNo, inPeriod, values, invoice.amounts.gross, INVOICE_CURRENCY);
    } catch (cause) {
      const cells = { 文件: document || this.context.fileName, ...elements.record() };
      rejectRow(sink, cause, { rowNo, line: elements.line, cells, amount, currency: INVOICE_CURRENCY });
    }
  }
}
