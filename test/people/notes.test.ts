import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exceptionId, openHouse, type Answer, type House, type TestMonth } from '../door/house';
import { monthOf, numbersOf } from './many';

const ID = exceptionId;
let house: House;
let month: TestMonth;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  month = await monthOf(house, [
    { difference: '5.00', left: ['orders SO1 5.00'], kind: 'missing_in_finance' },
    { difference: '7.00', left: ['orders SO2 7.00'], kind: 'missing_in_finance' },
    { difference: '9.00', left: ['orders SO3 9.00'], kind: 'overpaid' },
  ]);
});

const post = (login: string, what: string, body: object | Buffer): Promise<Answer> =>
  house.as(login, 'POST', `${month.path}/${what}`, body);
const listed = async (query: string): Promise<number[]> =>
  numbersOf((await house.as('auditor', 'GET', `${month.path}/exceptions?${query}`)).body);
const notes = async (n: number): Promise<Answer['body']> =>
  (await house.as('auditor', 'GET', `${month.path}/exceptions/${ID(n)}/notes`)).body;

test('exceptions are given to a person, one by one or by a filter, and the newest word counts', async () => {
  expect((await post('preparer', 'assignments', { kind: 'missing_in_finance', to: 'reviewer' })).body).toEqual({
    noted: 2,
  });
  expect(
    (await post('reviewer', 'assignments', { exceptions: [ID(2)], to: 'preparer', reason: 'yours' })).body,
  ).toEqual({ noted: 1 });
  expect(await listed('assignee=reviewer')).toEqual([1]);
  expect(await listed('assignee=preparer')).toEqual([2]);
  expect(await listed('assignee=-')).toEqual([3]);
  await post('reviewer', 'assignments', { exceptions: [ID(1)], to: null });
  expect((await listed('assignee=-')).sort()).toEqual([1, 3]);
  const { body } = await house.as('auditor', 'GET', `${month.path}/exceptions?assignee=preparer`);
  expect(body[0].assignee).toBe('preparer');
  expect(await notes(2)).toMatchObject([
    { kind: 'assign', by: 'preparer', assignee: 'reviewer' },
    { kind: 'assign', by: 'reviewer', assignee: 'preparer', text: 'yours' },
  ]);
});

test('only who may resolve is given exceptions', async () => {
  for (const to of ['cashier', 'auditor', 'approver', 'stranger', 'nobody-at-all']) {
    const { status, body } = await post('preparer', 'assignments', { exceptions: [ID(1)], to });
    expect([to, status, body.code]).toEqual([to, 404, 'PERSON_NOT_FOUND']);
  }
});

test('a comment is no answer: it changes no figure, and the trail has it', async () => {
  expect((await post('reviewer', 'comments', { exceptions: [ID(1), ID(3)], comment: '已打电话核实' })).body).toEqual({
    noted: 2,
  });
  expect(await notes(3)).toMatchObject([{ kind: 'comment', by: 'reviewer', text: '已打电话核实', evidence: null }]);
  expect(await listed('state=open')).toHaveLength(3);
  const { rows } = await house.pool.query(
    `SELECT actor, detail->>'text' AS text FROM audit_entry WHERE action = 'exceptions.commented' AND month = $1`,
    [month.month],
  );
  expect(rows).toEqual([{ actor: 'reviewer', text: '已打电话核实' }]);
});

test('a file is kept once under its hash, whatever it is attached to, and comes back byte for byte', async () => {
  const bytes = Buffer.from(`合同\r\n\u0000${month.periodId}\n`);
  const hash = createHash('sha256').update(bytes).digest('hex');
  for (const n of [1, 2]) {
    const name = encodeURIComponent(n === 1 ? '../../合同 1.pdf' : 'copy.pdf');
    const { status, body } = await post('preparer', `exceptions/${ID(n)}/attachments?fileName=${name}`, bytes);
    expect([status, body]).toEqual([200, { evidence: hash, file: n === 1 ? '合同 1.pdf' : 'copy.pdf' }]);
  }
  expect(readdirSync(join(house.dataDir, 'evidence', hash.slice(0, 2)))).toEqual([hash]);
  const back = await house.as('auditor', 'GET', `${month.path}/exceptions/${ID(1)}/attachments/${hash}`);
  expect(back.text).toBe(bytes.toString());
  expect(back.headers).toMatchObject({ 'x-evidence-sha256': hash, 'content-type': 'application/octet-stream' });
  expect(back.headers['content-disposition']).toContain("filename*=UTF-8''%E5%90%88%E5%90%8C");
  expect(await notes(1)).toMatchObject([{ kind: 'attach', file: '合同 1.pdf', evidence: hash }]);
  const other = await house.as('auditor', 'GET', `${month.path}/exceptions/${ID(3)}/attachments/${hash}`);
  expect([other.status, other.body.code]).toEqual([404, 'ATTACHMENT_NOT_FOUND']);
});

test('what is not there has no notes and takes none, and nothing is kept of its file', async () => {
  const nowhere = await house.as('auditor', 'GET', `${month.path}/exceptions/${ID(99)}/notes`);
  expect([nowhere.status, nowhere.body.code]).toEqual([404, 'EXCEPTION_NOT_FOUND']);
  const bytes = Buffer.from('never kept');
  const hash = createHash('sha256').update(bytes).digest('hex');
  const { status, body } = await post('preparer', `exceptions/${ID(99)}/attachments?fileName=a`, bytes);
  expect([status, body.code]).toEqual([404, 'EXCEPTION_NOT_FOUND']);
  const kept = await house.pool.query('SELECT FROM evidence WHERE sha256 = $1', [hash]);
  expect(kept.rowCount).toBe(0);
});

test('the database keeps every note: nobody changes or removes one', async () => {
  await post('reviewer', 'comments', { exceptions: [ID(1)], comment: 'first' });
  for (const statement of [`UPDATE exception_note SET text = 'other'`, 'DELETE FROM exception_note']) {
    await expect(house.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
  }
});
