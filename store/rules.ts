import type { Pool } from 'pg';
import { parseCompanyFile } from '../domain/company-file';
import type { MatchRule } from '../domain/match-rules';
import { Problem } from '../domain/problem';
import { RULE_VERSION, STANDING_RECONCILIATIONS, type Reconciliation } from '../domain/rules';
import { recordAudit } from './audit';
import type { Queryable } from './db';
import { dryRun, type DryRun } from './reconcile/dry-run';
import type { Principal } from './sessions';

/** The company's own rules as one version of its policy has them. Times are ISO 8601, UTC. */
export interface RuleVersion {
  readonly policyVersion: number;
  readonly rules: readonly MatchRule[];
  /** Login of whoever set the policy; null for what the installation set. */
  readonly author: string | null;
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
  readonly reason: string | null;
}

export interface RulesView {
  readonly standing: { readonly version: string; readonly reconciliations: readonly Reconciliation[] };
  /** Newest first; the first approved one counts for months that start now. */
  readonly versions: readonly RuleVersion[];
}

/** The standing rules and the company's own, with who wrote and who approved them. */
export async function listRules(db: Queryable, companyId: number): Promise<RulesView> {
  const { rows } = await db.query<RuleVersion>(
    `SELECT y.version AS "policyVersion", coalesce(y.settings->'policy'->'rules', '[]') AS rules, author.login AS author,
            approver.login AS "approvedBy", a.approved_at AS "approvedAt", a.reason
       FROM policy y LEFT JOIN person author ON author.id = y.created_by
       LEFT JOIN rule_approval a ON a.company_id = y.company_id AND a.policy_version = y.version LEFT JOIN person approver ON approver.id = a.approved_by
      WHERE y.company_id = $1 ORDER BY y.version DESC`,
    [companyId],
  );
  return { standing: { version: RULE_VERSION, reconciliations: STANDING_RECONCILIATIONS }, versions: rows };
}

/**
 * Lets the rules of a policy version count: months that are compared from now on use the newest approved ones.
 * @throws Problem POLICY_VERSION_NOT_FOUND (404), RULES_APPROVED_ALREADY (409), OWN_RULES (403)
 */
export async function approveRules(
  db: Queryable,
  person: Principal,
  { companyId, policyVersion, reason }: { companyId: number; policyVersion: number; reason: string },
): Promise<RulesView> {
  const before = (await listRules(db, companyId)).versions.find((one) => one.policyVersion === policyVersion);
  if (before === undefined)
    throw new Problem(
      'POLICY_VERSION_NOT_FOUND',
      { zh: `没有第 ${policyVersion} 版制度`, en: `there is no policy version ${policyVersion}` },
      404,
    );
  if (before.approvedBy !== null)
    throw new Problem('RULES_APPROVED_ALREADY', {
      zh: `第 ${policyVersion} 版制度的对账规则已由 ${before.approvedBy} 批准`,
      en: `the rules of policy version ${policyVersion} were approved by ${before.approvedBy}`,
    });
  if (before.author === person.login)
    throw new Problem(
      'OWN_RULES',
      {
        zh: '制定制度的人不能批准其中的对账规则，请由另一位审批人批准',
        en: 'whoever wrote a policy does not approve its rules; another approver has to',
      },
      403,
    );
  await db.query(
    'INSERT INTO rule_approval (company_id, policy_version, approved_by, reason) VALUES ($1, $2, $3, $4)',
    [companyId, policyVersion, person.personId, reason],
  );
  await recordAudit(db, {
    companyId,
    actor: person.login,
    action: 'rules.approved',
    subject: String(policyVersion),
    detail: { reason, rules: before.rules.map((rule) => rule.code) },
  });
  return listRules(db, companyId);
}

/**
 * What a company file would make of a month, without touching it.
 * @throws Problem COMPANY_FILE_INVALID (422), RULE_TOO_WIDE (422)
 */
export async function askRules(pool: Pool, periodId: number, source: string): Promise<DryRun> {
  return dryRun(pool, periodId, parseCompanyFile(source));
}
