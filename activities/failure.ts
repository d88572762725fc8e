import type { Stage } from '../domain/words';
import type { CloseDependencies, PeriodRef } from './dependencies';
import { STAGE_NAMES } from '../domain/words';
import { addBlocker } from '../store/blockers';
import { step } from './errors';

export interface StepFailure extends PeriodRef {
  readonly stage: Stage;
  /** The code of what went wrong. */
  readonly code: string;
}

export const createFailureActivities = ({ pool }: CloseDependencies) => ({
  /** Idempotent because a month has one such blocker, rewritten each time. */
  noteFailure: ({ periodId, stage, code }: StepFailure): Promise<void> =>
    step(() =>
      addBlocker(pool, periodId, {
        code: 'ACTIVITY_FAILED',
        count: 1,
        owner: 'admin',
        severity: 'block',
        remedy: {
          zh: `步骤“${STAGE_NAMES[stage].zh}”反复失败：${code}。排除原因后执行 salesclose close retry，否则每 10 分钟自动重试`,
          en: `step "${STAGE_NAMES[stage].en}" keeps failing: ${code}. Remove the cause and run salesclose close retry; it is tried again every 10 minutes`,
        },
      }),
    ),
});
