import { importWorkflowId } from '../domain/close-view';
import { formatAmount } from '../domain/money';
import { Problem } from '../domain/problem';
import { refuseKindBeyondRole } from '../domain/segregation';
import type { Bilingual, FileKind } from '../domain/words';
import { enter } from './access';
import { recordAudit } from './audit';
import type { Queryable } from './db';
import { enqueue } from './outbox';
import { profileOfKind } from './profiles';
import type { Principal } from './sessions';

/** A file to be taken into a month. Its bytes are kept already. */
export interface ImportRequest {
  readonly person: Principal;
  readonly company: string;
  readonly month: string;
  readonly kind: FileKind;
  readonly fileName: string;
  readonly encoding?: string;
  /** The batch this file is a corrected version of. */
  readonly replaces?: number;
  /** SHA-256 of the bytes. */
  readonly evidence: string;
}

type BatchState = 'received' | 'accepted' | 'parked' | 'admitted' | 'deferred' | 'replaced' | 'refused' | 'cancelled';

/** Control figures of one currency, decimal strings: rowsIn = accepted + rejected + excluded + parked. */
export interface BatchTotals {
  readonly rowsIn: string;
  readonly accepted: string;
  readonly rejected: string;
  readonly excluded: string;
  readonly parked: string;
}

/** One import as people see it (contracts, section 2). */
export interface BatchView {
  readonly batch: number;
  readonly kind: string;
  readonly file: string;
  readonly state: BatchState;
  /** Counts are final; until then `rowsRead` grows. */
  readonly settled: boolean;
  readonly rowsRead: number;
  readonly rowsIn: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly excluded: number;
  readonly parked: number;
  readonly totals: Readonly<Record<string, BatchTotals>>;
  readonly evidence: string;
  readonly channel: string | null;
  readonly replaces: number | null;
  readonly version: number;
  readonly deferredFrom: number | null;
  readonly importedBy: string | null;
  readonly importedAt: string;
  /** The batch that holds the same bytes already. */
  readonly duplicateOf?: number;
  /** Why the whole file was refused. */
  readonly refusal?: { readonly code: string; readonly reason: Bilingual };
}

/**
 * Registers a file as a batch and asks the worker to read it. The same bytes in the same month and kind are the batch
 * they already are: nothing changes.
 * @throws Problem COMPANY_NOT_FOUND, ROLE_MISSING, PERIOD_LOCKED, NOT_REPLACEABLE, REPLACES_AFTER_CUTOFF
 */
export async function registerImport(
  db: Queryable,
  request: ImportRequest,
): Promise<{ view: BatchView; isNew: boolean }> {
  const place = await prepareImport(db, request);
  const { batch, isNew } = await registerBatch(db, { ...request, ...place, importer: request.person });
  const view = await readBatch(db, place.periodId, batch);
  if (!isNew) return { view: { ...view, duplicateOf: batch }, isNew };
  await enqueue(db, {
    kind: 'workflow',
    dedupeKey: `import:${batch}`,
    companyId: place.companyId,
    periodId: place.periodId,
    payload: {
      type: 'importBatch',
      workflowId: importWorkflowId(batch),
      args: [{ batchId: batch }],
      conflict: 'use-existing',
    },
  });
  return { view, isNew };
}

/** A file that goes into a month, whoever brings it. */
export interface BatchRequest extends Omit<ImportRequest, 'person' | 'company'> {
  readonly companyId: number;
  readonly periodId: number;
  readonly isCutOff: boolean;
  /** Without a person it is nobody's import. */
  readonly importer: { readonly personId: number | null; readonly login: string };
}

/**
 * Registers a file as a batch, with its audit entry; nothing reads it yet. The same bytes in the same month and kind are the batch they
 * already are.
 * @throws Problem NOT_REPLACEABLE, REPLACES_AFTER_CUTOFF
 */
