import type { Pool } from 'pg';
import type { Stage } from '../domain/words';
import { closeWorkflowId } from '../domain/close-view';
import { isMonth, monthBefore, nextMonth } from '../domain/periods';
import { Problem } from '../domain/problem';
import { recordAudit } from './audit';
import { effectiveBatches } from './close-facts';
import { type Close, enterStage, holdClose, leaveStage } from './close-row';
import { type Queryable, transaction } from './db';
import { refreshFigures } from './figures';
import { enqueueSignal } from './outbox';
import { askForClose } from './sources/ask';
import { estimateMissing } from './sources/estimates';

/** A month as the schedule found or made it. */
export interface Claim {
  readonly periodId: number;
  readonly company: string;
  readonly period: string;
  /** Nothing is left to start: the month is locked. */
  readonly locked: boolean;
}

/**
 * Opens a company's month for the schedule and records that it started it, once.
 * @param asked which month, or the instant the schedule fired at: then the month before it in the company's zone
 * @throws Problem COMPANY_NOT_FOUND, BAD_MONTH
 */
export async function claimMonth(
  pool: Pool,
  companyCode: string,
  asked: { month: string } | { firedAt: number },
): Promise<Claim> {
  const company = await findCompany(pool, companyCode);
  const period = 'month' in asked ? asked.month : monthBefore(asked.firedAt, company.timezone);
  if (!isMonth(period)) {
    throw new Problem(
      'BAD_MONTH',
      { zh: `不是会计期间：${period}（应为 YYYY-MM）`, en: `not a month: ${period} (YYYY-MM)` },
      422,
    );
  }
  const opened = await pool.query<{ id: number }>('SELECT open_period($1, $2) AS id', [company.id, period]);
  const periodId = opened.rows[0]?.id ?? 0;
  return transaction(pool, async (db) => {
    const close = await holdClose(db, periodId);
    if (close.lockedAt === null && !(await wasStarted(db, periodId))) {
      await db.query(`INSERT INTO decision (period_id, kind, role) VALUES ($1, 'start', 'system')`, [periodId]);
      await recordAudit(db, {
        companyId: company.id,
        actor: 'system:schedule',
        action: 'close.started',
        month: period,
        subject: period,
      });
      await askForClose(db, periodId);
    }
    return { periodId, company: companyCode, period, locked: close.lockedAt !== null };
  });
}

/** Where a close stands when its workflow begins, and whether there is anything left to do. */
export interface Beginning {
  /** `open`: nobody started it since it was last cancelled. */
  readonly stage: Stage;
  /** The report is out. */
  readonly done: boolean;
}

/**
 * Takes up a month where the books say it stands. A month that is still open enters `collect` and fixes the newest
 * policy, if somebody started it since it was last cancelled.
 */
export async function beginClose(pool: Pool, periodId: number, runId: string): Promise<Beginning> {
  return transaction(pool, async (db) => {
    const close = await holdClose(db, periodId);
    await db.query('UPDATE period SET workflow_id = $2, run_id = $3 WHERE id = $1', [
      periodId,
      closeWorkflowId(close.company.code, close.month),
      runId,
    ]);
    if (close.stage !== 'open') return { stage: close.stage, done: close.closedAt !== null };
    if (!(await wasStarted(db, periodId))) return { stage: 'open', done: false };
    await db.query(
      `UPDATE period SET policy_version = $2, cancelled_at = NULL, (started_at, started_by) =
         (SELECT decided_at, person_id FROM decision WHERE period_id = $1 AND kind = 'start' ORDER BY decided_at DESC LIMIT 1)
        WHERE id = $1`,
      [periodId, close.policyVersion],
    );
    await enterStage(db, close, 'collect', { policyVersion: close.policyVersion });
    return { stage: 'collect', done: false };
  });
}

/**
 * Shuts the input: every import that commits after this parks. What a source still owes stands in as an estimate beside the books. Gives
 * the stage the month is in then.
 */
export async function cutOff(pool: Pool, periodId: number): Promise<Stage> {
  return transaction(pool, async (db) => {
    const close = await holdClose(db, periodId);
    if (close.stage !== 'cutoff') return close.stage;
    await db.query('UPDATE period SET cutoff_at = coalesce(cutoff_at, now()) WHERE id = $1', [periodId]);
    await estimateMissing(db, close);
    await enterStage(db, close, 'reconcile');
    return 'reconcile';
  });
}

