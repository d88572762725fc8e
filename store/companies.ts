import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { CompanySettings } from '../domain/company';
import { parseCompanyFile } from '../domain/company-file';
import { Problem } from '../domain/problem';
import type { Role } from '../domain/words';
import { recordAudit } from './audit';
import type { Queryable } from './db';
import { prismaOn } from './prisma';
import type { Principal } from './sessions';

/** A company with one version of its policy. */
export interface CompanyView {
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly timezone: string;
  readonly policyVersion: number;
  readonly settings: CompanySettings;
}

/**
 * Adds a company from its file, with policy version 1.
 * @param source the company file (YAML) as given; kept beside what was read from it
 * @throws Problem COMPANY_FILE_INVALID, COMPANY_EXISTS
 */
export async function addCompany(
  db: Queryable,
  actor: Principal,
  source: string,
  options: { isSample?: boolean } = {},
): Promise<CompanyView> {
  const settings = parseCompanyFile(source);
  const made = await db.query<{ id: number }>(
    `INSERT INTO company (code, name, currency, timezone, is_sample) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (code) DO NOTHING RETURNING id`,
    [settings.code, settings.name, settings.currency, settings.timezone, options.isSample ?? false],
  );
  const companyId = made.rows[0]?.id;
  if (companyId === undefined) {
    throw new Problem('COMPANY_EXISTS', {
      zh: `公司 ${settings.code} 已存在；修改制度请用 company set`,
      en: `company ${settings.code} exists; use company set to change its policy`,
    });
  }
  await insertPolicy(db, companyId, 1, source, settings, actor);
  const event = { actor: actor.login, action: 'company.added', subject: settings.code };
  await recordAudit(db, { ...event, companyId: 0 });
  await recordAudit(db, { ...event, companyId, detail: { policyVersion: 1, sha256: sha256(source) } });
  return viewOf(settings, 1);
}

/**
 * Gives a company a new policy version. A close that runs ends on the version it began on. The same file as the newest
 * version changes nothing.
 * @throws Problem COMPANY_FILE_INVALID, COMPANY_CODE_DIFFERS, COMPANY_GROUND_FIXED
 */
export async function setCompany(
  db: Queryable,
  actor: Principal,
  companyId: number,
  source: string,
): Promise<CompanyView> {
  const settings = parseCompanyFile(source);
  const found = await db.query<{ code: string; currency: string; timezone: string }>(
    'SELECT code, currency, timezone FROM company WHERE id = $1 FOR UPDATE',
    [companyId],
  );
  const company = found.rows[0] as { code: string; currency: string; timezone: string };
  refuseOtherCode(settings, company.code);
  await refuseMovedGround(db, companyId, settings, company);
  const newest = await newestPolicy(db, companyId);
  if (newest.sha256 === sha256(source)) return viewOf(newest.settings, newest.version);
  const version = newest.version + 1;
  await insertPolicy(db, companyId, version, source, settings, actor);
  await db.query('UPDATE company SET name = $2, currency = $3, timezone = $4 WHERE id = $1', [
    companyId,
    settings.name,
    settings.currency,
    settings.timezone,
  ]);
  const detail = { policyVersion: version, sha256: sha256(source) };
  await recordAudit(db, { companyId, actor: actor.login, action: 'policy.set', subject: settings.code, detail });
  return viewOf(settings, version);
}

/** The newest policy version of a company. */
export async function newestPolicy(
  db: Queryable,
  companyId: number,
): Promise<{ version: number; source: string; settings: CompanySettings; sha256: string }> {
  const found = await db.query<{ version: number; source: string; settings: CompanySettings; sha256: string }>(
    'SELECT version, source, settings, sha256 FROM policy WHERE company_id = $1 ORDER BY version DESC LIMIT 1',
    [companyId],
  );
  const row = found.rows[0];
  if (row === undefined) throw new Error(`company ${companyId} has no policy`);
  return row;
}

/** A company with its newest policy, as read and as given. */
export async function showCompany(
  db: Queryable,
  companyId: number,
): Promise<CompanyView & { readonly source: string }> {
  const policy = await newestPolicy(db, companyId);
  return { ...viewOf(policy.settings, policy.version), source: policy.source };
}

/** The companies a person has a role in; all of them for an installation administrator. */
export async function listCompanies(
  pool: Pool,
  person: Principal,
): Promise<{ code: string; name: string; roles: Role[] }[]> {
  const rows = await prismaOn(pool).company.findMany({
    where: person.isAdmin ? {} : { grants: { some: { personId: person.personId } } },
    select: { code: true, name: true, grants: { where: { personId: person.personId }, select: { role: true } } },
    orderBy: { code: 'asc' },
  });
  return rows.map(({ code, name, grants }) => {
    const roles = new Set(grants.map((grant) => grant.role as Role));
    if (person.isAdmin) roles.add('admin');
    return { code, name, roles: [...roles].sort() };
  });
}

/** The months of a company, newest first. */
export async function listPeriods(
  pool: Pool,
  companyId: number,
): Promise<{ period: string; stage: string; stageSince: Date; lockedAt: Date | null; closedAt: Date | null }[]> {
  const rows = await prismaOn(pool).period.findMany({ where: { companyId }, orderBy: { month: 'desc' } });
  return rows.map(({ month, stage, stageSince, lockedAt, closedAt }) => ({
    period: month,
    stage,
    stageSince,
    lockedAt,
    closedAt,
  }));
}

async function insertPolicy(
  db: Queryable,
  companyId: number,
  version: number,
  source: string,
  settings: CompanySettings,
  actor: Principal,
): Promise<void> {
  await db.query(
    'INSERT INTO policy (company_id, version, source, settings, sha256, created_by) VALUES ($1, $2, $3, $4, $5, $6)',
    [companyId, version, source, JSON.stringify(settings), sha256(source), actor.personId],
  );
}

function refuseOtherCode(settings: CompanySettings, code: string): void {
  if (settings.code === code) return;
  throw new Problem(
    'COMPANY_CODE_DIFFERS',
    {
      zh: `文件中的公司代码是 ${settings.code}，不是 ${code}；公司代码不可更改`,
      en: `the file is for company ${settings.code}, not ${code}; a company keeps its code`,
    },
    422,
  );
}

/** Rows already collected were read in the company's zone and currency: these two stand once there is a month. */
async function refuseMovedGround(
  db: Queryable,
  companyId: number,
  settings: CompanySettings,
  company: { currency: string; timezone: string },
): Promise<void> {
  if (settings.currency === company.currency && settings.timezone === company.timezone) return;
  const months = await db.query('SELECT 1 FROM period WHERE company_id = $1 LIMIT 1', [companyId]);
  if (months.rowCount === 0) return;
  throw new Problem('COMPANY_GROUND_FIXED', {
    zh: `公司已有账务，本位币 ${company.currency} 和时区 ${company.timezone} 不可更改`,
    en: `the company has books already: its currency ${company.currency} and zone ${company.timezone} stand`,
  });
}

function viewOf(settings: CompanySettings, policyVersion: number): CompanyView {
  const { code, name, currency, timezone } = settings;
  return { code, name, currency, timezone, policyVersion, settings };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
