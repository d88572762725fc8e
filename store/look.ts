import type { Pool } from 'pg';
import type { CloseView } from '../domain/close-view';
import { type CloseFacts, type Judgement, judgeApproval, judgeCollect, judgeReview } from '../domain/checks';
import { DEADLINE_OF_STAGE, deadlinesOf } from '../domain/deadlines';
import { dueReminders, type Waiting } from '../domain/reminders';
import { listBlockers, setBlockers, viewOf } from './blockers';
import { readFacts } from './close-facts';
import { type Close, enterStage, holdClose, readClose } from './close-row';
import { type Queryable, transaction } from './db';
import { refreshFigures } from './figures';
import { queueReminders } from './reminders';

/** The stages in which a close looks at the books and waits until they let it go on. */
export type WaitingStage = 'collect' | 'review' | 'approve';

/**
 * Reads the rows again and judges them: writes down what blocks, queues the mails that are due, and moves the month on
 * (or back) when it may. A month that stands in another stage by now is only reported.
 */
export async function lookAgain(pool: Pool, periodId: number, stage: WaitingStage): Promise<CloseView> {
  return transaction(pool, async (db) => {
    const held = await holdClose(db, periodId);
    const close = { ...held, figuresHash: await presentFigures(db, held) };
    const facts = await readFacts(db, close);
    if (close.stage !== stage) return viewClose(db, close, facts.openExceptions);
    const { next, blockers } = judge(close, facts);
    await setBlockers(db, periodId, blockers);
    if (next !== stage) {
      await enterStage(db, close, next);
      return viewClose(db, { ...close, stage: next }, facts.openExceptions);
    }
    const waiting = await waitingOf(db, close);
    await queueReminders(db, close, waiting);
    return viewClose(db, close, facts.openExceptions, dueReminders(waiting, close.company.policy.reminders).nextAt);
  });
}

/** What came in or was parked since belongs to what people decide on. Figures that are pending stay so. */
async function presentFigures(db: Queryable, { periodId, stage, figuresHash }: Close): Promise<string | null> {
  const decidedOn = stage === 'review' || stage === 'approve';
  return decidedOn && figuresHash !== null ? refreshFigures(db, periodId) : figuresHash;
}

/** Where a month stands, without judging or changing anything. */
export async function viewStanding(db: Queryable, periodId: number): Promise<CloseView> {
  return viewClose(db, await readClose(db, periodId), 0);
}

/** What the rules say of a month in a stage that waits. Figures that are pending are compared first. */
export function judge(close: Close, facts: CloseFacts): Judgement {
  const { policy, currency } = close.company;
  const isCompared = close.stage === 'review' || close.stage === 'approve';
  if (isCompared && close.figuresHash === null) return { next: 'reconcile', blockers: [] };
  if (close.stage === 'collect') return judgeCollect(facts, policy);
  if (close.stage === 'review') return judgeReview(facts, policy);
  if (close.stage === 'approve') return judgeApproval(facts, policy, currency);
  return { next: close.stage, blockers: [] };
}

async function viewClose(
  db: Queryable,
  close: Close,
  openExceptions: number,
  wakeAt: number | null = null,
): Promise<CloseView> {
  const blockers = await listBlockers(db, close.periodId);
  const deadline = deadlineOf(close);
  return {
    stage: close.stage,
    blockers: blockers.map(viewOf),
    openExceptions,
    deadline,
    wakeAt: wakeAt === null ? null : new Date(wakeAt).toISOString(),
  };
}

function deadlineOf({ stage, month, company }: Close): CloseView['deadline'] {
  const name = DEADLINE_OF_STAGE[stage];
  return name === undefined ? null : { stage: name, at: deadlinesOf(month, company.policy, company.timezone)[name] };
}

async function waitingOf(db: Queryable, close: Close): Promise<Waiting> {
  const now = await db.query<{ now: Date }>('SELECT now()');
  const deadline = deadlineOf(close);
  return {
    since: close.stageSince.getTime(),
    now: (now.rows[0]?.now ?? new Date()).getTime(),
    deadline: deadline === null ? null : Date.parse(deadline.at),
  };
}
