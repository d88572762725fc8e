import type { ReportModel, SealLine } from '../../domain/report-model';
import type { Queryable } from '../db';
import { leftOutOf, readBatches } from './batches';
import { listEstimates } from '../sources/estimates';
import { assertControls, readControls } from './controls';
import { readExceptions, readReconciliations } from './exceptions';
import { notClosedYet } from './not-closed';
import { readDecisions, readStages } from './people';
import { readReceipts } from './receipts';
import { prepareReceivables, readReceivables } from './receivables';
import { readSales } from './sales';
import type { ReportScope } from './scope';

export { fileReport, isFiled } from './file';
export { lookAtReportMail } from './delivery';
export { describeDocument, reportDocument, REPORT_FORMATS, type ReportFormat, type StoredDocument } from './documents';
export { streamLargestExceptions } from './exceptions';
export { streamReceivables } from './receivables';
export { readScope, type ReportScope } from './scope';

/** The groupings of a million rows stay in memory with this much. */
const WORK_MEM = '128MB';

/**
 * Builds the report of a locked month. The rows behind it cannot change any more, so the same month always gives an
 * equal model. Set-based, one statement a section; `db` must be a client inside a transaction (long lists come by cursor).
 * @param progress called with each section's name as it starts, so that a long run is seen to be alive
 * @throws Problem NOT_CLOSED_YET before the seal, REPORT_TOTALS_DIFFER when a total contradicts the rows
 */
export async function buildReport(
  db: Queryable,
  scope: ReportScope,
  progress: (section: string) => void = () => undefined,
): Promise<ReportModel> {
  await db.query(`SET LOCAL work_mem = '${WORK_MEM}'`);
  // Compiling these statements takes longer than it saves.
  await db.query('SET LOCAL jit = off');
  const seal = await readSeal(db, scope);
  const section = async <T>(name: string, read: (client: Queryable, of: ReportScope) => Promise<T>): Promise<T> => {
    progress(name);
    return read(db, scope);
  };
  const sales = await section('sales', readSales);
  const receipts = await section('receipts', readReceipts);
  await section('ages', prepareReceivables);
  const receivables = await section('receivables', readReceivables);
  const { ruleVersion, lines: reconciliations } = await section('reconciliations', readReconciliations);
  const exceptions = await section('exceptions', readExceptions);
  const batches = await section('batches', readBatches);
  const estimates = await listEstimates(db, scope.periodId);
  progress('controls');
  const controls = await readControls(db, scope, { sales, receipts, receivables });
  assertControls(controls);
  return {
    company: scope.company,
    month: scope.month,
    policyVersion: scope.policyVersion,
    ruleVersion,
    figuresHash: scope.figuresHash,
    lockedAt: seal.lockedAt,
    sales,
    receipts,
    receivables,
    reconciliations,
    exceptions,
    decisions: await section('decisions', readDecisions),
    stages: await section('stages', readStages),
    batches,
    leftOut: leftOutOf(batches),
    ...(estimates.length === 0 ? {} : { estimates }),
    controls,
    seal: seal.line,
  };
}

async function readSeal(db: Queryable, scope: ReportScope): Promise<{ lockedAt: string; line: SealLine }> {
  const { rows } = await db.query<SealLine & { sealed_at: Date }>(
    `SELECT sequence, hash, previous, signature, public_key AS "publicKey", sealed_at FROM seal WHERE period_id = $1`,
    [scope.periodId],
  );
  const row = rows[0];
  if (row === undefined || scope.lockedAt === null) throw notClosedYet(scope.month);
  const { sequence, hash, previous, signature, publicKey } = row;
  return {
    lockedAt: scope.lockedAt,
    line: { sequence, hash, previous, signature, publicKey, sealedAt: row.sealed_at.toISOString() },
  };
}
