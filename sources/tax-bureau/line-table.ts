import { FileRefused } from '../reader';
import { isTaxOff, LineSums } from '../wire/invoice-lines';
import type { InvoiceAmounts } from '../wire/invoice-row';
import { RowRejection } from '../wire/rejection';
import type { TableHeader } from './columns';
import { readAmounts } from './invoice';
import type { Table, TableRow } from './table';
import { checkWhole, invoiceKey, isBlank, notAnInvoice } from './whole-rows';

/** An invoice made of its lines. */
export interface LinedInvoice {
  readonly header: TableHeader;
  readonly line: number;
  readonly sums: LineSums;
  /** Its first line, as JSON: a piece of a sheet's text would keep all of it in memory. */
  readonly first: string;
  /** The first line of it that cannot be read. */
  fault: RowRejection | null;
}

/** A row that is none: a total, the header once more. */
export interface Aside {
  readonly line: number;
  readonly why: string;
}

/** 信息汇总表: lines of goods, gathered by invoice. */
export class LineTable {
  readonly invoices = new Map<string, LinedInvoice>();
  readonly asides: Aside[] = [];
  lines = 0;
  /** Lines whose tax is not amount times rate. */
  taxOff = 0;
  /** The last row, counted through all sheets. */
  private end = 0;

  async read({ header, rows }: Table): Promise<void> {
    const before = this.end;
    for await (const piece of rows) for (const row of piece) this.take(header, row, before + row.line);
  }

  private take(header: TableHeader, row: TableRow, line: number): void {
    this.end = line;
    if (isBlank(row)) return;
    const why = notAnInvoice(header, row);
    if (why !== null) {
      this.asides.push({ line, why });
      return;
    }
    this.lines += 1;
    const key = invoiceKey(header, row);
    let invoice = this.invoices.get(key);
    if (invoice === undefined) {
      invoice = { header, line, sums: new LineSums(), first: JSON.stringify([row.cells, row.isNumber]), fault: null };
      this.invoices.set(Buffer.from(key).toString(), invoice);
    }
    this.add(invoice, header, row);
  }

  private add(invoice: LinedInvoice, header: TableHeader, row: TableRow): void {
    try {
      checkWhole(header, row);
      const amounts = readAmounts(header, row);
      invoice.sums.add(amounts.net, amounts.tax, amounts.gross);
      if (isTaxOff(amounts.net, header.cell(row.cells, 'rate'), amounts.tax)) this.taxOff += 1;
    } catch (cause) {
      if (!(cause instanceof RowRejection)) throw cause;
      invoice.fault ??= cause;
    }
  }

  /** @throws FileRefused TOTALS_DIFFER: the lines of the invoice are not the invoice */
  tieOut(key: string, number: string, amounts: InvoiceAmounts, line: number): void {
    const found = this.invoices.get(key);
    if (found === undefined || found.fault !== null || found.sums.isTotalOf(amounts)) return;
    const { net, tax } = found.sums.amounts;
    throw totalsDiffer(
      `发票 ${number} 的金额 ${amounts.net}、税额 ${amounts.tax}，在“信息汇总表”中各行合计为 ${net}、${tax}`,
      `Invoice ${number} has an amount of ${amounts.net} and tax of ${amounts.tax}; its lines make ${net} and ${tax}`,
      line,
    );
  }

  /** @throws FileRefused TOTALS_DIFFER: lines of an invoice that is not there */
  tieOutRest(seen: ReadonlySet<string>): void {
    for (const [key, { line }] of this.invoices) {
      if (seen.has(key)) continue;
      const number = key.replaceAll('|', ' ').trim();
      throw totalsDiffer(
        `“信息汇总表”第 ${line} 行的发票 ${number} 不在“发票基础信息”中`,
        `Invoice ${number} on line ${line} of 信息汇总表 is not in 发票基础信息`,
        line,
      );
    }
  }
}

function totalsDiffer(zh: string, en: string, line: number): FileRefused {
  return new FileRefused(
    'TOTALS_DIFFER',
    {
      zh: `${zh}。文件不完整或被改动过，请从税务系统重新导出。`,
      en: `${en}. The file is incomplete or was changed: export it again from the tax bureau.`,
    },
    { line },
  );
}
