import type { Pool } from 'pg';
import { type Client, ScheduleAlreadyRunning, type ScheduleOptions, ScheduleOverlapPolicy } from '@temporalio/client';
import { instantOf, nextMonth } from '../domain/periods';
import { listSchedules, markApplied, readSchedule, type ScheduleOrder } from '../store/schedules';

/** What the worker's background needs to make Temporal do as the books say. */
export interface Temporal {
  readonly client: Client;
  readonly pool: Pool;
  /** Where workflows are started. */
  readonly taskQueue: string;
}

const MINUTE_MS = 60_000;

export const scheduleId = (company: string): string => `sales-close/${company}`;

/**
 * The Temporal Schedule of a company: once a month, day and hour in its zone, the month before. What was missed within
 * 14 days is caught up, months one after the other.
 */
export function scheduleOptions(
  { company, timezone, day, hour, paused }: ScheduleOrder,
  taskQueue: string,
): ScheduleOptions {
  return {
    scheduleId: scheduleId(company),
    spec: { calendars: [{ dayOfMonth: day, hour }], timezone },
    action: {
      type: 'startWorkflow',
      workflowType: 'startMonthlyClose',
      workflowId: `sales-close-start/${company}`,
      args: [{ company }],
      taskQueue,
      staticSummary: `${company}：开始上月结账 · start last month’s close`,
    },
    policies: { catchupWindow: '14 days', overlap: ScheduleOverlapPolicy.BUFFER_ALL },
    state: { paused },
  };
}

/** Makes the company's Schedule what its row says, whether or not it exists already. */
export async function applySchedule({ client, pool, taskQueue }: Temporal, company: string): Promise<void> {
  const order = await readSchedule(pool, company);
  if (order === null) return;
  const options = scheduleOptions(order, taskQueue);
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies, state } = options;
    const update = { spec, action, ...(policies && { policies }), state: { paused: state?.paused ?? false } };
    await client.schedule.getHandle(options.scheduleId).update(() => update);
  }
  await markApplied(pool, order.companyId);
}

/** Makes every company's Schedule what its row says: after a start, and after Temporal lost its data. */
export async function applyAllSchedules(temporal: Temporal): Promise<void> {
  for (const { company } of await listSchedules(temporal.pool)) await applySchedule(temporal, company);
}

/** Starts the months from `from` to `to` through the Schedule, in order. */
export async function backfillMonths(temporal: Temporal, company: string, from: string, to: string): Promise<void> {
  await applySchedule(temporal, company);
  const order = await readSchedule(temporal.pool, company);
  if (order === null) return;
  const handle = temporal.client.schedule.getHandle(scheduleId(company));
  await handle.backfill({
    start: new Date(firingOf(order, from) - MINUTE_MS),
    end: new Date(firingOf(order, to) + MINUTE_MS),
    overlap: ScheduleOverlapPolicy.BUFFER_ALL,
  });
}

/** When the Schedule fires for a month: in the one after it. */
export function firingOf(
  { day, hour, timezone }: Pick<ScheduleOrder, 'day' | 'hour' | 'timezone'>,
  month: string,
): number {
  const pad = (value: number): string => String(value).padStart(2, '0');
  return instantOf(`${nextMonth(month)}-${pad(day)}`, `${pad(hour)}:00`, timezone);
}
