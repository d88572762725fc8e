import type { CloseDependencies } from './dependencies';
import { createApproveActivities } from './approve';
import { createBeginActivities } from './begin';
import { createCollectActivities } from './collect';
import { createCutoffActivities } from './cutoff';
import { createEndActivities } from './end';
import { createFailureActivities } from './failure';
import { createLockActivities } from './lock';
import { createReconcileActivities } from './reconcile';
import { createReviewActivities } from './review';

/** The steps of a monthly close, with whatever compares, computes and locks put in. */
export const createCloseActivities = (dependencies: CloseDependencies) => ({
  ...createBeginActivities(dependencies),
  ...createCollectActivities(dependencies),
  ...createCutoffActivities(dependencies),
  ...createReconcileActivities(dependencies),
  ...createReviewActivities(dependencies),
  ...createApproveActivities(dependencies),
  ...createLockActivities(dependencies),
  ...createEndActivities(dependencies),
  ...createFailureActivities(dependencies),
});
