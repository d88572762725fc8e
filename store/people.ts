import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { isMailAddress } from '../domain/company-file';
import { refuseWeakPassword, SAMPLE_PASSWORD } from '../domain/passwords';
import { Problem } from '../domain/problem';
import { refuseConflictingRoles } from '../domain/segregation';
import { ROLE_NAMES, type Role } from '../domain/words';
import { recordAudit } from './audit';
import { transaction, type Queryable } from './db';
import { hashPassword, verifyPassword } from './password-hash';
import { prismaOn } from './prisma';
import { revokeSessions, type Principal } from './sessions';

/** The people of the sample company; the last one administers the installation. */
export const SAMPLE_LOGINS = ['preparer', 'reviewer', 'approver', 'controller', 'cashier', 'auditor', 'admin'] as const;

/**
 * Makes the installation's first administrator `admin` where there is none yet.
 * @param options.password SALESCLOSE_ADMIN_PASSWORD; without it a secret is made
 * @returns the secret, to be printed once: it is not kept
 */
export async function bootstrapAdmin(
  pool: Pool,
  options: { password?: string } = {},
): Promise<{ login: 'admin'; oneTimeSecret?: string }> {
  if (await hasLogin(pool, 'admin')) return { login: 'admin' };
  const oneTimeSecret = options.password === undefined ? randomBytes(15).toString('base64url') : undefined;
  const password = options.password ?? oneTimeSecret ?? '';
  refuseWeakPassword(password, 'admin');
  const made = await insertPerson(pool, { login: 'admin', name: ROLE_NAMES.admin.zh, password, isAdmin: true });
  return made && oneTimeSecret !== undefined ? { login: 'admin', oneTimeSecret } : { login: 'admin' };
}

/**
 * Makes the people of the sample, all with the sample's password; those who are there already stay as they are.
 * @param options.adminPassword SALESCLOSE_ADMIN_PASSWORD: wins over the sample's for `admin`
 */
export async function bootstrapSample(pool: Pool, options: { adminPassword?: string } = {}): Promise<void> {
  if (options.adminPassword !== undefined) await bootstrapAdmin(pool, { password: options.adminPassword });
  await Promise.all(
    SAMPLE_LOGINS.map(async (login) => {
      if (await hasLogin(pool, login)) return;
      const isAdmin = login === 'admin';
      await insertPerson(pool, {
        login,
        name: ROLE_NAMES[login].zh,
        password: SAMPLE_PASSWORD,
        isAdmin,
        isSample: true,
      });
    }),
  );
}

export interface PersonInput {
  readonly login: string;
  readonly roles: readonly Role[];
  readonly name?: string;
  readonly email?: string;
  /** Needed for a new login. A login that is there keeps its own: no administrator sets another's password. */
  readonly password?: string;
}

/**
 * Gives a person roles in a company; makes the login where it is new.
 * @param passwordHash of the password, where the login may be new: hashing takes too long for a transaction
 * @throws Problem ROLES_CONFLICT, PASSWORD_NEEDED, LOGIN_REFUSED, MAIL_ADDRESS_REFUSED
 */
