import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { createImportActivities } from '../../activities/import-batch';
import { parseCompanyFile } from '../../domain/company-file';
import { COMPANY_FILE } from '../../sample/company';
import { registerImport } from '../../store/batches';
import { transaction } from '../../store/db';
import { storeEvidence } from '../../store/evidence';
import { reconcilePeriod } from '../../store/reconcile';
import { testFolder, testPool } from '../support';
import { MONTH, type SampleFolder } from './office';

/** What was collected and compared in a month, without what differs between two companies with the same files. */
export interface Picture {
  readonly batches: readonly unknown[];
  readonly rejected: readonly unknown[];
  readonly exceptions: readonly unknown[];
  readonly matches: readonly unknown[];
  readonly balances: readonly unknown[];
}

const PARTS: Record<keyof Picture, string> = {
  batches: `SELECT kind, channel, file_name, evidence, state, version, rows_in, rows_kept, rows_rejected, rows_excluded, totals
              FROM batch WHERE period_id = $1 ORDER BY file_name`,
  rejected: `SELECT b.file_name, r.row_no, r.line, r.code, r.value FROM rejected_row r JOIN batch b ON b.id = r.batch_id
              WHERE r.period_id = $1 ORDER BY 1, 2`,
  exceptions: `SELECT id, reconciliation, kind, currency, difference, rule, caused_by, figures_hash, superseded
                 FROM close_exception WHERE period_id = $1 ORDER BY id`,
  matches: `SELECT reconciliation, rule, state, certainty, currency, difference, count(*)::int AS pairs,
                   sum(cardinality(left_ids))::int AS left, sum(cardinality(right_ids))::int AS right
              FROM match WHERE period_id = $1 GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6`,
  balances: `SELECT customer_no, currency, sales_closing, ledger_closing FROM customer_balance WHERE period_id = $1 ORDER BY 1, 2`,
};

export async function pictureOf(pool: Pool, periodId: number): Promise<Picture> {
  const read = async (part: keyof Picture): Promise<readonly unknown[]> => {
    const { rows } = await pool.query<Record<string, unknown>>(PARTS[part], [periodId]);
    return rows;
  };
  return {
    batches: await read('batches'),
    rejected: await read('rejected'),
    exceptions: await read('exceptions'),
    matches: await read('matches'),
    balances: await read('balances'),
  };
}

/** The picture of a month nobody disturbed: the same files through the same steps, one after the other, without servers to kill. */
export async function undisturbed(sample: SampleFolder): Promise<Picture> {
  const { pool, close } = await testPool();
  try {
    const person = await foundCompany(pool);
    const dataDir = testFolder('undisturbed');
    const { importBatch } = createImportActivities({ pool, dataDir });
    for (const { file: fileName, kind } of sample.files) {
      const kept = await storeEvidence(pool, dataDir, createReadStream(join(sample.dir, fileName)), fileName);
      const request = { person, company: 'qinghe', month: MONTH, kind, fileName, evidence: kept.sha256 };
      const { view } = await transaction(pool, (db) => registerImport(db, request));
      await importBatch({ batchId: view.batch });
    }
    const { rows } = await pool.query<{ id: number }>('SELECT id FROM period');
    await reconcilePeriod(pool, rows[0]!.id);
    return await pictureOf(pool, rows[0]!.id);
  } finally {
    await close();
  }
}

async function foundCompany(pool: Pool): Promise<Parameters<typeof registerImport>[1]['person']> {
  const company = await pool.query<{ id: number }>(
    `INSERT INTO company (code, name, currency, timezone) VALUES ('qinghe', '青禾', 'CNY', 'Asia/Shanghai') RETURNING id`,
  );
  const person = await pool.query<{ id: number }>(
    `INSERT INTO person (login, name, password_hash) VALUES ('preparer', '周敏', '-') RETURNING id`,
  );
  const companyId = company.rows[0]!.id;
  const personId = person.rows[0]!.id;
  await pool.query(`INSERT INTO policy (company_id, version, source, settings, sha256) VALUES ($1, 1, '', $2, '')`, [
    companyId,
    JSON.stringify(parseCompanyFile(COMPANY_FILE)),
  ]);
  await pool.query(`INSERT INTO role_grant (company_id, person_id, role) VALUES ($1, $2, 'preparer')`, [
    companyId,
    personId,
  ]);
  return { personId, login: 'preparer', name: '周敏', isAdmin: false };
}
