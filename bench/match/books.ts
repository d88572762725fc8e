import type { Pool } from 'pg';
import { parseCompanyFile } from '../../domain/company-file';
import type { FileKind } from '../../domain/words';
import { storeEvidence } from '../../store/evidence';

/** Makes a company from its file and opens its month. @returns the period's id */
export async function openBooks(pool: Pool, source: string, month: string): Promise<number> {
  const settings = parseCompanyFile(source);
  const company = await pool.query<{ id: number }>(
    'INSERT INTO company (code, name, currency, timezone) VALUES ($1, $2, $3, $4) RETURNING id',
    [settings.code, settings.name, settings.currency, settings.timezone],
  );
  const id = company.rows[0]?.id;
  await pool.query(`INSERT INTO policy (company_id, version, source, settings, sha256) VALUES ($1, 1, $2, $3, '')`, [
    id,
    source,
    JSON.stringify(settings),
  ]);
  const period = await pool.query<{ id: number }>('SELECT open_period($1, $2) AS id', [id, month]);
  return period.rows[0]?.id ?? 0;
}

export interface IncomingFile {
  readonly kind: FileKind;
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Keeps a file's bytes and makes its batch, as the API does with an upload. @returns the batch's id */
export async function receive(
  pool: Pool,
  dataDir: string,
  periodId: number,
  { kind, name, bytes }: IncomingFile,
): Promise<number> {
  const { sha256 } = await storeEvidence(pool, dataDir, bytes, name);
  const { rows } = await pool.query<{ id: number }>(
    'INSERT INTO batch (period_id, kind, file_name, evidence) VALUES ($1, $2, $3, $4) RETURNING id',
    [periodId, kind, name, sha256],
  );
  return rows[0]?.id ?? 0;
}
