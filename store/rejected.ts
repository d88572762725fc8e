import { ERROR_COLUMNS } from '../domain/file-columns';
import { guardFormula } from '../domain/formula-guard';
import type { Bilingual, FileKind } from '../domain/words';
import type { Queryable } from './db';

/** A row that could not be accepted (contracts, section 2). */
export interface RejectedView {
  readonly batch: number;
  readonly kind: string;
  readonly file: string;
  readonly line: number;
  /** As the file names it; empty where the whole row is meant. */
  readonly column: string;
  readonly value: string;
  readonly code: string;
  readonly reason: Bilingual;
}

/** Which of a month's rejected rows are wanted. */
export interface RejectedFilter {
  readonly batch?: number;
  readonly kind?: FileKind;
  /** The first so many. */
  readonly limit?: number;
}

interface RejectedRecord {
  readonly batch: number;
  readonly rowNo: number;
  readonly kind: string;
  readonly file: string;
  readonly line: number;
  readonly column: string;
  readonly value: string;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly cells: Readonly<Record<string, string>>;
  /** The file's columns in their order, where its reader tells them. */
  readonly columns: readonly string[] | null;
}

const PAGE_ROWS = 2_000;

/** The rejected rows of a month's batches that were not replaced, in the order of kind, batch and line, as they are read. */
export async function* listRejected(
  db: Queryable,
  periodId: number,
  filter: RejectedFilter = {},
): AsyncGenerator<RejectedView> {
  for await (const row of rejectedRows(db, periodId, filter)) {
    const { batch, kind, file, line, column, value, code, zh, en } = row;
    yield { batch, kind, file, line, column, value, code, reason: { zh, en } };
  }
}

/**
 * The same rows as CSV with a BOM, in each file's own columns behind those that say what is wrong: to be corrected and
 * imported again. Where the columns change from one file to the next, an empty line and a new header row follow. Cells
 * that a spreadsheet would run as a formula begin with a quote, which the import takes off again.
 */
export async function* rejectedCsv(
  db: Queryable,
  periodId: number,
  filter: RejectedFilter = {},
): AsyncGenerator<string> {
  let header = '';
  let isFirst = true;
  for await (const row of rejectedRows(db, periodId, filter)) {
    const columns = row.columns ?? Object.keys(row.cells);
    const surplus = Object.keys(row.cells).filter((name) => !columns.includes(name));
    const own = csvLine([...ERROR_COLUMNS, ...columns]);
    if (own !== header) yield `${isFirst ? '\ufeff' : '\r\n'}${own}`;
    header = own;
    isFirst = false;
    const wrong = [String(row.line), row.column, row.code, row.zh];
    yield csvLine([...wrong, ...[...columns, ...surplus].map((name) => row.cells[name] ?? '')]);
  }
}

async function* rejectedRows(
  db: Queryable,
  periodId: number,
  { batch, kind, limit = Infinity }: RejectedFilter,
): AsyncGenerator<RejectedRecord> {
  const batches = await db.query<{ id: number }>(
    `SELECT id FROM batch WHERE period_id = $1 AND rows_rejected > 0 AND state NOT IN ('replaced', 'refused')
        AND ($2::int IS NULL OR id = $2) AND ($3::text IS NULL OR kind = $3) ORDER BY kind, id`,
    [periodId, batch ?? null, kind ?? null],
  );
  let left = limit;
  for (const { id } of batches.rows) {
    for (let after = -1; left > 0;) {
      const rows = Math.min(left, PAGE_ROWS);
      const page = await db.query<RejectedRecord>(
        `SELECT b.id AS batch, r.row_no AS "rowNo", b.kind, b.file_name AS file, r.line, r.column_name AS "column", r.value, r.code,
                r.reason_zh AS zh, r.reason_en AS en, r.cells, b.detected -> 'columns' AS columns
           FROM rejected_row r JOIN batch b ON b.id = r.batch_id
          WHERE r.batch_id = $1 AND r.row_no > $2 ORDER BY r.row_no LIMIT $3`,
        [id, after, rows],
      );
      yield* page.rows;
      left -= page.rows.length;
      if (page.rows.length < rows) break;
      after = page.rows.at(-1)?.rowNo ?? after;
    }
  }
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(text: string): string {
  const safe = guardFormula(text);
  return /[",\r\n\t]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
