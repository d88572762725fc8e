import type { Pool } from 'pg';
import { lockAndSeal } from '../store/lock';
import { computeFigures } from '../store/figures';
import { reconcilePeriod } from '../store/reconcile';
import { createCloseActivities } from './close-activities';
import { createImportActivities } from './import-batch';
import { createReportActivities } from './report';

/** What the worker process gives its activities. */
export interface ActivityResources {
  readonly pool: Pool;
  readonly dataDir: string;
  /** Where the signing keys are kept. */
  readonly keysDir: string;
}

/** Every activity of the product, as the worker runs them. */
export const createActivities = ({ pool, dataDir, keysDir }: ActivityResources) => ({
  ...createCloseActivities({
    pool,
    reconcilePeriod,
    lockAndSeal: (db, periodId) =>
      lockAndSeal(db, {
        periodId,
        keysDir,
        figuresHash: async (client, id) => (await computeFigures(client, id)).hash,
      }),
  }),
  ...createImportActivities({ pool, dataDir }),
  ...createReportActivities({ pool, dataDir }),
});
