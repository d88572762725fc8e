import { setTimeout as sleep } from 'node:timers/promises';
import { BLOCKER_NAMES, type BlockerCode } from '../domain/blockers';
import { STAGE_NAMES, STAGES, type Stage } from '../domain/words';
import type { CloseProgress } from '../api/types';
import { periodPath, type Tools } from './commands/shared';

export interface MonthOf {
  readonly company: string;
  readonly period: string;
}

const POLL_MS = 300;
/** What stands unchanged for so long, with nothing on its way, is what it is waiting for. */
const STEADY_MS = 2_000;
const SETTLE_MS = 60_000;
const STALLED_MS = 10 * 60_000;

export async function readProgress(tools: Tools, { company, period }: MonthOf): Promise<CloseProgress> {
  return tools.client.get<CloseProgress>(`${periodPath(company, period)}/close/progress`);
}

/** Whether a close has come to a stage, or past it. A lock is reached when the month is locked. */
export function hasReached(progress: CloseProgress, until: Stage): boolean {
  if (until === 'report') return progress.closedAt !== null;
  if (until === 'lock') return progress.lockedAt !== null;
  return STAGES.indexOf(progress.stage) >= STAGES.indexOf(until);
}

/**
 * Waits until `isDone`, or until the close stands still because something blocks it: then nothing is on its way to the
 * workflow and the same blockers stand for a while. Says on stderr where it is.
 */
export async function waitFor(
  tools: Tools,
  month: MonthOf,
  isDone: (progress: CloseProgress) => boolean,
  options: { readonly limitMs?: number } = {},
): Promise<CloseProgress> {
  const started = Date.now();
  let [seen, since] = ['', started];
  for (;;) {
    const progress = await readProgress(tools, month);
    if (isDone(progress)) return progress;
    const now = Date.now();
    const standing = JSON.stringify([
      progress.stage,
      progress.blockers.map(({ code, count }) => [code, count]),
      progress.pending,
    ]);
    if (standing !== seen) [seen, since] = [standing, now];
    const isHeld = progress.pending === 0 && stopping(progress).length > 0;
    if (isHeld && now - since >= STEADY_MS) return progress;
    if (now - since >= STALLED_MS || now - started >= (options.limitMs ?? Infinity)) return progress;
    const name = STAGE_NAMES[progress.stage];
    tools.output.progress(`${month.period} ${name.zh}`, name.en);
    await sleep(POLL_MS);
  }
}

/** Gives the workflow time to act on a decision, so that what is asked next finds it done. */
export async function settleClose(tools: Tools, month: MonthOf): Promise<CloseProgress> {
  let [seen, since] = ['', Date.now()];
  const isSteady = (progress: CloseProgress): boolean => {
    const standing = JSON.stringify([progress.stage, progress.figuresHash, progress.blockers.length]);
    if (standing !== seen) [seen, since] = [standing, Date.now()];
    return progress.pending === 0 && progress.figuresHash !== null && Date.now() - since >= STEADY_MS;
  };
  return waitFor(tools, month, isSteady, { limitMs: SETTLE_MS });
}

/** The blockers that hold a close, not those that clear by themselves: what is missing may be on its way while something is fetched. */
export function stopping(progress: CloseProgress): CloseProgress['blockers'] {
  const isFetching = progress.blockers.some(({ code }) => code === 'SOURCES_UNSETTLED');
  const passing = isFetching ? ['SOURCES_UNSETTLED', 'SOURCE_INCOMPLETE'] : ['SOURCES_UNSETTLED'];
  return progress.blockers.filter(({ severity, code }) => severity === 'block' && !passing.includes(code));
}

/** Blockers in words, a line each. */
export function blockerLines(blockers: CloseProgress['blockers']): string[] {
  return blockers.map(({ code, count, owner, since, remedy }) => {
    const name = BLOCKER_NAMES[code as BlockerCode];
    return `${code} ${name.zh} ${name.en} × ${count} · ${owner} · ${since}\n  ${remedy.zh}\n  ${remedy.en}`;
  });
}
