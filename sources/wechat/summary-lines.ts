import { cleanCell } from '../wire/cells';
import { columnKey, Header } from '../wire/header';
import { missingFooter, rowBelowFooter } from '../wire/refusal';

/** The last two lines of a bill: the names of its totals, and the totals. */
export class SummaryLines<K extends string> {
  private header: Header<K> | null = null;
  private cells: readonly string[] | null = null;
  private line = 0;
  private readonly firstName: string;

  /** @param columns the totals with the names they may have; a summary begins with the first */
  constructor(private readonly columns: Readonly<Record<K, readonly string[]>>) {
    this.firstName = Object.values<readonly string[]>(columns)[0]?.[0] ?? '';
  }

  /** Whether the summary has begun; rows cannot follow. */
  get begun(): boolean {
    return this.header !== null;
  }

  /** Whether a line is the first of the summary. */
  begins(cells: readonly string[]): boolean {
    return columnKey(cells[0] ?? '') === this.firstName;
  }

  /** @throws FileRefused ROW_BELOW_FOOTER */
  readLine(cells: readonly string[], line: number): void {
    if (this.header !== null && /^\d{4}-\d\d-\d\d/.test(cleanCell(cells[0] ?? ''))) throw rowBelowFooter(line);
    if (this.header === null) this.header = new Header(cells, this.columns);
    else this.cells ??= cells;
    this.line = line;
  }

  /**
   * Hands each total the summary states to `compare`, which throws where it is not that of the rows.
   * @param compare false where the rows cannot tell
   * @returns what was tied out, for `detected`
   * @throws FileRefused MISSING_FOOTER
   */
  tieOut(
    lastLine: number,
    compare: (column: K, name: string, stated: string, line: number) => boolean,
  ): Record<string, string> {
    const { header, cells, firstName } = this;
    if (header === null || cells === null) {
      throw missingFooter(
        { zh: `末尾的汇总行（${firstName}…）`, en: `the summary at its end (${firstName}…)` },
        lastLine,
      );
    }
    const tied: Record<string, string> = {};
    for (const column of Object.keys(this.columns) as K[]) {
      if (!header.has(column)) continue;
      const stated = header.cell(cells, column);
      if (compare(column, header.name(column), stated, this.line)) tied[header.name(column)] = stated;
    }
    return tied;
  }
}
