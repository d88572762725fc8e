import type { Answer } from '../../domain/words';
import type { Queryable } from '../db';

/** Writes one answer to each exception, for its present figures, after whatever was said of it before. */
export async function insertAnswers(
  db: Queryable,
  periodId: number,
  decision: string,
  action: Answer,
  exceptions: readonly string[],
): Promise<void> {
  await db.query(
    `INSERT INTO resolution (period_id, exception_id, sequence, decision_id, action, figures_hash, amount, currency)
     SELECT e.period_id, e.id,
            1 + coalesce((SELECT max(r.sequence) FROM resolution r WHERE r.period_id = e.period_id AND r.exception_id = e.id), 0),
            $2, $3, e.figures_hash, e.difference, e.currency
       FROM close_exception e WHERE e.period_id = $1 AND e.id = ANY ($4::uuid[])`,
    [periodId, decision, action, exceptions],
  );
}

/** So many ids stand in a decision's detail; more are counted only. */
const TOLD_IDS = 20;

/** Ids as a decision's detail tells them. */
export function toldIds(ids: readonly string[]): Record<string, unknown> {
  return ids.length > TOLD_IDS ? {} : { ids };
}
