import type { Pool } from 'pg';
import type { Bilingual, FileKind } from '../../domain/words';
import { registerBatch } from '../batches';
import { transaction, type Queryable } from '../db';
import { holdPeriod, type BatchState } from '../loading/batch-row';
import type { PartRow } from './parts';
import type { Pull } from './pull';

/** A part's file whose bytes are kept. */
export interface KeptFile {
  readonly kind: FileKind;
  readonly fileName: string;
  readonly encoding?: string;
  /** SHA-256 of the bytes. */
  readonly evidence: string;
}

/** What the books have of a part's batch. */
export interface PartBatch {
  readonly id: number;
  readonly state: BatchState;
  readonly rows: number;
  readonly refusal: { readonly code: string; readonly reason: Bilingual } | null;
}

/**
 * Registers a part's file as a batch and remembers which it is. Before the cut-off it replaces the part's last one; after it, it stands
 * beside it and is parked.
 * @throws Problem PERIOD_LOCKED
 */
export async function registerArrival(
  pool: Pool,
  pull: Pull,
  part: PartRow,
  file: KeptFile,
): Promise<{ batch: number; isNew: boolean }> {
  const { sourceId, companyId, periodId, month, askedBy } = pull;
  return transaction(pool, async (db) => {
    const { isCutOff } = await holdPeriod(db, periodId, month);
    const last = part.batchId === null || isCutOff ? null : await readPartBatch(db, part.batchId);
    const isReplaced = last !== null && (last.state === 'accepted' || last.state === 'admitted');
    const registered = await registerBatch(db, {
      ...{ ...file, companyId, periodId, month, isCutOff },
      ...(isReplaced ? { replaces: last.id } : {}),
      importer: askedBy ?? { personId: null, login: 'system:source' },
    });
    await db.query(
      `UPDATE source_part SET batch_id = $4, evidence = $5, updated_at = now() WHERE source_id = $1 AND period_id = $2 AND key = $3`,
      [sourceId, periodId, part.key, registered.batch, file.evidence],
    );
    return registered;
  });
}

export async function readPartBatch(db: Queryable, batchId: number): Promise<PartBatch> {
  const found = await db.query<PartBatch>('SELECT id, state, rows_in AS rows, refusal FROM batch WHERE id = $1', [
    batchId,
  ]);
  return found.rows[0] as PartBatch;
}

/** Whether the month takes corrections as new documents only. */
export async function isCutOff(db: Queryable, periodId: number): Promise<boolean> {
  const found = await db.query('SELECT FROM period WHERE id = $1 AND cutoff_at IS NOT NULL', [periodId]);
  return found.rowCount === 1;
}
