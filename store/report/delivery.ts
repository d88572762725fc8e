import type { Pool } from 'pg';
import type { Blocker } from '../../domain/blockers';
import type { CloseView } from '../../domain/close-view';
import { addBlocker, dropBlocker } from '../blockers';
import { holdClose } from '../close-row';
import { transaction, type Queryable } from '../db';
import { viewStanding } from '../look';
import { reportMailKey } from './file';

/** A mail of the report that has not left. */
interface WaitingMail {
  readonly id: string;
  readonly state: 'PENDING' | 'SENDING' | 'FAILED' | 'UNCERTAIN';
  readonly attempts: number;
  readonly error: string | null;
  /** Milliseconds until it is tried again. */
  readonly wait: number;
  /** Seconds since it was queued. */
  readonly age: number;
}

/** The next look comes this long after the mail is tried again. */
const AFTER_ATTEMPT_MS = 2_000;
const OVERDUE_MS = 15_000;
/** A mail that has not been tried by now is not just on its way. */
const SLOW_SECONDS = 10;

/**
 * Looks whether the mails of a month's report have left, or a person has settled them. While one has not, a blocker says
 * since when, why, and what to do.
 */
export async function lookAtReportMail(pool: Pool, periodId: number): Promise<CloseView> {
  return transaction(pool, async (db) => {
    await holdClose(db, periodId);
    const waiting = await waitingMails(db, periodId);
    const blocker = blockerOf(waiting);
    if (blocker) await addBlocker(db, periodId, blocker);
    else await dropBlocker(db, periodId, 'REPORT_MAIL_WAITING');
    return { ...(await viewStanding(db, periodId)), wakeAt: wakeAt(waiting), done: waiting.length === 0 };
  });
}

async function waitingMails(db: Queryable, periodId: number): Promise<WaitingMail[]> {
  const { rows } = await db.query<WaitingMail>(
    `SELECT id::text, state, attempts, last_error AS error,
            (extract(epoch FROM next_at - clock_timestamp()) * 1000)::float8 AS wait,
            extract(epoch FROM clock_timestamp() - created_at)::float8 AS age
       FROM outbox
      WHERE period_id = $1 AND kind = 'mail' AND state <> 'SENT' AND (dedupe_key = $2 OR dedupe_key LIKE $2 || '#%')
      ORDER BY state DESC, id`,
    [periodId, reportMailKey(periodId)],
  );
  return rows;
}

/** In the first seconds a mail is on its way, and nothing needs saying. */
function blockerOf(mails: readonly WaitingMail[]): Blocker | null {
  const [first, ...others] = mails.filter(
    ({ attempts, error, age }) => error !== null || attempts > 1 || age > SLOW_SECONDS,
  );
  if (first === undefined) return null;
  const common = { code: 'REPORT_MAIL_WAITING', count: 1 + others.length, owner: 'admin', severity: 'block' } as const;
  const why = first.error === null ? '' : `（${first.error}）`;
  const whyEn = first.error === null ? '' : ` (${first.error})`;
  if (first.state === 'PENDING' || first.state === 'SENDING') {
    return {
      ...common,
      remedy: {
        zh: `报告已写好，可用 report 命令取得；邮件 ${first.id} 等待发送${why}，会自动重试；请检查邮件服务器`,
        en: `the report is written and can be had with the report command; mail ${first.id} waits to be sent${whyEn} and is tried again by itself: look at the mail server`,
      },
    };
  }
  const [zh, en] =
    first.state === 'UNCERTAIN'
      ? ['已交给邮件服务器但结果不明', 'was handed to the mail server and its answer was lost']
      : ['被邮件服务器拒绝', 'was refused'];
  return {
    ...common,
    remedy: {
      zh: `报告已写好；邮件 ${first.id} ${zh}${why}：查明收件人是否收到，然后 salesclose mail settle <公司> ${first.id} --as sent|resend`,
      en: `the report is written; mail ${first.id} ${en}${whyEn}: find out whether it arrived, then salesclose mail settle <company> ${first.id} --as sent|resend`,
    },
  };
}

/** Soon after the next attempt; while one is made or is overdue, now and then. A mail that a person settles is told by a signal. */
function wakeAt(mails: readonly WaitingMail[]): string | null {
  const waits = mails
    .filter(({ state }) => state === 'PENDING' || state === 'SENDING')
    .map(({ wait, age }) => (wait <= 0 && age > SLOW_SECONDS ? OVERDUE_MS : Math.max(wait, 0) + AFTER_ATTEMPT_MS));
  return waits.length === 0 ? null : new Date(Date.now() + Math.min(...waits)).toISOString();
}
