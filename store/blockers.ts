import type { Blocker, BlockerCode } from '../domain/blockers';
import type { BlockerView } from '../domain/close-view';
import type { Bilingual, Role } from '../domain/words';
import type { Queryable } from './db';

/** A blocker as it stands in the books. */
export interface StandingBlocker extends Blocker {
  readonly since: Date;
}

/**
 * Makes a month's blockers exactly these. One that stood before keeps the time since when; the rest are cleared, but for
 * the warning that nobody can be reminded, which stays for the stage.
 */
export async function setBlockers(db: Queryable, periodId: number, blockers: readonly Blocker[]): Promise<void> {
  const kept = blockers.map(({ code }): BlockerCode => code).concat('NO_RECIPIENTS');
  await db.query('DELETE FROM blocker WHERE period_id = $1 AND code <> ALL ($2)', [periodId, kept]);
  for (const blocker of blockers) await addBlocker(db, periodId, blocker);
}

/** Adds one blocker beside those that stand, or updates it. */
export async function addBlocker(db: Queryable, periodId: number, blocker: Blocker): Promise<void> {
  const { code, count, owner, severity, remedy } = blocker;
  await db.query(
    `INSERT INTO blocker (period_id, code, count, owner, severity, remedy_zh, remedy_en) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (period_id, code) DO UPDATE
        SET count = excluded.count, owner = excluded.owner, severity = excluded.severity,
            remedy_zh = excluded.remedy_zh, remedy_en = excluded.remedy_en
      WHERE (blocker.count, blocker.owner, blocker.severity, blocker.remedy_zh, blocker.remedy_en)
            IS DISTINCT FROM (excluded.count, excluded.owner, excluded.severity, excluded.remedy_zh, excluded.remedy_en)`,
    [periodId, code, count, owner, severity, remedy.zh, remedy.en],
  );
}

/** Takes one blocker away. */
export async function dropBlocker(db: Queryable, periodId: number, code: BlockerCode): Promise<void> {
  await db.query('DELETE FROM blocker WHERE period_id = $1 AND code = $2', [periodId, code]);
}

/** A month's blockers, the ones that stop it first, the oldest of them first. */
export async function listBlockers(db: Queryable, periodId: number): Promise<StandingBlocker[]> {
  const found = await db.query<{
    code: BlockerCode;
    count: number;
    owner: Role;
    severity: Blocker['severity'];
    since: Date;
    remedy: Bilingual;
  }>(
    `SELECT code, count, owner, severity, since, jsonb_build_object('zh', remedy_zh, 'en', remedy_en) AS remedy
       FROM blocker WHERE period_id = $1 ORDER BY severity, since, code`,
    [periodId],
  );
  return found.rows;
}

/** The part of a blocker that may travel in payloads: no words of people. */
export function viewOf({ code, count, owner, severity, since }: StandingBlocker): BlockerView {
  return { code, count, owner, severity, since: since.toISOString() };
}
