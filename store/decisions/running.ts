import { closeWorkflowId } from '../../domain/close-view';
import { Problem } from '../../domain/problem';
import { enter } from '../access';
import type { Queryable } from '../db';
import { enqueue } from '../outbox';
import { askForClose } from '../sources/ask';
import { requireOpen, takeGround, type DecisionRequest, type Ground } from './ground';
import { recordDecision } from './record';

/** A close that was asked for. */
export interface StartedClose {
  readonly workflowId: string;
  /** It was running, or done, already. */
  readonly joined: boolean;
}

/**
 * Starts a month's close, or joins the one that runs. The month is opened where it is new; its policy version is fixed
 * when the workflow begins.
 * @throws Problem COMPANY_NOT_FOUND, ROLE_MISSING
 */
export async function startClose(db: Queryable, request: DecisionRequest): Promise<StartedClose> {
  const company = await enter(db, request.person, request.company, 'start');
  await db.query('SELECT open_period($1, $2)', [company.companyId, request.month]);
  const ground = await takeGround(db, request, 'start');
  const workflowId = closeWorkflowId(ground.company, ground.month);
  const startedBy = await standingStart(db, ground.period.id);
  if (ground.period.lockedAt !== null && ground.period.closedAt !== null) return { workflowId, joined: true };
  const decisionId = startedBy ?? (await recordDecision(db, ground, { kind: 'start', reason: '' }));
  if (startedBy === undefined) await askForClose(db, ground.period.id);
  // A run that was lost is begun again by whoever joins, at most once a minute; one that lives is joined by its id.
  const again = startedBy === undefined ? '' : `:${Math.floor(Date.now() / 60_000)}`;
  await enqueue(db, {
    kind: 'workflow',
    dedupeKey: `start:${decisionId}${again}`,
    companyId: ground.companyId,
    periodId: ground.period.id,
    payload: {
      type: 'monthlyClose',
      workflowId,
      args: [{ periodId: ground.period.id, company: ground.company, period: ground.month }],
      conflict: 'use-existing',
    },
  });
  return { workflowId, joined: startedBy !== undefined };
}

/** Tells a close that waits for a step to work again to try it now. */
export async function retryClose(
  db: Queryable,
  request: DecisionRequest & { reason: string },
): Promise<{ decision: string }> {
  const ground = await takeRunning(db, request, 'retry');
  const decision = await recordDecision(db, ground, { kind: 'retry', reason: request.reason });
  await enqueue(db, {
    kind: 'signal',
    dedupeKey: `retry:${decision}`,
    companyId: ground.companyId,
    periodId: ground.period.id,
    payload: {
      workflowId: closeWorkflowId(ground.company, ground.month),
      signal: 'retryRequested',
      args: [{ decisionId: decision }],
    },
  });
  return { decision };
}

/** Ends a close that is not locked yet. What was collected and decided stays; the month may be started again. */
export async function cancelClose(
  db: Queryable,
  request: DecisionRequest & { reason: string },
): Promise<{ decision: string }> {
  const ground = await takeRunning(db, request, 'cancel');
  requireOpen(ground);
  const decision = await recordDecision(db, ground, { kind: 'cancel', reason: request.reason });
  await enqueue(db, {
    kind: 'signal',
    dedupeKey: `cancel:${decision}`,
    companyId: ground.companyId,
    periodId: ground.period.id,
    payload: { workflowId: closeWorkflowId(ground.company, ground.month), cancel: true },
  });
  return { decision };
}

async function takeRunning(db: Queryable, request: DecisionRequest, action: 'retry' | 'cancel'): Promise<Ground> {
  const ground = await takeGround(db, request, action);
  const isRunning = ground.period.closedAt === null && (await standingStart(db, ground.period.id)) !== undefined;
  if (isRunning) return ground;
  throw new Problem('NOT_RUNNING', {
    zh: `${ground.month} 没有正在进行的结账；请执行 close start`,
    en: `no close of ${ground.month} is running; start it with close start`,
  });
}

/** The decision that started the close, unless it was cancelled since. */
async function standingStart(db: Queryable, periodId: number): Promise<string | undefined> {
  const found = await db.query<{ id: string; kind: string }>(
    `SELECT id, kind FROM decision WHERE period_id = $1 AND kind IN ('start', 'cancel') ORDER BY decided_at DESC LIMIT 1`,
    [periodId],
  );
  const newest = found.rows[0];
  return newest?.kind === 'start' ? newest.id : undefined;
}
