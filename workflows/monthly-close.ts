import type { CloseInput } from '../domain/close-view';
import type { Stage } from '../domain/words';
import { CancellationScope, isCancellation, patched } from '@temporalio/workflow';
import { type Carried, Desk } from './desk';
import * as steps from './steps';

/** The accountant's checklist: what each stage does, and the stage the books are in then. */
const CHECKLIST: Record<Exclude<Stage, 'open'>, (desk: Desk) => Promise<Stage | 'done'>> = {
  /** 收集: wait until what was handed in has settled and the month before is locked. */
  collect: (desk) => desk.until('collect', () => steps.assessCollect(desk.input)),
  /** 关账: shut the input; what comes later is parked. */
  cutoff: (desk) => desk.step('cutoff', () => steps.cutOff(desk.input)),
  /** 对账: compare everything with everything. */
  reconcile: (desk) => desk.step('reconcile', () => steps.reconcile(desk.input)),
  /** 复核: wait until each exception is answered and a reviewer has reviewed the figures. */
  review: (desk) => desk.until('review', () => steps.assessReview(desk.input)),
  /** 审批: wait until those who must approve these figures have done so. */
  approve: (desk) => desk.until('approve', () => steps.assessApproval(desk.input)),
  /** 结账: lock the month and seal it. */
  lock: (desk) => desk.step('lock', () => steps.lockPeriod(desk.input)),
  /** 报告: write the report pack, mail it, and wait until the mail has left. */
  report: async (desk) => {
    await desk.does('report', () => steps.writeReport(desk.input));
    // Runs that began before this wait existed end without it.
    if (patched('report-mail-leaves')) await desk.until('report', () => steps.assessReport(desk.input));
    await desk.does('report', () => steps.finishClose(desk.input));
    return 'done';
  },
};

/**
 * Closes a company's month, from collecting to the report, waiting for people as long as they take. It begins where the
 * books say the month stands, so it may be started again at any time.
 * @returns the stage it ended in: `report`, or `open` when nobody had started it or it was cancelled
 */
export async function monthlyClose(input: CloseInput, carried?: Carried): Promise<{ stage: Stage }> {
  const desk = new Desk(input, carried);
  try {
    const { stage: standing, done } = await desk.does('open', () => steps.beginClose(input));
    desk.show({ stage: standing });
    let stage: Stage | 'done' = standing;
    if (done) await desk.does('report', () => steps.finishClose(input));
    else while (stage !== 'done' && stage !== 'open') stage = await CHECKLIST[stage](desk);
    return { stage: stage === 'open' ? 'open' : 'report' };
  } catch (error) {
    if (!isCancellation(error)) throw error;
    const answer = await CancellationScope.nonCancellable(() => steps.cancelClose(input));
    if (answer === 'cancelled') throw error;
    return desk.carryOn(true);
  }
}
