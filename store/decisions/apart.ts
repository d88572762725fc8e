import type { Queryable } from '../db';

/** A match of the machine as it stood when it was taken apart. */
export interface ApartMatch {
  readonly reconciliation: string;
  readonly match_id: string;
  readonly rule: string;
  readonly certainty: string;
  readonly currency: string;
  readonly difference: string;
  readonly left_ids: readonly string[];
  readonly right_ids: readonly string[];
}

/** Those of the ids that are matches taken apart. */
export async function findApart(db: Queryable, periodId: number, ids: readonly string[]): Promise<ApartMatch[]> {
  const found = await db.query<ApartMatch>(
    'SELECT * FROM apart_state WHERE period_id = $1 AND match_id = ANY ($2::uuid[]) ORDER BY match_id',
    [periodId, ids],
  );
  return found.rows;
}

/** Writes down that matches are apart, or no longer. */
export async function insertApart(
  db: Queryable,
  periodId: number,
  decision: string,
  active: boolean,
  matches: readonly ApartMatch[],
): Promise<void> {
  for (const match of matches) {
    await db.query(
      `INSERT INTO apart (period_id, reconciliation, match_id, sequence, active, decision_id, rule, certainty, currency, difference, left_ids, right_ids)
       SELECT $1, $2, $3, 1 + coalesce(max(sequence), 0), $4, $5, $6, $7, $8, $9, $10, $11
         FROM apart WHERE period_id = $1 AND reconciliation = $2 AND match_id = $3`,
      [
        ...[periodId, match.reconciliation, match.match_id, active, decision],
        ...[match.rule, match.certainty, match.currency, match.difference, match.left_ids, match.right_ids],
      ],
    );
  }
}
