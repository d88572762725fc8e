import type { CloseView } from '../domain/close-view';
import type { Stage } from '../domain/words';
import type { CloseDependencies, PeriodRef } from './dependencies';
import { Problem } from '../domain/problem';
import { moveOn } from '../store/close';
import { viewStanding } from '../store/look';
import { step } from './errors';

/** Where a month goes when what was approved is not what stands any more. */
const BACK_TO: Readonly<Record<string, Stage>> = {
  PERIOD_NOT_READY: 'review',
  OPEN_EXCEPTIONS: 'review',
  FIGURES_DIFFER: 'reconcile',
};

export const createLockActivities = ({ pool, lockAndSeal }: CloseDependencies) => ({
  /**
   * Locks and seals the month, or takes it back to where people decide again.
   * Idempotent because a sealed month answers with its seal.
   */
  lockPeriod: ({ periodId }: PeriodRef): Promise<CloseView> =>
    step(async () => {
      await moveOn(pool, periodId, 'lock', await lockOrBack(() => lockAndSeal(pool, periodId)));
      return viewStanding(pool, periodId);
    }),
});

async function lockOrBack(lock: () => Promise<unknown>): Promise<Stage> {
  try {
    await lock();
    return 'report';
  } catch (error) {
    const back = error instanceof Problem ? BACK_TO[error.code] : undefined;
    if (back === undefined) throw error;
    return back;
  }
}
