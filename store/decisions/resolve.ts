import { Decimal, formatAmount } from '../../domain/money';
import { Problem } from '../../domain/problem';
import { RESOLUTION_ACTION_NAMES, type ExceptionKind, type ResolutionAction } from '../../domain/words';
import type { Queryable } from '../db';
import { refreshFigures } from '../figures';
import { enqueueArrival } from '../outbox';
import { requireFigures, requireStage, takeGround, type DecisionRequest, type Ground } from './ground';
import { recordDecision } from './record';

/** Which exceptions, and what is to be done with them. */
export interface ResolveRequest extends DecisionRequest {
  /** Ids, or every open exception of one kind. */
  readonly which: { readonly exceptions: readonly string[] } | { readonly kind: ExceptionKind };
  readonly action: ResolutionAction;
  readonly reason: string;
}

interface Target {
  readonly id: string;
  readonly currency: string;
  readonly difference: string;
  readonly figures_hash: string;
}

/**
 * Answers exceptions, all of them or none. An answer holds while the exception's figures stay those it was given for;
 * a later answer to the same exception replaces it.
 * @returns the month's figures hash after it
 * @throws Problem WRONG_STAGE, EXCEPTION_NOT_FOUND, NOTHING_TO_RESOLVE, WRITE_OFF_TOO_LARGE, FIGURES_PENDING
 */
export async function resolveExceptions(
  db: Queryable,
  request: ResolveRequest,
): Promise<{ decision: string; resolved: number; figuresHash: string }> {
  const ground = await takeGround(db, request, 'resolve');
  requireStage(ground, ['reconcile', 'review', 'approve'], { zh: '处理差异', en: 'resolve exceptions' });
  requireFigures(ground);
  const targets =
    'kind' in request.which
      ? await findOpenOfKind(db, ground, request.which.kind)
      : await findByIds(db, ground, request.which.exceptions);
  if (request.action === 'write_off') refuseLargeWriteOff(targets, ground);

  const decision = await recordDecision(db, ground, {
    kind: 'resolve',
    reason: request.reason,
    detail: { action: request.action, exceptions: targets.length, ...describe(request) },
  });
  await insertResolutions(db, ground.period.id, decision, request.action, targets);
  const figuresHash = await refreshFigures(db, ground.period.id);
  await enqueueArrival(db, ground.period.id);
  return { decision, resolved: targets.length, figuresHash };
}

async function findByIds(db: Queryable, ground: Ground, ids: readonly string[]): Promise<Target[]> {
  const found = await db.query<Target>(
    `SELECT id, currency, difference, figures_hash FROM close_exception
      WHERE period_id = $1 AND id = ANY ($2::uuid[]) AND NOT superseded ORDER BY id`,
    [ground.period.id, ids],
  );
  const known = new Set(found.rows.map((row) => row.id));
  const missing = ids.filter((id) => !known.has(id.toLowerCase()));
  if (missing.length === 0) return found.rows;
  throw new Problem(
    'EXCEPTION_NOT_FOUND',
    {
      zh: `${ground.month} 没有差异 ${missing.slice(0, 5).join('、')}，或已不存在；请重新查看 exceptions`,
      en: `${ground.month} has no exception ${missing.slice(0, 5).join(', ')}, or no longer; look at exceptions again`,
    },
    404,
    { missing },
  );
}

async function findOpenOfKind(db: Queryable, ground: Ground, kind: ExceptionKind): Promise<Target[]> {
  const found = await db.query<Target>(
    `SELECT id, currency, difference, figures_hash FROM exception_state
      WHERE period_id = $1 AND kind = $2 AND state = 'open' ORDER BY id`,
    [ground.period.id, kind],
  );
  if (found.rows.length > 0) return found.rows;
  throw new Problem('NOTHING_TO_RESOLVE', {
    zh: `${ground.month} 没有 ${kind} 类的未处理差异`,
    en: `${ground.month} has no open exception of kind ${kind}`,
  });
}

function refuseLargeWriteOff(targets: readonly Target[], ground: Ground): void {
  const limit = new Decimal(ground.settings.policy.tolerance.writeOff);
  const above = targets.find((target) => new Decimal(target.difference).abs().gt(limit));
  if (above === undefined) return;
  const amount = formatAmount(above.difference, above.currency);
  const name = RESOLUTION_ACTION_NAMES.write_off;
  throw new Problem(
    'WRITE_OFF_TOO_LARGE',
    {
      zh: `差异 ${above.id} 为 ${amount} ${above.currency}，超过制度的${name.zh}限额 ${limit.toFixed()}；请用 adjust 或 carry_over，或修改制度`,
      en: `exception ${above.id} is ${amount} ${above.currency}, above the policy's limit of ${limit.toFixed()} to ${name.en}; use adjust or carry_over, or change the policy`,
    },
    422,
    { exception: above.id, difference: amount, limit: limit.toFixed() },
  );
}

async function insertResolutions(
  db: Queryable,
  periodId: number,
  decision: string,
  action: ResolutionAction,
  targets: readonly Target[],
): Promise<void> {
  await db.query(
    `INSERT INTO resolution (period_id, exception_id, sequence, decision_id, action, figures_hash, amount, currency)
     SELECT e.period_id, e.id,
            1 + coalesce((SELECT max(r.sequence) FROM resolution r WHERE r.period_id = e.period_id AND r.exception_id = e.id), 0),
            $2, $3, e.figures_hash, e.difference, e.currency
       FROM close_exception e WHERE e.period_id = $1 AND e.id = ANY ($4::uuid[])`,
    [periodId, decision, action, targets.map((target) => target.id)],
  );
}

function describe(request: ResolveRequest): Record<string, unknown> {
  if ('kind' in request.which) return { kind: request.which.kind };
  return request.which.exceptions.length > 20 ? {} : { ids: request.which.exceptions };
}
