import type { Pool } from 'pg';

/** What the steps of a close need. One set per process, made by the worker; tests put their own in. */
export interface CloseDependencies {
  readonly pool: Pool;
  /** Compares everything collected for a month. */
  readonly reconcilePeriod: (pool: Pool, periodId: number) => Promise<unknown>;
  readonly lockAndSeal: (pool: Pool, periodId: number) => Promise<unknown>;
}

/** Everything a step is told: which month. The rest it reads. */
export interface PeriodRef {
  readonly periodId: number;
}
