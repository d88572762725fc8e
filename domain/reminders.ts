import type { Blocker } from './blockers';
import type { CompanySettings } from './company';
import type { Stage } from './words';
import { BLOCKER_NAMES } from './blockers';
import { parseDuration } from './deadlines';
import { clockIn } from './periods';
import { ROLE_NAMES, STAGE_NAMES } from './words';

/** A mail that is due because a stage waits for people. `key` is the same however often it is asked for. */
export interface DueReminder {
  readonly kind: 'reminder' | 'overdue' | 'escalation';
  readonly key: string;
}

/** How long a stage has waited, in instants (milliseconds). */
export interface Waiting {
  readonly since: number;
  readonly now: number;
  /** The stage's deadline; null where it has none. */
  readonly deadline: number | null;
}

/**
 * The mails due by now, and when to look again. After a pause only the newest reminder is due, not each one missed;
 * a deadline that had passed before the stage began is not announced.
 */
export function dueReminders(
  waiting: Waiting,
  reminders: CompanySettings['policy']['reminders'],
): { due: readonly DueReminder[]; nextAt: number | null } {
  const { since, now, deadline } = waiting;
  const every = parseDuration(reminders.every);
  const escalateAfter = parseDuration(reminders.escalateAfter);
  const due: DueReminder[] = [];
  const upcoming: number[] = [];
  if (every !== null) {
    const rounds = Math.floor((now - since) / every);
    if (rounds > 0) due.push({ kind: 'reminder', key: `reminder:${since}:${rounds}` });
    upcoming.push(since + (Math.max(rounds, 0) + 1) * every);
  }
  const once = (kind: 'overdue' | 'escalation', at: number): void => {
    if (at <= now) due.push({ kind, key: `${kind}:${since}` });
    else upcoming.push(at);
  };
  if (deadline !== null && deadline > since) once('overdue', deadline);
  if (escalateAfter !== null) once('escalation', since + escalateAfter);
  return { due, nextAt: upcoming.length > 0 ? Math.min(...upcoming) : null };
}

/** What such a mail says. Plain text, Chinese first. */
export interface ReminderLetter {
  readonly subject: string;
  readonly text: string;
}

const SUBJECTS = {
  reminder: { zh: '结账待办', en: 'close waiting' },
  overdue: { zh: '结账逾期', en: 'close overdue' },
  escalation: { zh: '结账催办升级', en: 'close escalated' },
} as const;

/** Writes the mail for one due reminder: where the close stands, what stops it, whose turn it is, and the way out. */
export function reminderLetter(
  kind: DueReminder['kind'],
  close: { company: CompanySettings; month: string; stage: Stage; waiting: Waiting },
  blockers: readonly Blocker[],
): ReminderLetter {
  const { company, month, stage, waiting } = close;
  const clock = (instant: number): string => `${clockIn(instant, company.timezone)} (${company.timezone})`;
  const deadline = (zh: boolean): string => {
    if (waiting.deadline === null) return '';
    return zh ? `，期限 ${clock(waiting.deadline)}` : `, due ${clock(waiting.deadline)}`;
  };
  const subject = SUBJECTS[kind];
  const lines = [
    `${company.name} ${month} 停在“${STAGE_NAMES[stage].zh}”，自 ${clock(waiting.since)}${deadline(true)}。`,
    ...blockers.map((b) => `· ${BLOCKER_NAMES[b.code].zh} ${b.count}（${ROLE_NAMES[b.owner].zh}）：${b.remedy.zh}`),
    '',
    `The close of ${company.name} for ${month} stands at ${STAGE_NAMES[stage].en} since ${clock(waiting.since)}${deadline(false)}.`,
    ...blockers.map((b) => `- ${BLOCKER_NAMES[b.code].en}, ${b.count} (${ROLE_NAMES[b.owner].en}): ${b.remedy.en}`),
    '',
  ];
  return { subject: `[${company.code} ${month}] ${subject.zh} · ${subject.en}`, text: lines.join('\n') };
}
