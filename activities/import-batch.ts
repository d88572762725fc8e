import { Context } from '@temporalio/activity';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { readerOf } from '../sources';
import { evidencePath, verifyEvidence } from '../store/evidence';
import { findBatch, loadBatch, type LoadResult } from '../store/intake';
import { step } from './errors';

export interface ImportActivities {
  /**
   * Reads a received batch's file into the books. A file that is refused is an answer (state `refused`), not a failure.
   * Idempotent because a settled batch is answered from its row, and an unsettled one has left nothing behind: the load is
   * one transaction.
   */
  importBatch(input: { readonly batchId: number }): Promise<LoadResult>;
}

/** @param resources.dataDir where evidence is kept and large quarantines are spooled */
export function createImportActivities(resources: { readonly pool: Pool; readonly dataDir: string }): ImportActivities {
  return {
    importBatch: ({ batchId }) => {
      const activity = currentActivity();
      if (!activity) return readBatch(resources, batchId);
      return step(() => readBatch(resources, batchId, activity.cancellationSignal));
    },
  };
}

/** Reads a received batch's file into the books; one that is settled is answered from its row. */
export async function readBatch(
  { pool, dataDir }: { readonly pool: Pool; readonly dataDir: string },
  batchId: number,
  signal?: AbortSignal,
): Promise<LoadResult> {
  const batch = await findBatch(pool, batchId);
  if (batch.state !== 'received') return { batchId, state: batch.state, rowsIn: batch.rowsIn };
  await verifyEvidence(dataDir, batch.evidence);
  const reader = readerOf(batch.kind, batch.profile);
  const context = {
    path: evidencePath(dataDir, batch.evidence),
    fileName: batch.fileName,
    month: batch.month,
    company: batch.settings,
    ...(batch.encoding === null ? {} : { encoding: batch.encoding }),
  };
  return loadBatch(
    pool,
    batch,
    { columns: reader.columns, read: (sink) => reader.read(context, sink) },
    { spoolPath: join(dataDir, 'tmp', `rejected-${batchId}`), ...(signal ? { signal } : {}) },
  );
}

/** Where Temporal runs this; null where a tool or a test does. */
function currentActivity(): Context | null {
  try {
    return Context.current();
  } catch {
    return null;
  }
}
