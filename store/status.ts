import type { Bilingual, ReconciliationName, Role, Stage } from '../domain/words';
import { missingApprovals } from '../domain/approvals';
import { requiredRoles } from '../domain/checks';
import { closeWorkflowId } from '../domain/close-view';
import type { EstimateLine } from '../domain/report-model';
import { type Deadlines, deadlinesOf } from '../domain/deadlines';
import { Problem } from '../domain/problem';
import { type BatchView, listBatches } from './batches';
import { listBlockers, type StandingBlocker } from './blockers';
import { readFacts } from './close-facts';
import { type Close, readClose } from './close-row';
import type { Queryable } from './db';
import { judge } from './look';
import { sealOf } from './seal';
import { listEstimates } from './sources/estimates';
import { sourceMonths, type SourceMonth } from './sources/month-view';

/** `close status --json` (contracts, section 2). Instants are ISO, UTC. */
export interface CloseStatusDocument {
  /** IANA zone of the company: what its days and deadlines mean. */
  readonly timezone: string;
  readonly company: string;
  /** YYYY-MM */
  readonly period: string;
  readonly stage: Stage;
  readonly stageSince: string | null;
  readonly closedAt: string | null;
  readonly workflowId: string;
  readonly runId: string | null;
  readonly policyVersion: number | null;
  readonly figuresHash: string | null;
  readonly batches: readonly BatchView[];
  readonly sources: readonly SourceStanding[];
  /** What the month was cut off without. */
  readonly estimates: readonly EstimateLine[];
  readonly reconciliations: readonly ReconciliationLine[];
  /** Rows, but for matched, exceptions and open. */
  readonly counts: {
    readonly accepted: number;
    readonly rejected: number;
    readonly matched: number;
    readonly exceptions: number;
    readonly open: number;
    readonly parked: number;
  };
  readonly blockers: readonly BlockerLine[];
  readonly approvals: readonly ApprovalLine[];
  /** Roles whose approval of these figures is still wanted. */
  readonly approvalsMissing: readonly Role[];
  readonly deadlines: Deadlines | null;
  readonly seal: { readonly hash: string; readonly sequence: number; readonly sealedAt: string } | null;
}

/** A source's month without its parts. */
export type SourceStanding = Omit<SourceMonth, 'parts'> & { readonly parts: number };

export interface ReconciliationLine {
  readonly name: ReconciliationName;
  readonly state: string;
  readonly matched: number;
  readonly exceptions: number;
}

export interface BlockerLine {
  readonly code: string;
  readonly count: number;
  readonly owner: Role;
  readonly severity: 'warn' | 'block';
  readonly since: string;
  readonly remedy: Bilingual;
}

export interface ApprovalLine {
  readonly kind: 'review' | 'approve';
  readonly role: Role;
  readonly person: string;
  readonly at: string;
  readonly figuresHash: string;
  /** Given for the figures that stand, after the last rejection. */
  readonly stands: boolean;
  readonly reason: string;
}

/**
 * Where a company's month stands, from the books alone. A month nobody has named yet is `open` and empty.
 * @throws Problem COMPANY_NOT_FOUND
 */
export async function closeStatus(db: Queryable, companyCode: string, month: string): Promise<CloseStatusDocument> {
  const found = await db.query<{
    company: number;
    timezone: string;
    period: number | null;
    runId: string | null;
    version: number | null;
  }>(
    `SELECT c.id AS company, c.timezone, p.id AS period, p.run_id AS "runId", p.policy_version AS version
       FROM company c LEFT JOIN period p ON p.company_id = c.id AND p.month = $2 WHERE c.code = $1`,
    [companyCode, month],
  );
  const [row] = found.rows;
  if (!row) throw companyNotFound(companyCode);
  const blank = blankStatus(companyCode, month, row.timezone);
  if (row.period === null) return blank;
  const close = await readClose(db, row.period);
  const facts = await readFacts(db, close);
  const batches = await listBatches(db, close.periodId);
  const reconciliations = await lastResults(db, close.periodId);
  const seal = await sealOf(db, close.periodId);
  return {
    ...blank,
    stage: close.stage,
    stageSince: close.stageSince.toISOString(),
    closedAt: close.closedAt?.toISOString() ?? null,
    runId: row.runId,
    policyVersion: row.version,
    figuresHash: close.figuresHash,
    batches,
    sources: await listStandings(db, row.company, month),
    estimates: await listEstimates(db, close.periodId),
    reconciliations,
    counts: {
      ...countRows(batches),
      matched: reconciliations.reduce((sum, { matched }) => sum + matched, 0),
      exceptions: await countExceptions(db, close.periodId),
      open: facts.openExceptions,
    },
    blockers: await presentBlockers(db, close, facts),
    approvals: await listApprovals(db, close),
    approvalsMissing: close.stage === 'approve' ? missingRoles(close, facts) : [],
    deadlines: deadlinesOf(month, close.company.policy, close.company.timezone),
    seal: seal && { hash: seal.hash, sequence: seal.content.sequence, sealedAt: new Date(seal.sealedAt).toISOString() },
  };
}

