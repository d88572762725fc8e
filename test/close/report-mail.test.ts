import { createReportActivities } from '../../activities/report';
import { transaction } from '../../store/db';
import { listMails, settleMail } from '../../store/mails';
import { runDispatcher } from '../../worker/outbox';
import type { CloseStatus } from '../../workflows/messages';
import { MailServer } from '../kills/mail-server';
import { testFolder, until } from '../support';
import { Office } from './office';

const MONTH = '2026-10';
const RECIPIENTS = 'policy:\n  recipients: {report: [cfo@example.test]}\n';

describe('the report of a locked month', () => {
  let office: Office;
  let period: number;
  let stop: AbortController;
  let dispatching: Promise<void> = Promise.resolve();
  const mail = new MailServer();
  const dataDir = testFolder('report-mail');

  beforeEach(async () => {
    await mail.open();
    mail.arrived.length = 0;
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await dispatching;
    await mail.close();
    await office.close();
  });

  function dispatch(): void {
    const settings = { smtpUrl: mail.url, mailFrom: 'salesclose@localhost', dataDir };
    dispatching = runDispatcher(
      { pool: office.pool, temporal: office.temporal, mail: settings, say: () => undefined },
      stop.signal,
    );
  }

  /** Takes a month through people's hands to its report. */
  async function approved(policy: string): Promise<void> {
    office = await Office.open(policy);
    period = await office.fill(MONTH);
    await office.work({ writeReport: createReportActivities({ pool: office.pool, dataDir }).writeReport });
    await office.startClose(period, MONTH);
    await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
    await office.resolveAll(period);
    await office.say(period, MONTH, 'review', 'reviewer');
    await office.knows(MONTH, 'approve', 'APPROVAL_PENDING');
    await office.say(period, MONTH, 'approve', 'approver');
  }

  const result = (): Promise<unknown> => office.handle(MONTH).result();

  it('closes the month once its mail has left', async () => {
    await approved(RECIPIENTS);
    dispatch();
    expect(await result()).toEqual({ stage: 'report' });
    expect(mail.arrived).toHaveLength(1);
    const { closedAt, blockers } = await office.status(MONTH);
    expect([closedAt, blockers]).toEqual([expect.any(String), []]);
  });

  it('waits and says so, with since when and why, while the mail server is away, and closes when it is back', async () => {
    await mail.close();
    await approved(RECIPIENTS);
    dispatch();
    await office.knows(MONTH, 'report', 'REPORT_MAIL_WAITING');
    const { stage, closedAt, blockers, seal } = await office.status(MONTH);
    expect([stage, closedAt, seal === null]).toEqual(['report', null, false]);
    expect(blockers).toEqual([
      expect.objectContaining({ code: 'REPORT_MAIL_WAITING', count: 1, severity: 'block', since: expect.any(String) }),
    ]);
    expect(blockers[0]!.remedy.zh).toMatch(/报告已写好.*等待发送（connect ECONNREFUSED/);
    expect(blockers[0]!.remedy.en).toMatch(/the report is written.*waits to be sent \(connect ECONNREFUSED/);
    const known = await office.handle(MONTH).query<CloseStatus>('closeStatus');
    expect(known.blockers.map(({ code, since }) => [code, Date.parse(since) > 0])).toEqual([
      ['REPORT_MAIL_WAITING', true],
    ]);
    await mail.open();
    expect(await result()).toEqual({ stage: 'report' });
    expect(mail.arrived).toHaveLength(1);
    expect(await office.status(MONTH)).toMatchObject({ closedAt: expect.any(String), blockers: [] });
  }, 90_000);

  it('waits for a person where nobody knows whether the mail arrived, and closes once he has settled it', async () => {
    await approved(RECIPIENTS);
    const queued = `UPDATE outbox SET state = 'UNCERTAIN', last_error = 'the answer was lost' WHERE kind = 'mail' AND period_id = $1`;
    expect(await until(async () => (await office.pool.query(queued, [period])).rowCount === 1, 20_000)).toBe(true);
    dispatch();
    await office.knows(MONTH, 'report', 'REPORT_MAIL_WAITING');
    const [waiting] = await listMails(office.pool, office.companyId, { all: false });
    const { blockers } = await office.status(MONTH);
    expect(blockers[0]!.remedy.en).toContain(`salesclose mail settle <company> ${waiting!.mail} --as sent|resend`);
    const person = { personId: office.people.preparer, login: 'preparer', name: 'preparer', isAdmin: false };
    await transaction(office.pool, (db) =>
      settleMail(db, { person, company: office.code, mail: waiting!.mail, as: 'sent', reason: '已收到' }),
    );
    expect(await result()).toEqual({ stage: 'report' });
    expect(mail.arrived).toEqual([]);
    expect(await office.status(MONTH)).toMatchObject({ closedAt: expect.any(String), blockers: [] });
  }, 90_000);

  it('waits for nothing where the policy names nobody', async () => {
    await approved('');
    expect(await result()).toEqual({ stage: 'report' });
    const { closedAt, blockers } = await office.status(MONTH);
    expect([closedAt, blockers.map(({ code }) => code)]).toEqual([expect.any(String), ['NO_RECIPIENTS']]);
  });

  it('is written once, whatever its worker does', async () => {
    await approved(RECIPIENTS);
    dispatch();
    await result();
    await createReportActivities({ pool: office.pool, dataDir }).writeReport({ periodId: period });
    expect(await office.count(`SELECT count(*) FROM outbox WHERE kind = 'mail' AND period_id = $1`, [period])).toBe(1);
    expect(
      await office.count(`SELECT count(*) FROM audit_entry WHERE chain = $1 AND action = 'close.reported'`, [
        office.companyId,
      ]),
    ).toBe(1);
  });
});
