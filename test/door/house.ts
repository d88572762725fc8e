import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { request as open } from 'node:http';
import type { Pool } from 'pg';
import type { ApiOptions, Door } from '../../api/options';
import { buildServer } from '../../api/server';
import type { Role } from '../../domain/words';
import { hashPassword } from '../../store/password-hash';
import { fileTrials } from '../../sources/profile/trials';
import { refreshFigures } from '../../store/figures';
import { testFolder, testPool, type TestDatabase } from '../support';

/** The password of everyone in the house. */
export const PASSWORD = 'four quiet words here';

/** An API on a database of its own, with people, one company `qinghe`, and a way to speak as each of them. */
export interface House {
  readonly door: Door;
  readonly pool: Pool;
  readonly database: TestDatabase;
  readonly dataDir: string;
  /** Sends a request as a person; writes get a fresh idempotency key. */
  as(
    login: string,
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    body?: unknown,
    key?: string,
  ): Promise<Answer>;
  /** Sends any request, from a loopback address of one's choice. */
  send(asked: Asked): Promise<Answer>;
  readonly url: string;
  close(): Promise<void>;
}

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly payload?: string | Buffer | Record<string, unknown>;
  readonly from?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  // Tests look at answers of every shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export const COMPANY_FILE = `code: qinghe
name: 青禾商贸有限公司
policy:
  tolerance: {writeOff: "1.00"}
  approvalTiers: [{upTo: "1000.00", roles: [approver]}, {upTo: null, roles: [controller]}]
