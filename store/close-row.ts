import type { CompanySettings } from '../domain/company';
import type { Stage } from '../domain/words';
import { Problem } from '../domain/problem';
import { recordAudit } from './audit';
import type { Queryable } from './db';

/** A company's month with the policy its close began on (the newest one while none has begun). */
export interface Close {
  readonly periodId: number;
  readonly companyId: number;
  readonly month: string;
  readonly company: CompanySettings;
  readonly policyVersion: number;
  readonly stage: Stage;
  readonly stageSince: Date;
  readonly cutoffAt: Date | null;
  readonly lockedAt: Date | null;
  readonly closedAt: Date | null;
  readonly figuresHash: string | null;
}

/** Who the audit record names for what the workflow does by itself. */
export const CLOSE_ACTOR = 'system:close';

const CLOSE_COLUMNS = `
  p.id AS "periodId", p.company_id AS "companyId", p.month, p.stage, p.stage_since AS "stageSince", p.cutoff_at AS "cutoffAt",
  p.locked_at AS "lockedAt", p.closed_at AS "closedAt", p.figures_hash AS "figuresHash", policy.version AS "policyVersion",
  policy.settings AS company`;
const CLOSE_FROM = `
  FROM period p
  JOIN LATERAL (SELECT version, settings FROM policy
                 WHERE company_id = p.company_id AND version = coalesce(p.policy_version, version)
                 ORDER BY version DESC LIMIT 1) policy ON true
 WHERE p.id = $1`;

/**
 * Reads a month and holds its row to the end of the transaction, so that nobody else moves it meanwhile.
 * @throws Problem PERIOD_NOT_FOUND
 */
export async function holdClose(db: Queryable, periodId: number): Promise<Close> {
  return one(await db.query<Close>(`SELECT ${CLOSE_COLUMNS} ${CLOSE_FROM} FOR UPDATE OF p`, [periodId]), periodId);
}

/** @throws Problem PERIOD_NOT_FOUND */
export async function readClose(db: Queryable, periodId: number): Promise<Close> {
  return one(await db.query<Close>(`SELECT ${CLOSE_COLUMNS} ${CLOSE_FROM}`, [periodId]), periodId);
}

/**
 * Moves a held month into a stage: its row, the time it left the stage before and entered this one, and the audit entry,
 * in the caller's transaction. Nothing happens when it is there already.
 */
export async function enterStage(
  db: Queryable,
  close: Close,
  stage: Stage,
  detail: Record<string, unknown> = {},
): Promise<void> {
  if (close.stage === stage) return;
  await db.query('UPDATE period SET stage = $2, stage_since = now() WHERE id = $1', [close.periodId, stage]);
  await leaveStage(db, close.periodId);
  if (stage !== 'open') {
    await db.query('INSERT INTO stage_time (period_id, stage) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      close.periodId,
      stage,
    ]);
  }
  await db.query(`DELETE FROM blocker WHERE period_id = $1 AND code IN ('ACTIVITY_FAILED', 'NO_RECIPIENTS')`, [
    close.periodId,
  ]);
  await recordAudit(db, {
    companyId: close.companyId,
    actor: CLOSE_ACTOR,
    action: 'close.stage_entered',
    month: close.month,
    subject: stage,
    detail: { from: close.stage, ...detail },
  });
}

export async function leaveStage(db: Queryable, periodId: number): Promise<void> {
  await db.query('UPDATE stage_time SET left_at = now() WHERE period_id = $1 AND left_at IS NULL', [periodId]);
}

function one(found: { rows: Close[] }, periodId: number): Close {
  const [close] = found.rows;
  if (close) return close;
  throw new Problem('PERIOD_NOT_FOUND', { zh: `没有会计期间 ${periodId}`, en: `no period ${periodId}` }, 404);
}
