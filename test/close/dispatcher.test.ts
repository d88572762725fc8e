import { closeWorkflowId } from '../../domain/close-view';
import { closeProgress } from '../../store/close-progress';
import { enqueue, enqueueArrival } from '../../store/outbox';
import { claimEntries, settleEntry } from '../../store/outbox-delivery';
import { runDispatcher } from '../../worker/outbox';
import { testFolder, until } from '../support';
import { Office } from './office';

const MONTH = '2026-10';

describe('the outbox dispatcher', () => {
  let office: Office;
  let period: number;
  const stops: AbortController[] = [];
  const runs: Promise<void>[] = [];
  const said: string[] = [];

  beforeEach(async () => {
    office = await Office.open();
    period = await office.fill(MONTH);
    await office.work();
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) stop.abort();
    await Promise.all(runs.splice(0));
    await office.close();
  });

  function dispatch(): AbortController {
    const stop = new AbortController();
    const mail = { smtpUrl: 'smtp://127.0.0.1:1', mailFrom: 'salesclose@localhost', dataDir: testFolder('outbox') };
    runs.push(
      runDispatcher(
        { pool: office.pool, temporal: office.temporal, mail, say: (line) => said.push(line) },
        stop.signal,
      ),
    );
    stops.push(stop);
    return stop;
  }

  const start = async (key = 'start:1'): Promise<void> => {
    const workflowId = closeWorkflowId(office.code, MONTH);
    const args = [{ periodId: period, company: office.code, period: MONTH }];
    await enqueue(office.pool, {
      kind: 'workflow',
      dedupeKey: key,
      periodId: period,
      payload: { type: 'monthlyClose', workflowId, args },
    });
  };
  const signal = (key: string, payload: Record<string, unknown>): Promise<boolean> =>
    enqueue(office.pool, {
      kind: 'signal',
      dedupeKey: key,
      companyId: office.companyId,
      periodId: period,
      payload: { workflowId: closeWorkflowId(office.code, MONTH), ...payload } as never,
    });
  const states = async (): Promise<string[]> => {
    const { rows } = await office.pool.query<{ state: string }>('SELECT state FROM outbox ORDER BY id');
    return rows.map(({ state }) => state);
  };

  it('starts, signals and cancels what the rows ask for, soon after they are committed', async () => {
    dispatch();
    await office.decide(period, 'start', 'preparer');
    await start();
    await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
    await start('start:2');
    await office.resolveAll(period);
    await office.decide(period, 'review', 'reviewer');
    await signal('decision:1', { signal: 'decisionRecorded', args: [{ decisionId: '1' }] });
    await office.reaches(MONTH, 'approve', 'APPROVAL_PENDING');
    await office.decide(period, 'cancel', 'preparer');
    await signal('cancel:1', { cancel: true });
    await office.reaches(MONTH, 'open');
    expect(await states()).toEqual(['SENT', 'SENT', 'SENT', 'SENT']);
  });

  it('brings a close back that Temporal has lost, when a decision comes for it', async () => {
    await office.startClose(period, MONTH);
    await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
    await office.handle(MONTH).terminate();
    dispatch();
    await office.resolveAll(period);
    await office.decide(period, 'review', 'reviewer');
    await signal('decision:1', { signal: 'decisionRecorded', args: [{}] });
    await office.reaches(MONTH, 'approve', 'APPROVAL_PENDING');
  });

  it('takes a cancelled month back to open although no workflow runs', async () => {
    await office.startClose(period, MONTH);
    await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
    await office.handle(MONTH).terminate();
    await office.decide(period, 'cancel', 'preparer');
    await signal('cancel:1', { cancel: true });
    dispatch();
    await office.reaches(MONTH, 'open');
  });

  it('is one at a time: a second one waits until the first has stopped', async () => {
    const first = dispatch();
    await until(async () => (await office.count(LOCKS, [])) === 1, 10_000);
    dispatch();
    await office.decide(period, 'start', 'preparer');
    await start();
    await until(async () => (await states())[0] === 'SENT', 10_000);
    expect(await office.count(LOCKS, [])).toBe(1);
    first.abort();
    await start('start:2');
    expect(await until(async () => (await states())[1] === 'SENT', 10_000)).toBe(true);
  });

  it('goes on when its connections are cut', async () => {
    dispatch();
    await until(async () => (await office.count(LOCKS, [])) === 1, 10_000);
    await office.pool
      .query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity 
                WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      )
      .catch(() => undefined);
    await office.decide(period, 'start', 'preparer');
    await start();
    expect(await until(async () => (await states())[0] === 'SENT', 15_000)).toBe(true);
  });

  it('says at most once in 30 seconds that something came', async () => {
    for (let i = 0; i < 20; i++) await enqueueArrival(office.pool, period);
    const entries = await claimEntries(office.pool, ['signal'], 100);
    expect(entries.length).toBeLessThanOrEqual(2);
    expect(entries[0]?.payload).toMatchObject({
      signal: 'documentArrived',
      workflowId: closeWorkflowId(office.code, MONTH),
    });
  });

  it('says once more, after those 30 seconds, that something came meanwhile', async () => {
    await enqueueArrival(office.pool, period);
    for (const { id } of await claimEntries(office.pool, ['signal'], 100)) {
      await settleEntry(office.pool, id, { state: 'SENT' });
    }
    for (let i = 0; i < 20; i++) await enqueueArrival(office.pool, period);
    const { rows } = await office.pool.query<{ wait: number }>(
      `SELECT extract(epoch FROM next_at - now())::float8 AS wait FROM outbox WHERE state = 'PENDING' AND kind = 'signal'`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]!.wait).toBeLessThanOrEqual(30);
    expect(rows[0]!.wait).toBeGreaterThan(-5);
    expect((await closeProgress(office.pool, { id: office.companyId, code: office.code }, MONTH)).pending).toBe(0);
  });
});

const LOCKS = `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted
  AND objid = (hashtext('salesclose.outbox')::bigint & 4294967295)::oid AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
