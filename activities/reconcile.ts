import type { CloseView } from '../domain/close-view';
import type { CloseDependencies, PeriodRef } from './dependencies';
import { endReconcile } from '../store/close';
import { effectiveBatches } from '../store/close-facts';
import { viewStanding } from '../store/look';
import { indexMonth } from '../store/month-indexes';
import { step } from './errors';

export const createReconcileActivities = ({ pool, reconcilePeriod }: CloseDependencies) => ({
  /**
   * Compares everything, enters review and makes the month quick to look things up in; while batches come in meanwhile the month stays in `reconcile`.
   * Idempotent because equal input gives equal matches, exceptions and ids, and answers already given are kept.
   */
  reconcile: ({ periodId }: PeriodRef): Promise<CloseView> =>
    step(async () => {
      const compared = await effectiveBatches(pool, periodId);
      await reconcilePeriod(pool, periodId);
      if ((await endReconcile(pool, periodId, compared)) === 'review') await indexMonth(pool, periodId);
      return viewStanding(pool, periodId);
    }),
});
