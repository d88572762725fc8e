import { totalLabel, TotalCheck } from '../csv/total-rows';
import type { ReadContext, RowSink } from '../reader';
import { readDay, ZoneClock } from '../text';
import { Memo } from '../text/memo';
import { cleanCell } from '../wire/cells';
import { INVOICE_CURRENCY, invoiceValues, readInvoiceAmount } from '../wire/invoice-row';
import { rejectRow, type RowRejection } from '../wire/rejection';
import { Sellers } from '../wire/seller';
import type { TableHeader } from './columns';
import { amountNames, isVoided, namesOf, readInvoice, recordOf, type Days } from './invoice';
import type { LineTable } from './line-table';
import type { Table, TableRow } from './table';
import { checkWhole, invoiceKey, isBlank, notAnInvoice } from './whole-rows';

/** 发票基础信息: one row an invoice. */
export class InvoiceTable {
  columnNames: Record<string, string> = {};
  private readonly days: Days;
  private readonly sellers: Sellers;
  private readonly total = new TotalCheck();
  private readonly seen = new Set<string>();
  /** The last row, counted through all sheets. */
  private end = 0;
  private tables = 0;

  /** @param lines the same invoices by their lines, where the file has them */
  constructor(
    private readonly context: ReadContext,
    private readonly sink: RowSink,
    private readonly lines: LineTable | null = null,
  ) {
    const clock = new ZoneClock(context.company.timezone);
    this.days = new Memo((text) => readDay(text, clock));
    this.sellers = new Sellers(context.company);
  }

  async read({ header, rows }: Table): Promise<void> {
    const before = this.end;
    this.tables += 1;
    this.columnNames = namesOf(header);
    for await (const piece of rows) {
      for (const row of piece) {
        this.end = before + row.line;
        if (!isBlank(row)) this.take(header, row, this.end);
      }
      await this.sink.room();
    }
  }

  /** Takes the invoices that a file gives by their lines alone. */
  async readLined(lines: LineTable): Promise<void> {
    for (const { line, why } of lines.asides) this.sink.exclude(line, why);
    for (const { header, line, sums, first, fault } of lines.invoices.values()) {
      const [cells, isNumber] = JSON.parse(first) as [string[], boolean[]];
      const { amounts } = sums;
      this.columnNames = namesOf(header);
      for (const column of ['net', 'tax', 'gross'] as const) cells[header.placeOf(column) ?? 0] = amounts[column];
      const row = { line, cells, isNumber, isSheet: true, isBroken: false };
      this.takeInvoice(header, row, line, fault);
      if (line % 1000 === 0) await this.sink.room();
    }
  }

  /** @throws FileRefused TOTALS_DIFFER, WRONG_SELLER */
  finish(): void {
    if (this.tables === 1) this.total.tie(this.end);
    this.lines?.tieOutRest(this.seen);
    this.sellers.finish();
  }

  private take(header: TableHeader, row: TableRow, rowNo: number): void {
    const why = notAnInvoice(header, row);
    if (why === null) {
      this.takeInvoice(header, row, rowNo, null);
      return;
    }
    const isGrand = row.cells.some((cell) => totalLabel(cleanCell(cell)) === 'grand');
    if (why === 'TOTAL_ROW' && isGrand) this.total.state(header.cell(row.cells, 'gross'), rowNo);
    this.sink.exclude(rowNo, why);
  }

  private takeInvoice(header: TableHeader, row: TableRow, rowNo: number, fault: RowRejection | null): void {
    const read = readInvoiceAmount(header.cell(row.cells, 'gross'));
    const gross = read.ok && fault === null ? read.value : undefined;
    if (this.lines !== null) this.seen.add(invoiceKey(header, row));
    try {
      if (fault === null) checkWhole(header, row);
      const why = this.whyNotOurs(header, row);
      this.total.add(why === 'VOIDED' ? undefined : gross, INVOICE_CURRENCY);
      if (why !== null) this.sink.exclude(rowNo, why, gross, INVOICE_CURRENCY);
      else if (fault !== null) throw fault;
      else this.keep(header, row, rowNo);
    } catch (cause) {
      this.total.add(undefined, undefined);
      rejectRow(this.sink, cause, {
        rowNo,
        line: rowNo,
        cells: recordOf(header, row),
        amount: gross,
        currency: INVOICE_CURRENCY,
      });
    }
  }

  private whyNotOurs(header: TableHeader, row: TableRow): string | null {
    const { cells } = row;
    const hasSeller = header.has('sellerNo') || header.has('sellerName');
    const isOurs =
      !hasSeller || this.sellers.isCompany(header.cell(cells, 'sellerNo'), header.cell(cells, 'sellerName'));
    if (!isOurs) return 'NOT_OURS';
    return isVoided(header, row) ? 'VOIDED' : null;
  }

  private keep(header: TableHeader, row: TableRow, rowNo: number): void {
    const invoice = readInvoice(header, row, this.days);
    const values = invoiceValues(invoice, amountNames(header));
    this.lines?.tieOut(invoiceKey(header, row), invoice.invoiceNo, invoice.amounts, rowNo);
    const inPeriod = invoice.issueDate.startsWith(this.context.month);
    this.sink.keep(rowNo, inPeriod, values, invoice.amounts.gross, INVOICE_CURRENCY);
  }
}
