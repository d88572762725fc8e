import { closeWorkflowId } from '../../domain/close-view';
import { nextMonth } from '../../domain/periods';
import { Problem } from '../../domain/problem';
import type { Queryable } from '../db';
import { refreshFigures } from '../figures';
import { deferBatch } from '../intake-defer';
import { enqueueSignal } from '../outbox';
import { requireOpen, takeGround, type DecisionRequest, type Ground } from './ground';
import { recordDecision } from './record';

/** Parked batches, and why they are taken in or sent on. */
export interface LateRequest extends DecisionRequest {
  readonly batches: readonly number[];
  readonly reason: string;
}

/**
 * Takes parked batches into their month. The figures are pending from then on: nobody decides on them, and nothing
 * locks, until what the batches touch is compared again.
 * @throws Problem NOT_PARKED, PERIOD_LOCKED, WRONG_STAGE
 */
export async function admitBatches(
  db: Queryable,
  request: LateRequest,
): Promise<{ decision: string; batches: readonly number[] }> {
  const ground = await takeGround(db, request, 'admit');
  requireOpen(ground);
  await requireParked(db, ground, request.batches);
  await db.query(`UPDATE batch SET state = 'admitted' WHERE period_id = $1 AND id = ANY ($2)`, [
    ground.period.id,
    request.batches,
  ]);
  await db.query('UPDATE period SET figures_hash = NULL WHERE id = $1', [ground.period.id]);
  const decision = await recordDecision(db, ground, {
    kind: 'admit',
    reason: request.reason,
    detail: { batches: request.batches },
  });
  await signalDecision(db, ground, decision);
  return { decision, batches: request.batches };
}

/**
 * Sends parked batches to the next month, where their rows stand in batches of their own. It can be done after the lock as well: the
 * decision is then the next month's, since a locked month takes none.
 * @throws Problem NOT_PARKED, NEXT_MONTH_LOCKED
 */
export async function deferBatches(
  db: Queryable,
  request: LateRequest,
): Promise<{ decision: string; batches: readonly number[]; month: string }> {
  const ground = await takeGround(db, request, 'defer');
  await requireParked(db, ground, request.batches);
  const month = nextMonth(ground.month);
  const opened = await db.query<{ id: number }>('SELECT open_period($1, $2) AS id', [ground.companyId, month]);
  const nextPeriodId = (opened.rows[0] as { id: number }).id;
  for (const batch of request.batches) await deferBatch(db, batch, nextPeriodId);
  const locked = ground.period.lockedAt !== null;
  const decision = await recordDecision(
    db,
    locked ? { ...ground, month, period: { ...ground.period, id: nextPeriodId } } : ground,
    {
      kind: 'defer',
      reason: request.reason,
      detail: { batches: request.batches, from: ground.month, to: month },
    },
  );
  if (locked) return { decision, batches: request.batches, month };
  if (ground.period.figuresHash !== null) await refreshFigures(db, ground.period.id);
  await signalDecision(db, ground, decision);
  return { decision, batches: request.batches, month };
}

/** Tells the close that a decision stands; an activity reads it again from its row. */
export async function signalDecision(db: Queryable, ground: Ground, decision: string): Promise<void> {
  await enqueueSignal(db, {
    dedupeKey: `decision:${decision}`,
    companyId: ground.companyId,
    periodId: ground.period.id,
    workflowId: closeWorkflowId(ground.company, ground.month),
    signal: 'decisionRecorded',
    args: [{ decisionId: decision }],
  });
}

async function requireParked(db: Queryable, ground: Ground, batches: readonly number[]): Promise<void> {
  if (ground.period.stage === 'lock' && ground.period.lockedAt === null) {
    throw new Problem('WRONG_STAGE', {
      zh: `${ground.month} 正在锁定，不能再纳入或转出单据`,
      en: `${ground.month} is being locked: nothing can be admitted or deferred now`,
    });
  }
  const found = await db.query<{ id: number }>(
    `SELECT id FROM batch b WHERE period_id = $1 AND id = ANY ($2) AND state = 'parked'
        AND NOT EXISTS (SELECT FROM batch d WHERE d.deferred_from = b.id) FOR UPDATE`,
    [ground.period.id, batches],
  );
  const parked = new Set(found.rows.map((row) => row.id));
  const others = batches.filter((id) => !parked.has(id));
  if (others.length === 0) return;
  throw new Problem(
    'NOT_PARKED',
    {
      zh: `批次 ${others.join('、')} 不是 ${ground.month} 的待处理迟到单据；请用 parked 查看`,
      en: `batch ${others.join(', ')} is not parked in ${ground.month}; see parked`,
    },
    409,
    { batches: others },
  );
}
