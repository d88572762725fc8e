import { Readable } from 'node:stream';
import type { Pool } from 'pg';
import { createImportActivities } from '../../activities/import-batch';
import { reconcilePeriod } from '../../store/reconcile';
import { openBooks, receive } from '../match/books';
import { companyFile, MONTH } from './company';
import { filesOf } from './files';
import type { PlantedMonth } from './generate';

/** How a file was read. */
export interface LoadedFile {
  readonly name: string;
  readonly state: string;
  readonly rowsIn: number;
  readonly rejected: number;
}

export interface LoadedMonth {
  readonly periodId: number;
  readonly files: readonly LoadedFile[];
}

/**
 * Loads a planted month by the product's own import into a company of its own.
 * @param pool of the application's role on a migrated database that does not have this seed's company yet
 * @param dataDir where evidence is kept
 */
export async function loadMonth(pool: Pool, dataDir: string, seed: number, month: PlantedMonth): Promise<LoadedMonth> {
  const periodId = await openBooks(pool, companyFile(seed), MONTH);
  const activities = createImportActivities({ pool, dataDir });
  const files: LoadedFile[] = [];
  for (const { kind, name, text } of filesOf(month)) {
    const bytes = Readable.from([Buffer.from(text)]);
    const batchId = await receive(pool, dataDir, periodId, { kind, name, bytes });
    const { state, rowsIn } = await activities.importBatch({ batchId });
    const { rows } = await pool.query<{ rejected: number }>(
      'SELECT rows_rejected AS rejected FROM batch WHERE id = $1',
      [batchId],
    );
    files.push({ name, state, rowsIn, rejected: rows[0]?.rejected ?? 0 });
  }
  return { periodId, files };
}

/**
 * Loads a planted month and compares it.
 * @throws Error when a file is refused or a row is rejected: then the books measured are not the books planted
 */
export async function loadAndReconcile(
  pool: Pool,
  dataDir: string,
  seed: number,
  month: PlantedMonth,
): Promise<number> {
  const { periodId, files } = await loadMonth(pool, dataDir, seed, month);
  const faulty = files.filter(({ state, rejected }) => state !== 'accepted' || rejected > 0);
  if (faulty.length > 0) throw new Error(`files that were not read whole: ${JSON.stringify(faulty)}`);
  await reconcilePeriod(pool, periodId);
  return periodId;
}
