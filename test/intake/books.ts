import { Readable } from 'node:stream';
import type { Pool } from 'pg';
import { createImportActivities } from '../../activities/import-batch';
import type { FileKind } from '../../domain/words';
import { openPool } from '../../store/db';
import { storeEvidence } from '../../store/evidence';
import { testFolder, testPool } from '../support';
import { COMPANY } from './reading';

export interface BatchRecord {
  readonly id: number;
  readonly state: string;
  readonly version: number;
  readonly rows_in: number;
  readonly rows_kept: number;
  readonly rows_rejected: number;
  readonly rows_excluded: number;
  readonly totals: Record<string, Record<string, string>>;
  readonly detected: Record<string, unknown>;
  readonly refusal: { code: string; reason: { zh: string; en: string }; line?: number } | null;
  readonly channel: string | null;
}

export interface ImportOptions {
  readonly month?: string;
  readonly fileName?: string;
  readonly encoding?: string;
  readonly replaces?: number;
}

/** A company with empty books on a database of its own. */
export interface Books {
  readonly pool: Pool;
  readonly dataDir: string;
  periodId(month?: string): Promise<number>;
  /** Registers a file as the door does, without reading it. */
  receive(kind: FileKind, text: string | Buffer, options?: ImportOptions): Promise<number>;
  load(batchId: number): Promise<BatchRecord>;
  import(kind: FileKind, text: string | Buffer, options?: ImportOptions): Promise<BatchRecord>;
  /** Locks the month as the owner's role could, without the close. */
  lock(month?: string): Promise<void>;
  /** The first column of a query's rows. */
  column<T>(sql: string, values?: unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

export async function openBooks(): Promise<Books> {
  const { pool, database, close } = await testPool();
  const dataDir = testFolder('intake');
  const company = await pool.query<{ id: number }>(
    `INSERT INTO company (code, name, currency, timezone) VALUES ('intake', '测试公司', 'CNY', 'Asia/Shanghai') RETURNING id`,
  );
  const companyId = company.rows[0]!.id;
  await pool.query(`INSERT INTO policy (company_id, version, source, settings, sha256) VALUES ($1, 1, '', $2, '')`, [
    companyId,
    JSON.stringify(COMPANY),
  ]);
  const activities = createImportActivities({ pool, dataDir });

  const periodId = async (month = '2026-10'): Promise<number> =>
    (await pool.query<{ id: number }>('SELECT open_period($1, $2) AS id', [companyId, month])).rows[0]!.id;
  const receive: Books['receive'] = async (kind, text, options = {}) => {
    const { sha256 } = await storeEvidence(
      pool,
      dataDir,
      Readable.from([Buffer.from(text)]),
      options.fileName ?? 'file.csv',
    );
    const made = await pool.query<{ id: number }>(
      `INSERT INTO batch (period_id, kind, file_name, evidence, encoding, replaces, version)
       VALUES ($1, $2, $3, $4, $5, $6, coalesce((SELECT version + 1 FROM batch WHERE id = $6), 1)) RETURNING id`,
      [
        await periodId(options.month),
        kind,
        options.fileName ?? 'file.csv',
        sha256,
        options.encoding ?? null,
        options.replaces ?? null,
      ],
    );
    return made.rows[0]!.id;
  };
  const load: Books['load'] = async (batchId) => {
    const result = await activities.importBatch({ batchId });
    const found = await pool.query<BatchRecord>('SELECT * FROM batch WHERE id = $1', [batchId]);
    const batch = found.rows[0]!;
    expect(result).toEqual({ batchId, state: batch.state, rowsIn: batch.rows_in });
    return batch;
  };
  return {
    pool,
    dataDir,
    periodId,
    receive,
    load,
    import: async (kind, text, options) => load(await receive(kind, text, options)),
    lock: async (month) => {
      const owner = openPool(database.adminUrl, { max: 1 });
      await owner.query('UPDATE period SET locked_at = now() WHERE id = $1', [await periodId(month)]);
      await owner.end();
    },
    column: async <T>(sql: string, values: unknown[] = []) =>
      (await pool.query({ text: sql, values, rowMode: 'array' })).rows.map((row: unknown[]) => row[0] as T),
    close,
  };
}

const ORDERS = 'order_no,customer_no,order_date,currency,gross_amount,tax_amount,status';

/** An orders file of rows written `order_no gross [date]`. */
export function orders(...rows: string[]): string {
  const lines = rows.map((row) => {
    const [no, gross, date = '2026-10-05'] = row.split(' ');
    return `${no},C1,${date},CNY,${gross},0.00,approved`;
  });
  return [ORDERS, ...lines, ''].join('\n');
}
