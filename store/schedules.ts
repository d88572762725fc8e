import { randomUUID } from 'node:crypto';
import { isMonth } from '../domain/periods';
import { Problem } from '../domain/problem';
import type { Queryable } from './db';
import { enqueue, type ScheduleRequest } from './outbox';

/** When a company's months start by themselves. */
export interface CompanySchedule {
  /** Of the following month, in the company's zone: 1 to 28. */
  readonly day: number;
  readonly hour: number;
  readonly paused: boolean;
  /** Whether the worker has carried out the last change. */
  readonly applied: boolean;
}

/** A schedule with what the worker needs to carry it out. */
export interface ScheduleOrder extends CompanySchedule {
  readonly companyId: number;
  readonly company: string;
  readonly timezone: string;
}

/** A company's schedule; null when it starts its months by hand. */
export async function readSchedule(db: Queryable, companyCode: string): Promise<ScheduleOrder | null> {
  const found = await db.query<ScheduleOrder>(`${SCHEDULES} WHERE c.code = $1`, [companyCode]);
  return found.rows[0] ?? null;
}

/** Every company's schedule. */
export async function listSchedules(db: Queryable): Promise<ScheduleOrder[]> {
  return (await db.query<ScheduleOrder>(`${SCHEDULES} ORDER BY c.code`)).rows;
}

const SCHEDULES = `
  SELECT s.company_id AS "companyId", c.code AS company, c.timezone, s.day, s.hour, s.paused,
         coalesce(s.applied_at >= s.changed_at, false) AS applied
    FROM schedule s JOIN company c ON c.id = s.company_id`;

/**
 * Sets day and hour, in the caller's transaction; the worker follows within a second.
 * @throws Problem BAD_SCHEDULE
 */
export async function setSchedule(
  db: Queryable,
  company: { id: number; code: string },
  when: { day: number; hour: number },
): Promise<void> {
  const inRange = (value: number, from: number, to: number): boolean =>
    Number.isInteger(value) && value >= from && value <= to;
  if (!inRange(when.day, 1, 28) || !inRange(when.hour, 0, 23)) throw badSchedule();
  await db.query(
    `INSERT INTO schedule (company_id, day, hour) VALUES ($1, $2, $3)
     ON CONFLICT (company_id) DO UPDATE SET day = excluded.day, hour = excluded.hour, changed_at = now()`,
    [company.id, when.day, when.hour],
  );
  await ask(db, company, { action: 'apply', company: company.code });
}

/**
 * Pauses or resumes a schedule, in the caller's transaction.
 * @throws Problem NO_SCHEDULE
 */
export async function pauseSchedule(
  db: Queryable,
  company: { id: number; code: string },
  paused: boolean,
): Promise<void> {
  const changed = await db.query('UPDATE schedule SET paused = $2, changed_at = now() WHERE company_id = $1', [
    company.id,
    paused,
  ]);
  if (changed.rowCount === 0) throw noSchedule(company.code);
  await ask(db, company, { action: 'apply', company: company.code });
}

/**
 * Starts the months from `from` to `to` (both included, YYYY-MM) in order, in the caller's transaction.
 * @throws Problem NO_SCHEDULE, BAD_MONTH
 */
export async function backfillSchedule(
  db: Queryable,
  company: { id: number; code: string },
  from: string,
  to: string,
): Promise<void> {
  if (!isMonth(from) || !isMonth(to) || from > to) throw badMonths(from, to);
  if ((await readSchedule(db, company.code)) === null) throw noSchedule(company.code);
  await ask(db, company, { action: 'backfill', company: company.code, from, to });
}

/** The worker has carried out what the row said. */
export async function markApplied(db: Queryable, companyId: number): Promise<void> {
  await db.query('UPDATE schedule SET applied_at = now() WHERE company_id = $1', [companyId]);
}

async function ask(
  db: Queryable,
  company: { id: number; code: string },
  schedule: ScheduleRequest['schedule'],
): Promise<void> {
  const dedupeKey = `schedule:${company.code}:${randomUUID()}`;
  await enqueue(db, { kind: 'workflow', dedupeKey, companyId: company.id, payload: { schedule } });
}

function badSchedule(): Problem {
  const zh = '计划日须为 1 到 28，小时须为 0 到 23（公司时区）';
  return new Problem(
    'BAD_SCHEDULE',
    { zh, en: 'the day must be 1 to 28 and the hour 0 to 23, in the company’s zone' },
    422,
  );
}

function badMonths(from: string, to: string): Problem {
  return new Problem(
    'BAD_MONTH',
    {
      zh: `期间须为 YYYY-MM 且起不晚于止：${from} – ${to}`,
      en: `months are YYYY-MM, the first not after the last: ${from} – ${to}`,
    },
    422,
  );
}

function noSchedule(code: string): Problem {
  const zh = `公司 ${code} 没有计划；先执行 salesclose schedule set ${code}`;
  return new Problem(
    'NO_SCHEDULE',
    { zh, en: `company ${code} has no schedule; run salesclose schedule set ${code} first` },
    404,
  );
}
