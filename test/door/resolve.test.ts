import { exceptionId, monthInReview, moveTo, openHouse, type Answer, type House, type TestMonth } from './house';

let house: House;
let month: TestMonth;
const ID = exceptionId;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  month = await monthInReview(house.pool, [
    { id: ID(1), difference: '0.80' },
    { id: ID(2), difference: '-1.01' },
    { id: ID(3), difference: '12.00', kind: 'overpaid' },
  ]);
});

const resolve = (body: object, login = 'preparer'): Promise<Answer> =>
  house.as(login, 'POST', `${month.path}/resolutions`, { reason: 'agreed with the customer', ...body });
const states = async (): Promise<string[]> => {
  const { body } = await house.as('auditor', 'GET', `${month.path}/exceptions`);
  return body.map((row: { id: string; state: string }) => `${Number(row.id.slice(-4))} ${row.state}`).sort();
};

test('one, several, or all of a kind are resolved, and the figures follow in the same transaction', async () => {
  const one = await resolve({ exceptions: [ID(3)], action: 'carry_over' });
  expect(one.body).toMatchObject({ resolved: 1 });
  expect(one.body.figuresHash).not.toBe(month.figuresHash);
  expect((await house.as('auditor', 'GET', `${month.path}/close`)).body.figuresHash).toBe(one.body.figuresHash);
  expect((await resolve({ kind: 'amount_differs', action: 'adjust' }, 'reviewer')).body.resolved).toBe(2);
  expect(await states()).toEqual(['1 resolved', '2 resolved', '3 resolved']);
  const { rows } = await house.pool.query(
    `SELECT role, count(*)::int AS decisions FROM decision WHERE kind = 'resolve' AND period_id = $1 GROUP BY role ORDER BY role`,
    [month.periodId],
  );
  expect(rows).toEqual([
    { role: 'preparer', decisions: 1 },
    { role: 'reviewer', decisions: 1 },
  ]);
});

test('small differences are written off, larger ones are not, and then none of the batch is', async () => {
  const tooLarge = await resolve({ kind: 'amount_differs', action: 'write_off' });
  expect([tooLarge.status, tooLarge.body.code, tooLarge.body.limit]).toEqual([422, 'WRITE_OFF_TOO_LARGE', '1']);
  expect(await states()).toEqual(['1 open', '2 open', '3 open']);
  expect((await resolve({ exceptions: [ID(1)], action: 'write_off' })).status).toBe(200);
});

test('a later answer replaces an earlier one and keeps it on record', async () => {
  await resolve({ exceptions: [ID(1)], action: 'dispute' });
  await resolve({ exceptions: [ID(1)], action: 'adjust' });
  const { rows } = await house.pool.query(
    'SELECT sequence, action, amount FROM resolution WHERE period_id = $1 ORDER BY sequence',
    [month.periodId],
  );
  expect(rows).toEqual([
    { sequence: 1, action: 'dispute', amount: '0.80' },
    { sequence: 2, action: 'adjust', amount: '0.80' },
  ]);
});

test('an answer falls away when its exception’s figures change', async () => {
  await resolve({ exceptions: [ID(1)], action: 'accept' });
  await house.pool.query(
    `UPDATE close_exception SET difference = 0.90, figures_hash = 'other' WHERE id = $1 AND period_id = $2`,
    [ID(1), month.periodId],
  );
  expect(await states()).toEqual(['1 open', '2 open', '3 open']);
});

test('what is not there, superseded, or of no kind is refused', async () => {
  await house.pool.query('UPDATE close_exception SET superseded = true WHERE id = $1 AND period_id = $2', [
    ID(2),
    month.periodId,
  ]);
  const missing = await resolve({ exceptions: [ID(1), ID(2), ID(9)], action: 'accept' });
  expect([missing.status, missing.body.code, missing.body.missing]).toEqual([
    404,
    'EXCEPTION_NOT_FOUND',
    [ID(2), ID(9)],
  ]);
  expect((await resolve({ kind: 'unbilled', action: 'accept' })).body.code).toBe('NOTHING_TO_RESOLVE');
  for (const body of [
    { action: 'accept' },
    { exceptions: [ID(1)], kind: 'overpaid', action: 'accept' },
    { exceptions: [ID(1)], action: 'ignore' },
  ]) {
    expect((await resolve(body)).status).toBe(400);
  }
  expect((await resolve({ exceptions: [ID(1)], action: 'accept', reason: '  ' })).status).toBe(400);
});

test('nothing is resolved before the cut-off', async () => {
  for (const stage of ['collect', 'cutoff', 'lock']) {
    await moveTo(house.pool, month.periodId, stage);
    const { status, body } = await resolve({ exceptions: [ID(1)], action: 'accept' });
    expect([status, body.code]).toEqual([409, 'WRONG_STAGE']);
  }
});

test('ten people resolving at the same time leave ten decisions and figures that are those of the rows', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => resolve({ exceptions: [ID(1 + (i % 3))], action: 'accept' })),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  const last = (await house.as('auditor', 'GET', `${month.path}/close`)).body.figuresHash;
  expect(answers.map(({ body }) => body.figuresHash)).toContain(last);
  const { rows } = await house.pool.query(`SELECT count(*)::int AS signals FROM outbox WHERE dedupe_key LIKE $1`, [
    `arrived:${month.periodId}:%`,
  ]);
  expect(rows[0].signals).toBeLessThanOrEqual(2);
});
