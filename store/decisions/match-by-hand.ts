import { Decimal, formatAmount } from '../../domain/money';
import { Problem } from '../../domain/problem';
import type { Queryable } from '../db';
import { refreshFigures } from '../figures';
import { proposeForMatch, type Proposed } from '../journal/propose';
import { enqueueArrival } from '../outbox';
import { insertAnswers, toldIds } from './answer';
import { requireFigures, requireStage, takeGround, type DecisionRequest, type Ground } from './ground';
import { recordDecision } from './record';
import { refuseLargeWriteOff } from './resolve';
import { alreadyAnswered, findTargets, type Target } from './targets';

/** More than this belong to no one bill or transfer: they are a cause, and answered as one. */
export const MOST_MATCHED = 200;

/** Exceptions that a person found to belong together. */
export interface HandMatchRequest extends DecisionRequest {
  readonly exceptions: readonly string[];
  readonly reason: string;
  /** What becomes of a difference that is left over. */
  readonly settle?: 'write_off' | 'adjust';
}

export interface HandMatched {
  readonly decision: string;
  /** Its id among the matches. */
  readonly match: string;
  readonly currency: string;
  /** What is left over: left − right of all of them. */
  readonly difference: string;
  readonly figuresHash: string;
  readonly journal?: Proposed;
}

/**
 * Joins exceptions of one reconciliation and currency whose sides complete one another, any number with any number: what only the left has
 * with what only the right has. It holds while each of them has the figures it was joined with.
 * @throws Problem WRONG_STAGE, FIGURES_PENDING, EXCEPTION_NOT_FOUND, ALREADY_ANSWERED, MATCH_ACROSS, MATCH_ONE_SIDED, MATCH_LEAVES_DIFFERENCE,
 *   WRITE_OFF_TOO_LARGE
 */
export async function matchByHand(db: Queryable, request: HandMatchRequest): Promise<HandMatched> {
  const ground = await takeGround(db, request, 'resolve');
  requireStage(ground, ['reconcile', 'review', 'approve'], { zh: '手工匹配', en: 'match by hand' });
  requireFigures(ground);
  const targets = await findTargets(db, ground, { exceptions: request.exceptions });
  const { reconciliation, currency } = refuseUnlikePairs(targets);
  const difference = targets.reduce((sum, target) => sum.plus(target.effect), new Decimal(0));
  const settle = settlementOf(ground, request, targets, difference);

  const ids = targets.map(({ id }) => id);
  const decision = await recordDecision(db, ground, {
    kind: 'resolve',
    told: 'exceptions.matched',
    reason: request.reason,
    detail: { action: 'match', exceptions: ids.length, difference: difference.toFixed(), settle, ...toldIds(ids) },
  });
  await insertAnswers(db, ground.period.id, decision, 'match', ids);
  const made = await db.query<{ id: string }>(
    `INSERT INTO hand_match (period_id, reconciliation, currency, exception_ids, difference, settled_by, decision_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
    [ground.period.id, reconciliation, currency, ids, difference.toFixed(), settle, decision],
  );
  const match = (made.rows[0] as { id: string }).id;
  const journal = settle === null ? undefined : await proposeForMatch(db, ground, { decision, action: settle, match });
  const figuresHash = await refreshFigures(db, ground.period.id);
  await enqueueArrival(db, ground.period.id);
  const left = formatAmount(difference, currency);
  return { decision, match, currency, difference: left, figuresHash, ...(journal === undefined ? {} : { journal }) };
}

/** @throws Problem ALREADY_ANSWERED, MATCH_ACROSS, MATCH_ONE_SIDED (409) */
function refuseUnlikePairs(targets: readonly Target[]): Target {
  const [first] = targets;
  const answered = targets.find(({ action }) => action !== null);
  if (answered !== undefined) throw alreadyAnswered(answered);
  const isOneSided = targets.find(({ hasLeft, hasRight }) => hasLeft === hasRight);
  if (isOneSided !== undefined)
    throw oneSided(
      `差异 ${isOneSided.id} 两方都有记录，不能再与别的匹配；请用 resolve 处理`,
      `exception ${isOneSided.id} has records on both sides and can be joined with nothing; resolve it`,
    );
  if (first === undefined || targets.every(({ hasLeft }) => hasLeft) || targets.every(({ hasRight }) => hasRight)) {
    throw oneSided(
      '所选差异都在同一方，另一方没有可匹配的；请再选对方的差异',
      'all of these stand on one side and the other has nothing to join; choose exceptions of the other side as well',
    );
  }
  const other = targets.find(
    ({ reconciliation, currency }) => reconciliation !== first.reconciliation || currency !== first.currency,
  );
  if (other === undefined) return first;
  throw new Problem(
    'MATCH_ACROSS',
    {
      zh: `只能匹配同一对账、同一币种的差异：${first.id} 属 ${first.reconciliation} ${first.currency}，${other.id} 属 ${other.reconciliation} ${other.currency}`,
      en: `only exceptions of one reconciliation and currency are joined: ${first.id} is of ${first.reconciliation} ${first.currency}, ${other.id} of ${other.reconciliation} ${other.currency}`,
    },
    409,
    { exceptions: [first.id, other.id] },
  );
}

function oneSided(zh: string, en: string): Problem {
  return new Problem('MATCH_ONE_SIDED', { zh, en }, 409);
}

/**
 * What becomes of the rest; null where it is inside the policy's tolerance.
 * @throws Problem MATCH_LEAVES_DIFFERENCE (422), WRITE_OFF_TOO_LARGE (422)
 */
function settlementOf(
  ground: Ground,
  { settle }: HandMatchRequest,
  targets: readonly Target[],
  difference: Decimal,
): 'write_off' | 'adjust' | null {
  const currency = targets[0]?.currency ?? '';
  const tolerance = ground.settings.policy.tolerance.amount;
  if (difference.isZero() || (settle === undefined && difference.abs().lte(tolerance))) return null;
  if (settle === 'write_off')
    refuseLargeWriteOff(ground, { what: 'match', difference: difference.toFixed(), currency });
  if (settle !== undefined) return settle;
  const rest = formatAmount(difference, currency);
  const sums = runningSum(targets);
  throw new Problem(
    'MATCH_LEAVES_DIFFERENCE',
    {
      zh: `所选差异合计仍差 ${rest} ${currency}（${sums}），超过容差 ${tolerance}；请补选差异，或加 --write-off 或 --adjust`,
      en: `together these still differ by ${rest} ${currency} (${sums}), above the tolerance of ${tolerance}; add exceptions, or say --write-off or --adjust`,
    },
    422,
    { difference: rest, tolerance },
  );
}

const SUMMED = 6;

/** `100.00 → 40.00 → 0.50`: the sum after each exception, the last ones. */
function runningSum(targets: readonly Target[]): string {
  let sum = new Decimal(0);
  const steps = targets.map(({ effect, currency }) => {
    sum = sum.plus(effect);
    return formatAmount(sum, currency);
  });
  return (steps.length > SUMMED ? ['…', ...steps.slice(-SUMMED)] : steps).join(' → ');
}
