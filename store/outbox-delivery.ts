import type { Pool } from 'pg';
import { type Queryable, transaction } from './db';

/** An entry that this process took on. */
export interface ClaimedEntry {
  readonly id: string;
  readonly dedupeKey: string;
  readonly periodId: number | null;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly kind: 'workflow' | 'signal' | 'mail';
  readonly payload: Record<string, unknown>;
}

/** Takes on the oldest entries that are due: PENDING → SENDING. Entries another process holds are passed over. */
export async function claimEntries(
  db: Queryable,
  kinds: readonly ClaimedEntry['kind'][],
  limit: number,
): Promise<ClaimedEntry[]> {
  const claimed = await db.query<ClaimedEntry>(
    `UPDATE outbox SET state = 'SENDING', attempts = attempts + 1
      WHERE id IN (SELECT id FROM outbox WHERE state = 'PENDING' AND next_at <= now() AND kind = ANY ($1)
                    ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING id::text, kind, dedupe_key AS "dedupeKey", period_id AS "periodId", attempts, created_at AS "createdAt", payload`,
    [kinds, limit],
  );
  return claimed.rows.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
}

/** The first byte of a mail is about to leave: from now on a lost answer leaves it uncertain. */
export async function markHandedOver(db: Queryable, id: string): Promise<void> {
  await db.query(`UPDATE outbox SET handed_over_at = now() WHERE id = $1 AND state = 'SENDING'`, [id]);
}

/** What became of an entry. `PENDING` is tried again at `nextAt`. */
export type Settlement =
  | { readonly state: 'SENT'; readonly note?: string }
  | { readonly state: 'FAILED' | 'UNCERTAIN'; readonly error: string }
  | { readonly state: 'PENDING'; readonly error: string; readonly nextAt: Date };

/** Writes down what became of an entry that this process took on. One that was settled meanwhile stays as it is. */
export async function settleEntry(db: Queryable, id: string, settlement: Settlement): Promise<void> {
  const error = settlement.state === 'SENT' ? (settlement.note ?? null) : settlement.error;
  await db.query(
    `UPDATE outbox SET state = $2, last_error = $3, next_at = coalesce($4, next_at),
            sent_at = CASE WHEN $2 = 'SENT' THEN now() END,
            handed_over_at = CASE WHEN $2 = 'PENDING' THEN NULL ELSE handed_over_at END
      WHERE id = $1 AND (state = 'SENDING' OR (state = 'UNCERTAIN' AND $2 = 'SENT'))`,
    [id, settlement.state, error, settlement.state === 'PENDING' ? settlement.nextAt : null],
  );
}

/**
 * Settles what a process that died had taken on. Starts, signals and mails whose first byte had not left are done again;
 * a mail handed over to the mail server is UNCERTAIN: a person settles it. Only for the one dispatcher at work.
 */
export async function recoverEntries(pool: Pool): Promise<{ again: number; uncertain: number }> {
  return transaction(pool, async (db) => {
    const uncertain = await db.query(
      `UPDATE outbox SET state = 'UNCERTAIN', last_error = 'the process ended before the mail server answered'
        WHERE state = 'SENDING' AND kind = 'mail' AND handed_over_at IS NOT NULL`,
    );
    const again = await db.query(`UPDATE outbox SET state = 'PENDING', next_at = now() WHERE state = 'SENDING'`);
    return { again: again.rowCount ?? 0, uncertain: uncertain.rowCount ?? 0 };
  });
}

/** One dispatcher at a time, in the whole installation: held by a connection until it ends. */
const DISPATCHER_LOCK = `hashtext('salesclose.outbox')`;

/** Whether this connection is the dispatcher from now on. */
export async function becomeDispatcher(db: Queryable): Promise<boolean> {
  const answer = await db.query<{ mine: boolean }>(`SELECT pg_try_advisory_lock(${DISPATCHER_LOCK}) AS mine`);
  return answer.rows[0]?.mine === true;
}
