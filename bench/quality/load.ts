import { Readable } from 'node:stream';
import type { Pool } from 'pg';
import { createImportActivities } from '../../activities/import-batch';
import { parseCompanyFile } from '../../domain/company-file';
import { storeEvidence } from '../../store/evidence';
import { reconcilePeriod } from '../../store/reconcile';
import { companyCode, companyFile, MONTH } from './company';
import { filesOf, type PlantedFile } from './files';
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
  const periodId = await openCompany(pool, seed);
  const activities = createImportActivities({ pool, dataDir });
  const files: LoadedFile[] = [];
  for (const file of filesOf(month)) {
    const batchId = await receive(pool, dataDir, periodId, file);
    const { state, rowsIn } = await activities.importBatch({ batchId });
    const { rows } = await pool.query<{ rejected: number }>(
      'SELECT rows_rejected AS rejected FROM batch WHERE id = $1',
      [batchId],
    );
    files.push({ name: file.name, state, rowsIn, rejected: rows[0]?.rejected ?? 0 });
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

async function openCompany(pool: Pool, seed: number): Promise<number> {
  const source = companyFile(seed);
  const settings = parseCompanyFile(source);
  const company = await pool.query<{ id: number }>(
    'INSERT INTO company (code, name, currency, timezone) VALUES ($1, $2, $3, $4) RETURNING id',
    [companyCode(seed), settings.name, settings.currency, settings.timezone],
  );
  const id = company.rows[0]?.id;
  await pool.query(`INSERT INTO policy (company_id, version, source, settings, sha256) VALUES ($1, 1, $2, $3, '')`, [
    id,
    source,
    JSON.stringify(settings),
  ]);
  const period = await pool.query<{ id: number }>('SELECT open_period($1, $2) AS id', [id, MONTH]);
  return period.rows[0]?.id ?? 0;
}

async function receive(
  pool: Pool,
  dataDir: string,
  periodId: number,
  { kind, name, text }: PlantedFile,
): Promise<number> {
  const { sha256 } = await storeEvidence(pool, dataDir, Readable.from([Buffer.from(text)]), name);
  const { rows } = await pool.query<{ id: number }>(
    'INSERT INTO batch (period_id, kind, file_name, evidence) VALUES ($1, $2, $3, $4) RETURNING id',
    [periodId, kind, name, sha256],
  );
  return rows[0]?.id ?? 0;
}
