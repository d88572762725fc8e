import { DEADLINE_OF_STAGE, deadlinesOf } from '../../domain/deadlines';
import { formatAmount } from '../../domain/money';
import {
  REPORT_TOP_ROWS,
  type AnswerLine,
  type DecisionLine,
  type DecisionsSection,
  type StageLine,
} from '../../domain/report-model';
import type { Answer, Role, Stage } from '../../domain/words';
import type { Queryable } from '../db';
import type { ReportScope } from './scope';

interface DecisionRow extends Omit<DecisionLine, 'at'> {
  readonly decided_at: Date;
  readonly total: number;
}

interface AnswerRow {
  readonly person: string;
  readonly role: Role;
  readonly action: Answer;
  readonly reason: string;
  readonly currency: string;
  readonly count: number;
  readonly absolute: string;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly total: number;
}

/** Who decided what, when and why. */
export async function readDecisions(db: Queryable, scope: ReportScope): Promise<DecisionsSection> {
  const decisions = await db.query<DecisionRow>(
    `SELECT * FROM (
       SELECT d.kind, d.decided_at, p.name AS person, d.role, d.reason, d.figures_hash AS "figuresHash", d.id,
              count(*) OVER ()::integer AS total
         FROM decision d LEFT JOIN person p ON p.id = d.person_id
        WHERE d.period_id = $1 AND d.kind <> 'resolve'
        ORDER BY d.decided_at DESC, d.id LIMIT $2) newest
      ORDER BY decided_at, id`,
    [scope.periodId, REPORT_TOP_ROWS],
  );
  const answers = await db.query<AnswerRow>(
    `SELECT p.name AS person, d.role, r.action, d.reason, r.currency, count(*)::integer AS count, sum(abs(r.amount)) AS absolute,
            min(d.decided_at) AS first_at, max(d.decided_at) AS last_at, count(*) OVER ()::integer AS total
       FROM resolution r JOIN decision d ON d.id = r.decision_id JOIN person p ON p.id = d.person_id
      WHERE r.period_id = $1
      GROUP BY p.id, p.name, d.role, r.action, d.reason, r.currency
      ORDER BY sum(abs(r.amount)) DESC, p.name, r.action, d.reason LIMIT $2`,
    [scope.periodId, REPORT_TOP_ROWS],
  );
  return {
    list: decisions.rows.map(({ kind, decided_at, person, role, reason, figuresHash }) => ({
      kind,
      at: decided_at.toISOString(),
      person,
      role,
      reason,
      figuresHash,
    })),
    total: decisions.rows[0]?.total ?? 0,
    answers: answers.rows.map(answerOf),
    answersTotal: answers.rows[0]?.total ?? 0,
  };
}

function answerOf(row: AnswerRow): AnswerLine {
  const { person, role, action, reason, currency, count, absolute } = row;
  return {
    person,
    role,
    action,
    reason,
    currency,
    count,
    absolute: formatAmount(absolute, currency),
    firstAt: row.first_at.toISOString(),
    lastAt: row.last_at.toISOString(),
  };
}

/**
 * When the close entered and left each stage, up to the lock, against the policy's deadlines. Reporting itself is left out: a
 * report that is written again must say the same.
 */
export async function readStages(db: Queryable, scope: ReportScope): Promise<StageLine[]> {
  const { rows } = await db.query<{ stage: Stage; entered_at: Date; left_at: Date | null }>(
    `SELECT stage, entered_at, left_at FROM stage_time WHERE period_id = $1 AND stage NOT IN ('open', 'report') ORDER BY entered_at`,
    [scope.periodId],
  );
  const deadlines = deadlinesOf(scope.month, scope.settings.policy, scope.company.timezone);
  return rows.map(({ stage, entered_at, left_at }) => {
    const leftAt = stage === 'lock' ? scope.lockedAt : (left_at?.toISOString() ?? null);
    const due = DEADLINE_OF_STAGE[stage];
    const deadline = due === undefined ? null : deadlines[due];
    const late = deadline !== null && leftAt !== null && leftAt > deadline;
    return { stage, enteredAt: entered_at.toISOString(), leftAt, deadline, late };
  });
}
