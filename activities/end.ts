import type { CloseDependencies, PeriodRef } from './dependencies';
import { cancelClose, finishClose } from '../store/close';
import { step } from './errors';

export const createEndActivities = ({ pool }: CloseDependencies) => ({
  /** Idempotent because a month that is closed stays so, blockers are only cleared, and the next month's signal has one key. */
  finishClose: ({ periodId }: PeriodRef): Promise<void> => step(() => finishClose(pool, periodId)),

  /** Idempotent because a month that is open already is left as it is. */
  cancelClose: ({ periodId }: PeriodRef): ReturnType<typeof cancelClose> => step(() => cancelClose(pool, periodId)),
});
