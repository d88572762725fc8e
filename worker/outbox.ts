import type { Pool, PoolClient } from 'pg';
import { enqueue } from '../store/outbox';
import {
  becomeDispatcher,
  claimEntries,
  type ClaimedEntry,
  markHandedOver,
  recoverEntries,
  type Settlement,
  settleEntry,
} from '../store/outbox-delivery';
import { asError, transaction } from '../store/db';
import { type MailResult, type MailSettings, sendMail } from './mail';
import { pause } from './pause';
import { deliverToTemporal } from './temporal-delivery';
import type { Temporal } from './schedules';

const POLL_MS = 1_000;

/** What the dispatcher needs. */
export interface Dispatch {
  readonly pool: Pool;
  readonly temporal: Temporal;
  readonly mail: MailSettings;
  /** Told what an operator should know, in one line. */
  readonly say: (line: string) => void;
}

/** A turn at being the one dispatcher of the installation; it ends with the connection that holds it. */
interface Turn {
  readonly over: () => boolean;
  /** Resolves after a second, or as soon as something was put in the outbox. */
  readonly news: () => Promise<void>;
}

/**
 * Empties the outbox until it is told to stop: workflows and signals in one lane, mails in another, so that a slow mail
 * server holds up nobody. When the database goes away it waits and goes on.
 */
export async function runDispatcher(dispatch: Dispatch, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    try {
      await takeTurn(dispatch, stop);
    } catch (error) {
      dispatch.say(`outbox: the database is away (${(error as Error).message}); waiting`);
    }
    await pause(POLL_MS, stop);
  }
}

async function takeTurn(dispatch: Dispatch, stop: AbortSignal): Promise<void> {
  const client = await dispatch.pool.connect();
  let ended = false;
  client.on('error', () => (ended = true));
  const over = (): boolean => stop.aborted || ended;
  const lanes: Promise<void>[] = [];
  try {
    while (!(await becomeDispatcher(client))) {
      await pause(POLL_MS, stop);
      if (over()) return;
    }
    const news = await listen(client, stop);
    const { again, uncertain } = await recoverEntries(dispatch.pool);
    if (again + uncertain > 0)
      dispatch.say(`outbox: after a crash ${again} entries are done again, ${uncertain} mails are uncertain`);
    const turn = { over, news };
    lanes.push(
      runLane(
        turn,
        () => claimEntries(dispatch.pool, ['workflow', 'signal'], 20),
        (entry) => toTemporal(dispatch, entry, stop),
      ),
      runLane(
        turn,
        () => claimEntries(dispatch.pool, ['mail'], 1),
        (entry) => toMailServer(dispatch, entry, stop),
      ),
    );
    await Promise.all(lanes);
  } finally {
    // The other lane ends what it has in hand before somebody else may take over.
    ended = true;
    await Promise.allSettled(lanes);
    client.release(true);
  }
}

async function runLane(
  turn: Turn,
  claim: () => Promise<ClaimedEntry[]>,
  handle: (entry: ClaimedEntry) => Promise<void>,
): Promise<void> {
  while (!turn.over()) {
    const entries = await claim();
    for (const entry of entries) await handle(entry);
    if (entries.length === 0) await turn.news();
  }
}

async function toTemporal({ pool, temporal, say }: Dispatch, entry: ClaimedEntry, stop: AbortSignal): Promise<void> {
  const settlement = await deliverToTemporal(temporal, entry);
  if (settlement.state === 'PENDING' && entry.attempts === 1)
    say(`outbox: Temporal does not answer (${settlement.error}); trying on`);
  await settle(pool, entry, settlement, stop);
}

async function toMailServer({ pool, mail, say }: Dispatch, entry: ClaimedEntry, stop: AbortSignal): Promise<void> {
  const { settlement, later } = await sendMail(mail, entry, () => markHandedOver(pool, entry.id)).catch(
    (error: unknown): MailResult => ({
      settlement: { state: 'FAILED', error: asError(error).message },
      later: [],
    }),
  );
  const isNews = settlement.state === 'PENDING' ? entry.attempts === 1 : settlement.state !== 'SENT';
  if (isNews && 'error' in settlement)
    say(`outbox: mail ${entry.dedupeKey} is ${settlement.state}: ${settlement.error}`);
  await settle(pool, entry, settlement, stop, later);
}

/** Writes down what became of an entry, however long the database is away: what is known must not be lost. */
async function settle(
  pool: Pool,
  entry: ClaimedEntry,
  settlement: Settlement,
  stop: AbortSignal,
  later: readonly string[] = [],
): Promise<void> {
  for (;;) {
    try {
      return await transaction(pool, async (db) => {
        await settleEntry(db, entry.id, settlement);
        if (later.length > 0) await enqueue(db, repeatFor(entry, later));
      });
    } catch (error) {
      if (stop.aborted) throw error;
      await pause(POLL_MS, stop);
    }
  }
}

/** The same mail, with the same Message-ID, for the recipients the server put off. */
function repeatFor(
  { dedupeKey, attempts, payload, periodId }: ClaimedEntry,
  to: readonly string[],
): Parameters<typeof enqueue>[1] {
  const messageKey = typeof payload['messageKey'] === 'string' ? payload['messageKey'] : dedupeKey;
  return {
    kind: 'mail',
    dedupeKey: `${dedupeKey}#${attempts}`,
    ...(periodId === null ? {} : { periodId }),
    notBefore: new Date(Date.now() + 60_000),
    payload: { ...(payload as unknown as { subject: string; text: string }), to, messageKey },
  };
}

async function listen(client: PoolClient, stop: AbortSignal): Promise<Turn['news']> {
  const waiting = new Set<() => void>();
  const wakeAll = (): void => waiting.forEach((wake) => wake());
  client.on('notification', wakeAll);
  client.on('error', wakeAll);
  client.on('end', wakeAll);
  await client.query('LISTEN salesclose_outbox');
  return async () => {
    let wake: () => void = () => undefined;
    const notified = new Promise<void>((resolve) => (wake = resolve));
    waiting.add(wake);
    await Promise.race([notified, pause(POLL_MS, stop)]);
    waiting.delete(wake);
  };
}
