import type { BatchLine, ReportModel } from '../../domain/report-model';
import type { Queryable } from '../db';
import type { ReportScope } from './scope';

interface BatchRow {
  id: number;
  kind: string;
  channel: string | null;
  file_name: string;
  state: string;
  rows_in: number;
  rows_kept: number;
  rows_rejected: number;
  rows_excluded: number;
  totals: Record<string, { rowsIn?: string; kept?: string }>;
  evidence: string;
  imported_by: string | null;
  imported_at: Date;
}

/** Every file that was given for the month, with its control totals and the hash of its bytes. */
export async function readBatches(db: Queryable, scope: ReportScope): Promise<BatchLine[]> {
  const { rows } = await db.query<BatchRow>(
    `SELECT b.id, b.kind, b.channel, b.file_name, b.state, b.rows_in, b.rows_kept, b.rows_rejected, b.rows_excluded,
            b.totals, b.evidence, p.name AS imported_by, b.imported_at
       FROM batch b LEFT JOIN person p ON p.id = b.imported_by
      WHERE b.period_id = $1 ORDER BY b.id`,
    [scope.periodId],
  );
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    channel: row.channel,
    file: row.file_name,
    state: row.state,
    rowsIn: row.rows_in,
    kept: row.rows_kept,
    rejected: row.rows_rejected,
    excluded: row.rows_excluded,
    totals: Object.entries(row.totals).map(([currency, total]) => ({
      currency,
      rowsIn: total.rowsIn ?? '0',
      kept: total.kept ?? '0',
    })),
    evidence: row.evidence,
    importedBy: row.imported_by,
    importedAt: row.imported_at.toISOString(),
  }));
}

/** Rows that are in no figure of the report: rejected, still parked, or sent to the next month. */
export function leftOutOf(batches: readonly BatchLine[]): ReportModel['leftOut'] {
  const sum = (states: readonly string[], rows: (batch: BatchLine) => number): number =>
    batches.filter((batch) => states.includes(batch.state)).reduce((total, batch) => total + rows(batch), 0);
  return {
    rejectedRows: sum(['accepted', 'admitted', 'parked'], (batch) => batch.rejected),
    parkedRows: sum(['parked'], (batch) => batch.kept),
    deferredRows: sum(['deferred'], (batch) => batch.kept),
  };
}
