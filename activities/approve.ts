import type { CloseView } from '../domain/close-view';
import type { CloseDependencies, PeriodRef } from './dependencies';
import { lookAgain } from '../store/look';
import { step } from './errors';

export const createApproveActivities = ({ pool }: CloseDependencies) => ({
  /** Idempotent because it judges the rows as they stand, and moves a month only out of the stage it judged. */
  assessApproval: ({ periodId }: PeriodRef): Promise<CloseView> => step(() => lookAgain(pool, periodId, 'approve')),
});
