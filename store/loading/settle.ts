import { FACT_SHAPES } from '../../domain/fact-shapes';
import { Decimal } from '../../domain/money';
import type { Problem } from '../../domain/problem';
import { recordAudit } from '../audit';
import type { Queryable } from '../db';
import type { BatchToLoad } from './batch-row';
import type { ControlTotals } from './control-totals';
import { currencyOf, own, type LoadedBatch } from './loaded-batch';

/**
 * Ties the totals to what the database holds: rows in = kept + rejected + excluded, and the facts are exactly the rows
 * kept and those of another month, by count and by money. A difference is a defect, and nothing is committed.
 * @param context rows of another month
 * @param rowsIn rows the reader counted by itself, where it does
 */
export async function tieOut(
  db: Queryable,
  batch: LoadedBatch,
  totals: ControlTotals,
  { context, rowsIn }: { readonly context: number; readonly rowsIn: number | undefined },
): Promise<void> {
  const { control } = FACT_SHAPES[batch.relation];
  const held = await db.query<{ in_period: boolean; currency: string; rows: number; amount: string }>(
    `SELECT f.in_period, ${currencyOf(batch)} AS currency, count(*)::int AS rows, sum(f.${control})::text AS amount
       FROM ${batch.relation} f WHERE ${own(batch)} GROUP BY 1, 2`,
  );
  const rejected = await db.query<{ rows: number }>(
    'SELECT count(*)::int AS rows FROM rejected_row WHERE batch_id = $1',
    [batch.id],
  );
  const count = (inPeriod: boolean): number =>
    held.rows.reduce((sum, row) => sum + (row.in_period === inPeriod ? row.rows : 0), 0);
  assertEqual('rows kept', totals.rows.kept, count(true));
  assertEqual('rows of another month', context, count(false));
  assertEqual('rows rejected', totals.rows.rejected, rejected.rows[0]?.rows ?? 0);
  if (rowsIn !== undefined) assertEqual('rows in', rowsIn, totals.rowsIn);
  for (const currency of totals.currencies()) {
    const row = held.rows.find((one) => one.in_period && one.currency === currency);
    assertEqual(
      `${currency} kept`,
      totals.moneyOf('kept', currency).toFixed(),
      new Decimal(row?.amount ?? 0).toFixed(),
    );
  }
}

function assertEqual(what: string, counted: number | string, held: number | string): void {
  if (counted !== held) throw new Error(`control totals differ: ${what} ${counted}, but ${held} in the database`);
}

/** Posts the batch: from here on its rows and figures never change. */
export async function settleBatch(
  db: Queryable,
  batch: BatchToLoad,
  outcome: {
    readonly state: 'accepted' | 'parked';
    readonly totals: ControlTotals;
    readonly detected: Readonly<Record<string, unknown>>;
    readonly channel: string | null;
  },
): Promise<void> {
  const { state, totals, detected, channel } = outcome;
  const { kept, rejected, excluded } = totals.rows;
  await db.query(
    `UPDATE batch SET state = $2, rows_in = $3, rows_read = $3, rows_kept = $4, rows_rejected = $5, rows_excluded = $6,
            totals = $7, detected = $8, channel = $9, settled_at = clock_timestamp() WHERE id = $1`,
    [
      batch.id,
      state,
      totals.rowsIn,
      kept,
      rejected,
      excluded,
      JSON.stringify(totals.toJson()),
      JSON.stringify(detected),
      channel,
    ],
  );
  await audit(db, batch, `batch.${state}`, {
    rowsIn: totals.rowsIn,
    kept,
    rejected,
    excluded,
    replaces: batch.replaces,
  });
}

/** Refuses the file whole: the batch keeps the reason and nothing else. */
export async function refuseBatch(db: Queryable, batch: BatchToLoad, problem: Problem): Promise<void> {
  const { line, column, value } = problem.details;
  const refusal = { code: problem.code, reason: problem.reason, line, column, value };
  await db.query(`UPDATE batch SET state = 'refused', refusal = $2, settled_at = clock_timestamp() WHERE id = $1`, [
    batch.id,
    JSON.stringify(refusal),
  ]);
  await audit(db, batch, 'batch.refused', { code: problem.code });
}

async function audit(
  db: Queryable,
  batch: BatchToLoad,
  action: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await recordAudit(db, {
    companyId: batch.companyId,
    actor: batch.actor,
    action,
    month: batch.month,
    subject: String(batch.id),
    detail: { kind: batch.kind, file: batch.fileName, evidence: batch.evidence, ...detail },
  });
}
