import type { Queryable } from './db';

/** Remembers which figures a person was shown: a decision given without a hash is for these. */
export async function rememberSeen(
  db: Queryable,
  seen: { companyId: number; month: string; personId: number; hash: string },
): Promise<void> {
  await db.query(
    `INSERT INTO figures_seen (period_id, person_id, hash)
     SELECT id, $3, $4 FROM period WHERE company_id = $1 AND month = $2
     ON CONFLICT (period_id, person_id) DO UPDATE SET hash = excluded.hash, seen_at = now()`,
    [seen.companyId, seen.month, seen.personId, seen.hash],
  );
}
