import { Problem } from '../../domain/problem';
import { ANSWER_NAMES, type Answer, type ReconciliationName } from '../../domain/words';
import type { Queryable } from '../db';
import { conditionOf, placeholders, type ExceptionFilter } from '../exceptions/filter';
import type { Ground } from './ground';

/** Which exceptions a decision is about: these, or every open one that the filter lets through. */
export type Which = { readonly exceptions: readonly string[] } | { readonly filter: ExceptionFilter };

/** An exception a person decides about. */
export interface Target {
  readonly id: string;
  readonly reconciliation: ReconciliationName;
  readonly currency: string;
  readonly difference: string;
  /** The difference as it adds up with others: a return counts against sales. */
  readonly effect: string;
  readonly hasLeft: boolean;
  readonly hasRight: boolean;
  /** The answer that holds, and whose it is. */
  readonly action: Answer | null;
  readonly personId: number | null;
  readonly login: string | null;
}

/**
 * The exceptions a decision is about, in the order of their ids.
 * @throws Problem EXCEPTION_NOT_FOUND (404), NOTHING_TO_RESOLVE (409)
 */
export async function findTargets(db: Queryable, ground: Ground, which: Which): Promise<Target[]> {
  return 'exceptions' in which ? findByIds(db, ground, which.exceptions) : findOpen(db, ground, which.filter);
}

const COLUMNS = `e.id, e.reconciliation, e.currency, e.difference,
  (CASE e.facts->>'document' WHEN 'return' THEN -e.difference ELSE e.difference END)::text AS effect, e.left_records <> '[]' AS "hasLeft", e.right_records <> '[]' AS "hasRight",
  e.action, d.person_id AS "personId", p.login`;
const ANSWERED_BY = 'LEFT JOIN decision d ON d.id = e.decision_id LEFT JOIN person p ON p.id = d.person_id';

async function findByIds(db: Queryable, ground: Ground, ids: readonly string[]): Promise<Target[]> {
  const found = await db.query<Target>(
    `SELECT ${COLUMNS} FROM exception_answer e ${ANSWERED_BY}
      WHERE e.period_id = $1 AND e.id = ANY ($2::uuid[]) AND NOT e.superseded ORDER BY e.id`,
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

async function findOpen(db: Queryable, ground: Ground, filter: ExceptionFilter): Promise<Target[]> {
  const values: unknown[] = [];
  const condition = conditionOf(ground.period.id, { ...filter, state: 'open' }, placeholders(values));
  const found = await db.query<Target>(
    `SELECT ${COLUMNS} FROM exception_state e ${ANSWERED_BY} WHERE ${condition} ORDER BY e.id`,
    values,
  );
  if (found.rows.length > 0) return found.rows;
  const asked = Object.entries(filter)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
  throw new Problem('NOTHING_TO_RESOLVE', {
    zh: `${ground.month} 没有符合条件（${asked}）的未处理差异`,
    en: `${ground.month} has no open exception of ${asked}`,
  });
}

/**
 * Two people who answer one exception: the first one's word stands until it is taken back. One's own may be changed.
 * @param replaces another person's answer is replaced on purpose
 * @throws Problem MATCHED_BY_HAND, ALREADY_ANSWERED (409)
 */
export function refuseAnswered(targets: readonly Target[], ground: Ground, replaces: boolean): void {
  refuseMatched(targets);
  const taken = targets.find(({ action, personId }) => action !== null && personId !== ground.person.personId);
  if (taken !== undefined && !replaces) throw alreadyAnswered(taken);
}

/** @throws Problem MATCHED_BY_HAND (409) */
function refuseMatched(targets: readonly Target[]): void {
  const matched = targets.find(({ action }) => action === 'match');
  if (matched === undefined) return;
  throw new Problem(
    'MATCHED_BY_HAND',
    {
      zh: `差异 ${matched.id} 已由 ${matched.login ?? '?'} 手工匹配；请先 undo`,
      en: `exception ${matched.id} was matched by hand by ${matched.login ?? '?'}; undo it first`,
    },
    409,
    { exception: matched.id },
  );
}

/** Somebody has answered it. */
export function alreadyAnswered({ id, action, login }: Target): Problem {
  const said = ANSWER_NAMES[action ?? 'accept'];
  return new Problem(
    'ALREADY_ANSWERED',
    {
      zh: `差异 ${id} 已由 ${login ?? '?'} 处理（${said.zh}）；请先查看，再用 undo 撤销或加 --replace 改答`,
      en: `exception ${id} has been answered by ${login ?? '?'} (${said.en}); look at it, then undo it or answer with --replace`,
    },
    409,
    { exception: id, action, by: login },
  );
}
