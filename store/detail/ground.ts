import type { Pool, PoolClient } from 'pg';
import type { CompanySettings } from '../../domain/company';
import { relationOfBatch, type FactRelation, type FileKind } from '../../domain/words';
import { transaction } from '../db';

/** A file that rows came from. */
export interface BatchHead {
  readonly id: number;
  readonly periodId: number;
  readonly kind: FileKind;
  readonly relation: FactRelation;
  readonly fileName: string;
  readonly channel: string | null;
  /** SHA-256 of its bytes. */
  readonly evidence: string;
  /** As recognised; null where the reader does not say. */
  readonly encoding: string | null;
  /** Its rows count: accepted or admitted. */
  readonly isEffective: boolean;
}

/** What the detail of one exception or match is looked up with: one snapshot of one month. */
export interface Ground {
  readonly db: PoolClient;
  readonly periodId: number;
  readonly companyId: number;
  /** YYYY-MM */
  readonly month: string;
  readonly settings: CompanySettings;
  /** Of all the company's months: records may point to earlier ones. */
  readonly batches: ReadonlyMap<number, BatchHead>;
}

/** Does `work` on one snapshot of the month, with times in the company's zone; nothing is written. */
export async function onGround<T>(pool: Pool, periodId: number, work: (ground: Ground) => Promise<T>): Promise<T> {
  return transaction(pool, async (db) => {
    // Compiling a plan for a few rows costs more than running it.
    await db.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off');
    const ground = await readGround(db, periodId);
    await db.query(`SELECT set_config('TimeZone', $1, true)`, [ground.settings.timezone]);
    return work(ground);
  });
}

async function readGround(db: PoolClient, periodId: number): Promise<Ground> {
  const periods = await db.query<{ companyId: number; month: string; settings: CompanySettings }>(
    `SELECT p.company_id AS "companyId", p.month, y.settings
       FROM period p JOIN policy y ON y.company_id = p.company_id
        AND y.version = coalesce(p.policy_version, (SELECT max(version) FROM policy WHERE company_id = p.company_id))
      WHERE p.id = $1`,
    [periodId],
  );
  const period = periods.rows[0];
  if (period === undefined) throw new Error(`no period ${periodId}`);
  const batches = await db.query<Omit<BatchHead, 'relation'> & { readonly relation: FactRelation | null }>(
    `SELECT b.id, b.period_id AS "periodId", b.kind, b.relation, b.file_name AS "fileName", b.channel, b.evidence, b.detected->>'encoding' AS encoding,
            b.state IN ('accepted', 'admitted') AS "isEffective"
       FROM batch b JOIN period p ON p.id = b.period_id WHERE p.company_id = $1`,
    [period.companyId],
  );
  const heads = batches.rows.map((row): [number, BatchHead] => [row.id, { ...row, relation: relationOfBatch(row) }]);
  return { db, periodId, ...period, batches: new Map(heads) };
}

/** The file a row's id leads to, and its number there (for files of text the line). */
export function placeOf(ground: Ground, id: string): { readonly batch: BatchHead | undefined; readonly row: number } {
  const whole = BigInt(id);
  return { batch: ground.batches.get(Number(whole >> 32n)), row: Number(whole & 0xffffffffn) };
}

/** The month's batches whose rows count. */
export function effectiveBatches({ batches, periodId }: Ground): number[] {
  return [...batches.values()].filter((batch) => batch.isEffective && batch.periodId === periodId).map(({ id }) => id);
}
