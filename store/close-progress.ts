import type { Stage } from '../domain/words';
import type { Queryable } from './db';
import { closeStatus, type BlockerLine } from './status';

/** Where a close is, for someone who waits for it. */
export interface CloseProgress {
  readonly stage: Stage;
  readonly stageSince: string | null;
  readonly lockedAt: string | null;
  readonly closedAt: string | null;
  readonly figuresHash: string | null;
  /** Starts and signals that are due and have not reached the workflow yet. */
  readonly pending: number;
  readonly blockers: readonly BlockerLine[];
}

/** @throws Problem COMPANY_NOT_FOUND */
export async function closeProgress(
  db: Queryable,
  company: { id: number; code: string },
  month: string,
): Promise<CloseProgress> {
  const { stage, stageSince, closedAt, figuresHash, blockers } = await closeStatus(db, company.code, month);
  const found = await db.query<{ locked_at: Date | null; pending: number }>(
    `SELECT p.locked_at, (SELECT count(*)::int FROM outbox o WHERE o.period_id = p.id AND o.kind IN ('workflow', 'signal')
                            AND o.state IN ('PENDING', 'SENDING') AND (o.next_at <= now() OR o.attempts > 0)) AS pending
       FROM period p WHERE p.company_id = $1 AND p.month = $2`,
    [company.id, month],
  );
  const row = found.rows[0];
  const lockedAt = row?.locked_at?.toISOString() ?? null;
  return { stage, stageSince, lockedAt, closedAt, figuresHash, pending: row?.pending ?? 0, blockers };
}
