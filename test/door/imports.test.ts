import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { evidencePath } from '../../store/evidence';
import { monthInReview, moveTo, newMonth, openHouse, type Answer, type House } from './house';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const bytesOf = (text: string): Buffer => Buffer.from(text);
const send = (path: string, text: string, query: string, login = 'preparer'): Promise<Answer> =>
  house.as(login, 'POST', `${path}/imports?${query}`, bytesOf(text));
const ORDERS = 'kind=orders-csv&fileName=orders.csv';

/** What the worker does at the end of a load. */
const settle = (batch: number, state: string): Promise<unknown> =>
  house.pool.query(
    `UPDATE batch SET state = $2, rows_in = 3, rows_kept = 2, rows_rejected = 1, settled_at = now(),
            totals = '{"CNY": {"rowsIn": "30.00", "kept": "20.00", "rejected": "10.00", "excluded": "0.00"}}' WHERE id = $1`,
    [batch, state],
  );

test('the bytes are kept under their hash, the batch waits for the worker, and polling shows how it ends', async () => {
  const { path, month } = newMonth();
  const text = 'order_no\nSO-1\n';
  const { status, body } = await send(path, text, ORDERS);
  expect([status, body.state, body.settled, body.importedBy]).toEqual([202, 'received', false, 'preparer']);
  const sha256 = createHash('sha256').update(text).digest('hex');
  expect(body.evidence).toBe(sha256);
  expect(readFileSync(evidencePath(house.dataDir, sha256), 'utf8')).toBe(text);
  expect(statSync(evidencePath(house.dataDir, sha256)).mode & 0o777).toBe(0o400);
  const { rows } = await house.pool.query('SELECT payload FROM outbox WHERE dedupe_key = $1', [`import:${body.batch}`]);
  expect(rows[0].payload).toMatchObject({
    type: 'importBatch',
    workflowId: `sales-import/${body.batch}`,
    args: [{ batchId: body.batch }],
  });

  await settle(body.batch, 'accepted');
  expect((await house.as('auditor', 'GET', `${path}/batches/${body.batch}`)).body).toMatchObject({
    ...{ settled: true, rowsIn: 3, accepted: 2, rejected: 1, excluded: 0, parked: 0 },
    totals: { CNY: { rowsIn: '30.00', accepted: '20.00', rejected: '10.00', excluded: '0.00', parked: '0.00' } },
  });
  const audit = await house.as('auditor', 'GET', `/api/v1/companies/qinghe/audit?month=${month}`);
  expect(audit.body).toMatchObject([{ action: 'batch.received', actor: 'preparer', subject: String(body.batch) }]);
});

test('the same bytes again are the batch they already are, also when two send them at once', async () => {
  const { path } = newMonth();
  const [one, two] = await Promise.all([send(path, 'same', ORDERS), send(path, 'same', ORDERS)]);
  expect([one.status, two.status].sort()).toEqual([200, 202]);
  expect(one.body.batch).toBe(two.body.batch);
  await settle(one.body.batch, 'accepted');
  const again = await send(path, 'same', 'kind=orders-csv&fileName=renamed.csv');
  expect([again.status, again.body.duplicateOf, again.body.accepted]).toEqual([200, one.body.batch, 2]);
  expect((await house.as('auditor', 'GET', `${path}/batches`)).body).toHaveLength(1);
  expect((await send(path, 'same', 'kind=returns-csv&fileName=orders.csv')).status).toBe(202);
  expect((await send(newMonth().path, 'same', ORDERS)).status).toBe(202);
});

test('a refused file may be sent again', async () => {
  const { path } = newMonth();
  const { body } = await send(path, 'broken', ORDERS);
  await house.pool.query(
    `UPDATE batch SET state = 'refused', refusal = '{"code": "HEADER_MISSING", "reason": {"zh": "无", "en": "none"}}', settled_at = now() WHERE id = $1`,
    [body.batch],
  );
  expect((await house.as('auditor', 'GET', `${path}/batches/${body.batch}`)).body.refusal.code).toBe('HEADER_MISSING');
  expect((await send(path, 'broken', ORDERS)).status).toBe(202);
});

test('a batch is replaced by a new version until the cut-off, one of its own kind only', async () => {
  const { path, month } = newMonth();
  const first = (await send(path, 'v1', ORDERS)).body.batch;
  expect((await send(path, 'v2', `${ORDERS}&replaces=${first}`)).body.code).toBe('NOT_REPLACEABLE');
  await settle(first, 'accepted');
  expect((await send(path, 'v2', `kind=returns-csv&fileName=r.csv&replaces=${first}`)).body.code).toBe(
    'NOT_REPLACEABLE',
  );
  const second = await send(path, 'v2', `${ORDERS}&replaces=${first}`);
  expect(second.body).toMatchObject({ replaces: first, version: 2 });
  await house.pool.query('UPDATE period SET cutoff_at = now() WHERE month = $1', [month]);
  expect((await send(path, 'v3', `${ORDERS}&replaces=${first}`)).body.code).toBe('REPLACES_AFTER_CUTOFF');
});

