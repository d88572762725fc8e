import { Context } from '@temporalio/activity';
import { Problem } from '../domain/problem';
import type { PullOutcome } from '../domain/source-words';
import { SourceWaits } from '../sources/trouble';
import { beginPull, endPull, notePullTrouble, type Pull, type PullRef, type Trouble } from '../store/sources/pull';
import { withPullLock } from '../store/sources/pull-lock';
import { step } from './errors';
import { secretsOf, withConnection } from './pulling/connect';
import { pullMonth } from './pulling/month';
import type { PullResources, Run } from './pulling/resources';
import { troubleOf } from './pulling/trouble';

export interface PullActivities {
  /**
   * Fetches what is due of a source's month, part by part, and says when the next part is. What came stands in the rows.
   * Idempotent because whoever pulls holds the source's lock, each page is stored with the cursor behind it, and equal bytes are taken in
   * once: a second run goes on where the first one ended.
   */
  pullSource(input: PullRef): Promise<PullOutcome>;
}

/** How soon to look again where another pull of the source runs, or enough others do. */
const BUSY_MS = 30_000;
/** Pulls at once in a worker: the steps of closes and the files people import go on beside them. */
const PULLS_MOST = 5;

/** @param resources.systems the registry; tests put their own in */
export function createPullActivities(resources: PullResources): PullActivities {
  let running = 0;
  const pull = async (ref: PullRef, say: Run['say']): Promise<PullOutcome> => {
    if (running >= PULLS_MOST) return busy(resources.now());
    running++;
    try {
      return await pullOnce(resources, ref, Context.current().cancellationSignal, say);
    } finally {
      running--;
    }
  };
  return {
    pullSource: (ref) => {
      let at: unknown;
      return step(
        () => pull(ref, (now) => (at = now)),
        () => at,
      );
    },
  };
}

/** One look at a source's month, as the activity does it; also for tools that run outside Temporal. */
export async function pullOnce(
  resources: PullResources,
  ref: PullRef,
  signal: AbortSignal,
  say: Run['say'] = () => undefined,
): Promise<PullOutcome> {
  const outcome = await withPullLock(resources.pool, ref.sourceId, async (client) => {
    const begun = await beginPull(resources.pool, ref);
    if (begun === null) return NOTHING_TO_DO;
    try {
      const trouble = await workThrough({ resources, client, signal, say }, begun);
      return await endPull(resources.pool, begun, trouble, resources.now());
    } catch (error) {
      if (isLocked(error)) return NOTHING_TO_DO;
      throw error;
    }
  });
  return outcome ?? busy(resources.now());
}

/** @returns what is wrong with the source as a whole; its parts tell of themselves */
async function workThrough(
  at: Pick<Run, 'resources' | 'client' | 'signal' | 'say'>,
  begun: Pull,
): Promise<Trouble | null> {
  const { resources, signal } = at;
  const secrets = secretsOf(resources, begun);
  let trouble: Trouble | null = null;
  try {
    await withConnection(resources, begun, secrets, signal, async (connection) => {
      const parts = await pullMonth({ ...at, pull: begun, connection, secrets });
      if (parts === 0) throw nothingYet(begun);
    });
  } catch (error) {
    const now = resources.now();
    trouble = troubleOf(error, {
      secrets,
      signal,
      warn: resources.warn,
      now,
      key: begun.name,
      attempts: begun.attempts,
    });
  }
  await notePullTrouble(resources.pool, begun, trouble);
  return trouble;
}

const NOTHING_TO_DO: PullOutcome = { state: 'stopped', nextTryAt: null, parts: 0, whole: 0, rows: 0, codes: [] };

function busy(now: Date): PullOutcome {
  const nextTryAt = new Date(now.getTime() + BUSY_MS).toISOString();
  return { state: 'waiting', nextTryAt, parts: 0, whole: 0, rows: 0, codes: ['SOURCE_BUSY'] };
}

/** The lock came while the pull ran: the month takes nothing more. */
function isLocked(error: unknown): boolean {
  const isRefused = error instanceof Problem && error.code === 'PERIOD_LOCKED';
  return isRefused || (error as { code?: unknown }).code === 'SC001';
}

function nothingYet({ name, month }: Pull): SourceWaits {
  return new SourceWaits('SOURCE_NOTHING_YET', {
    zh: `来源 ${name} 还没有 ${month} 的任何数据，稍后自动重试；如确无数据，请管理员暂停该来源（source pause）`,
    en: `source ${name} has nothing of ${month} yet; it is tried again. If there is nothing to come, an administrator pauses it (source pause)`,
  });
}
