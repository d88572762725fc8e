import { randomUUID } from 'node:crypto';
import { C, openHouse, P, PASSWORD, type House } from './house';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const count = async (table: string): Promise<number> =>
  (await house.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)).rows[0]!.n;

test('a write without an Idempotency-Key is refused', async () => {
  for (const key of ['', 'x'.repeat(256)]) {
    const { status, body } = await house.as('preparer', 'POST', `${P}/close/start`, {}, key);
    expect([status, body.code]).toEqual([400, 'IDEMPOTENCY_KEY_MISSING']);
  }
});

test('the same request with the same key is done once and answered twice', async () => {
  const key = randomUUID();
  const before = [await count('decision'), await count('audit_entry'), await count('outbox')];
  const first = await house.as('preparer', 'POST', `${P}/close/start`, {}, key);
  const second = await house.as('preparer', 'POST', `${P}/close/start`, {}, key);
  expect(first.status).toBe(202);
  expect([second.status, second.body]).toEqual([202, first.body]);
  expect(second.headers['idempotent-replayed']).toBe('true');
  const after = [await count('decision'), await count('audit_entry'), await count('outbox')];
  expect(after.map((n, i) => n - before[i]!)).toEqual([1, 1, 1]);
});

test('twenty calls with one key at the same time are done once', async () => {
  const key = randomUUID();
  const body = { day: 3, hour: 4 };
  const before = await count('audit_entry');
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => house.as('admin', 'PUT', `${C}/schedule`, body, key)),
  );
  for (const { status, body: answer } of answers) expect([status, answer]).toEqual([200, answers[0]!.body]);
  expect((await count('audit_entry')) - before).toBe(1);
});

test('the same key with another body, path or file is an error that changes nothing', async () => {
  const key = randomUUID();
  expect((await house.as('admin', 'PUT', `${C}/schedule`, { day: 5, hour: 4 }, key)).status).toBe(200);
  const others = [
    await house.as('admin', 'PUT', `${C}/schedule`, { day: 6, hour: 4 }, key),
    await house.as('admin', 'POST', `${C}/schedule/pause`, {}, key),
  ];
  for (const { status, body } of others) expect([status, body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  expect((await house.as('admin', 'GET', `${C}/schedule`)).body).toMatchObject({ day: 5, paused: false });

  const file = randomUUID();
  const url = `${P}/imports?kind=orders-csv&fileName=a.csv`;
  expect((await house.as('preparer', 'POST', url, Buffer.from('one'), file)).status).toBe(202);
  expect((await house.as('preparer', 'POST', url, Buffer.from('two'), file)).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
});

test('keys belong to a person: two people may use the same', async () => {
  const key = randomUUID();
  await house.as('admin', 'PUT', `${C}/people/colleague`, { roles: ['preparer'], password: PASSWORD });
  expect((await house.as('preparer', 'POST', `${P}/close/retry`, {}, key)).status).toBe(200);
  expect((await house.as('auditor', 'POST', `${P}/close/retry`, {}, key)).body.code).toBe('ROLE_MISSING');
});

test('a refusal keeps no record: the same key works once its ground is gone', async () => {
  const key = randomUUID();
  const path = `${C}/people/late-comer`;
  expect((await house.as('admin', 'PUT', path, { roles: ['cashier'] }, key)).body.code).toBe('PASSWORD_NEEDED');
  expect((await house.as('admin', 'PUT', path, { roles: ['cashier'], password: PASSWORD }, key)).status).toBe(201);
});
