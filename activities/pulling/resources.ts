import type { Pool, PoolClient } from 'pg';
import type { Connection, SourceSystem } from '../../sources/system';
import type { Secrets } from '../../sources/secrets';
import type { LoadResult } from '../../store/intake';
import type { Pull } from '../../store/sources/pull';

/** What pulls need of the process they run in. */
export interface PullResources {
  readonly pool: Pool;
  readonly dataDir: string;
  /** The outside systems by name. */
  readonly systems: Readonly<Record<string, SourceSystem>>;
  /** Where secrets may stand. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a registered batch's file into the books. */
  readonly importBatch: (batchId: number, signal: AbortSignal) => Promise<LoadResult>;
  readonly now: () => Date;
  /** A line for the worker's log. */
  readonly warn: (line: string) => void;
}

/** A pull under way. */
export interface Run {
  readonly resources: PullResources;
  readonly pull: Pull;
  readonly connection: Connection;
  readonly secrets: Secrets;
  /** Holds the pull's lock; pages are stored through it. */
  readonly client: PoolClient;
  readonly signal: AbortSignal;
  /** Told where the pull is: counts and keys. */
  readonly say: (at: { readonly part: string; readonly pages: number; readonly rows: number }) => void;
}
