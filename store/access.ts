import { Problem } from '../domain/problem';
import { roleFor, type Action } from '../domain/segregation';
import type { Role } from '../domain/words';
import type { Queryable } from './db';
import type { Principal } from './sessions';

/** A company as the person asking may see it. */
export interface CompanyAccess {
  readonly companyId: number;
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly timezone: string;
  /** The person's roles here; an installation administrator has `admin` everywhere. */
  readonly roles: readonly Role[];
}

/**
 * The company of that code, for someone who has a role in it.
 * @throws Problem COMPANY_NOT_FOUND (404), the same whether it does not exist or is a stranger's
 */
export async function findCompany(db: Queryable, person: Principal, code: string): Promise<CompanyAccess> {
  const found = await db.query<{
    id: number;
    code: string;
    name: string;
    currency: string;
    timezone: string;
    roles: Role[];
  }>(
    `SELECT c.id, c.code, c.name, c.currency, c.timezone,
            array(SELECT role FROM role_grant g WHERE g.company_id = c.id AND g.person_id = $2 ORDER BY role) AS roles
       FROM company c WHERE c.code = $1`,
    [code, person.personId],
  );
  const row = found.rows[0];
  const roles = row === undefined ? [] : withAdmin(row.roles, person);
  if (row === undefined || roles.length === 0) throw companyNotFound(code);
  return { companyId: row.id, code: row.code, name: row.name, currency: row.currency, timezone: row.timezone, roles };
}

/**
 * The same, and the role in which the person may do `action` there.
 * @throws Problem COMPANY_NOT_FOUND (404), ROLE_MISSING (403)
 */
export async function enter(
  db: Queryable,
  person: Principal,
  code: string,
  action: Action,
): Promise<CompanyAccess & { readonly role: Role }> {
  const company = await findCompany(db, person, code);
  return { ...company, role: roleFor(action, company.roles) };
}

/**
 * The id of a month, for someone who may read the company.
 * @throws Problem COMPANY_NOT_FOUND (404), PERIOD_NOT_FOUND (404)
 */
export async function readablePeriod(
  db: Queryable,
  person: Principal,
  of: { code: string; month: string },
): Promise<number> {
  const { companyId } = await enter(db, person, of.code, 'read');
  const found = await db.query<{ id: number }>('SELECT id FROM period WHERE company_id = $1 AND month = $2', [
    companyId,
    of.month,
  ]);
  const id = found.rows[0]?.id;
  if (id === undefined) throw periodNotFound(of.month);
  return id;
}

/** @throws Problem ADMIN_ONLY (403) */
export function requireInstallationAdmin(person: Principal): void {
  if (person.isAdmin) return;
  throw new Problem(
    'ADMIN_ONLY',
    {
      zh: '只有安装管理员可以办理；请用管理员登录名',
      en: 'only an administrator of this installation may do this; sign in as one',
    },
    403,
  );
}

function withAdmin(roles: readonly Role[], person: Principal): readonly Role[] {
  return person.isAdmin && !roles.includes('admin') ? ['admin', ...roles] : roles;
}

function companyNotFound(code: string): Problem {
  return new Problem(
    'COMPANY_NOT_FOUND',
    {
      zh: `没有公司 ${code}，或您在其中没有角色；请管理员授权`,
      en: `there is no company ${code}, or you have no role in it; ask an administrator`,
    },
    404,
  );
}

/** A month without any row yet. */
export function periodNotFound(month: string): Problem {
  return new Problem(
    'PERIOD_NOT_FOUND',
    {
      zh: `${month} 尚无数据；请先导入文件或启动结账`,
      en: `nothing is known of ${month} yet; import a file or start its close first`,
    },
    404,
  );
}
