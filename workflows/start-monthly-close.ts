import { ApplicationFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow';
import { closeWorkflowId } from '../domain/close-view';
import { SalesCompany, SalesPeriod, ScheduledStartTime } from './messages';
import { monthlyClose } from './monthly-close';
import { claimMonth } from './steps';

/** What a schedule starts with. Without a period it is the month before the scheduled time, never before "now". */
export interface StartRequest {
  /** The company's code. */
  readonly company: string;
  /** YYYY-MM */
  readonly period?: string;
}

/** Starts the close of one month and leaves it to itself; one that runs already is joined. */
export async function startMonthlyClose({
  company,
  period,
}: StartRequest): Promise<{ workflowId: string; joined: boolean }> {
  const firedAt = workflowInfo().typedSearchAttributes.get(ScheduledStartTime)?.getTime();
  if (period === undefined && firedAt === undefined) {
    throw ApplicationFailure.nonRetryable('started by no schedule, and no period was named', 'PERIOD_MISSING');
  }
  const asked = period === undefined ? { firedAt: firedAt as number } : { period };
  const claim = await claimMonth({ company, ...asked });
  const workflowId = closeWorkflowId(company, claim.period);
  if (claim.locked) return { workflowId, joined: true };
  try {
    await startChild(monthlyClose, {
      workflowId,
      args: [{ periodId: claim.periodId, company, period: claim.period }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `${company} ${claim.period}`,
      typedSearchAttributes: [
        { key: SalesCompany, value: company },
        { key: SalesPeriod, value: claim.period },
      ],
    });
    return { workflowId, joined: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return { workflowId, joined: true };
  }
}