test('a cashier imports till and receipt files and is told who imports the rest', async () => {
  const { path } = newMonth();
  expect((await send(path, 'till', 'kind=channel-csv&fileName=till.csv', 'cashier')).status).toBe(202);
  const { status, body } = await send(path, 'books', 'kind=ledger-csv&fileName=l.csv', 'cashier');
  expect([status, body.code]).toEqual([403, 'ROLE_MISSING']);
  expect(body.reason.zh).toMatch(/请由经办导入/);
});

test('a file above the limit is refused and nothing of it is left', async () => {
  const { path } = newMonth();
  const { status, body } = await send(path, 'x'.repeat(1024 * 1024 + 1), ORDERS);
  expect([status, body.code]).toEqual([413, 'TOO_LARGE']);
  expect(readdirSync(join(house.dataDir, 'evidence', 'incoming'))).toEqual([]);
});

test('a name is a name, never a path; an unknown kind or encoding is refused', async () => {
  const { path } = newMonth();
  const { body } = await send(path, 'n', `kind=orders-csv&fileName=${encodeURIComponent('../../etc/pass\u0000wd')}`);
  expect(body.file).toBe('passwd');
  expect(existsSync(join(house.dataDir, 'etc'))).toBe(false);
  expect((await send(path, 'm', 'kind=excel&fileName=a')).status).toBe(400);
  expect((await send(path, 'm', `${ORDERS}&encoding=ebcdic`)).body.code).toBe('UNKNOWN_ENCODING');
  expect((await send(path, 'm', `${ORDERS}&encoding=GBK`)).status).toBe(202);
});

describe('late documents', () => {
  const parkedIn = async (): Promise<{ path: string; periodId: number; batch: number }> => {
    const { path, periodId } = await monthInReview(house.pool, []);
    const { body } = await send(path, `late ${path}`, ORDERS);
    await settle(body.batch, 'parked');
    return { path, periodId, batch: body.batch };
  };
  const late = (path: string, verb: 'admit' | 'defer', batches: number[]): Promise<Answer> =>
    house.as('preparer', 'POST', `${path}/${verb}`, { batches, reason: 'came by courier' });

  test('parked rows are counted as parked and shown until someone decides', async () => {
    const { path, batch } = await parkedIn();
    const { body } = await house.as('auditor', 'GET', `${path}/parked`);
    expect(body).toMatchObject([
      { batch, accepted: 0, parked: 2, totals: { CNY: { accepted: '0.00', parked: '20.00' } } },
    ]);
  });

  test('what admitting would settle and raise can be asked before, by anybody who may read', async () => {
    const { path, batch } = await parkedIn();
    const { status, body } = await house.as('auditor', 'GET', `${path}/parked/preview?batches=${batch}`);
    expect({ status, ...body }).toMatchObject({ status: 200, batches: [batch], settled: [], raised: [] });
    const none = await house.as('auditor', 'GET', `${path}/parked/preview?batches=${batch},999999`);
    expect([none.status, none.body.code]).toEqual([404, 'NOT_PARKED']);
    expect((await house.as('auditor', 'GET', `${path}/batches/${batch}`)).body).toMatchObject({ state: 'parked' });
  });

  test('admitting makes the figures pending, so that nobody signs what is not compared', async () => {
    const { path, batch } = await parkedIn();
    const { figuresHash } = (await house.as('reviewer', 'GET', `${path}/close`)).body;
    expect((await late(path, 'admit', [batch])).status).toBe(200);
    expect((await house.as('auditor', 'GET', `${path}/batches/${batch}`)).body).toMatchObject({
      state: 'admitted',
      accepted: 2,
      parked: 0,
    });
    const review = await house.as('reviewer', 'POST', `${path}/review`, { reason: 'x', seen: figuresHash });
    expect([review.status, review.body.code]).toEqual([409, 'FIGURES_PENDING']);
  });

  test('deferring sends the rows to a batch of the next month', async () => {
    const { path, batch } = await parkedIn();
    const { status, body } = await late(path, 'defer', [batch]);
    expect(status).toBe(200);
    expect((await house.as('auditor', 'GET', `${path}/batches/${batch}`)).body).toMatchObject({
      state: 'deferred',
      parked: 2,
    });
    const next = await house.as('auditor', 'GET', `/api/v1/companies/qinghe/periods/${body.month}/batches`);
    expect(next.body).toMatchObject([{ deferredFrom: batch, state: 'accepted' }]);
  });

  test('only what is parked is admitted or deferred, and not while the month is being locked', async () => {
    const { path, periodId, batch } = await parkedIn();
    expect((await late(path, 'admit', [batch, 999_999])).body).toMatchObject({
      code: 'NOT_PARKED',
      batches: [999_999],
    });
    await moveTo(house.pool, periodId, 'lock');
    expect((await late(path, 'admit', [batch])).body.code).toBe('WRONG_STAGE');
    expect((await house.as('auditor', 'GET', `${path}/parked`)).body).toHaveLength(1);
  });
});