export async function registerBatch(db: Queryable, request: BatchRequest): Promise<{ batch: number; isNew: boolean }> {
  const { companyId, periodId, kind, fileName, evidence } = request;
  await db.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 1))', [`${periodId}:${kind}:${evidence}`]);
  const known = await findSameBytes(db, request);
  if (known !== undefined) return { batch: known, isNew: false };
  const version = request.replaces === undefined ? 1 : await nextVersion(db, request);
  const profile = await profileOfKind(db, companyId, kind);
  const batch = await insertBatch(db, version, request, profile);
  await recordAudit(db, {
    companyId,
    actor: request.importer.login,
    action: 'batch.received',
    month: request.month,
    subject: String(batch),
    detail: { kind, file: fileName, evidence, replaces: request.replaces ?? null },
  });
  return { batch, isNew: true };
}

/**
 * Checks that the person may import this kind into this month, before any byte is taken; opens the month where it is new.
 * @throws Problem COMPANY_NOT_FOUND, ROLE_MISSING, PROFILE_NOT_FOUND, PERIOD_LOCKED
 */
export async function prepareImport(
  db: Queryable,
  request: Pick<ImportRequest, 'person' | 'company' | 'month' | 'kind'>,
): Promise<{ companyId: number; periodId: number; isCutOff: boolean }> {
  const company = await enter(db, request.person, request.company, 'import');
  refuseKindBeyondRole(company.role, request.kind);
  await profileOfKind(db, company.companyId, request.kind);
  const opened = await db.query<{ id: number }>('SELECT open_period($1, $2) AS id', [company.companyId, request.month]);
  const periodId = (opened.rows[0] as { id: number }).id;
  const found = await db.query<{ cutoff_at: Date | null; locked_at: Date | null }>(
    'SELECT cutoff_at, locked_at FROM period WHERE id = $1',
    [periodId],
  );
  const period = found.rows[0] as { cutoff_at: Date | null; locked_at: Date | null };
  if (period.locked_at !== null) {
    throw new Problem('PERIOD_LOCKED', {
      zh: `${request.month} 已结账锁定，不能再导入；请导入下一个未结账的月份`,
      en: `${request.month} is locked and takes no more files; import into the next open month`,
    });
  }
  return { companyId: company.companyId, periodId, isCutOff: period.cutoff_at !== null };
}

/** @throws Problem BATCH_NOT_FOUND (404) */
export async function readBatch(db: Queryable, periodId: number, batch: number): Promise<BatchView> {
  const found = await db.query<BatchRow>(`${SELECT_BATCH} WHERE b.period_id = $1 AND b.id = $2`, [periodId, batch]);
  const row = found.rows[0];
  if (row !== undefined) return viewOf(row);
  throw new Problem('BATCH_NOT_FOUND', { zh: `本月没有批次 ${batch}`, en: `this month has no batch ${batch}` }, 404);
}

/** The batches of a month, newest first; only parked ones where asked. */
export async function listBatches(
  db: Queryable,
  periodId: number,
  options: { parkedOnly?: boolean } = {},
): Promise<BatchView[]> {
  const only =
    options.parkedOnly === true
      ? `AND b.state = 'parked' AND NOT EXISTS (SELECT FROM batch d WHERE d.deferred_from = b.id)`
      : '';
  const found = await db.query<BatchRow>(`${SELECT_BATCH} WHERE b.period_id = $1 ${only} ORDER BY b.id DESC`, [
    periodId,
  ]);
  return found.rows.map(viewOf);
}

/** Bytes that count, or wait, or went to the next month: the same file again would be the same rows again. */
async function findSameBytes(db: Queryable, request: BatchRequest): Promise<number | undefined> {
  const found = await db.query<{ id: number }>(
    `SELECT id FROM batch WHERE period_id = $1 AND kind = $2 AND evidence = $3
        AND state IN ('received', 'accepted', 'parked', 'admitted', 'deferred') ORDER BY id LIMIT 1`,
    [request.periodId, request.kind, request.evidence],
  );
  return found.rows[0]?.id;
}

