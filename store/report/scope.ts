import type { CompanySettings } from '../../domain/company';
import { addMonths } from '../../domain/periods';
import { Problem } from '../../domain/problem';
import type { ReportCompany } from '../../domain/report-model';
import type { Stage } from '../../domain/words';
import type { Queryable } from '../db';

/** The month a report is about: who, which version of the policy, and the batches whose rows count. */
export interface ReportScope {
  readonly periodId: number;
  readonly companyId: number;
  readonly company: ReportCompany;
  readonly settings: CompanySettings;
  /** YYYY-MM */
  readonly month: string;
  readonly stage: Stage;
  readonly policyVersion: number;
  readonly figuresHash: string;
  /** ISO 8601; null before the lock. */
  readonly lockedAt: string | null;
  readonly closedAt: string | null;
  /** The SQL condition under which a fact row of the month counts. */
  readonly rows: string;
  /** The same for this month and the months before that a receivable's age is counted in. */
  readonly recentRows: string;
}

/** Orders older than the last bounded bucket of ages need no looking at: 90 days reach into the fourth month back. */
const RECENT_MONTHS = 4;

interface ScopeRow {
  company_id: number;
  code: string;
  name: string;
  currency: string;
  timezone: string;
  settings: CompanySettings | null;
  month: string;
  stage: Stage;
  policy_version: number | null;
  figures_hash: string | null;
  locked_at: Date | null;
  closed_at: Date | null;
}

/**
 * Reads what a report needs to know of its month.
 * @throws Problem NO_SUCH_PERIOD, CLOSE_NOT_STARTED
 */
export async function readScope(db: Queryable, periodId: number): Promise<ReportScope> {
  const { rows } = await db.query<ScopeRow>(
    `SELECT p.company_id, c.code, c.name, c.currency, c.timezone, v.settings, p.month, p.stage, p.policy_version,
            p.figures_hash, p.locked_at, p.closed_at
       FROM period p
       JOIN company c ON c.id = p.company_id
       LEFT JOIN policy v ON v.company_id = p.company_id AND v.version = p.policy_version
      WHERE p.id = $1`,
    [periodId],
  );
  const row = rows[0];
  if (row === undefined) {
    throw new Problem('NO_SUCH_PERIOD', { zh: `没有会计期间 ${periodId}`, en: `there is no period ${periodId}` }, 404);
  }
  if (row.policy_version === null || row.settings === null || row.figures_hash === null) {
    throw new Problem('CLOSE_NOT_STARTED', {
      zh: `${row.month} 尚未开始结账，没有可报告的数字。请先运行 close start。`,
      en: `the close of ${row.month} has not begun, there is nothing to report yet: run close start first`,
    });
  }
  return {
    periodId,
    companyId: row.company_id,
    company: { code: row.code, name: row.name, currency: row.currency, timezone: row.timezone },
    settings: row.settings,
    month: row.month,
    stage: row.stage,
    policyVersion: row.policy_version,
    figuresHash: row.figures_hash,
    lockedAt: row.locked_at?.toISOString() ?? null,
    closedAt: row.closed_at?.toISOString() ?? null,
    rows: await effectiveRows(db, [periodId]),
    recentRows: await effectiveRows(db, await recentPeriods(db, row.company_id, row.month)),
  };
}

async function recentPeriods(db: Queryable, companyId: number, month: string): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    'SELECT id FROM period WHERE company_id = $1 AND month BETWEEN $2 AND $3 ORDER BY id',
    [companyId, addMonths(month, -RECENT_MONTHS), month],
  );
  return rows.map((row) => row.id);
}

/**
 * Rows dated in their month, of batches accepted or admitted. The batch is asked only where a batch that does not count left rows
 * behind: without that the planner knows how many rows to expect.
 */
async function effectiveRows(db: Queryable, periodIds: readonly number[]): Promise<string> {
  const { rows } = await db.query<{ counts: boolean; id: number }>(
    `SELECT id, state IN ('accepted', 'admitted') AS counts FROM batch
      WHERE period_id = ANY ($1) AND rows_kept + rows_excluded > 0 AND state <> 'refused' ORDER BY id`,
    [periodIds],
  );
  const condition = `period_id IN (${periodIds.join(', ')}) AND in_period`;
  if (rows.every((batch) => batch.counts)) return condition;
  const ids = rows.filter((batch) => batch.counts).map((batch) => batch.id);
  return `${condition} AND (id >> 32) = ANY ('{${ids.join(',')}}'::bigint[])`;
}
