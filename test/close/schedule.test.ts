import { ScheduleNotFoundError } from '@temporalio/client';
import { backfillSchedule, pauseSchedule, readSchedule, setSchedule } from '../../store/schedules';
import { applySchedule, backfillMonths, firingOf, scheduleId, scheduleOptions } from '../../worker/schedules';
import { Office } from './office';

describe('a company’s schedule', () => {
  const order = {
    companyId: 1,
    company: 'qinghe',
    timezone: 'Asia/Shanghai',
    day: 1,
    hour: 6,
    paused: false,
    applied: false,
  };

  it('fires once a month in the company’s zone, catches up for 14 days, and lets no month overtake another', () => {
    expect(scheduleOptions(order, 'queue')).toMatchObject({
      scheduleId: 'sales-close/qinghe',
      spec: { calendars: [{ dayOfMonth: 1, hour: 6 }], timezone: 'Asia/Shanghai' },
      action: { workflowType: 'startMonthlyClose', args: [{ company: 'qinghe' }], taskQueue: 'queue' },
      policies: { catchupWindow: '14 days', overlap: 'BUFFER_ALL' },
      state: { paused: false },
    });
  });

  it('fires for a month in the one after it', () => {
    expect(new Date(firingOf(order, '2026-12')).toISOString()).toBe('2026-12-31T22:00:00.000Z');
  });
});

describe('the schedule on a Temporal server', () => {
  let office: Office;
  let company: { id: number; code: string };

  beforeEach(async () => {
    office = await Office.open();
    company = { id: office.companyId, code: office.code };
    await office.work();
  });
  afterEach(async () => {
    const handle = office.client.schedule.getHandle(scheduleId(office.code));
    await handle.delete().catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    });
    await office.close();
  });

  it('is what its row says, however often it is applied', async () => {
    await setSchedule(office.pool, company, { day: 1, hour: 6 });
    expect(await readSchedule(office.pool, office.code)).toMatchObject({ day: 1, hour: 6, applied: false });
    await applySchedule(office.temporal, office.code);
    await applySchedule(office.temporal, office.code);
    await pauseSchedule(office.pool, company, true);
    await setSchedule(office.pool, company, { day: 3, hour: 9 });
    await applySchedule(office.temporal, office.code);
    const { spec, state } = await office.client.schedule.getHandle(scheduleId(office.code)).describe();
    expect(state.paused).toBe(true);
    expect(spec.calendars?.[0]).toMatchObject({ dayOfMonth: [{ start: 3 }], hour: [{ start: 9 }] });
    expect(await readSchedule(office.pool, office.code)).toMatchObject({
      day: 3,
      hour: 9,
      paused: true,
      applied: true,
    });
  });

  it('refuses days and hours that are none, and a backfill without a schedule', async () => {
    await expect(setSchedule(office.pool, company, { day: 31, hour: 6 })).rejects.toMatchObject({
      code: 'BAD_SCHEDULE',
    });
    await expect(backfillSchedule(office.pool, company, '2026-08', '2026-09')).rejects.toMatchObject({
      code: 'NO_SCHEDULE',
    });
    await expect(backfillSchedule(office.pool, company, '2026-09', '2026-08')).rejects.toMatchObject({
      code: 'BAD_MONTH',
    });
  });

  it('backfills the months it is asked for, oldest first, each for the month before it fired', async () => {
    await setSchedule(office.pool, company, { day: 1, hour: 6 });
    await backfillMonths(office.temporal, office.code, '2026-07', '2026-09');
    await office.reaches('2026-07', 'collect', 'NOTHING_COLLECTED', 30_000);
    await office.reaches('2026-09', 'collect', undefined, 30_000);
    const { rows } = await office.pool.query(
      `SELECT p.month, d.person_id AS person, d.role FROM decision d JOIN period p ON p.id = d.period_id
        WHERE d.kind = 'start' ORDER BY d.decided_at`,
    );
    expect(rows).toEqual(['2026-07', '2026-08', '2026-09'].map((month) => ({ month, person: null, role: 'system' })));
    const { blockers } = await office.reaches('2026-09', 'collect', 'PREVIOUS_MONTH_OPEN');
    expect(blockers[0]?.remedy.en).toContain('2026-08');
  });

  it('joins a close that a person started first', async () => {
    const period = await office.fill('2026-10');
    await office.startClose(period, '2026-10');
    await office.knows('2026-10', 'review', 'OPEN_EXCEPTIONS');
    const { runId } = await office.handle('2026-10').describe();
    const started = await office.client.workflow.execute('startMonthlyClose', {
      workflowId: `start-${office.code}`,
      taskQueue: office.taskQueue,
      args: [{ company: office.code, period: '2026-10' }],
    });
    expect(started).toEqual({ workflowId: `sales-close/${office.code}/2026-10`, joined: true });
    expect((await office.handle('2026-10').describe()).runId).toBe(runId);
    expect(await office.count(`SELECT count(*) FROM decision WHERE kind = 'start' AND period_id = $1`, [period])).toBe(
      1,
    );
  });

  it('started by nothing and for no month, refuses', async () => {
    const handle = await office.client.workflow.start('startMonthlyClose', {
      workflowId: `start-${office.code}`,
      taskQueue: office.taskQueue,
      args: [{ company: office.code }],
    });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'PERIOD_MISSING' } });
  });
});