async function nextVersion(db: Queryable, request: BatchRequest): Promise<number> {
  if (request.isCutOff) {
    throw new Problem('REPLACES_AFTER_CUTOFF', {
      zh: `${request.month} 已关账，不能再替换批次；请不带 --replaces 导入，文件将列为迟到单据`,
      en: `${request.month} is cut off: a batch is replaced before that only; import without --replaces and the file is parked`,
    });
  }
  const found = await db.query<{ kind: string; state: BatchState; version: number }>(
    'SELECT kind, state, version FROM batch WHERE period_id = $1 AND id = $2',
    [request.periodId, request.replaces],
  );
  const old = found.rows[0];
  if (old !== undefined && old.kind === request.kind && (old.state === 'accepted' || old.state === 'admitted'))
    return old.version + 1;
  throw new Problem(
    'NOT_REPLACEABLE',
    {
      zh: `批次 ${request.replaces} 不是本月有效的 ${request.kind} 批次${old === undefined ? '' : `（${old.kind}，${old.state}）`}；请用 close status 查看批次`,
      en: `batch ${request.replaces} is not an effective ${request.kind} batch of this month${old === undefined ? '' : ` (it is ${old.kind}, ${old.state})`}; close status lists them`,
    },
    409,
  );
}

async function insertBatch(
  db: Queryable,
  version: number,
  request: BatchRequest,
  profile: { readonly id: number; readonly relation: string } | null,
): Promise<number> {
  const made = await db.query<{ id: number }>(
    `INSERT INTO batch (period_id, kind, file_name, evidence, encoding, replaces, version, imported_by, relation, profile_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`,
    [
      request.periodId,
      request.kind,
      request.fileName,
      request.evidence,
      request.encoding ?? null,
      request.replaces ?? null,
      version,
      request.importer.personId,
      profile?.relation ?? null,
      profile?.id ?? null,
    ],
  );
  return (made.rows[0] as { id: number }).id;
}

const SELECT_BATCH = `
  SELECT b.id, b.kind, b.file_name, b.state, b.settled_at, b.rows_read, b.rows_in, b.rows_kept, b.rows_rejected, b.rows_excluded,
         b.totals, b.evidence, b.channel, b.replaces, b.version, b.deferred_from, b.refusal, b.imported_at, p.login
    FROM batch b LEFT JOIN person p ON p.id = b.imported_by`;

interface BatchRow {
  readonly id: number;
  readonly kind: string;
  readonly file_name: string;
  readonly state: BatchState;
  readonly settled_at: Date | null;
  readonly rows_read: number;
  readonly rows_in: number;
  readonly rows_kept: number;
  readonly rows_rejected: number;
  readonly rows_excluded: number;
  readonly totals: Record<string, { rowsIn: string; kept: string; rejected: string; excluded: string }>;
  readonly evidence: string;
  readonly channel: string | null;
  readonly replaces: number | null;
  readonly version: number;
  readonly deferred_from: number | null;
  readonly refusal: { code: string; reason: Bilingual } | null;
  readonly imported_at: Date;
  readonly login: string | null;
}

function viewOf(row: BatchRow): BatchView {
  // Rows that were sent on to the next month never counted in this one: they stay what they were, parked.
  const isParked = row.state === 'parked' || row.state === 'deferred';
  const totals = Object.entries(row.totals).map(([currency, { rowsIn, kept, rejected, excluded }]) => {
    const none = formatAmount('0', currency);
    const [accepted, parked] = isParked ? [none, kept] : [kept, none];
    return [currency, { rowsIn, accepted, rejected, excluded, parked }] as const;
  });
  return {
    batch: row.id,
    kind: row.kind,
    file: row.file_name,
    state: row.state,
    settled: row.state !== 'received',
    rowsRead: row.rows_read,
    rowsIn: row.rows_in,
    accepted: isParked ? 0 : row.rows_kept,
    rejected: row.rows_rejected,
    excluded: row.rows_excluded,
    parked: isParked ? row.rows_kept : 0,
    totals: Object.fromEntries(totals),
    evidence: row.evidence,
    channel: row.channel,
    replaces: row.replaces,
    version: row.version,
    deferredFrom: row.deferred_from,
    importedBy: row.login,
    importedAt: row.imported_at.toISOString(),
    ...(row.refusal === null ? {} : { refusal: row.refusal }),
  };
}
