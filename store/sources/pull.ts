import type { Pool } from 'pg';
import { PULL_PATIENCE_MS } from '../../domain/source-patience';
import type { PullOutcome } from '../../domain/source-words';
import type { Bilingual } from '../../domain/words';
import { transaction, type Queryable } from '../db';
import { enqueueArrival } from '../outbox';
import { readConnected, type ConnectedSource } from './source-row';

export interface PullRef {
  readonly sourceId: number;
  readonly periodId: number;
}

/** A source's month as a pull finds it. */
export interface Pull extends ConnectedSource, PullRef {
  readonly month: string;
  /** The round this pull works for. */
  readonly round: number;
  readonly askedAt: Date;
  /** Whose import it is; nobody's where the close asked. */
  readonly askedBy: { readonly personId: number; readonly login: string } | null;
  /** Failures in a row to learn what the month consists of. */
  readonly attempts: number;
}

/** What is wrong with a part, or with the source as a whole. */
export interface Trouble {
  readonly state: 'waiting' | 'stopped';
  readonly code: string;
  readonly said: Bilingual;
  /** Of one that waits. */
  readonly nextTryAt: Date | null;
}

/** Takes up a source's month. Null where there is nothing to do: the month is locked, or the source paused. */
export async function beginPull(pool: Pool, { sourceId, periodId }: PullRef): Promise<Pull | null> {
  return transaction(pool, async (db) => {
    const connected = await readConnected(db, sourceId, periodId);
    const found = await db.query<
      Omit<Pull, keyof ConnectedSource | 'askedBy'> & { personId: number | null; login: string }
    >(
      `UPDATE source_pull u SET state = 'fetching', updated_at = now() FROM period p
        WHERE u.source_id = $1 AND u.period_id = $2 AND p.id = u.period_id AND p.locked_at IS NULL
       RETURNING p.month, u.round, u.asked_at AS "askedAt", u.attempts, u.asked_by AS "personId",
                 (SELECT login FROM person WHERE id = u.asked_by) AS login`,
      connected.active ? [sourceId, periodId] : [sourceId, null],
    );
    const [row] = found.rows;
    if (row === undefined) return null;
    const { personId, login, ...rest } = row;
    return { ...connected, ...rest, periodId, askedBy: personId === null ? null : { personId, login } };
  });
}

/** What stopped a pull before any part could be looked at; null takes it away. */
export async function notePullTrouble(db: Queryable, pull: Pull, trouble: Trouble | null): Promise<void> {
  await db.query(
    `UPDATE source_pull SET attempts = CASE WHEN $4::text IS NULL THEN 0 ELSE attempts + 1 END, code = $4, said_zh = $5, said_en = $6,
            next_try_at = $7, updated_at = now() WHERE source_id = $1 AND period_id = $2 AND round = $3`,
    [
      ...[pull.sourceId, pull.periodId, pull.round, trouble?.code ?? null],
      ...[trouble?.said.zh ?? null, trouble?.said.en ?? null, trouble?.nextTryAt ?? null],
    ],
  );
}

/**
 * Ends a pull: writes down where the month stands and tells a close that waits for it. A round that was asked for meanwhile goes on at once.
 * @param trouble with the source as a whole
 */
export async function endPull(pool: Pool, pull: Pull, trouble: Trouble | null, now: Date): Promise<PullOutcome> {
  return transaction(pool, async (db) => {
    const standing = await standingOf(db, pull);
    const { state, nextTryAt, isGivenUp } = judge(pull, standing, trouble, now);
    if (isGivenUp) await notePullTrouble(db, pull, GIVEN_UP);
    const { parts, whole, rows } = standing;
    const codes = [...new Set([...standing.codes, ...(trouble === null ? [] : [trouble.code])])];
    const ended = await db.query(
      `UPDATE source_pull SET state = $4, next_try_at = $5, updated_at = now() WHERE source_id = $1 AND period_id = $2 AND round = $3`,
      [pull.sourceId, pull.periodId, pull.round, state, nextTryAt],
    );
    if (ended.rowCount === 0) return { state: 'waiting', nextTryAt: now.toISOString(), parts, whole, rows, codes };
    await enqueueArrival(db, pull.periodId);
    return { state, nextTryAt: nextTryAt?.toISOString() ?? null, parts, whole, rows, codes };
  });
}

const GIVEN_UP: Trouble = {
  state: 'stopped',
  code: 'SOURCE_GIVEN_UP',
  said: {
    zh: '已自动重试 14 天仍未齐，不再自动重试；处理后执行 source pull',
    en: 'tried for 14 days and still not whole; it is no longer tried by itself. Mend what is wrong and run source pull',
  },
  nextTryAt: null,
};

interface Standing {
  readonly parts: number;
  readonly whole: number;
  readonly waiting: number;
  readonly rows: number;
  readonly nextTryAt: Date | null;
  readonly codes: readonly string[];
}

async function standingOf(db: Queryable, { sourceId, periodId, round }: Pull): Promise<Standing> {
  const found = await db.query<Standing>(
    `SELECT count(*)::int AS parts, count(*) FILTER (WHERE round = $3)::int AS whole, coalesce(sum(rows), 0)::float8 AS rows,
            count(*) FILTER (WHERE state IN ('waiting', 'fetching'))::int AS waiting,
            min(next_try_at) FILTER (WHERE state = 'waiting') AS "nextTryAt",
            array_remove(array_agg(DISTINCT code) FILTER (WHERE state IN ('waiting', 'stopped')), NULL) AS codes
       FROM source_part WHERE source_id = $1 AND period_id = $2`,
    [sourceId, periodId, round],
  );
  const standing = found.rows[0] as Standing;
  return { ...standing, codes: standing.codes ?? [] };
}

function judge(
  pull: Pull,
  { parts, whole, waiting, nextTryAt: partTry }: Standing,
  trouble: Trouble | null,
  now: Date,
): { state: PullOutcome['state']; nextTryAt: Date | null; isGivenUp?: true } {
  if (trouble === null && parts > 0 && whole === parts) return { state: 'complete', nextTryAt: null };
  const isPatient = now.getTime() - pull.askedAt.getTime() < PULL_PATIENCE_MS;
  const isWaiting = trouble === null ? waiting > 0 : trouble.state === 'waiting';
  if (!isWaiting) return { state: 'stopped', nextTryAt: null };
  if (!isPatient) return { state: 'stopped', nextTryAt: null, isGivenUp: true };
  return { state: 'waiting', nextTryAt: trouble?.nextTryAt ?? partTry ?? now };
}
