import { Problem } from '../../domain/problem';
import type { Queryable } from '../db';
import { refreshFigures } from '../figures';
import { enqueueArrival } from '../outbox';
import { insertAnswers, toldIds } from './answer';
import { insertApart, findApart } from './apart';
import { requireFigures, requireStage, takeGround, type DecisionRequest, type Ground } from './ground';
import { signalDecision } from './late';
import { recordDecision } from './record';

/** What is taken back: answers to exceptions, and matches taken apart, by their ids. */
export interface UndoRequest extends DecisionRequest {
  readonly ids: readonly string[];
  readonly reason: string;
}

export interface Undone {
  readonly decision: string;
  /** Exceptions that are open again; with one exception of a match by hand, all of that match. */
  readonly exceptions: readonly string[];
  /** Matches that may be made again. */
  readonly matches: readonly string[];
  /** null while the month is compared again. */
  readonly figuresHash: string | null;
}

/**
 * Takes answers back, and lets matches that were taken apart be made again. What was said stays on record; nothing is taken back once the
 * month is locked.
 * @throws Problem WRONG_STAGE, PERIOD_LOCKED, FIGURES_PENDING, NOTHING_TO_UNDO (409)
 */
export async function undoAnswers(db: Queryable, request: UndoRequest): Promise<Undone> {
  const ground = await takeGround(db, request, 'resolve');
  requireStage(ground, ['reconcile', 'review', 'approve'], { zh: '撤销处理', en: 'take an answer back' });
  const ids = request.ids.map((id) => id.toLowerCase());
  const answered = await findAnswered(db, ground, ids);
  const apart = await findApart(db, ground.period.id, ids);
  refuseUnanswered(ids, new Set([...answered.map(({ asked }) => asked), ...apart.map(({ match_id: id }) => id)]));
  if (apart.length === 0) requireFigures(ground);

  const exceptions = [...new Set(answered.map(({ id }) => id))];
  const matches = apart.map(({ match_id: id }) => id);
  const decision = await recordDecision(db, ground, {
    kind: 'resolve',
    told: 'exceptions.undone',
    reason: request.reason,
    detail: {
      action: 'undo',
      exceptions: exceptions.length,
      matches: matches.length,
      ...toldIds([...exceptions, ...matches]),
    },
  });
  await insertAnswers(db, ground.period.id, decision, 'undo', exceptions);
  await insertApart(db, ground.period.id, decision, false, apart);
  return { decision, exceptions, matches, figuresHash: await followUp(db, ground, decision, apart.length > 0) };
}

/**
 * What follows when answers or matches changed: the figures anew, or, where matches did, the month compared again as after an admitted
 * document.
 * @returns the figures hash; null while the month is compared again
 */
export async function followUp(
  db: Queryable,
  ground: Ground,
  decision: string,
  comparesAgain: boolean,
): Promise<string | null> {
  if (comparesAgain) {
    await db.query('UPDATE period SET figures_hash = NULL WHERE id = $1', [ground.period.id]);
    await signalDecision(db, ground, decision);
    return null;
  }
  await enqueueArrival(db, ground.period.id);
  return refreshFigures(db, ground.period.id);
}

/** Answers that stand, each under the exception it was asked for; a match by hand brings all its exceptions. */
async function findAnswered(
  db: Queryable,
  ground: Ground,
  ids: readonly string[],
): Promise<{ asked: string; id: string }[]> {
  const found = await db.query<{ asked: string; id: string }>(
    `SELECT e.id AS asked, coalesce(m.id, e.id) AS id
       FROM exception_answer e
       LEFT JOIN hand_match h ON h.period_id = e.period_id AND h.decision_id = e.decision_id AND e.action = 'match'
       LEFT JOIN LATERAL unnest(h.exception_ids) AS m(id) ON true
      WHERE e.period_id = $1 AND e.id = ANY ($2::uuid[]) AND e.action IS NOT NULL AND NOT e.superseded ORDER BY 1, 2`,
    [ground.period.id, ids],
  );
  return found.rows;
}

function refuseUnanswered(ids: readonly string[], found: ReadonlySet<string>): void {
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length === 0) return;
  throw new Problem(
    'NOTHING_TO_UNDO',
    {
      zh: `${missing.slice(0, 5).join('、')} 没有可撤销的处理：未处理过，或其数字已变、处理已自动失效；请重新查看 exceptions`,
      en: `${missing.slice(0, 5).join(', ')} has no answer to take back: it has none, or its figures changed and the answer fell away; look at exceptions again`,
    },
    409,
    { missing },
  );
}