export async function addPerson(
  db: Queryable,
  actor: Principal,
  companyId: number,
  input: PersonInput,
  passwordHash: string | undefined,
): Promise<{ login: string; name: string; roles: Role[]; created: boolean }> {
  refuseBadInput(input);
  const known = await findPerson(db, input.login);
  refuseConflictingRoles(input.login, input.roles, known?.isAdmin ?? false);
  const person = known ?? (await makePerson(db, input, passwordHash));
  const before = await rolesOf(db, companyId, person.id);
  const roles = [...new Set([...before, ...input.roles])].sort();
  refuseConflictingRoles(input.login, roles, person.isAdmin);
  for (const role of input.roles) {
    await db.query(
      `INSERT INTO role_grant (company_id, person_id, role, granted_by) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [companyId, person.id, role, actor.personId],
    );
  }
  const detail = { roles: input.roles, created: known === undefined };
  await recordAudit(db, { companyId, actor: actor.login, action: 'role.granted', subject: input.login, detail });
  return { login: input.login, name: person.name, roles, created: known === undefined };
}

/** Takes a role away; it counts from the next request on. */
export async function revokeRole(
  db: Queryable,
  actor: Principal,
  companyId: number,
  login: string,
  role: Role,
): Promise<void> {
  const gone = await db.query(
    `DELETE FROM role_grant WHERE company_id = $1 AND role = $3 AND person_id = (SELECT id FROM person WHERE login = $2)`,
    [companyId, login, role],
  );
  if (gone.rowCount === 0) throw personNotFound(login);
  await recordAudit(db, { companyId, actor: actor.login, action: 'role.revoked', subject: login, detail: { role } });
}

/** Ends a person's sign-in and every session of his. */
export async function disablePerson(db: Queryable, actor: Principal, login: string): Promise<void> {
  const person = await findPerson(db, login);
  if (person === undefined) throw personNotFound(login);
  if (person.id === actor.personId) {
    throw new Problem('OWN_LOGIN', {
      zh: '不能停用自己的登录名；请由另一管理员办理',
      en: 'nobody disables his own login; another administrator has to',
    });
  }
  await db.query('UPDATE person SET disabled_at = coalesce(disabled_at, now()) WHERE id = $1', [person.id]);
  await revokeSessions(db, person.id);
  await recordAudit(db, { companyId: 0, actor: actor.login, action: 'person.disabled', subject: login });
}

/**
 * Changes one's own password and ends one's other sessions.
 * @throws Problem SIGN_IN_REFUSED (401) where the current one is wrong, PASSWORD_REFUSED
 */
export async function changePassword(
  db: Queryable,
  person: Principal,
  change: { current: string; password: string; token: string },
): Promise<void> {
  refuseWeakPassword(change.password, person.login);
  const found = await db.query<{ password_hash: string }>('SELECT password_hash FROM person WHERE id = $1', [
    person.personId,
  ]);
  if (!(await verifyPassword(change.current, found.rows[0]?.password_hash))) {
    throw new Problem('SIGN_IN_REFUSED', { zh: '当前密码不正确', en: 'the current password is not right' }, 401);
  }
  await db.query('UPDATE person SET password_hash = $2 WHERE id = $1', [
    person.personId,
    await hashPassword(change.password),
  ]);
  await revokeSessions(db, person.personId, change.token);
  const event = { companyId: 0, actor: person.login, action: 'person.password_changed', subject: person.login };
  await recordAudit(db, event);
}

/** The people who have a role in a company. */
export async function listPeople(
  pool: Pool,
  companyId: number,
): Promise<{ login: string; name: string; email: string | null; roles: Role[]; disabled: boolean }[]> {
  const rows = await prismaOn(pool).person.findMany({
    where: { grants: { some: { companyId } } },
    select: {
      login: true,
      name: true,
      email: true,
      disabledAt: true,
      grants: { where: { companyId }, orderBy: { role: 'asc' } },
    },
    orderBy: { login: 'asc' },
  });
  return rows.map(({ login, name, email, disabledAt, grants }) => ({
    login,
    name,
    email,
    roles: grants.map((grant) => grant.role as Role),
    disabled: disabledAt !== null,
  }));
}

/** Whether a login exists. */
export async function hasLogin(db: Queryable, login: string): Promise<boolean> {
  return (await findPerson(db, login)) !== undefined;
}

interface Person {
  readonly id: number;
  readonly name: string;
  readonly isAdmin: boolean;
}

async function findPerson(db: Queryable, login: string): Promise<Person | undefined> {
  const found = await db.query<Person>('SELECT id, name, is_admin AS "isAdmin" FROM person WHERE login = $1', [login]);
  return found.rows[0];
}

async function rolesOf(db: Queryable, companyId: number, personId: number): Promise<Role[]> {
  const found = await db.query<{ role: Role }>('SELECT role FROM role_grant WHERE company_id = $1 AND person_id = $2', [
    companyId,
    personId,
  ]);
  return found.rows.map((row) => row.role);
}

async function makePerson(db: Queryable, input: PersonInput, passwordHash: string | undefined): Promise<Person> {
  if (passwordHash === undefined) {
    throw new Problem(
      'PASSWORD_NEEDED',
      { zh: `登录名 ${input.login} 是新的，需要密码`, en: `the login ${input.login} is new and needs a password` },
      422,
    );
  }
  const name = input.name ?? input.login;
  const made = await db.query<{ id: number }>(
    'INSERT INTO person (login, name, email, password_hash) VALUES ($1, $2, $3, $4) RETURNING id',
    [input.login, name, input.email ?? null, passwordHash],
  );
  return { id: (made.rows[0] as { id: number }).id, name, isAdmin: false };
}

async function insertPerson(
  pool: Pool,
  person: { login: string; name: string; password: string; isAdmin?: boolean; isSample?: boolean },
): Promise<boolean> {
  const passwordHash = await hashPassword(person.password);
  return transaction(pool, async (client) => {
    const made = await client.query(
      `INSERT INTO person (login, name, password_hash, is_admin, is_sample) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (login) DO NOTHING`,
      [person.login, person.name, passwordHash, person.isAdmin ?? false, person.isSample ?? false],
    );
    if (made.rowCount === 0) return false;
    const event = { companyId: 0, actor: 'system:setup', action: 'person.added', subject: person.login };
    await recordAudit(client, { ...event, detail: { isAdmin: person.isAdmin ?? false } });
    return true;
  });
}

function refuseBadInput(input: PersonInput): void {
  if (!/^[a-z0-9][a-z0-9._-]{1,63}$/.test(input.login)) {
    throw new Problem(
      'LOGIN_REFUSED',
      {
        zh: '登录名须为 2 至 64 个小写字母、数字、点、下划线或连字符',
        en: 'a login has 2 to 64 of a-z, 0-9, dot, underscore and hyphen',
      },
      422,
    );
  }
  const expected = input.email === undefined ? null : isMailAddress(input.email);
  if (expected !== null) {
    throw new Problem(
      'MAIL_ADDRESS_REFUSED',
      { zh: `“${input.email}”不是可用的邮箱地址`, en: `"${input.email}" is not one plain mail address` },
      422,
    );
  }
}

function personNotFound(login: string): Problem {
  return new Problem(
    'PERSON_NOT_FOUND',
    { zh: `没有 ${login}，或其没有该角色`, en: `no ${login} here, or without that role` },
    404,
  );
}
