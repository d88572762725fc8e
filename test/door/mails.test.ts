import { randomUUID } from 'node:crypto';
import { enqueue } from '../../store/outbox';
import { CommandLine } from './command';
import { C, openHouse, type House } from './house';

let house: House;
let periodId: number;
beforeAll(async () => {
  house = await openHouse();
  const { rows } = await house.pool.query<{ id: number }>(
    `SELECT open_period((SELECT id FROM company WHERE code = 'qinghe'), '2026-10') AS id`,
  );
  periodId = rows[0]!.id;
});
afterAll(() => house.close());

/** A mail of the month in some state; like the repeat of one, it knows its company by the month alone. */
async function mail(state: string, subject = `mail ${randomUUID()}`): Promise<number> {
  const dedupeKey = randomUUID();
  await enqueue(house.pool, {
    ...{ kind: 'mail', dedupeKey, periodId },
    payload: { to: ['cfo@qinghe.test'], subject, text: '-' },
  });
  const { rows } = await house.pool.query<{ id: string }>(
    `UPDATE outbox SET state = $2, attempts = 3, handed_over_at = now(), last_error = 'the answer was lost',
            sent_at = CASE WHEN $2 = 'SENT' THEN now() END WHERE dedupe_key = $1 RETURNING id`,
    [dedupeKey, state],
  );
  return Number(rows[0]!.id);
}

const row = async (id: number): Promise<Record<string, unknown>> => {
  const { rows } = await house.pool.query(
    'SELECT state, attempts, last_error, handed_over_at, sent_at IS NOT NULL AS sent, next_at <= now() AS due FROM outbox WHERE id = $1',
    [id],
  );
  return rows[0] as Record<string, unknown>;
};
const entries = async (id: number): Promise<unknown[]> => {
  const { rows } = await house.pool.query(
    `SELECT actor, month, detail FROM audit_entry WHERE action = 'mail.settled' AND subject = $1 ORDER BY seq`,
    [String(id)],
  );
  return rows;
};
const settle = (login: string, id: number, as: string, key?: string) =>
  house.as(login, 'POST', `${C}/mails/${id}/settle`, { as, reason: '已致电收件人' }, key);

test('mails that have not left are listed for who may read, the others when asked for', async () => {
  const [uncertain, sent] = [await mail('UNCERTAIN', '结账报告'), await mail('SENT')];
  const { body } = await house.as('auditor', 'GET', `${C}/mails`);
  expect(body.find((one: { mail: number }) => one.mail === uncertain)).toMatchObject({
    ...{ period: '2026-10', to: ['cfo@qinghe.test'], subject: '结账报告', state: 'UNCERTAIN', attempts: 3 },
    ...{ error: 'the answer was lost', nextAt: null, sentAt: null },
  });
  const numbers = (answer: { body: { mail: number }[] }): number[] => answer.body.map((one) => one.mail);
  expect(numbers({ body })).not.toContain(sent);
  expect(numbers(await house.as('auditor', 'GET', `${C}/mails?all=true`))).toContain(sent);
  expect((await house.as('stranger', 'GET', `${C}/mails`)).status).toBe(404);
});

test('one that arrived is settled as sent, once, and the record says who found out and how', async () => {
  const id = await mail('UNCERTAIN');
  const key = randomUUID();
  const first = await settle('preparer', id, 'sent', key);
  expect([first.status, first.body]).toEqual([200, { mail: id, state: 'SENT' }]);
  expect(await row(id)).toMatchObject({ state: 'SENT', sent: true, last_error: 'settled as sent by preparer' });
  expect(await settle('preparer', id, 'sent', key)).toMatchObject({ status: 200, body: first.body });
  const again = await settle('preparer', id, 'sent');
  expect([again.status, again.body.code]).toEqual([409, 'MAIL_NOT_UNCERTAIN']);
  expect(await entries(id)).toEqual([
    {
      ...{ actor: 'preparer', month: '2026-10' },
      detail: { role: 'preparer', as: 'sent', reason: '已致电收件人', was: 'UNCERTAIN' },
    },
  ]);
});

test.each(['UNCERTAIN', 'FAILED'])('one that is %s is sent again at once when its person says so', async (state) => {
  const id = await mail(state);
  expect((await settle('admin', id, 'resend')).body).toEqual({ mail: id, state: 'PENDING' });
  expect(await row(id)).toEqual({
    ...{ state: 'PENDING', attempts: 0, last_error: null, handed_over_at: null, sent: false, due: true },
  });
});

test.each(['PENDING', 'SENDING', 'SENT'])('one that is %s is nobody’s to settle', async (state) => {
  const id = await mail(state);
  const { status, body } = await settle('preparer', id, 'resend');
  expect([status, body.code]).toEqual([409, 'MAIL_NOT_UNCERTAIN']);
  expect(body.reason.zh).toContain(state);
  expect((await row(id))['state']).toBe(state);
  expect(await entries(id)).toEqual([]);
});

test('only an administrator or a preparer settles, and only the company’s own mails', async () => {
  const id = await mail('UNCERTAIN');
  for (const login of ['reviewer', 'approver', 'controller', 'cashier', 'auditor']) {
    expect([login, (await settle(login, id, 'sent')).body.code]).toEqual([login, 'ROLE_MISSING']);
  }
  expect((await settle('stranger', id, 'sent')).status).toBe(404);
  await house.as('admin', 'POST', '/api/v1/companies', 'code: baiyun\nname: 白云\n');
  const elsewhere = await house.as('admin', 'POST', `/api/v1/companies/baiyun/mails/${id}/settle`, {
    as: 'sent',
    reason: 'x',
  });
  expect([elsewhere.status, elsewhere.body.code]).toEqual([404, 'MAIL_NOT_FOUND']);
  expect((await row(id))['state']).toBe('UNCERTAIN');
});

test('the command line lists and settles, and doctor names the commands', async () => {
  const line = new CommandLine(house);
  const id = await mail('UNCERTAIN', '十月报告');
  const doctor = await house.as('preparer', 'GET', '/api/v1/doctor');
  const outbox = doctor.body.checks.find(({ name }: { name: string }) => name === 'outbox');
  expect(outbox.said.en).toMatch(/salesclose mail list <company>.*salesclose mail settle/);
  const listed = await line.run('mail list qinghe', { as: 'preparer' });
  expect(listed.stdout).toMatch(new RegExp(`${id} .*2026-10 .*结果不明 uncertain.*cfo@qinghe.test.*十月报告`));
  const settled = await line.run(`mail settle qinghe ${id} --as sent --reason 已收到`, { as: 'preparer' });
  expect([settled.code, settled.stdout]).toEqual([0, `邮件 mail ${id}: 已送出 sent\n`]);
  const again = await line.run(`mail settle qinghe ${id} --as resend --reason 再发`, { as: 'preparer' });
  expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(/MAIL_NOT_UNCERTAIN/)]);
  expect((await line.run(`mail settle qinghe ${id} --as lost --reason x`, { as: 'preparer' })).code).toBe(2);
}, 60_000);
