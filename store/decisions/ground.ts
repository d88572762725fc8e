import type { CompanySettings } from '../../domain/company';
import { Problem } from '../../domain/problem';
import { refuseByOwnWork, roleFor, type Action, type MonthWork } from '../../domain/segregation';
import { STAGE_NAMES, type Role, type Stage } from '../../domain/words';
import { findCompany, periodNotFound } from '../access';
import type { Queryable } from '../db';
import type { Principal } from '../sessions';

/** Who decides about which month. */
export interface DecisionRequest {
  readonly person: Principal;
  /** The company's code. */
  readonly company: string;
  /** YYYY-MM */
  readonly month: string;
}

/** The ground a decision stands on, read under a lock on the month's row: it cannot move before the decision commits. */
export interface Ground {
  readonly person: Principal;
  readonly role: Role;
  readonly companyId: number;
  readonly company: string;
  readonly month: string;
  readonly period: PeriodRow;
  /** The policy version the close runs on; the newest before it starts. */
  readonly settings: CompanySettings;
}

export interface PeriodRow {
  readonly id: number;
  readonly stage: Stage;
  readonly policyVersion: number | null;
  readonly startedAt: Date | null;
  readonly cutoffAt: Date | null;
  readonly figuresHash: string | null;
  readonly lockedAt: Date | null;
  readonly closedAt: Date | null;
  readonly cancelledAt: Date | null;
  readonly workflowId: string | null;
}

/**
 * Reads the month under lock and checks role and segregation of duties for `action`.
 * @throws Problem COMPANY_NOT_FOUND, PERIOD_NOT_FOUND, ROLE_MISSING, SEGREGATION_OF_DUTIES
 */
export async function takeGround(db: Queryable, request: DecisionRequest, action: Action): Promise<Ground> {
  const company = await findCompany(db, request.person, request.company);
  const period = await lockPeriodRow(db, company.companyId, request.month);
  if (period === undefined) throw periodNotFound(request.month);
  const work = await workOf(db, period.id, request.person.personId);
  const role = roleFor(action, company.roles, work);
  refuseByOwnWork(action, request.person.login, work);
  const settings = await settingsOf(db, company.companyId, period.policyVersion);
  const { companyId, code } = company;
  return { person: request.person, role, companyId, company: code, month: request.month, period, settings };
}

/** What a person has done in a month so far, from the rows themselves. */
export async function workOf(db: Queryable, periodId: number, personId: number): Promise<MonthWork> {
  const found = await db.query<MonthWork>(
    `WITH done AS (SELECT kind, role FROM decision WHERE period_id = $1 AND person_id = $2)
     SELECT EXISTS (SELECT FROM batch WHERE period_id = $1 AND imported_by = $2
                     AND state NOT IN ('refused', 'cancelled')) AS imported,
            EXISTS (SELECT FROM done WHERE kind = 'start') AS started,
            EXISTS (SELECT FROM done WHERE kind = 'admit') AS admitted,
            EXISTS (SELECT FROM done WHERE kind = 'resolve' AND role = 'preparer') AS "resolvedAsPreparer",
            EXISTS (SELECT FROM done WHERE role = 'reviewer') AS "actedAsReviewer",
            EXISTS (SELECT FROM done WHERE role = 'preparer' AND kind IN ('retry', 'cancel', 'defer')) AS "actedAsPreparer"`,
    [periodId, personId],
  );
  return found.rows[0] as MonthWork;
}

/** @throws Problem WRONG_STAGE (409) unless the close runs in one of the stages */
export function requireStage(ground: Ground, stages: readonly Stage[], what: { zh: string; en: string }): void {
  const { period } = ground;
  requireOpen(ground);
  if (period.startedAt !== null && period.cancelledAt === null && stages.includes(period.stage)) return;
  const names = (language: 'zh' | 'en'): string => stages.map((stage) => STAGE_NAMES[stage][language]).join(' / ');
  throw new Problem(
    'WRONG_STAGE',
    {
      zh: `${what.zh}须在“${names('zh')}”阶段办理；${ground.month} 现处于“${STAGE_NAMES[period.stage].zh}”`,
      en: `to ${what.en}, the close must be in ${names('en')}; ${ground.month} is in ${STAGE_NAMES[period.stage].en}`,
    },
    409,
    { stage: period.stage, stages },
  );
}

/** @throws Problem PERIOD_LOCKED (409) */
export function requireOpen(ground: Ground): void {
  if (ground.period.lockedAt === null) return;
  throw new Problem('PERIOD_LOCKED', {
    zh: `${ground.month} 已结账锁定，不能再改；更正请记入下一个未结账的月份`,
    en: `${ground.month} is locked and stays as it is; book corrections in the next open month`,
  });
}

/**
 * The figures that stand.
 * @throws Problem FIGURES_PENDING (409) while something admitted is not compared yet
 */
export function requireFigures(ground: Ground): string {
  if (ground.period.figuresHash !== null) return ground.period.figuresHash;
  throw new Problem('FIGURES_PENDING', {
    zh: '数字正在重新对账，请稍候并查看 close status 后再办理',
    en: 'the figures are being compared again; wait a moment, look at close status, then decide',
  });
}

async function lockPeriodRow(db: Queryable, companyId: number, month: string): Promise<PeriodRow | undefined> {
  // NO KEY: rows that only refer to the month (a batch being loaded) need not wait, other decisions do.
  const found = await db.query<PeriodRow>(
    `SELECT id, stage, policy_version AS "policyVersion", started_at AS "startedAt", cutoff_at AS "cutoffAt",
            figures_hash AS "figuresHash", locked_at AS "lockedAt", closed_at AS "closedAt",
            cancelled_at AS "cancelledAt", workflow_id AS "workflowId"
       FROM period WHERE company_id = $1 AND month = $2 FOR NO KEY UPDATE`,
    [companyId, month],
  );
  return found.rows[0];
}

async function settingsOf(db: Queryable, companyId: number, version: number | null): Promise<CompanySettings> {
  const found = await db.query<{ settings: CompanySettings }>(
    `SELECT settings FROM policy WHERE company_id = $1 AND ($2::int IS NULL OR version = $2) ORDER BY version DESC LIMIT 1`,
    [companyId, version],
  );
  return (found.rows[0] as { settings: CompanySettings }).settings;
}