function blankStatus(company: string, period: string, timezone: string): CloseStatusDocument {
  return {
    company,
    period,
    timezone,
    stage: 'open',
    stageSince: null,
    closedAt: null,
    workflowId: closeWorkflowId(company, period),
    runId: null,
    policyVersion: null,
    figuresHash: null,
    batches: [],
    sources: [],
    estimates: [],
    reconciliations: [],
    counts: { accepted: 0, rejected: 0, matched: 0, exceptions: 0, open: 0, parked: 0 },
    blockers: [],
    approvals: [],
    approvalsMissing: [],
    deadlines: null,
    seal: null,
  };
}

async function listStandings(db: Queryable, companyId: number, month: string): Promise<SourceStanding[]> {
  const months = await sourceMonths(db, { companyId, month });
  return months.map(({ parts, ...standing }) => ({ ...standing, parts: parts.length }));
}

function countRows(batches: readonly BatchView[]): { accepted: number; rejected: number; parked: number } {
  const sum = (states: readonly string[], column: 'accepted' | 'rejected' | 'parked'): number =>
    batches.filter(({ state }) => states.includes(state)).reduce((total, batch) => total + batch[column], 0);
  const effective = ['accepted', 'admitted'];
  return {
    accepted: sum(effective, 'accepted'),
    rejected: sum(effective, 'rejected'),
    parked: sum(['parked'], 'parked'),
  };
}

/** The results of the last comparison, as it recorded them. */
async function lastResults(db: Queryable, periodId: number): Promise<ReconciliationLine[]> {
  const found = await db.query<{ results: ReconciliationLine[] }>(
    'SELECT results FROM reconcile_run WHERE period_id = $1 ORDER BY id DESC LIMIT 1',
    [periodId],
  );
  const results = found.rows[0]?.results ?? [];
  return results.map(({ name, state, matched, exceptions }) => ({ name, state, matched, exceptions }));
}

async function countExceptions(db: Queryable, periodId: number): Promise<number> {
  const found = await db.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM close_exception WHERE period_id = $1 AND NOT superseded',
    [periodId],
  );
  return found.rows[0]?.count ?? 0;
}

/** What blocks at this moment: judged again, so that it is never behind the rows; since when is as it was written down. */
async function presentBlockers(
  db: Queryable,
  close: Close,
  facts: Awaited<ReturnType<typeof readFacts>>,
): Promise<BlockerLine[]> {
  const written = await listBlockers(db, close.periodId);
  const waits = ['collect', 'review', 'approve'].includes(close.stage);
  const present = waits ? judge(close, facts).blockers : [];
  const since = new Map(written.map((blocker) => [blocker.code, blocker.since]));
  const lasting = waits
    ? written.filter(({ code }) => code === 'ACTIVITY_FAILED' || code === 'NO_RECIPIENTS')
    : written;
  return [...present.map((blocker) => ({ ...blocker, since: since.get(blocker.code) ?? new Date() })), ...lasting].map(
    lineOf,
  );
}

const lineOf = ({ code, count, owner, severity, since, remedy }: StandingBlocker): BlockerLine => ({
  code,
  count,
  owner,
  severity,
  since: since.toISOString(),
  remedy,
});

async function listApprovals(db: Queryable, { periodId, figuresHash }: Close): Promise<ApprovalLine[]> {
  const found = await db.query<Omit<ApprovalLine, 'at'> & { at: Date }>(
    `SELECT d.kind, d.role, person.login AS person, d.decided_at AS at, d.figures_hash AS "figuresHash", d.reason,
            d.figures_hash = $2 AND NOT EXISTS (SELECT FROM decision r WHERE r.period_id = d.period_id
              AND r.kind IN ('reject', 'cancel') AND r.decided_at >= d.decided_at) AS stands
       FROM decision d JOIN person ON person.id = d.person_id
      WHERE d.period_id = $1 AND d.kind IN ('review', 'approve') ORDER BY d.decided_at`,
    [periodId, figuresHash],
  );
  return found.rows.map((line) => ({ ...line, at: line.at.toISOString(), stands: line.stands ?? false }));
}

function missingRoles(
  { company }: Close,
  { amounts, approvals }: Awaited<ReturnType<typeof readFacts>>,
): readonly Role[] {
  return missingApprovals(requiredRoles(amounts, company.policy, company.currency), approvals);
}

function companyNotFound(code: string): Problem {
  return new Problem('COMPANY_NOT_FOUND', { zh: `没有公司 ${code}`, en: `no company ${code}` }, 404);
}