`;

/** Everybody has the one role of his name; `stranger` has none, `admin` administers the installation. */
export const LOGINS = [
  'preparer',
  'reviewer',
  'approver',
  'controller',
  'cashier',
  'auditor',
  'stranger',
  'admin',
] as const;

export interface HouseOptions {
  readonly roles?: Partial<Record<string, Role[]>>;
  readonly empty?: boolean;
  readonly systems?: ApiOptions['systems'];
  /** The company's code; one of its own where workflows run, which all tests of a run share. */
  readonly code?: string;
}

export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const { pool, database, close } = await testPool();
  const dataDir = testFolder('door');
  const door = await buildServer({
    pool,
    databaseUrl: database.url,
    dataDir,
    version: '0.0.0',
    trials: fileTrials,
    uploadLimit: 1024 * 1024,
    systems: options.systems ?? {},
  });
  const url = await door.listen({ host: '127.0.0.1', port: 0 });
  const tokens =
    options.empty === true ? new Map<string, string>() : await movePeopleIn(pool, Object.keys(options.roles ?? {}));
  const send = (asked: Asked): Promise<Answer> => sendOver(url, asked);
  const as: House['as'] = (login, method, path, body, key = randomUUID()) => {
    const isBytes = Buffer.isBuffer(body);
    const isYaml = typeof body === 'string';
    const type = isBytes ? 'application/octet-stream' : isYaml ? 'application/yaml' : 'application/json';
    const headers = {
      authorization: `Bearer ${tokens.get(login) ?? ''}`,
      ...(method === 'GET' ? {} : { 'idempotency-key': key }),
      ...(body === undefined ? {} : { 'content-type': type }),
    };
    const payload = body === undefined ? {} : { payload: isBytes || isYaml ? body : JSON.stringify(body) };
    return send({ method, url: path, headers, ...payload });
  };
  const house: House = {
    ...{ door, url, pool, database, dataDir, send, as },
    close: async () => {
      await door.close();
      await close();
    },
  };
  if (options.empty !== true) await furnish(house, options.code ?? 'qinghe', options.roles ?? {});
  return house;
}

async function movePeopleIn(pool: Pool, more: readonly string[]): Promise<Map<string, string>> {
  const hash = await hashPassword(PASSWORD);
  const tokens = new Map<string, string>();
  for (const login of [...LOGINS, ...more]) {
    const made = await pool.query<{ id: number }>(
      'INSERT INTO person (login, name, password_hash, is_admin) VALUES ($1, $1, $2, $3) RETURNING id',
      [login, hash, login === 'admin'],
    );
    const token = randomBytes(32).toString('base64url');
    await pool.query(
      `INSERT INTO session (token_hash, person_id, expires_at) VALUES ($1, $2, now() + interval '1 day')`,
      [createHash('sha256').update(token).digest(), made.rows[0]!.id],
    );
    tokens.set(login, token);
  }
  return tokens;
}

async function furnish(house: House, code: string, roles: Partial<Record<string, Role[]>>): Promise<void> {
  await house.as('admin', 'POST', '/api/v1/companies', COMPANY_FILE.replace('qinghe', code));
  const given: Record<string, Role[] | undefined> = { ...roles };
  for (const login of LOGINS) if (login !== 'stranger' && login !== 'admin') given[login] = [login];
  for (const [login, has] of Object.entries(given)) {
    await house.as('admin', 'PUT', `/api/v1/companies/${code}/people/${login}`, { roles: has });
  }
}

export const C = '/api/v1/companies/qinghe';
export const P = `${C}/periods/2026-10`;

/** A month as a test has it. */
export interface TestMonth {
  readonly periodId: number;
  readonly figuresHash: string;
  readonly month: string;
  /** The API's path of it. */
  readonly path: string;
}

let monthsMade = 0;

/** A month of its own nobody has used yet. */
export function newMonth(): { month: string; path: string } {
  const n = monthsMade++;
  const month = `${2030 + Math.floor(n / 12)}-${String(1 + (n % 12)).padStart(2, '0')}`;
  return { month, path: `${C}/periods/${month}` };
}

/** What a month looks like that has been compared: in review, with exceptions of the given differences. */
export async function monthInReview(
  pool: Pool,
  differences: readonly { id: string; difference: string; kind?: string }[],
  options: { startedBy?: string; of?: { month: string; path: string } } = {},
): Promise<TestMonth> {
  const { month, path } = options.of ?? newMonth();
  const { rows } = await pool.query<{ id: number }>(
    `SELECT open_period(id, $1) AS id FROM company WHERE code = 'qinghe'`,
    [month],
  );
  const periodId = rows[0]!.id;
  await pool.query(
    `WITH made AS (INSERT INTO decision (period_id, kind, person_id, role) SELECT $1, 'start', id, 'preparer' FROM person WHERE login = $2
                   RETURNING id)
     INSERT INTO audit_entry (chain, actor, action, month, subject) SELECT (SELECT company_id FROM period WHERE id = $1), $2, 'close.started', $3, id FROM made`,
    [periodId, options.startedBy ?? 'preparer', month],
  );
  await pool.query(
    `UPDATE period SET stage = 'review', started_at = now(), cutoff_at = now(), policy_version = 1 WHERE id = $1`,
    [periodId],
  );
  for (const { id, difference, kind } of differences) {
    await pool.query(
      `INSERT INTO close_exception (period_id, id, reconciliation, kind, currency, difference, left_records, right_records, rule,
         facts, suggested_action, owner, figures_hash)
       VALUES ($1, $2, 'orders-ledger', $4, 'CNY', $3::numeric, '[]', '[]', 'order-no', '{}', 'adjust', 'preparer', 'f' || $3)`,
      [periodId, id, difference, kind ?? 'amount_differs'],
    );
  }
  return { periodId, figuresHash: await refreshFigures(pool, periodId), month, path };
}

/** Exception ids that tests can name. */
export function exceptionId(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

/** Puts a month into a stage, as the workflow would. */
export async function moveTo(pool: Pool, periodId: number, stage: string): Promise<void> {
  await pool.query('UPDATE period SET stage = $2, stage_since = now() WHERE id = $1', [periodId, stage]);
}

function sendOver(base: string, { method, url, headers = {}, payload, from }: Asked): Promise<Answer> {
  const isObject = payload !== undefined && typeof payload !== 'string' && !Buffer.isBuffer(payload);
  const body = isObject ? JSON.stringify(payload) : payload;
  const type = isObject ? { 'content-type': 'application/json' } : {};
  return new Promise((resolve, reject) => {
    const options = { method, headers: { ...type, ...headers }, ...(from === undefined ? {} : { localAddress: from }) };
    const outgoing = open(`${base}${url}`, options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: incoming.statusCode!, headers: incoming.headers, text, body: parsed(text) });
      });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
