import type { ReadContext } from '../reader';
import { splitCells } from '../wire/cells';
import type { FastLines, LineReader } from '../wire/line-flow';
import { missingColumns, rowBelowFooter } from '../wire/refusal';
import type { BillForm } from './form';
import { checkPreamble, readPreambleLine, type Preamble } from './preamble';

/** What differs between the bills: their columns, rows and footers. */
export interface BillTable {
  readonly fast: FastLines | null;
  /** The column that a bill begins with, to name where the file has no table. */
  readonly firstColumn: string;
  /** @throws FileRefused MISSING_COLUMN */
  begin(cells: readonly string[], lineNo: number): void;
  readRow(line: string, lineNo: number): void;
  /** A `#` line below the header. */
  readFooterLine(line: string, lineNo: number): void;
}

/** The frame that all bills of Alipay share: `#` lines, a table, `#` lines. */
export class BillLines implements LineReader {
  readonly preamble: Preamble = {};
  /** The footer has begun, below which no row can stand. */
  isTextOnly = false;
  private hasBegun = false;

  constructor(
    private readonly form: BillForm,
    private readonly context: ReadContext,
    private readonly table: BillTable,
  ) {}

  get fast(): FastLines | null {
    return this.table.fast;
  }

  /** @throws FileRefused WRONG_KIND, WRONG_MERCHANT, WRONG_MONTH, MISSING_FOOTER, ROW_BELOW_FOOTER */
  readLine(line: string, lineNo: number): void {
    const mark = line.charCodeAt(0);
    const isMarked = mark === 0x23 || (mark === 0x22 && line.charCodeAt(1) === 0x23);
    if (!this.hasBegun) this.readAboveTable(line, lineNo, isMarked);
    else if (isMarked) {
      this.isTextOnly = true;
      this.table.readFooterLine(line, lineNo);
    } else if (!/^[\s,]*$/.test(line)) {
      if (this.isTextOnly) throw rowBelowFooter(lineNo);
      this.table.readRow(line, lineNo);
    }
  }

  /** @throws FileRefused MISSING_COLUMN where the file has no table */
  end(lastLine: number): void {
    if (!this.hasBegun) throw missingColumns([this.table.firstColumn], lastLine);
  }

  private readAboveTable(line: string, lineNo: number, isMarked: boolean): void {
    if (isMarked || lineNo === 1) {
      readPreambleLine(this.form, line, lineNo, this.preamble);
      return;
    }
    if (/^[\s,]*$/.test(line)) return;
    this.table.begin(splitCells(line), lineNo);
    checkPreamble(this.preamble, this.context, lineNo);
    this.hasBegun = true;
  }
}
