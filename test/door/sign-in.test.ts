import { SAMPLE_PASSWORD } from '../../domain/passwords';
import { bootstrapAdmin, bootstrapSample, SAMPLE_LOGINS } from '../../store/people';
import { C, COMPANY_FILE, openHouse, PASSWORD, type Answer, type House } from './house';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const signIn = (login: string, password: string, from = '127.0.0.1'): Promise<Answer> =>
  house.send({ method: 'POST', url: '/api/v1/sign-in', payload: { login, password }, from });
const me = (token: string): Promise<Answer> =>
  house.send({ method: 'GET', url: '/api/v1/me', headers: { authorization: `Bearer ${token}` } });

test('a session opens with the right password and ends with sign-out; the token itself is nowhere in the database', async () => {
  const { status, body } = await signIn('Preparer ', PASSWORD);
  expect([status, body.person]).toEqual([200, { login: 'preparer', name: 'preparer', isAdmin: false }]);
  expect((await me(body.token)).body).toMatchObject({
    login: 'preparer',
    companies: [{ code: 'qinghe', roles: ['preparer'] }],
  });

  const { rows } = await house.pool.query(
    `SELECT count(*)::int AS n FROM session WHERE encode(token_hash, 'escape') LIKE $1`,
    [`%${body.token}%`],
  );
  expect(rows[0]).toEqual({ n: 0 });
  await house.send({ method: 'POST', url: '/api/v1/sign-out', headers: { authorization: `Bearer ${body.token}` } });
  expect((await me(body.token)).body.code).toBe('SIGN_IN_FIRST');
});

test('an unknown login and a wrong password are one answer, and take about as long', async () => {
  const timed = async (login: string): Promise<[Answer, number]> => {
    const started = performance.now();
    const answer = await signIn(login, 'not the password', '127.0.1.1');
    return [answer, performance.now() - started];
  };
  const [unknown, unknownMs] = await timed('nobody-here');
  const [wrong, wrongMs] = await timed('reviewer');
  expect(unknown.status).toBe(401);
  expect(unknown.text).toBe(wrong.text);
  expect(Math.max(unknownMs, wrongMs) / Math.min(unknownMs, wrongMs)).toBeLessThan(3);
});

