import {
  exceptionId,
  monthInReview,
  moveTo,
  newMonth,
  openHouse,
  type Answer,
  type House,
  type TestMonth,
} from './house';

let house: House;
let month: TestMonth;
beforeAll(async () => {
  house = await openHouse({
    roles: {
      both: ['preparer', 'reviewer', 'approver'],
      reviewer2: ['reviewer'],
      approver2: ['approver'],
      chief: ['approver', 'controller'],
    },
  });
});
afterAll(() => house.close());

const ID = exceptionId;
const reason = 'looked at it';
const look = (login: string): Promise<Answer> => house.as(login, 'GET', `${month.path}/close`);
const decide = (login: string, verb: 'review' | 'approve' | 'reject', seen?: string): Promise<Answer> =>
  house.as(login, 'POST', `${month.path}/${verb}`, { reason, ...(seen === undefined ? {} : { seen }) });
const resolve = (login: string, body: object): Promise<Answer> =>
  house.as(login, 'POST', `${month.path}/resolutions`, { reason, ...body });
const resolveAll = (): Promise<Answer> => resolve('preparer', { kind: 'amount_differs', action: 'adjust' });

test('review, then approval by another person: decision, audit entry and outbox row stand together', async () => {
  month = await monthInReview(house.pool, []);
  expect((await decide('reviewer', 'review')).body.code).toBe('FIGURES_NOT_SEEN');
  await look('reviewer');
  const reviewed = await decide('reviewer', 'review');
  expect([reviewed.status, reviewed.body.figuresHash]).toEqual([200, month.figuresHash]);
  expect((await decide('approver', 'approve', month.figuresHash)).body.code).toBe('WRONG_STAGE');
  await moveTo(house.pool, month.periodId, 'approve');
  const approved = await decide('approver', 'approve', month.figuresHash);
  expect(approved.body).toMatchObject({ missing: [] });

  for (const [answer, kind, login] of [
    [reviewed, 'review', 'reviewer'],
    [approved, 'approve', 'approver'],
  ] as const) {
    const { rows } = await house.pool.query(
      `SELECT d.kind, d.figures_hash, p.login, a.actor, a.detail->>'reason' AS reason, o.payload
         FROM decision d JOIN person p ON p.id = d.person_id JOIN audit_entry a ON a.subject = d.id::text
         JOIN outbox o ON o.dedupe_key = 'decision:' || d.id WHERE d.id = $1`,
      [answer.body.decision],
    );
    expect(rows).toEqual([
      {
        ...{ kind, login, actor: login, reason, figures_hash: month.figuresHash },
        payload: {
          workflowId: `sales-close/qinghe/${month.month}`,
          signal: 'decisionRecorded',
          args: [{ decisionId: answer.body.decision }],
        },
      },
    ]);
  }
});

test('review is refused while an exception of a blocking check is open', async () => {
  month = await monthInReview(house.pool, [{ id: ID(1), difference: '5.00' }]);
  await look('reviewer');
  const { status, body } = await decide('reviewer', 'review');
  expect([status, body.code]).toEqual([409, 'REVIEW_BLOCKED']);
  expect(body.blockers).toMatchObject([{ code: 'OPEN_EXCEPTIONS', count: 1 }]);
});

test('a decision for figures that changed meanwhile is refused and says what changed', async () => {
  month = await monthInReview(house.pool, [{ id: ID(1), difference: '5.00' }]);
  await look('reviewer');
  expect((await resolveAll()).status).toBe(200);
  const { status, body } = await decide('reviewer', 'review');
  expect([status, body.code]).toEqual([409, 'FIGURES_CHANGED']);
  expect(body.seen).toBe(month.figuresHash);
  expect(body.changes[0].en).toMatch(/amount differs: open\+resolved 1\+0 → 0\+1/);
  expect(body.reason.zh).toMatch(/金额不符/);
  expect((await decide('reviewer', 'review', 'f'.repeat(64))).body.code).toBe('FIGURES_CHANGED');
  await look('reviewer');
  expect((await decide('reviewer', 'review')).status).toBe(200);
});

test('only the status remembers what was shown, and to each person his own', async () => {
  month = await monthInReview(house.pool, []);
  await house.as('reviewer', 'GET', `${month.path}/close/progress`);
  await look('auditor');
  expect((await decide('reviewer', 'review')).body.code).toBe('FIGURES_NOT_SEEN');
});

