import { randomUUID } from 'node:crypto';
import { closeWorkflowId } from '../domain/close-view';
import { Problem } from '../domain/problem';
import { enter } from './access';
import { recordAudit } from './audit';
import type { Queryable } from './db';
import { enqueueSignal } from './outbox';
import type { Principal } from './sessions';

/** A mail of the outbox, as people look at it. Instants are ISO, UTC. */
export interface MailView {
  readonly mail: number;
  /** YYYY-MM; null where it belongs to no month. */
  readonly period: string | null;
  readonly to: readonly string[];
  readonly subject: string;
  readonly state: 'PENDING' | 'SENDING' | 'SENT' | 'FAILED' | 'UNCERTAIN';
  readonly attempts: number;
  readonly error: string | null;
  readonly createdAt: string;
  /** When it is tried again; null unless it waits. */
  readonly nextAt: string | null;
  readonly sentAt: string | null;
}

const MOST = 1_000;
const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

/** A company's mails that have not left, or all of them; the newest first, at most a thousand. */
export async function listMails(db: Queryable, companyId: number, filter: { all: boolean }): Promise<MailView[]> {
  const { rows } = await db.query<MailView>(
    `SELECT o.id::float8 AS mail, p.month AS period, o.payload -> 'to' AS "to", o.payload ->> 'subject' AS subject, o.state,
            o.attempts, o.last_error AS error, to_char(o.created_at AT TIME ZONE 'UTC', ${ISO}) AS "createdAt",
            CASE WHEN o.state = 'PENDING' THEN to_char(o.next_at AT TIME ZONE 'UTC', ${ISO}) END AS "nextAt",
            to_char(o.sent_at AT TIME ZONE 'UTC', ${ISO}) AS "sentAt"
       FROM outbox o LEFT JOIN period p ON p.id = o.period_id
      WHERE o.kind = 'mail' AND coalesce(o.company_id, p.company_id) = $1 AND ($2 OR o.state <> 'SENT')
      ORDER BY o.id DESC LIMIT ${MOST}`,
    [companyId, filter.all],
  );
  return rows;
}

/** What a person found out about a mail: it arrived, or it is to go out once more under the same Message-ID. */
export const SETTLEMENTS = ['sent', 'resend'] as const;
export type MailSettlement = (typeof SETTLEMENTS)[number];

export interface SettleRequest {
  readonly person: Principal;
  /** The company's code. */
  readonly company: string;
  readonly mail: number;
  readonly as: MailSettlement;
  readonly reason: string;
}

/**
 * Settles a mail that the outbox cannot settle by itself: its answer was lost (UNCERTAIN), or it was refused (FAILED). The
 * change, its audit entry and the news to the close that waits for it commit together.
 * @throws Problem COMPANY_NOT_FOUND, ROLE_MISSING, MAIL_NOT_FOUND (404), MAIL_NOT_UNCERTAIN (409)
 */
export async function settleMail(
  db: Queryable,
  request: SettleRequest,
): Promise<{ readonly mail: number; readonly state: MailView['state'] }> {
  const { person, mail, as, reason } = request;
  const { companyId, code, role } = await enter(db, person, request.company, 'settle');
  const found = await holdMail(db, companyId, mail);
  if (found.state !== 'UNCERTAIN' && found.state !== 'FAILED') throw notUncertain(mail, found.state);
  const state = as === 'sent' ? 'SENT' : 'PENDING';
  await db.query(
    `UPDATE outbox SET state = $2, handed_over_at = NULL, next_at = now(),
            attempts = CASE WHEN $2 = 'SENT' THEN attempts ELSE 0 END,
            sent_at = CASE WHEN $2 = 'SENT' THEN now() END,
            last_error = CASE WHEN $2 = 'SENT' THEN $3 END
      WHERE id = $1`,
    [mail, state, `settled as sent by ${person.login}`],
  );
  await recordAudit(db, {
    companyId,
    actor: person.login,
    action: 'mail.settled',
    ...(found.month === null ? {} : { month: found.month }),
    subject: String(mail),
    detail: { role, as, reason, was: found.state },
  });
  if (found.isAwaited && found.month !== null && found.periodId !== null) {
    await enqueueSignal(db, {
      dedupeKey: `mail-settled:${mail}:${randomUUID()}`,
      companyId,
      periodId: found.periodId,
      workflowId: closeWorkflowId(code, found.month),
      signal: 'retryRequested',
      args: [{}],
    });
  }
  return { mail, state };
}

interface HeldMail {
  readonly state: MailView['state'];
  readonly periodId: number | null;
  readonly month: string | null;
  /** The month's close may be waiting for it. */
  readonly isAwaited: boolean;
}

async function holdMail(db: Queryable, companyId: number, mail: number): Promise<HeldMail> {
  const { rows } = await db.query<HeldMail>(
    `SELECT o.state, p.id AS "periodId", p.month, coalesce(p.stage = 'report' AND p.closed_at IS NULL, false) AS "isAwaited"
       FROM outbox o LEFT JOIN period p ON p.id = o.period_id
      WHERE o.id = $1 AND o.kind = 'mail' AND coalesce(o.company_id, p.company_id) = $2 FOR UPDATE OF o`,
    [mail, companyId],
  );
  const [held] = rows;
  if (held) return held;
  throw new Problem(
    'MAIL_NOT_FOUND',
    {
      zh: `没有邮件 ${mail}；salesclose mail list 可列出本公司的邮件`,
      en: `there is no mail ${mail}; salesclose mail list shows the company’s mails`,
    },
    404,
  );
}

function notUncertain(mail: number, state: MailView['state']): Problem {
  return new Problem('MAIL_NOT_UNCERTAIN', {
    zh: `邮件 ${mail} 为 ${state}，不需要处置；只有结果不明（UNCERTAIN）或被拒（FAILED）的邮件由人处置`,
    en: `mail ${mail} is ${state}, there is nothing to settle: people settle mails that are UNCERTAIN or FAILED`,
  });
}