test('ten failures in a quarter of an hour shut a login for that address; successes never count', async () => {
  for (let i = 0; i < 3; i++) expect((await signIn('auditor', PASSWORD, '127.0.1.2')).status).toBe(200);
  const burst = await Promise.all(Array.from({ length: 14 }, () => signIn('auditor', 'wrong', '127.0.1.2')));
  const statuses = burst.map(({ status }) => status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(4);

  const shut = await signIn('auditor', PASSWORD, '127.0.1.2');
  expect([shut.status, shut.body.code]).toEqual([429, 'TOO_MANY_SIGN_INS']);
  expect(Number(shut.headers['retry-after'])).toBeGreaterThan(60);
  expect((await signIn('auditor', PASSWORD, '127.0.1.3')).status).toBe(200);
  expect((await signIn('cashier', PASSWORD, '127.0.1.2')).status).toBe(200);
}, 60_000);

test('a session ends when it is idle for eight hours or a day old, and when its person is disabled', async () => {
  const { body } = await signIn('controller', PASSWORD);
  const age = (column: string, interval: string): Promise<unknown> =>
    house.pool.query(
      `UPDATE session SET ${column} = now() - $1::interval WHERE person_id = (SELECT id FROM person WHERE login = 'controller')`,
      [interval],
    );
  await age('last_seen_at', '7 hours 59 minutes');
  expect((await me(body.token)).status).toBe(200);
  await age('last_seen_at', '8 hours 1 minute');
  expect((await me(body.token)).status).toBe(401);
  const again = await signIn('controller', PASSWORD);
  expect((await house.as('admin', 'POST', '/api/v1/people/controller/disable')).status).toBe(200);
  expect((await me(again.body.token)).status).toBe(401);
  expect((await signIn('controller', PASSWORD)).body.code).toBe('SIGN_IN_REFUSED');
});

test('a changed password ends the other sessions and the old password', async () => {
  const [one, other] = [await signIn('approver', PASSWORD), await signIn('approver', PASSWORD)];
  const headers = { authorization: `Bearer ${one.body.token}`, 'idempotency-key': 'change-1' };
  const changed = await house.send({
    method: 'POST',
    url: '/api/v1/me/password',
    headers,
    payload: { current: PASSWORD, password: 'five other quiet words here' },
  });
  expect(changed.status).toBe(200);
  expect((await me(one.body.token)).status).toBe(200);
  expect((await me(other.body.token)).status).toBe(401);
  expect((await signIn('approver', PASSWORD)).status).toBe(401);
  expect((await signIn('approver', 'five other quiet words here')).status).toBe(200);
});

test('no password, and no hash of one, is kept outside the person’s row', async () => {
  const secret = 'seven canary birds sing low';
  await house.as('admin', 'PUT', `${C}/people/canary`, { roles: ['auditor'], password: secret });
  await signIn('canary', 'seven canary birds sing loud');
  const { rows } = await house.pool.query(
    `SELECT (SELECT string_agg(t::text, '') FROM idempotency_key t) || (SELECT string_agg(t::text, '') FROM audit_entry t)
         || (SELECT coalesce(string_agg(t::text, ''), '') FROM failed_sign_in t) AS everything`,
  );
  expect(rows[0].everything).not.toMatch(/canary birds/);
});

describe('first people', () => {
  let empty: House;
  beforeEach(async () => {
    empty = await openHouse({ empty: true });
  });
  afterEach(() => empty.close());
  const signInThere = async (login: string, password: string): Promise<number> =>
    (await empty.send({ method: 'POST', url: '/api/v1/sign-in', payload: { login, password } })).status;

  test('the sample’s people sign in with its password, and nobody else can have it', async () => {
    await bootstrapSample(empty.pool);
    await bootstrapSample(empty.pool);
    expect(await signInThere('preparer', SAMPLE_PASSWORD)).toBe(200);
    expect(await signInThere('admin', SAMPLE_PASSWORD)).toBe(200);
    await empty.pool.query(
      `INSERT INTO person (login, name, password_hash) SELECT 'copycat', 'x', password_hash FROM person WHERE login = 'preparer'`,
    );
    expect(await signInThere('copycat', SAMPLE_PASSWORD)).toBe(401);
    const { rows } = await empty.pool.query('SELECT count(*)::int AS people FROM person WHERE is_sample');
    expect(rows).toEqual([{ people: SAMPLE_LOGINS.length }]);
  });

  test('SALESCLOSE_ADMIN_PASSWORD wins over the sample’s password', async () => {
    await bootstrapSample(empty.pool, { adminPassword: 'chosen by the operator' });
    expect(await signInThere('admin', 'chosen by the operator')).toBe(200);
    expect(await signInThere('admin', SAMPLE_PASSWORD)).toBe(401);
  });

  test('without it the first administrator gets a secret, once', async () => {
    const { oneTimeSecret } = await bootstrapAdmin(empty.pool);
    expect(await signInThere('admin', oneTimeSecret!)).toBe(200);
    expect(await bootstrapAdmin(empty.pool)).toEqual({ login: 'admin' });
  });

  test('a person nobody made by the sample cannot be given its password', async () => {
    await bootstrapAdmin(empty.pool, { password: PASSWORD });
    const token = (
      await empty.send({ method: 'POST', url: '/api/v1/sign-in', payload: { login: 'admin', password: PASSWORD } })
    ).body.token;
    const headers = (key: string): Record<string, string> => ({
      authorization: `Bearer ${token}`,
      'idempotency-key': key,
    });
    await empty.send({
      method: 'POST',
      url: '/api/v1/companies',
      headers: { ...headers('1'), 'content-type': 'application/yaml' },
      payload: COMPANY_FILE,
    });
    const payload = { roles: ['auditor'], password: SAMPLE_PASSWORD };
    const refused = await empty.send({ method: 'PUT', url: `${C}/people/newcomer`, headers: headers('2'), payload });
    expect([refused.status, refused.body.code]).toEqual([422, 'PASSWORD_REFUSED']);
  });
});
