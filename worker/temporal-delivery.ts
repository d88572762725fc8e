import { type WorkflowHandle, WorkflowNotFoundError, type WorkflowStartOptions } from '@temporalio/client';
import type { CloseInput } from '../domain/close-view';
import type { ScheduleRequest, WorkflowSignal, WorkflowStart } from '../store/outbox';
import type { ClaimedEntry, Settlement } from '../store/outbox-delivery';
import { cancelClose } from '../store/close';
import { findRunningClose } from '../store/running';
import { SalesCompany, SalesPeriod } from '../workflows/messages';
import { applySchedule, backfillMonths, type Temporal } from './schedules';

const LONGEST_WAIT_MS = 5_000;
const CALL_MS = 10_000;

/** Carries out a start, a signal, a cancellation or a schedule's change. Each may be done twice without harm. */
export async function deliverToTemporal(temporal: Temporal, entry: ClaimedEntry): Promise<Settlement> {
  try {
    const note = await temporal.client.withDeadline(Date.now() + CALL_MS, () => carryOut(temporal, entry));
    return note === undefined ? { state: 'SENT' } : { state: 'SENT', note };
  } catch (error) {
    const wait = Math.min(250 * 2 ** (entry.attempts - 1), LONGEST_WAIT_MS);
    return { state: 'PENDING', error: (error as Error).message, nextAt: new Date(Date.now() + wait) };
  }
}

async function carryOut(temporal: Temporal, { payload, periodId }: ClaimedEntry): Promise<string | undefined> {
  if ('schedule' in payload) return carryOutSchedule(temporal, payload as unknown as ScheduleRequest);
  if ('type' in payload) return startWorkflow(temporal, payload as unknown as WorkflowStart);
  return tellWorkflow(temporal, payload as unknown as WorkflowSignal, periodId);
}

/** Starts a workflow; one that runs under this id is joined. */
export async function startWorkflow({ client, taskQueue }: Temporal, start: WorkflowStart): Promise<undefined> {
  const options: WorkflowStartOptions = {
    workflowId: start.workflowId,
    taskQueue,
    args: [...start.args],
    workflowIdConflictPolicy: 'USE_EXISTING',
  };
  const labelled = LABELLED.includes(start.type) ? { ...options, ...labels(start) } : options;
  if (start.signal === undefined) await client.workflow.start(start.type, labelled);
  else await client.workflow.signalWithStart(start.type, { ...labelled, signal: start.signal, signalArgs: [{}] });
}

/** Workflows that are about a company's month. */
const LABELLED: readonly WorkflowStart['type'][] = ['monthlyClose', 'pullSource'];

function labels({ args }: WorkflowStart): Partial<WorkflowStartOptions> {
  const { company, period } = args[0] as Pick<CloseInput, 'company' | 'period'>;
  return {
    staticSummary: `${company} ${period}`,
    typedSearchAttributes: [
      { key: SalesCompany, value: company },
      { key: SalesPeriod, value: period },
    ],
  };
}

async function tellWorkflow(
  temporal: Temporal,
  message: WorkflowSignal,
  periodId: number | null,
): Promise<string | undefined> {
  const handle = temporal.client.workflow.getHandle(message.workflowId);
  try {
    if ('cancel' in message) await cancelRunning(handle);
    else await handle.signal(message.signal, ...message.args);
    return undefined;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return withoutWorkflow(temporal, message, periodId);
  }
}

/** Cancelling what has ended is no error to Temporal, so it is asked first. */
async function cancelRunning(handle: WorkflowHandle): Promise<void> {
  const { status, workflowId, runId } = await handle.describe();
  if (status.name !== 'RUNNING') throw new WorkflowNotFoundError('it has ended', workflowId, runId);
  await handle.cancel();
}

/** Nobody listens: a cancelled close is taken back here, one that should run is brought back and reads the rows itself. */
async function withoutWorkflow(temporal: Temporal, message: WorkflowSignal, periodId: number | null): Promise<string> {
  if (periodId === null) return 'no such workflow runs';
  if ('cancel' in message) return `no such workflow runs; ${await cancelClose(temporal.pool, periodId)}`;
  const close = await findRunningClose(temporal.pool, periodId);
  if (close === null) return 'no such workflow runs';
  await startWorkflow(temporal, close);
  return 'no such workflow ran; it was started again';
}

async function carryOutSchedule(temporal: Temporal, { schedule }: ScheduleRequest): Promise<undefined> {
  if (schedule.action === 'apply') await applySchedule(temporal, schedule.company);
  else await backfillMonths(temporal, schedule.company, schedule.from, schedule.to);
}