test.each([
  ['started the close', async () => monthInReview(house.pool, [], { startedBy: 'both' })],
  [
    'imported files',
    async () => {
      const of = newMonth();
      await house.as('both', 'POST', `${of.path}/imports?kind=orders-csv&fileName=a.csv`, Buffer.from('a'));
      return monthInReview(house.pool, [], { of });
    },
  ],
  [
    'resolved exceptions as preparer',
    async () => {
      const made = await monthInReview(house.pool, [{ id: ID(1), difference: '5.00' }]);
      await house.as('both', 'POST', `${made.path}/close/retry`, {});
      const body = { exceptions: [ID(1)], action: 'adjust', reason };
      await house.as('both', 'POST', `${made.path}/resolutions`, body);
      return made;
    },
  ],
])('whoever %s neither reviews nor approves, whatever roles he has', async (what, prepare) => {
  month = await prepare();
  await look('both');
  const review = await decide('both', 'review');
  expect([review.status, review.body.code]).toEqual([403, 'SEGREGATION_OF_DUTIES']);
  expect(review.body.reason.en).toContain(what);
  await moveTo(house.pool, month.periodId, 'approve');
  expect((await decide('both', 'approve', month.figuresHash)).body.code).toBe('SEGREGATION_OF_DUTIES');
});

test('who reviewed does not approve', async () => {
  month = await monthInReview(house.pool, []);
  await look('both');
  expect((await decide('both', 'review')).status).toBe(200);
  await moveTo(house.pool, month.periodId, 'approve');
  const { status, body } = await decide('both', 'approve');
  expect([status, body.code]).toEqual([403, 'SEGREGATION_OF_DUTIES']);
  expect(body.reason.zh).toMatch(/担任复核/);
});

test('above the first tier two people approve, each in his tier; one person never fills both', async () => {
  month = await monthInReview(house.pool, [
    { id: ID(1), difference: '0.60' },
    { id: ID(2), difference: '-2000.00', kind: 'overpaid' },
  ]);
  await house.as(
    'admin',
    'PUT',
    `/api/v1/companies/qinghe`,
    'code: qinghe\nname: x\npolicy: {checks: {open_exceptions: warn}, approvalTiers: [{upTo: "1000", roles: [approver]}, {upTo: null, roles: [controller]}]}',
  );
  await house.pool.query('UPDATE period SET policy_version = 2 WHERE id = $1', [month.periodId]);
  expect((await decide('reviewer', 'review', month.figuresHash)).status).toBe(200);
  await moveTo(house.pool, month.periodId, 'approve');
  expect((await decide('chief', 'approve', month.figuresHash)).body.missing).toEqual(['controller']);
  expect((await decide('chief', 'approve', month.figuresHash)).body.code).toBe('ALREADY_APPROVED');
  expect((await decide('approver2', 'approve', month.figuresHash)).body.code).toBe('APPROVAL_NOT_NEEDED');
  expect((await decide('controller', 'approve', month.figuresHash)).body.missing).toEqual([]);
});

test('a controller is not wanted where the amount stays in the first tier', async () => {
  month = await monthInReview(house.pool, []);
  await decide('reviewer', 'review', month.figuresHash);
  await moveTo(house.pool, month.periodId, 'approve');
  expect((await decide('controller', 'approve', month.figuresHash)).body.code).toBe('APPROVAL_NOT_NEEDED');
});

test('a rejection voids what was decided before it', async () => {
  month = await monthInReview(house.pool, []);
  await decide('reviewer', 'review', month.figuresHash);
  await moveTo(house.pool, month.periodId, 'approve');
  expect((await decide('approver', 'reject', month.figuresHash)).status).toBe(200);
  const { body } = await look('auditor');
  expect(body.approvals).toMatchObject([{ kind: 'review', stands: false }]);
});

test('nothing is decided about a locked month', async () => {
  month = await monthInReview(house.pool, []);
  await decide('reviewer', 'review', month.figuresHash);
  await moveTo(house.pool, month.periodId, 'approve');
  await decide('approver', 'approve', month.figuresHash);
  await moveTo(house.pool, month.periodId, 'lock');
  await house.pool.query('SELECT lock_period($1)', [month.periodId]);
  expect((await decide('reviewer2', 'reject', month.figuresHash)).body.code).toBe('PERIOD_LOCKED');
  expect((await resolve('preparer', { kind: 'overpaid', action: 'accept' })).body.code).toBe('PERIOD_LOCKED');
  expect(
    (await house.as('preparer', 'POST', `${month.path}/imports?kind=orders-csv&fileName=a.csv`, Buffer.from('a'))).body
      .code,
  ).toBe('PERIOD_LOCKED');
  expect((await house.as('preparer', 'POST', `${month.path}/close/cancel`, {})).body.code).toBe('PERIOD_LOCKED');
});
