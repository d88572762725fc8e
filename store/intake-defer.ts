import { relationOfBatch, type FactRelation } from '../domain/words';
import { Problem } from '../domain/problem';
import type { Queryable } from './db';
import { findBatch, holdPeriod, otherBatches, type BatchToLoad } from './loading/batch-row';
import { firstIdOf } from './loading/batch-sink';
import { ControlTotals } from './loading/control-totals';
import { currencyOf, ownNames, rejectDuplicates, type LoadedBatch } from './loading/duplicates';
import { settleBatch, tieOut } from './loading/settle';
import { FACT_SHAPES } from '../domain/fact-shapes';

type Batch = BatchToLoad & LoadedBatch;

/**
 * Sends a parked batch to another month: its rows stand there in a batch of their own, as rows of that month, accepted or
 * parked as that month's cut-off says. The parked batch becomes `deferred`; in a locked month it stays as it was sealed, and the batch
 * that came of it says where it went. What was already accepted there is rejected as a duplicate. Runs in the caller's transaction.
 * @returns the new batch
 * @throws Problem NOT_PARKED, NEXT_MONTH_LOCKED
 */
export async function deferBatch(db: Queryable, batchId: number, nextPeriodId: number): Promise<number> {
  await takeFromParked(db, batchId);
  const made = await db.query<{ id: number }>(
    `INSERT INTO batch (period_id, kind, relation, profile_id, channel, file_name, evidence, encoding, deferred_from)
     SELECT $2, kind, relation, profile_id, channel, file_name, evidence, encoding, id FROM batch WHERE id = $1 RETURNING id`,
    [batchId, nextPeriodId],
  );
  const found = await findBatch(db, made.rows[0]?.id ?? 0);
  const columns = await columnsOf(db, relationOfBatch(found));
  const batch = asLoaded(found, columns);
  const { isCutOff } = await holdPeriod(db, nextPeriodId, batch.month).catch((error: unknown) => {
    throw error instanceof Problem && error.code === 'PERIOD_LOCKED' ? nextMonthLocked(batch.month) : error;
  });
  const totals = await copyRows(db, batch, batchId, columns);
  await db.query('SELECT pg_advisory_xact_lock(hashtext($1), $2)', [`salesclose.keys.${batch.kind}`, nextPeriodId]);
  await rejectDuplicates(db, batch, await otherBatches(db, batch), totals);
  await tieOut(db, batch, totals, { context: 0, rowsIn: undefined });
  const parent = await db.query<{ channel: string | null }>('SELECT channel FROM batch WHERE id = $1', [batchId]);
  await settleBatch(db, batch, {
    state: isCutOff ? 'parked' : 'accepted',
    totals,
    detected: { deferredFrom: batchId },
    channel: parent.rows[0]?.channel ?? null,
  });
  return batch.id;
}

async function takeFromParked(db: Queryable, batchId: number): Promise<void> {
  await db.query(`SELECT pg_advisory_xact_lock(hashtext('salesclose.defer'), $1)`, [batchId]);
  const { rows } = await db.query<{ locked: boolean }>(
    `SELECT p.locked_at IS NOT NULL AS locked FROM batch b JOIN period p ON p.id = b.period_id
      WHERE b.id = $1 AND b.state = 'parked' AND NOT EXISTS (SELECT FROM batch d WHERE d.deferred_from = b.id)`,
    [batchId],
  );
  if (rows[0] === undefined) throw notParked(batchId);
  if (!rows[0].locked) await db.query(`UPDATE batch SET state = 'deferred' WHERE id = $1`, [batchId]);
}

/** Rows of the parked batch's own month; what it held as context belongs to files of its own. */
async function copyRows(db: Queryable, batch: Batch, from: number, columns: readonly string[]): Promise<ControlTotals> {
  const names = columns.join(', ');
  await db.query(
    `INSERT INTO ${batch.relation} (period_id, id, in_period, ${names})
     SELECT ${batch.periodId}, ${firstIdOf(batch.id)} + (id & 4294967295), true, ${names} FROM ${batch.relation}
      WHERE period_id = (SELECT period_id FROM batch WHERE id = $1) AND id >= $2 AND id < $3 AND in_period`,
    [from, firstIdOf(from), firstIdOf(from + 1)],
  );
  const held = await db.query<{ currency: string; rows: number; amount: string }>(
    `SELECT ${currencyOf(batch)} AS currency, count(*)::int AS rows, sum(${FACT_SHAPES[batch.relation].control})::text AS amount
       FROM ${batch.relation} f WHERE period_id = $1 AND id >= $2 AND id < $3 GROUP BY 1`,
    [batch.periodId, firstIdOf(batch.id), firstIdOf(batch.id + 1)],
  );
  const totals = new ControlTotals();
  for (const { currency, rows, amount } of held.rows) totals.add('kept', rows, amount, currency);
  return totals;
}

/** The columns of a relation that hold what the file said. */
async function columnsOf(db: Queryable, relation: FactRelation): Promise<string[]> {
  const found = await db.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
        AND attname NOT IN ('period_id', 'id', 'in_period') ORDER BY attnum`,
    [relation],
  );
  return found.rows.map(({ name }) => name);
}

function asLoaded(batch: BatchToLoad, columns: readonly string[]): Batch {
  return {
    ...batch,
    actor: 'system:intake',
    relation: relationOfBatch(batch),
    currency: batch.settings.currency,
    timezone: batch.settings.timezone,
    columnNames: ownNames(columns),
  };
}

function notParked(batch: number): Problem {
  return new Problem('NOT_PARKED', {
    zh: `批次 ${batch} 不是待处理迟到单据；请用 parked 查看`,
    en: `batch ${batch} is not parked; see parked`,
  });
}

function nextMonthLocked(month: string): Problem {
  return new Problem('NEXT_MONTH_LOCKED', {
    zh: `${month} 已结账锁定，不能转入；请改为纳入本月`,
    en: `${month} is locked and takes nothing more; admit the documents into their own month instead`,
  });
}
