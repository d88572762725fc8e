import type { Blocker } from '../domain/blockers';
import { type DueReminder, dueReminders, reminderLetter, type Waiting } from '../domain/reminders';
import type { Role } from '../domain/words';
import { addBlocker, listBlockers } from './blockers';
import type { Close } from './close-row';
import type { Queryable } from './db';
import { enqueue } from './outbox';

/** Told beside the owners once a close is escalated. */
const ESCALATION_ROLES: readonly Role[] = ['controller', 'approver'];

/**
 * Queues the mails that are due by now: to the people whose turn it is and to the policy's recipients for blockers.
 * The dedupe key names month, stage entry and round, so asking again sends nothing twice. With nobody to write to, a
 * warning says so.
 */
export async function queueReminders(db: Queryable, close: Close, waiting: Waiting): Promise<void> {
  const { due } = dueReminders(waiting, close.company.policy.reminders);
  if (due.length === 0) return;
  const blockers = await listBlockers(db, close.periodId);
  const stopping = blockers.filter(({ severity }) => severity === 'block');
  if (stopping.length === 0) return;
  for (const reminder of due) await queueReminder(db, close, waiting, reminder, stopping);
}

async function queueReminder(
  db: Queryable,
  close: Close,
  waiting: Waiting,
  { kind, key }: DueReminder,
  blockers: readonly Blocker[],
): Promise<void> {
  const roles = blockers.map(({ owner }) => owner).concat(kind === 'escalation' ? ESCALATION_ROLES : []);
  const to = await addressesOf(db, close, roles);
  if (to.length === 0) return addBlocker(db, close.periodId, NO_RECIPIENTS);
  const letter = reminderLetter(kind, { ...close, waiting }, blockers);
  const { companyId, periodId } = close;
  await enqueue(db, {
    kind: 'mail',
    dedupeKey: `${key}:${periodId}:${close.stage}`,
    companyId,
    periodId,
    payload: { to, ...letter },
  });
}

async function addressesOf(db: Queryable, { companyId, company }: Close, roles: readonly Role[]): Promise<string[]> {
  const found = await db.query<{ email: string }>(
    `SELECT DISTINCT person.email FROM role_grant JOIN person ON person.id = role_grant.person_id
      WHERE company_id = $1 AND role = ANY ($2) AND email <> '' AND disabled_at IS NULL`,
    [companyId, roles],
  );
  return [...new Set([...company.policy.recipients.blockers, ...found.rows.map(({ email }) => email)])].sort();
}

const NO_RECIPIENTS: Blocker = {
  code: 'NO_RECIPIENTS',
  count: 1,
  owner: 'admin',
  severity: 'warn',
  remedy: {
    zh: '催办邮件没有收件人：在结账制度 recipients.blockers 或人员资料中填写邮箱',
    en: 'reminders have nobody to go to: give addresses in the policy’s recipients.blockers or to the people',
  },
};
