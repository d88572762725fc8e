import { Problem } from '../../domain/problem';
import { until } from '../support';
import { Office } from './office';

const MONTH = '2026-10';
const EVENTS_MAX = 300;

describe('a close under strain', () => {
  let office: Office;
  let period: number;

  beforeEach(async () => {
    office = await Office.open();
    period = await office.fill(MONTH);
  });
  afterEach(() => office.close());

  it('keeps every run within 300 events when 200 signals pour in', async () => {
    await office.work();
    await office.startClose(period, MONTH);
    await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
    const handle = office.handle(MONTH);
    for (let i = 0; i < 200; i++) {
      await handle.signal(['decisionRecorded', 'documentArrived', 'retryRequested'][i % 3] ?? '', {});
    }
    await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
    await office.resolveAll(period);
    await office.say(period, MONTH, 'review', 'reviewer');
    await office.knows(MONTH, 'approve', 'APPROVAL_PENDING');
    await office.say(period, MONTH, 'approve', 'approver');
    await handle.result();
    await until(async () => (await office.historyLengths(MONTH)).length > 2, 10_000);
    const lengths = await office.historyLengths(MONTH);
    expect(lengths.length).toBeGreaterThan(2);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(EVENTS_MAX);
    const { rows } = await office.pool.query<{ stage: string }>(
      `SELECT stage FROM stage_time WHERE period_id = $1 GROUP BY stage HAVING count(*) > 1`,
      [period],
    );
    expect(rows).toEqual([]);
  }, 120_000);

  it('keeps within 300 events when signals pour in while it compares', async () => {
    let running = 0;
    let most = 0;
    const slow = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      running--;
    };
    await office.work({ reconcilePeriod: slow });
    await office.startClose(period, MONTH);
    await office.reaches(MONTH, 'reconcile');
    for (let i = 0; i < 120; i++) await office.handle(MONTH).signal('documentArrived', {});
    await office.reaches(MONTH, 'review', undefined, 60_000);
    await until(async () => (await office.historyLengths(MONTH)).length > 1, 10_000);
    expect(Math.max(...(await office.historyLengths(MONTH)))).toBeLessThanOrEqual(EVENTS_MAX);
    expect(most).toBeGreaterThan(0);
  }, 120_000);

  it('is blocked, not failed, by a step that keeps failing, and goes on when asked to try again', async () => {
    let broken = true;
    await office.work({
      lockAndSeal: () => {
        if (broken) throw new Problem('DISK_FULL', { zh: '磁盘已满', en: 'the disk is full' });
        return Promise.reject(new Problem('PERIOD_NOT_READY', { zh: '-', en: '-' }));
      },
    });
    await office.startClose(period, MONTH);
    await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
    await office.resolveAll(period);
    await office.say(period, MONTH, 'review', 'reviewer');
    await office.knows(MONTH, 'approve', 'APPROVAL_PENDING');
    await office.say(period, MONTH, 'approve', 'approver');
    const blocked = await office.reaches(MONTH, 'lock', 'ACTIVITY_FAILED');
    expect(blocked.blockers[0]).toMatchObject({ code: 'ACTIVITY_FAILED', owner: 'admin', severity: 'block' });
    expect(blocked.blockers[0]!.remedy.en).toContain('DISK_FULL');
    expect((await office.handle(MONTH).describe()).status.name).toBe('RUNNING');
    expect(await office.handle(MONTH).query('closeStatus')).toMatchObject({
      failure: { stage: 'lock', code: 'DISK_FULL' },
    });

    broken = false;
    await office.handle(MONTH).signal('retryRequested', {});
    const back = await office.reaches(MONTH, 'approve', undefined, 30_000);
    expect(back.blockers.map(({ code }) => code)).not.toContain('ACTIVITY_FAILED');
  });

  it('goes on after its worker was stopped and another one came', async () => {
    await office.work();
    await office.startClose(period, MONTH);
    await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
    await office.rest();
    await office.resolveAll(period);
    await office.say(period, MONTH, 'review', 'reviewer');
    await office.work();
    await office.reaches(MONTH, 'approve', 'APPROVAL_PENDING');
  });

  it('begins again where the books stand when Temporal has lost its run', async () => {
    await office.work();
    await office.startClose(period, MONTH);
    await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
    await office.handle(MONTH).terminate();
    await office.startWorkflow(period, MONTH);
    await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
    expect(await office.count('SELECT count(*) FROM stage_time WHERE period_id = $1', [period])).toBe(4);
    expect(await office.count('SELECT count(*) FROM reconcile_run WHERE period_id = $1', [period])).toBe(1);
  });
});