/** What became of a cancellation. `goes-on`: nobody who may cancel did, or the month was started again, or it is locked. */
export type Cancellation = 'cancelled' | 'goes-on';

/**
 * Takes a month back to open because a person cancelled its close: the cut-off is lifted, blockers go, what was collected
 * and decided stays.
 */
export async function cancelClose(pool: Pool, periodId: number): Promise<Cancellation> {
  return transaction(pool, async (db) => {
    const close = await holdClose(db, periodId);
    if (close.lockedAt !== null) return 'goes-on';
    if (close.stage !== 'open') {
      const asked = await db.query(
        `SELECT FROM decision WHERE period_id = $1 AND kind = 'cancel'
            AND decided_at > (SELECT started_at FROM period WHERE id = $1)`,
        [periodId],
      );
      if (asked.rowCount === 0) return 'goes-on';
      await reopen(db, close);
    }
    return (await wasStarted(db, periodId)) ? 'goes-on' : 'cancelled';
  });
}

async function reopen(db: Queryable, close: Close): Promise<void> {
  await enterStage(db, close, 'open');
  await db.query(
    `UPDATE period SET cutoff_at = NULL, policy_version = NULL, started_at = NULL, started_by = NULL, cancelled_at = now()
      WHERE id = $1`,
    [close.periodId],
  );
  await db.query('DELETE FROM blocker WHERE period_id = $1', [close.periodId]);
}

/**
 * Ends a close whose report is out: it is closed, what blocked it goes, and the next month, if it waits for this one, looks
 * again.
 */
export async function finishClose(pool: Pool, periodId: number): Promise<void> {
  await transaction(pool, async (db) => {
    const close = await holdClose(db, periodId);
    if (close.closedAt === null) {
      await db.query('UPDATE period SET closed_at = now() WHERE id = $1 AND locked_at IS NOT NULL', [periodId]);
      await leaveStage(db, periodId);
    }
    await db.query(`DELETE FROM blocker WHERE period_id = $1 AND severity = 'block'`, [periodId]);
    await enqueueSignal(db, {
      dedupeKey: `previous-closed:${periodId}`,
      companyId: close.companyId,
      workflowId: closeWorkflowId(close.company.code, nextMonth(close.month)),
      signal: 'documentArrived',
      args: [{}],
    });
  });
}

/**
 * Ends a comparison: writes the figures people will decide on and enters `review`, unless a batch came in since
 * `compared` was read; then everything is compared again.
 * @param compared the effective batches when the comparison began
 */
export async function endReconcile(pool: Pool, periodId: number, compared: string): Promise<Stage> {
  return transaction(pool, async (db) => {
    const close = await holdClose(db, periodId);
    if (close.stage !== 'reconcile' || (await effectiveBatches(db, periodId)) !== compared) return close.stage;
    await enterStage(db, close, 'review', { figuresHash: await refreshFigures(db, periodId) });
    return 'review';
  });
}

/** Moves a month from one stage to another when it still stands in the first. Gives the stage it is in then. */
export async function moveOn(pool: Pool, periodId: number, from: Stage, to: Stage): Promise<Stage> {
  return transaction(pool, async (db) => {
    const close = await holdClose(db, periodId);
    if (close.stage !== from) return close.stage;
    await enterStage(db, close, to);
    return to;
  });
}

/** Whether the newest start or cancel decision is a start. */
async function wasStarted(db: Queryable, periodId: number): Promise<boolean> {
  const found = await db.query<{ kind: string }>(
    `SELECT kind FROM decision WHERE period_id = $1 AND kind IN ('start', 'cancel') ORDER BY decided_at DESC LIMIT 1`,
    [periodId],
  );
  return found.rows[0]?.kind === 'start';
}

async function findCompany(db: Queryable, code: string): Promise<{ id: number; timezone: string }> {
  const found = await db.query<{ id: number; timezone: string }>('SELECT id, timezone FROM company WHERE code = $1', [
    code,
  ]);
  const [company] = found.rows;
  if (company) return company;
  throw new Problem('COMPANY_NOT_FOUND', { zh: `没有公司 ${code}`, en: `no company ${code}` }, 404);
}
