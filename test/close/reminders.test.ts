import { lookAgain } from '../../store/look';
import { Office } from './office';

const MONTH = '2026-10';

describe('reminders of a close that waits', () => {
  let office: Office;
  let period: number;

  async function open(policy: string): Promise<void> {
    office = await Office.open(policy);
    period = await office.fill(MONTH);
    await office.work();
    await office.startClose(period, MONTH);
    await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
    await office.rest();
  }
  afterEach(() => office.close());

  /** As if the stage had been entered that many hours ago. */
  const age = (hours: number) =>
    office.pool.query(`UPDATE period SET stage_since = now() - make_interval(hours => $2) WHERE id = $1`, [
      period,
      hours,
    ]);

  async function mails(): Promise<{ key: string; to: string[]; subject: string }[]> {
    const { rows } = await office.pool.query<{ key: string; to: string[]; subject: string }>(
      `SELECT split_part(dedupe_key, ':', 1) AS key, payload->'to' AS to, payload->>'subject' AS subject
         FROM outbox WHERE kind = 'mail' ORDER BY id`,
    );
    return rows;
  }

  it('go to whose turn it is and to the policy’s recipients, once a round however often the books are read', async () => {
    await open(
      'policy: {recipients: {blockers: [boss@example.test]}, reminders: {every: PT24H, escalateAfter: PT72H}}',
    );
    expect(await mails()).toEqual([]);
    await age(25);
    const view = await lookAgain(office.pool, period, 'review');
    await lookAgain(office.pool, period, 'review');
    expect(await mails()).toMatchObject([{ key: 'reminder', to: ['boss@example.test', 'preparer@example.test'] }]);
    expect((await mails())[0]?.subject).toContain('结账待办');
    const wait = Date.parse(view.wakeAt ?? '') - Date.now();
    expect(wait).toBeGreaterThan(22 * 3_600_000);
    expect(wait).toBeLessThan(24 * 3_600_000);
  });

  it('are escalated to controllers after the policy’s time', async () => {
    await open('policy: {reminders: {every: PT24H, escalateAfter: PT72H}}');
    await age(73);
    await lookAgain(office.pool, period, 'review');
    const escalation = (await mails()).find(({ key }) => key === 'escalation');
    expect(escalation?.to).toEqual(expect.arrayContaining(['controller@example.test', 'approver@example.test']));
  });

  it('with nobody to write to leave a warning and stop nothing', async () => {
    await open('');
    await office.pool.query('UPDATE person SET email = NULL');
    await age(25);
    await lookAgain(office.pool, period, 'review');
    expect(await mails()).toEqual([]);
    const { blockers } = await office.status(MONTH);
    expect(blockers).toContainEqual(expect.objectContaining({ code: 'NO_RECIPIENTS', severity: 'warn' }));
    await office.resolveAll(period);
    await office.decide(period, 'review', 'reviewer');
    expect((await lookAgain(office.pool, period, 'review')).stage).toBe('approve');
    expect((await office.status(MONTH)).blockers.map(({ code }) => code)).toEqual(['APPROVAL_PENDING']);
  });
});
