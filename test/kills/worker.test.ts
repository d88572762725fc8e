import { send } from '../../worker/stack/processes';
import { Chance } from './chance';
import { Hold } from './hold';
import { MailServer } from './mail-server';
import { type Company, makeSample, Office } from './office';
import { type Picture, undisturbed } from './picture';
import { expectClosedOnce, expectWhole } from './whole';

const SLOW = 240_000;

/**
 * Two months go through their close while the worker is killed at each of its steps: in the middle of the step, with
 * its work done and not committed, and with its work committed and Temporal not told.
 */
describe('a worker killed', () => {
  const chance = new Chance('a worker killed');
  const mail = new MailServer();
  let office: Office;
  let expected: Picture;
  let first: Company;
  let second: Company;
  let period: number;

  beforeAll(async () => {
    const sample = await makeSample();
    await mail.open();
    [office, expected] = await Promise.all([Office.open(sample, { SMTP_URL: mail.url }), undisturbed(sample)]);
    first = await office.found('first');
    second = await office.found('second');
  }, SLOW);
  afterAll(async () => {
    await office?.close();
    await mail.close();
  }, SLOW);

  /** Lets the step commit while Temporal cannot hear of it, and kills the worker then. */
  async function killBeforeTemporalHears(hold: Hold, isCommitted: () => Promise<boolean>): Promise<void> {
    const temporal = office.stack.part('temporal')!.pid;
    send(temporal, 'SIGSTOP');
    try {
      await hold.release();
      await office.sees('the step is committed', isCommitted);
      office.stack.kill('worker');
    } finally {
      send(temporal, 'SIGCONT');
    }
  }

  async function exists(sql: string): Promise<boolean> {
    return (await office.pool.query(sql, [period])).rowCount === 1;
  }

  it(
    'inside collect reads each file once: one half loaded, one loaded and not committed, one committed and not told',
    async () => {
      await first.handIn(({ kind }) => kind === 'openings-csv');
      period = await first.periodId();
      const halfLoaded = await Hold.on(office.urls, `LOCK TABLE sales_order_p${period} IN SHARE ROW EXCLUSIVE MODE`);
      const keysOf = (kind: string): string =>
        `SELECT pg_advisory_xact_lock(hashtext('salesclose.keys.${kind}'), ${period})`;
      const uncommitted = await Hold.on(office.urls, keysOf('receipts-csv'));
      const untold = await Hold.on(office.urls, keysOf('camt053'));
      await first.handIn(({ kind }) => ['orders-csv', 'receipts-csv', 'camt053'].includes(kind));
      expect(await halfLoaded.caught()).toMatch(/^COPY sales_order /);
      expect(await uncommitted.caught()).toMatch(/^SELECT pg_advisory_xact_lock/);
      await untold.caught();
      await killBeforeTemporalHears(untold, () =>
        exists(`SELECT FROM batch WHERE period_id = $1 AND kind = 'camt053' AND state = 'accepted'`),
      );
      expect(
        await exists(`SELECT FROM batch WHERE period_id = $1 AND kind = 'orders-csv' AND state = 'received'`),
      ).toBe(true);
      await Promise.all([halfLoaded.release(), uncommitted.release()]);
      await Promise.all([first.handIn(), second.handIn()]);
      await Promise.all([first.settled(), second.settled()]);
      const { rows } = await office.pool.query('SELECT kind FROM batch WHERE period_id = $1', [period]);
      expect(rows).toHaveLength(office.sample.files.length);
    },
    SLOW,
  );

  it(
    'inside reconcile compares again to the same matches and exceptions',
    async () => {
      const [relation, statement] = chance.oneOf([
        [`match_p${period}`, 'reset_derived'],
        [`close_exception_p${period}`, 'close_exception'],
        ['reconcile_run', 'INSERT INTO reconcile_run'],
      ] as const);
      const comparing = await Hold.on(office.urls, `LOCK TABLE ${relation} IN SHARE ROW EXCLUSIVE MODE`);
      await first.start();
      expect(await comparing.caught()).toContain(statement);
      office.stack.kill('worker');
      await comparing.release();
      const ending = await Hold.on(office.urls, 'LOCK TABLE figures IN SHARE ROW EXCLUSIVE MODE');
      await ending.caught();
      await killBeforeTemporalHears(ending, () => exists(`SELECT FROM period WHERE id = $1 AND stage = 'review'`));
      await second.start();
      await Promise.all([first.reaches('review'), second.reaches('review')]);
      await expectWhole(office, first, expected);
      await expectWhole(office, second, expected);
      expect(await exists('SELECT FROM reconcile_run WHERE period_id = $1')).toBe(true);
    },
    SLOW,
  );

  it(
    'inside lock leaves the month unlocked or sealed, never between, and a mail handed over without an answer uncertain until a person settles it',
    async () => {
      const sealing = await Hold.on(office.urls, 'LOCK TABLE seal IN SHARE ROW EXCLUSIVE MODE');
      await first.decide();
      expect(await sealing.caught()).toMatch(/^INSERT INTO seal/);
      office.stack.kill('worker');
      await sealing.release();
      expect(await exists('SELECT FROM period WHERE id = $1 AND locked_at IS NULL')).toBe(true);
      const again = await Hold.on(office.urls, 'LOCK TABLE seal IN SHARE ROW EXCLUSIVE MODE');
      await again.caught();
      const handedOver = mail.standStill('after-content');
      await killBeforeTemporalHears(again, () => exists('SELECT FROM seal WHERE period_id = $1'));
      await handedOver;
      office.stack.kill('worker');
      await office.sees('the mail is uncertain', () =>
        exists(`SELECT FROM outbox WHERE period_id = $1 AND state = 'UNCERTAIN'`),
      );
      await first.waitsFor('REPORT_MAIL_WAITING');
      await first.settleMails();
      await first.isClosed();
      await expectWhole(office, first, expected);
      await expectClosedOnce(office, first);
    },
    SLOW,
  );

  it(
    'before the content of a mail has left sends it once, and the uncertain one never again',
    async () => {
      const stopped = mail.standStill('before-content');
      await second.decide();
      await stopped;
      office.stack.kill('worker');
      period = await second.periodId();
      await office.sees('the mail is sent', () =>
        exists(`SELECT FROM outbox WHERE period_id = $1 AND kind = 'mail' AND state = 'SENT'`),
      );
      await second.isClosed();
      await expectWhole(office, second, expected);
      await expectClosedOnce(office, second);
      await expectClosedOnce(office, first);
      expect(mail.arrived).toHaveLength(2);
      expect(new Set(mail.arrived).size).toBe(2);
    },
    SLOW,
  );
});
