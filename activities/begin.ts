import { activityInfo } from '@temporalio/activity';
import type { CloseDependencies, PeriodRef } from './dependencies';
import { beginClose, type Beginning, type Claim, claimMonth } from '../store/close';
import { step } from './errors';

/** Which month a schedule asks for: one that is named, or the one before the instant it fired at (milliseconds). */
export interface MonthRequest {
  readonly company: string;
  readonly period?: string;
  readonly firedAt?: number;
}

export const createBeginActivities = ({ pool }: CloseDependencies) => ({
  /** Idempotent because a month is opened once per company, and started only where no start stands. */
  claimMonth: ({ company, period, firedAt }: MonthRequest): Promise<Claim> =>
    step(() => claimMonth(pool, company, period === undefined ? { firedAt: firedAt ?? NaN } : { month: period })),

  /** Idempotent because a month that has begun is only read. */
  beginClose: ({ periodId }: PeriodRef): Promise<Beginning> =>
    step(() => beginClose(pool, periodId, activityInfo().workflowExecution?.runId ?? '')),
});
