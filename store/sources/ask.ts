import { Problem } from '../../domain/problem';
import { pullWorkflowId, type PullInput, type PullState } from '../../domain/source-words';
import { enter } from '../access';
import { recordAudit } from '../audit';
import type { Queryable } from '../db';
import { enqueue, type WorkflowStart } from '../outbox';
import type { Principal } from '../sessions';
import { findSource } from './source-row';

/** A source's month that was asked for. */
export interface AskedPull {
  readonly source: string;
  readonly month: string;
  readonly round: number;
  readonly state: PullState;
  readonly workflowId: string;
}

/**
 * Asks the worker to look at every part of a source's month again. What comes counts as this person's import.
 * @throws Problem COMPANY_NOT_FOUND, ROLE_MISSING, SOURCE_NOT_FOUND, SOURCE_PAUSED, PERIOD_LOCKED
 */
export async function askPull(
  db: Queryable,
  request: { readonly person: Principal; readonly company: string; readonly month: string; readonly source: string },
): Promise<AskedPull> {
  const { person, month, source } = request;
  const { companyId, code } = await enter(db, person, request.company, 'pull');
  const { sourceId, active } = await findSource(db, companyId, source);
  if (!active) throw paused(source);
  const opened = await db.query<{ id: number }>('SELECT open_period($1, $2) AS id', [companyId, month]);
  const periodId = opened.rows[0]?.id ?? 0;
  await refuseLocked(db, periodId, month);
  const input = { sourceId, periodId, company: code, source, period: month };
  const round = await ask(db, companyId, input, person.personId);
  await recordAudit(db, {
    ...{ companyId, actor: person.login, action: 'source.pull_asked', month, subject: source },
    detail: { round },
  });
  return { source, month, round, state: 'asked', workflowId: pullWorkflowId(code, source, month) };
}

/** Asks for a month of every active source of a company, when its close starts: nobody's import. */
export async function askForClose(db: Queryable, periodId: number): Promise<void> {
  const found = await db.query<PullInput & { companyId: number }>(
    `${PULL_INPUTS} FROM period p JOIN company c ON c.id = p.company_id JOIN source s ON s.company_id = c.id AND s.active
      WHERE p.id = $1 AND p.locked_at IS NULL ORDER BY s.id`,
    [periodId],
  );
  for (const { companyId, ...input } of found.rows) await ask(db, companyId, input, null);
}

/** Asks again for the months of a source that are open and not whole. */
export async function askAgain(db: Queryable, sourceId: number): Promise<void> {
  const found = await db.query<PullInput & { companyId: number; askedBy: number | null }>(
    `${PULL_INPUTS}, u.asked_by AS "askedBy" FROM source_pull u JOIN source s ON s.id = u.source_id JOIN period p ON p.id = u.period_id
       JOIN company c ON c.id = s.company_id
      WHERE s.id = $1 AND u.state <> 'complete' AND p.locked_at IS NULL ORDER BY p.id`,
    [sourceId],
  );
  for (const { companyId, askedBy, ...input } of found.rows) await ask(db, companyId, input, askedBy);
}

/** The pulls that should be running by the books: asked for, and not at their end. */
export async function runningPulls(db: Queryable): Promise<WorkflowStart[]> {
  const found = await db.query<PullInput>(
    `${PULL_INPUTS} FROM source_pull u JOIN source s ON s.id = u.source_id AND s.active JOIN period p ON p.id = u.period_id
       JOIN company c ON c.id = s.company_id
      WHERE u.state IN ('asked', 'fetching', 'waiting') AND p.locked_at IS NULL ORDER BY p.id, s.id`,
  );
  return found.rows.map(({ sourceId, periodId, company, source, period }) =>
    startOf({ sourceId, periodId, company, source, period }),
  );
}

const PULL_INPUTS = `SELECT s.id AS "sourceId", p.id AS "periodId", c.code AS company, s.name AS source, p.month AS period, c.id AS "companyId"`;

function startOf(input: PullInput): WorkflowStart {
  return {
    type: 'pullSource',
    workflowId: pullWorkflowId(input.company, input.source, input.period),
    args: [input],
    conflict: 'use-existing',
  };
}

/** Begins a new round, unless one is asked for already: a run that waits is told, one that has ended is started. */
async function ask(db: Queryable, companyId: number, input: PullInput, askedBy: number | null): Promise<number> {
  const asked = await db.query<{ round: number }>(
    `INSERT INTO source_pull AS u (source_id, period_id, round, asked_by, state) VALUES ($1, $2, 1, $3, 'asked')
     ON CONFLICT (source_id, period_id) DO UPDATE
       SET round = CASE u.state WHEN 'asked' THEN u.round ELSE u.round + 1 END,
           asked_by = coalesce(excluded.asked_by, CASE u.state WHEN 'complete' THEN NULL ELSE u.asked_by END), asked_at = now(), state = 'asked', attempts = 0,
           next_try_at = NULL, code = NULL, said_zh = NULL, said_en = NULL, updated_at = now()
     RETURNING round`,
    [input.sourceId, input.periodId, askedBy],
  );
  const round = asked.rows[0]?.round ?? 0;
  await db.query(
    `UPDATE source_part SET state = 'waiting', attempts = 0, next_try_at = NULL, updated_at = now()
      WHERE source_id = $1 AND period_id = $2 AND state IN ('waiting', 'stopped')`,
    [input.sourceId, input.periodId],
  );
  await enqueue(db, {
    kind: 'workflow',
    dedupeKey: `pull:${input.sourceId}:${input.periodId}:${round}`,
    companyId,
    periodId: input.periodId,
    payload: { ...startOf(input), signal: 'pullRequested' },
  });
  return round;
}

async function refuseLocked(db: Queryable, periodId: number, month: string): Promise<void> {
  const found = await db.query('SELECT FROM period WHERE id = $1 AND locked_at IS NULL', [periodId]);
  if (found.rowCount === 1) return;
  throw new Problem('PERIOD_LOCKED', {
    zh: `${month} 已结账锁定，不再拉取`,
    en: `${month} is locked and takes nothing more from any source`,
  });
}

function paused(name: string): Problem {
  return new Problem('SOURCE_PAUSED', {
    zh: `数据来源 ${name} 已暂停；请管理员执行 source resume`,
    en: `the source ${name} is paused; an administrator takes it up again with source resume`,
  });
}
