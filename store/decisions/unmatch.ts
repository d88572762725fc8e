import { Problem } from '../../domain/problem';
import type { Queryable } from '../db';
import { insertAnswers, toldIds } from './answer';
import { insertApart, type ApartMatch } from './apart';
import { requireFigures, requireStage, takeGround, type DecisionRequest, type Ground } from './ground';
import { recordDecision } from './record';
import { followUp } from './undo';

/** Matches that a person takes apart, by hand or the machine's. */
export interface UnmatchRequest extends DecisionRequest {
  readonly matches: readonly string[];
  readonly reason: string;
}

export interface Unmatched {
  readonly decision: string;
  readonly matches: readonly string[];
  /** Exceptions of matches by hand, open again. */
  readonly exceptions: readonly string[];
  /** null while the month is compared again. */
  readonly figuresHash: string | null;
}

/**
 * Takes matches apart. A match by hand gives its exceptions back; a match of the machine is kept from being made again, and the month is
 * compared again without it. Both can be taken back until the lock.
 * @throws Problem WRONG_STAGE, PERIOD_LOCKED, FIGURES_PENDING, MATCH_NOT_FOUND (404), MATCH_HAS_NO_RECORDS (409)
 */
export async function takeApart(db: Queryable, request: UnmatchRequest): Promise<Unmatched> {
  const ground = await takeGround(db, request, 'resolve');
  requireStage(ground, ['reconcile', 'review', 'approve'], { zh: '拆开匹配', en: 'take a match apart' });
  requireFigures(ground);
  const ids = request.matches.map((id) => id.toLowerCase());
  const byHand = await findByHand(db, ground, ids);
  const byMachine = await findByMachine(db, ground, ids);
  refuseUnknown(ground, ids, new Set([...byHand.map(({ id }) => id), ...byMachine.map(({ match_id: id }) => id)]));
  refuseBalances(byMachine);

  const exceptions = byHand.flatMap(({ exceptionIds }) => exceptionIds);
  const decision = await recordDecision(db, ground, {
    kind: 'resolve',
    told: 'matches.taken_apart',
    reason: request.reason,
    detail: { action: 'unmatch', matches: ids.length, exceptions: exceptions.length, ...toldIds(ids) },
  });
  await insertAnswers(db, ground.period.id, decision, 'undo', exceptions);
  await insertApart(db, ground.period.id, decision, true, byMachine);
  return {
    decision,
    matches: ids,
    exceptions,
    figuresHash: await followUp(db, ground, decision, byMachine.length > 0),
  };
}

async function findByHand(
  db: Queryable,
  ground: Ground,
  ids: readonly string[],
): Promise<{ id: string; exceptionIds: string[] }[]> {
  const found = await db.query<{ id: string; exceptionIds: string[] }>(
    `SELECT id, exception_ids::text[] AS "exceptionIds" FROM hand_match_state WHERE period_id = $1 AND id = ANY ($2::uuid[]) AND stands`,
    [ground.period.id, ids],
  );
  return found.rows;
}

async function findByMachine(db: Queryable, ground: Ground, ids: readonly string[]): Promise<ApartMatch[]> {
  const found = await db.query<ApartMatch>(
    `SELECT id AS match_id, reconciliation, rule, certainty, currency, difference, left_ids, right_ids
       FROM match WHERE period_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id`,
    [ground.period.id, ids],
  );
  return found.rows;
}

function refuseUnknown(ground: Ground, ids: readonly string[], found: ReadonlySet<string>): void {
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length === 0) return;
  throw new Problem(
    'MATCH_NOT_FOUND',
    {
      zh: `${ground.month} 没有匹配 ${missing.slice(0, 5).join('、')}，或已不存在；请重新查看 matches`,
      en: `${ground.month} has no match ${missing.slice(0, 5).join(', ')}, or no longer; look at matches again`,
    },
    404,
    { missing },
  );
}

/** A customer's balance agrees or not; there are no two records to take apart. */
function refuseBalances(matches: readonly ApartMatch[]): void {
  const balance = matches.find(({ left_ids: left, right_ids: right }) => left.length + right.length === 0);
  if (balance === undefined) return;
  throw new Problem('MATCH_HAS_NO_RECORDS', {
    zh: `匹配 ${balance.match_id} 是客户余额相符，没有可拆开的单据；请拆开其单据的匹配`,
    en: `match ${balance.match_id} is a customer's balance that agrees: there are no records to take apart; take apart the match of a document`,
  });
}
