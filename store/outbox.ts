import { closeWorkflowId } from '../domain/close-view';
import type { Queryable } from './db';

/** Starts a workflow; one that runs already under this id is joined. */
export interface WorkflowStart {
  readonly type: 'monthlyClose' | 'importBatch' | 'startMonthlyClose' | 'pullSource' | 'probeSource';
  readonly workflowId: string;
  readonly args: readonly unknown[];
  readonly conflict?: 'use-existing';
  /** Sent with the start, so that a run that is just ending cannot miss it. */
  readonly signal?: string;
}

/** Asks the worker to carry out what table `schedule` says, or to start months that were missed. */
export interface ScheduleRequest {
  readonly schedule:
    | { readonly action: 'apply'; readonly company: string }
    | { readonly action: 'backfill'; readonly company: string; readonly from: string; readonly to: string };
}

export type WorkflowSignal =
  | { readonly workflowId: string; readonly signal: string; readonly args: readonly unknown[] }
  | { readonly workflowId: string; readonly cancel: true };

/** A rendered mail. The sender is the installation's; the Message-ID follows from the dedupe key. */
export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Bytes live in evidence, named by their SHA-256. */
  readonly attachments?: readonly { readonly name: string; readonly evidence: string; readonly type: string }[];
  /** The dedupe key its Message-ID follows from, where this row only repeats an earlier mail for some recipients. */
  readonly messageKey?: string;
}

export type OutboxEntry = {
  readonly dedupeKey: string;
  readonly companyId?: number;
  readonly periodId?: number;
  readonly notBefore?: Date;
} & (
  | { readonly kind: 'workflow'; readonly payload: WorkflowStart | ScheduleRequest }
  | { readonly kind: 'signal'; readonly payload: WorkflowSignal }
  | { readonly kind: 'mail'; readonly payload: Mail }
);

/** Puts an entry in the outbox, in the caller's transaction. False when the dedupe key is known: then nothing happens. */
export async function enqueue(db: Queryable, entry: OutboxEntry): Promise<boolean> {
  const added = await db.query(
    `INSERT INTO outbox (kind, dedupe_key, company_id, period_id, payload, next_at)
     VALUES ($1, $2, $3, $4, $5, coalesce($6, now())) ON CONFLICT (dedupe_key) DO NOTHING`,
    [
      entry.kind,
      entry.dedupeKey,
      entry.companyId ?? null,
      entry.periodId ?? null,
      JSON.stringify(entry.payload),
      entry.notBefore ?? null,
    ],
  );
  return added.rowCount === 1;
}

export async function enqueueSignal(
  db: Queryable,
  signal: {
    dedupeKey: string;
    companyId: number;
    periodId?: number;
    workflowId: string;
    signal: string;
    args: readonly unknown[];
    notBefore?: Date;
  },
): Promise<boolean> {
  const { dedupeKey, companyId, periodId, notBefore, ...payload } = signal;
  return enqueue(db, {
    kind: 'signal',
    dedupeKey,
    companyId,
    ...(periodId === undefined ? {} : { periodId }),
    ...(notBefore === undefined ? {} : { notBefore }),
    payload,
  });
}

/** At most one signal in this time says that documents or resolutions came. */
const ARRIVAL_SECONDS = 30;

interface Arrival {
  readonly companyId: number;
  readonly code: string;
  readonly month: string;
  /** Half minutes since 1970, the one that runs. */
  readonly half: string;
}

/**
 * Tells a month's close that rows came (a batch settled, exceptions were resolved): at most one signal in 30 seconds. What
 * comes while the signal of this half minute is out is told by the one of the next.
 */
export async function enqueueArrival(db: Queryable, periodId: number): Promise<void> {
  const found = await db.query<Arrival>(
    `SELECT c.id AS "companyId", c.code, p.month, floor(extract(epoch FROM clock_timestamp()) / $2)::bigint AS half
       FROM period p JOIN company c ON c.id = p.company_id WHERE p.id = $1`,
    [periodId, ARRIVAL_SECONDS],
  );
  const [arrival] = found.rows;
  if (!arrival) return;
  const half = Number(arrival.half);
  if (await enqueueArrivalOf(db, periodId, arrival, half)) return;
  await enqueueArrivalOf(db, periodId, arrival, half + 1, new Date((half + 1) * ARRIVAL_SECONDS * 1_000));
}

function enqueueArrivalOf(
  db: Queryable,
  periodId: number,
  { companyId, code, month }: Arrival,
  half: number,
  notBefore?: Date,
): Promise<boolean> {
  return enqueueSignal(db, {
    ...{ dedupeKey: `arrived:${periodId}:${half}`, companyId, periodId, ...(notBefore && { notBefore }) },
    ...{ workflowId: closeWorkflowId(code, month), signal: 'documentArrived', args: [{}] },
  });
}
