import type { CompanySettings } from '../../domain/company';
import type { Profile } from '../../domain/profile';
import type { FactRelation, FileKind } from '../../domain/words';
import { Problem } from '../../domain/problem';
import type { Queryable } from '../db';

export type BatchState =
  'received' | 'accepted' | 'parked' | 'admitted' | 'deferred' | 'replaced' | 'refused' | 'cancelled';

/** A batch as the worker needs it to read its file. */
export interface BatchToLoad {
  readonly id: number;
  readonly state: BatchState;
  readonly rowsIn: number;
  readonly kind: FileKind;
  /** What the mapping file it was received with fills; null for a standard kind. */
  readonly relation: FactRelation | null;
  /** The very version of the mapping file it was received with; null for a standard kind. */
  readonly profile: Profile | null;
  readonly fileName: string;
  /** SHA-256 of its bytes. */
  readonly evidence: string;
  readonly encoding: string | null;
  readonly replaces: number | null;
  readonly periodId: number;
  readonly month: string;
  readonly companyId: number;
  /** The company file the month is closed by: the version its close began on, else the newest. */
  readonly settings: CompanySettings;
  /** The login of whoever imported it. */
  readonly actor: string;
}

/** @throws Problem BATCH_NOT_FOUND */
export async function findBatch(db: Queryable, batchId: number): Promise<BatchToLoad> {
  const found = await db.query<BatchToLoad>(
    `SELECT b.id, b.state, b.rows_in AS "rowsIn", b.kind, b.file_name AS "fileName", b.evidence, b.encoding, b.replaces, b.relation,
            f.content AS profile, b.period_id AS "periodId", p.month, p.company_id AS "companyId", y.settings,
            coalesce(i.login, 'system:intake') AS actor
       FROM batch b
       JOIN period p ON p.id = b.period_id
       LEFT JOIN person i ON i.id = b.imported_by
       LEFT JOIN profile f ON f.id = b.profile_id
       JOIN policy y ON y.company_id = p.company_id
        AND y.version = coalesce(p.policy_version, (SELECT max(version) FROM policy WHERE company_id = p.company_id))
      WHERE b.id = $1`,
    [batchId],
  );
  const batch = found.rows[0];
  if (batch) return batch;
  throw new Problem('BATCH_NOT_FOUND', { zh: `没有批次 ${batchId}`, en: `there is no batch ${batchId}` }, 404);
}

/**
 * Takes a batch for this transaction alone; its row stays free for progress until the end.
 * @returns its state now
 */
export async function takeBatch(db: Queryable, batchId: number): Promise<BatchState> {
  await db.query(`SELECT pg_advisory_xact_lock(hashtext('salesclose.batch'), $1)`, [batchId]);
  const found = await db.query<{ state: BatchState }>('SELECT state FROM batch WHERE id = $1', [batchId]);
  return found.rows[0]?.state ?? 'cancelled';
}

/**
 * Holds the month as it is until the transaction ends: the cut-off and the lock wait for imports under way.
 * @throws Problem PERIOD_LOCKED
 */
export async function holdPeriod(db: Queryable, periodId: number, month: string): Promise<{ isCutOff: boolean }> {
  const found = await db.query<{ cutoff: boolean; locked: boolean }>(
    'SELECT cutoff_at IS NOT NULL AS cutoff, locked_at IS NOT NULL AS locked FROM period WHERE id = $1 FOR SHARE',
    [periodId],
  );
  const period = found.rows[0];
  if (period && !period.locked) return { isCutOff: period.cutoff };
  throw new Problem('PERIOD_LOCKED', {
    zh: `${month} 已结账锁定，不能再导入；请导入下一个未结账的月份`,
    en: `${month} is locked and takes no more files; import into the next open month`,
  });
}

/** Batches whose rows count, or wait to count, in a month: where a key may stand already. Not this one. */
export async function otherBatches(
  db: Queryable,
  batch: Pick<BatchToLoad, 'id' | 'periodId' | 'kind'>,
): Promise<number[]> {
  const found = await db.query<{ id: number }>(
    `SELECT id FROM batch WHERE period_id = $1 AND kind = $2 AND id <> $3 AND state IN ('accepted', 'admitted', 'parked') ORDER BY id`,
    [batch.periodId, batch.kind, batch.id],
  );
  return found.rows.map(({ id }) => id);
}
