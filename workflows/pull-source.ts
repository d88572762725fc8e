import type { PullInput, PullOutcome } from '../domain/source-words';
import { condition, continueAsNew, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import { pullRequested } from './messages';
import { renderPull } from './pull-details';
import { pullSource as pull } from './steps';

/** A run ends and carries on as a new one at this many events. */
const EVENTS_MOST = 150;
/** Two tries are never closer together than this. */
const LEAST_PAUSE_MS = 1_000;

/**
 * Fetches a source's month until it is whole, or a person must act: an outage is sat out for days. What came stands in the books; this only
 * says when to try again.
 */
export async function pullSource(input: PullInput): Promise<PullOutcome> {
  let isAsked = false;
  setHandler(pullRequested, () => {
    isAsked = true;
  });
  setCurrentDetails(renderPull(input, null));
  for (;;) {
    isAsked = false;
    const outcome = await pull({ sourceId: input.sourceId, periodId: input.periodId });
    setCurrentDetails(renderPull(input, outcome));
    if (!heard() && outcome.state !== 'waiting') return outcome;
    await condition(heard, pauseUntil(outcome.nextTryAt), { summary: `等待 waits: ${outcome.codes.join(' ')}` });
    if (workflowInfo().historyLength >= EVENTS_MOST) await continueAsNew<typeof pullSource>(input);
  }

  function heard(): boolean {
    return isAsked;
  }
}

function pauseUntil(at: string | null): number {
  return Math.max(LEAST_PAUSE_MS, at === null ? 0 : Date.parse(at) - Date.now());
}
