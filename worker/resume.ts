import { listRunning } from '../store/running';
import { pause } from './pause';
import { applyAllSchedules, type Temporal } from './schedules';
import { startWorkflow } from './temporal-delivery';

const EVERY_MS = 5 * 60_000;
const AFTER_FAILURE_MS = 5_000;

/**
 * Keeps Temporal like the books until it is told to stop: every close and import that should run does, every schedule
 * is there. After Temporal lost its data this brings all of it back.
 */
export async function keepRunning(temporal: Temporal, say: (line: string) => void, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    try {
      for (const start of await listRunning(temporal.pool)) await startWorkflow(temporal, start);
      await applyAllSchedules(temporal);
      await pause(EVERY_MS, stop);
    } catch (error) {
      say(`could not compare what runs with the books (${(error as Error).message}); trying again`);
      await pause(AFTER_FAILURE_MS, stop);
    }
  }
}
