import { Decimal, formatAmount } from '../../domain/money';
import { Problem } from '../../domain/problem';
import { RESOLUTION_ACTION_NAMES, type ResolutionAction } from '../../domain/words';
import type { Queryable } from '../db';
import { refreshFigures } from '../figures';
import { proposeForExceptions, type Proposed } from '../journal/propose';
import { enqueueArrival } from '../outbox';
import { insertAnswers, toldIds } from './answer';
import { requireFigures, requireStage, takeGround, type DecisionRequest, type Ground } from './ground';
import { recordDecision } from './record';
import { findTargets, refuseAnswered, type Target, type Which } from './targets';

/** Which exceptions, and what is to be done with them. */
export interface ResolveRequest extends DecisionRequest {
  readonly which: Which;
  readonly action: ResolutionAction;
  readonly reason: string;
  /** Replaces what another person has answered. */
  readonly replace?: boolean;
}

export interface Resolved {
  readonly decision: string;
  readonly resolved: number;
  /** The month's figures hash after it. */
  readonly figuresHash: string;
  /** Of `adjust` and `write_off`: what finance is asked to book. */
  readonly journal?: Proposed;
}

/**
 * Answers exceptions, all of them or none. An answer holds while the exception's figures stay those it was given for; a person's later
 * answer to the same exception replaces it, another person's does so only on purpose. What is to be booked for it becomes journal proposals.
 * @throws Problem WRONG_STAGE, EXCEPTION_NOT_FOUND, NOTHING_TO_RESOLVE, ALREADY_ANSWERED, MATCHED_BY_HAND, WRITE_OFF_TOO_LARGE, FIGURES_PENDING
 */
export async function resolveExceptions(db: Queryable, request: ResolveRequest): Promise<Resolved> {
  const ground = await takeGround(db, request, 'resolve');
  requireStage(ground, ['reconcile', 'review', 'approve'], { zh: '处理差异', en: 'resolve exceptions' });
  requireFigures(ground);
  const { which, action, reason } = request;
  const targets = await findTargets(db, ground, which);
  refuseAnswered(targets, ground, request.replace === true);
  if (action === 'write_off')
    for (const { id, difference, currency } of targets) refuseLargeWriteOff(ground, { what: id, difference, currency });

  const ids = targets.map(({ id }) => id);
  const decision = await recordDecision(db, ground, {
    kind: 'resolve',
    reason,
    detail: { action, exceptions: ids.length, ...('filter' in which ? which.filter : toldIds(ids)) },
  });
  await insertAnswers(db, ground.period.id, decision, action, ids);
  const journal =
    action === 'adjust' || action === 'write_off'
      ? await proposeForExceptions(db, ground, { decision, action, ids })
      : undefined;
  const figuresHash = await refreshFigures(db, ground.period.id);
  await enqueueArrival(db, ground.period.id);
  return { decision, resolved: ids.length, figuresHash, ...(journal === undefined ? {} : { journal }) };
}

/**
 * Holds a write-off against the policy's limit.
 * @param what the exception, or what a match by hand leaves over, as the refusal names it
 * @throws Problem WRITE_OFF_TOO_LARGE (422)
 */
export function refuseLargeWriteOff(
  ground: Ground,
  { what, difference, currency }: { readonly what: string } & Pick<Target, 'difference' | 'currency'>,
): void {
  const limit = new Decimal(ground.settings.policy.tolerance.writeOff);
  if (new Decimal(difference).abs().lte(limit)) return;
  const amount = formatAmount(difference, currency);
  const name = RESOLUTION_ACTION_NAMES.write_off;
  throw new Problem(
    'WRITE_OFF_TOO_LARGE',
    {
      zh: `差异 ${what} 为 ${amount} ${currency}，超过制度的${name.zh}限额 ${limit.toFixed()}；请用 adjust 或 carry_over，或修改制度`,
      en: `exception ${what} is ${amount} ${currency}, above the policy's limit of ${limit.toFixed()} to ${name.en}; use adjust or carry_over, or change the policy`,
    },
    422,
    { exception: what, difference: amount, limit: limit.toFixed() },
  );
}
