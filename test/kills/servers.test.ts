import { send } from '../../worker/stack/processes';
import { Chance } from './chance';
import { Hold } from './hold';
import { MailServer } from './mail-server';
import { type Company, makeSample, Office } from './office';
import { type Picture, undisturbed } from './picture';
import { expectClosedOnce, expectWhole } from './whole';

const SLOW = 240_000;

interface Doctor {
  readonly checks: readonly { readonly name: string; readonly state: string; readonly said: { readonly en: string } }[];
}

const REPORT_MAIL = `SELECT concat_ws(' ', state, last_error) AS value FROM outbox WHERE period_id = $1 AND kind = 'mail'`;

/** One month goes through its close while the servers under it, and the door, are killed or away. */
describe('a close', () => {
  const chance = new Chance('a close whose servers are killed');
  const mail = new MailServer();
  let office: Office;
  let expected: Picture;
  let company: Company;
  let period: number;

  beforeAll(async () => {
    const sample = await makeSample();
    await mail.open();
    [office, expected] = await Promise.all([Office.open(sample, { SMTP_URL: mail.url }), undisturbed(sample)]);
    company = await office.found('servers');
  }, SLOW);
  afterAll(async () => {
    await office?.close();
    await mail.close();
  }, SLOW);

  async function value<T>(sql: string): Promise<T> {
    const { rows } = await office.pool.query<{ value: T }>(sql, [period]);
    return rows[0]!.value;
  }

  it(
    'reads every file once when PostgreSQL is stopped at once while one loads',
    async () => {
      const [early, late] = chance.oneOf([
        ['openings-csv', 'orders-csv', 'sales_order'],
        ['openings-csv', 'receipts-csv', 'receipt'],
        ['orders-csv', 'kingdee-vouchers', 'ledger_entry'],
      ] as const);
      const relation = { 'orders-csv': 'sales_order', 'receipts-csv': 'receipt', 'kingdee-vouchers': 'ledger_entry' }[
        late
      ];
      await company.handIn(({ kind }) => kind === early);
      period = await company.periodId();
      const loading = await Hold.on(office.urls, `LOCK TABLE ${relation}_p${period} IN SHARE ROW EXCLUSIVE MODE`);
      await company.handIn(({ kind }) => kind === late);
      expect(await loading.caught()).toMatch(new RegExp(`^COPY ${relation} `));
      const stopAtOnce = chance.oneOf(['SIGKILL', 'SIGQUIT'] as const);
      send(office.stack.part('postgres')!.pid, stopAtOnce);
      await loading.release();
      await company.handIn();
      await company.settled();
      await company.start();
      await company.reaches('review');
      await expectWhole(office, company, expected);
    },
    SLOW,
  );

  it(
    'answers a resolution once when the API is killed under it, before and after it was committed',
    async () => {
      const all = await company.resolution();
      const half = Math.ceil(all.exceptions.length / 2);
      const chain = await value<number>('SELECT company_id AS value FROM period WHERE id = $1');
      const audit = await Hold.on(office.urls, `SELECT pg_advisory_xact_lock(hashtext('salesclose.audit'), ${chain})`);
      const one = { ...all, exceptions: all.exceptions.slice(0, half) };
      const uncommitted = company.write<{ decision: string; resolved: number }>('preparer', 'resolutions', one, 'one');
      expect(await audit.caught()).toMatch(/^INSERT INTO audit_entry/);
      office.stack.kill('api');
      await audit.release();
      expect(await uncommitted).toMatchObject({ resolved: half });

      const two = { ...all, exceptions: all.exceptions.slice(half) };
      const unheard = company.write<{ decision: string; resolved: number }>('preparer', 'resolutions', two, 'two');
      await office.sees('the second resolution is committed', async () => {
        return (
          (await value<number>(
            `SELECT count(*)::int AS value FROM decision WHERE period_id = $1 AND kind = 'resolve'`,
          )) === 2
        );
      });
      office.stack.kill('api');
      const answered = await unheard;
      expect(await company.write('preparer', 'resolutions', two, 'two')).toEqual(answered);
      expect(await value(`SELECT count(*)::int AS value FROM resolution WHERE period_id = $1`)).toBe(
        all.exceptions.length,
      );
      await expectWhole(office, company, expected);
    },
    SLOW,
  );

  it(
    'goes on with what people decided while the Temporal server was killed during review',
    async () => {
      let away = true;
      const keptAway = (async () => {
        while (away) {
          if (office.stack.part('temporal')) office.stack.kill('temporal');
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      })();
      await company.signOff('review');
      expect(await value(`SELECT stage AS value FROM period WHERE id = $1`)).toBe('review');
      expect(
        await value(
          `SELECT state AS value FROM outbox WHERE period_id = $1 AND kind = 'signal' ORDER BY id DESC LIMIT 1`,
        ),
      ).not.toBe('SENT');
      away = false;
      await keptAway;
      await company.reaches('approve');
      await expectWhole(office, company, expected);
    },
    SLOW,
  );

  it(
    'says that the mail server is away when the report is due, and mails it once when it is back',
    async () => {
      await mail.close();
      await company.signOff('approve');
      await company.waitsFor('REPORT_MAIL_WAITING');
      await office.sees('the mail waits with its reason', async () => {
        return (await value<string>(REPORT_MAIL)).startsWith('PENDING connect ECONNREFUSED');
      });
      // Each new try takes the row for a moment: what doctor and health say of it is looked at until it stands still.
      await office.sees('doctor names the reason', async () => {
        const { checks } = await office.ask<Doctor>('auditor', { method: 'GET', path: '/doctor' });
        const said = checks.find(({ name }) => name === 'outbox')?.said.en ?? '';
        return checks.find(({ name }) => name === 'smtp')?.state === 'fail' && said.includes('connect ECONNREFUSED');
      });
      await office.sees('health counts the mail', async () => {
        const health = (await (await fetch(`${office.stack.url}/health`)).json()) as { outbox: { pending: number } };
        return health.outbox.pending === 1;
      });
      await mail.open();
      await office.sees('the mail is sent', async () => (await value<string>(REPORT_MAIL)).startsWith('SENT'));
      await company.isClosed();
      expect(mail.arrived).toHaveLength(1);
      await expectWhole(office, company, expected);
      await expectClosedOnce(office, company, { resolutions: 2 });
    },
    SLOW,
  );
});
