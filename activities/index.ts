import { log } from '@temporalio/activity';
import type { Pool } from 'pg';
import { SYSTEMS } from '../sources/systems';
import type { SourceSystem } from '../sources/system';
import { lockAndSeal } from '../store/lock';
import { computeFigures } from '../store/figures';
import { reconcilePeriod } from '../store/reconcile';
import { createCloseActivities } from './close-activities';
import { createImportActivities, readBatch } from './import-batch';
import { createProbeActivities } from './probe-source';
import { createPullActivities } from './pull-source';
import { createReportActivities } from './report';

/** What the worker process gives its activities. */
export interface ActivityResources {
  readonly pool: Pool;
  readonly dataDir: string;
  /** Where the signing keys are kept. */
  readonly keysDir: string;
  /** The outside systems by name; those of the product unless a test puts its own in. */
  readonly systems?: Readonly<Record<string, SourceSystem>>;
  /** Where secrets of sources may stand; the process's own environment unless said otherwise. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Every activity of the product, as the worker runs them. */
export const createActivities = ({
  pool,
  dataDir,
  keysDir,
  systems = SYSTEMS,
  env = process.env,
}: ActivityResources) => {
  const pulling = {
    ...{ pool, dataDir, systems, env },
    importBatch: (batchId: number, signal: AbortSignal) => readBatch({ pool, dataDir }, batchId, signal),
    now: () => new Date(),
    warn: (line: string): void => {
      log.warn(line);
    },
  };
  return {
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
    ...createPullActivities(pulling),
    ...createProbeActivities(pulling),
  };
};
