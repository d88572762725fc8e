import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { SAMPLE_PASSWORD } from '../domain/passwords';
import { Problem } from '../domain/problem';
import { recordAudit } from './audit';
import { transaction, type Queryable } from './db';
import { verifyPassword } from './password-hash';

/** Who is asking: one person, whatever the company. */
export interface Principal {
  readonly personId: number;
  readonly login: string;
  readonly name: string;
  /** An installation administrator: may add companies, is `admin` in each, has no business role. */
  readonly isAdmin: boolean;
}

export interface SignIn {
  /** 256 random bits. Only its SHA-256 is kept. */
  readonly token: string;
  readonly expiresAt: Date;
  readonly principal: Principal;
}

const IDLE_HOURS = 8;
const ABSOLUTE_HOURS = 24;
const FAILURES_ALLOWED = 10;
const FAILURE_WINDOW_MINUTES = 15;
const LONGEST_PASSWORD = 1024;

/** Sign-ins of one login from one address go one after another, so a burst cannot slip past the count. */
const turns = new Map<string, Promise<unknown>>();

/**
 * Signs a person in. An unknown login, a wrong password and a disabled person are the same answer after the same time.
 * @throws Problem SIGN_IN_REFUSED (401), TOO_MANY_SIGN_INS (429, `details.retryAfter` in seconds)
 */
export async function signIn(
  pool: Pool,
  attempt: { login: string; password: string; address: string },
): Promise<SignIn> {
  const login = attempt.login.trim().toLowerCase();
  const turn = `${login}\n${attempt.address}`;
  const before = turns.get(turn) ?? Promise.resolve();
  const mine = before.then(() => signInNow(pool, { ...attempt, login }));
  const settled = mine.catch(() => undefined);
  turns.set(turn, settled);
  try {
    return await mine;
  } finally {
    if (turns.get(turn) === settled) turns.delete(turn);
  }
}

interface PersonRow {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly password_hash: string;
  readonly is_sample: boolean;
  readonly is_admin: boolean;
}

async function signInNow(pool: Pool, attempt: { login: string; password: string; address: string }): Promise<SignIn> {
  await refuseTooMany(pool, attempt);
  const found = await pool.query<PersonRow>(
    `SELECT id, login, name, password_hash, is_sample, is_admin FROM person WHERE login = $1 AND disabled_at IS NULL`,
    [attempt.login],
  );
  const person = found.rows[0];
  const isRight = await verifyPassword(attempt.password.slice(0, LONGEST_PASSWORD), person?.password_hash);
  const isForSampleOnly = attempt.password === SAMPLE_PASSWORD && person?.is_sample !== true;
  if (!isRight || person === undefined || isForSampleOnly) {
    await recordFailure(pool, attempt, person !== undefined);
    throw signInRefused();
  }
  return openSession(pool, person, attempt.address);
}

async function refuseTooMany(pool: Pool, attempt: { login: string; address: string }): Promise<void> {
  const failures = await pool.query<{ count: number; retry_after: number }>(
    `SELECT count(*)::int AS count,
            ceil(extract(epoch FROM min(at) + make_interval(mins => $3) - now()))::int AS retry_after
       FROM (SELECT at FROM failed_sign_in
              WHERE login = $1 AND address = $2 AND at > now() - make_interval(mins => $3)
              ORDER BY at DESC LIMIT $4) AS newest`,
    [attempt.login, attempt.address, FAILURE_WINDOW_MINUTES, FAILURES_ALLOWED],
  );
  const row = failures.rows[0];
  if (row === undefined || row.count < FAILURES_ALLOWED) return;
  throw new Problem(
    'TOO_MANY_SIGN_INS',
    {
      zh: `登录失败次数过多，请 ${Math.ceil(row.retry_after / 60)} 分钟后再试`,
      en: `too many failed sign-ins; try again in ${Math.ceil(row.retry_after / 60)} minutes`,
    },
    429,
    { retryAfter: row.retry_after },
  );
}

async function recordFailure(pool: Pool, attempt: { login: string; address: string }, isKnown: boolean): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query(`DELETE FROM failed_sign_in WHERE at < now() - interval '1 day'`);
    await client.query('INSERT INTO failed_sign_in (login, address) VALUES ($1, $2)', [attempt.login, attempt.address]);
    if (!isKnown) return;
    const event = { companyId: 0, actor: 'system:api', action: 'person.sign_in_failed', subject: attempt.login };
    await recordAudit(client, { ...event, detail: { address: attempt.address } });
  });
}

async function openSession(pool: Pool, person: PersonRow, address: string): Promise<SignIn> {
  const token = randomBytes(32).toString('base64url');
  return transaction(pool, async (client) => {
    const made = await client.query<{ expires_at: Date }>(
      `INSERT INTO session (token_hash, person_id, expires_at) VALUES ($1, $2, now() + make_interval(hours => $3))
       RETURNING expires_at`,
      [hashToken(token), person.id, ABSOLUTE_HOURS],
    );
    const event = { companyId: 0, actor: person.login, action: 'person.signed_in', subject: person.login };
    await recordAudit(client, { ...event, detail: { address } });
    const principal = { personId: person.id, login: person.login, name: person.name, isAdmin: person.is_admin };
    return { token, expiresAt: (made.rows[0] as { expires_at: Date }).expires_at, principal };
  });
}

/** The person a token stands for; undefined once it is revoked, idle for too long, too old, or its person disabled. */
export async function findPrincipal(db: Queryable, token: string): Promise<Principal | undefined> {
  const found = await db.query<{ id: number; login: string; name: string; is_admin: boolean; is_stale: boolean }>(
    `SELECT p.id, p.login, p.name, p.is_admin, s.last_seen_at < now() - interval '1 minute' AS is_stale
       FROM session s JOIN person p ON p.id = s.person_id
      WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > now()
        AND s.last_seen_at > now() - make_interval(hours => $2) AND p.disabled_at IS NULL`,
    [hashToken(token), IDLE_HOURS],
  );
  const row = found.rows[0];
  if (row === undefined) return undefined;
  if (row.is_stale) await db.query('UPDATE session SET last_seen_at = now() WHERE token_hash = $1', [hashToken(token)]);
  return { personId: row.id, login: row.login, name: row.name, isAdmin: row.is_admin };
}

/** Ends one session. */
export async function signOut(db: Queryable, token: string): Promise<void> {
  await db.query('UPDATE session SET revoked_at = now() WHERE token_hash = $1 AND revoked_at IS NULL', [
    hashToken(token),
  ]);
}

/** Ends a person's sessions, except the one given. */
export async function revokeSessions(db: Queryable, personId: number, exceptToken?: string): Promise<void> {
  await db.query(
    'UPDATE session SET revoked_at = now() WHERE person_id = $1 AND revoked_at IS NULL AND token_hash IS DISTINCT FROM $2',
    [personId, exceptToken === undefined ? null : hashToken(exceptToken)],
  );
}

function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function signInRefused(): Problem {
  return new Problem(
    'SIGN_IN_REFUSED',
    { zh: '登录名或密码不正确', en: 'the login or the password is not right' },
    401,
  );
}
