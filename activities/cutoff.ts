import type { CloseView } from '../domain/close-view';
import type { CloseDependencies, PeriodRef } from './dependencies';
import { cutOff } from '../store/close';
import { viewStanding } from '../store/look';
import { step } from './errors';

export const createCutoffActivities = ({ pool }: CloseDependencies) => ({
  /** Idempotent because the input is shut once, by the month's row. */
  cutOff: ({ periodId }: PeriodRef): Promise<CloseView> =>
    step(async () => {
      await cutOff(pool, periodId);
      return viewStanding(pool, periodId);
    }),
});
