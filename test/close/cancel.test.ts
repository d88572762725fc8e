import { WorkflowFailedError } from '@temporalio/client';
import type { Stage } from '../../domain/words';
import { Office } from './office';

const MONTH = '2026-10';

describe('cancelling', () => {
  let office: Office;
  let period: number;

  beforeEach(async () => {
    office = await Office.open();
  });
  afterEach(() => office.close());

  /** Brings the month to a stage and leaves it there. */
  async function bring(stage: Stage): Promise<void> {
    const never = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60_000).unref());
    period = stage === 'collect' ? await office.openMonth(MONTH) : await office.fill(MONTH);
    await office.work(
      stage === 'reconcile' ? { reconcilePeriod: never } : stage === 'lock' ? { lockAndSeal: never } : {},
    );
    await office.startClose(period, MONTH);
    if (stage === 'approve' || stage === 'lock') {
      await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
      await office.resolveAll(period);
      await office.say(period, MONTH, 'review', 'reviewer');
      await office.knows(MONTH, 'approve', 'APPROVAL_PENDING');
    }
    if (stage === 'lock') await office.say(period, MONTH, 'approve', 'approver');
    await office.reaches(MONTH, stage);
  }

  it.each<Stage>(['collect', 'reconcile', 'review', 'approve', 'lock'])(
    'by a person takes the month from %s back to open, lifts the cut-off and clears what blocked',
    async (stage) => {
      await bring(stage);
      await office.decide(period, 'cancel', 'preparer');
      await office.handle(MONTH).cancel();
      await expect(office.handle(MONTH).result()).rejects.toThrow(WorkflowFailedError);
      expect(await office.status(MONTH)).toMatchObject({ stage: 'open', blockers: [], policyVersion: null });
      const { rows } = await office.pool.query('SELECT cutoff_at, started_at FROM period WHERE id = $1', [period]);
      expect(rows).toEqual([{ cutoff_at: null, started_at: null }]);
    },
  );

  it('only in Temporal, without a decision, changes nothing: the close goes on', async () => {
    await bring('review');
    await office.handle(MONTH).cancel();
    await office.resolveAll(period);
    await office.knows(MONTH, 'review', 'REVIEW_PENDING');
    await office.say(period, MONTH, 'review', 'reviewer');
    await office.reaches(MONTH, 'approve', 'APPROVAL_PENDING');
  });

  it('and starting again begins anew, with what was collected', async () => {
    await bring('review');
    await office.decide(period, 'cancel', 'preparer');
    await office.handle(MONTH).cancel();
    await expect(office.handle(MONTH).result()).rejects.toThrow(WorkflowFailedError);
    await office.startClose(period, MONTH);
    await office.reaches(MONTH, 'review', 'OPEN_EXCEPTIONS');
  });
});
