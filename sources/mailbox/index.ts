import type { SourceSystem } from '../system';
import { MailboxConnection } from './connection';
import type { MailLimits } from './session';
import { MAILBOX_SETTINGS } from './settings';

const LIMITS = { signInSeconds: 30, answerSeconds: 300 } as const;
const TITLE = { zh: '邮箱', en: 'the mailbox' };

/** Attachments of mails from known senders: the last resort, where nothing better is to be had. */
export function mailboxSystem(limits: Omit<MailLimits, 'mostBytes'> = LIMITS): SourceSystem {
  return {
    name: 'mailbox',
    title: TITLE,
    settings: MAILBOX_SETTINGS,
    connect: (access) => new MailboxConnection({ title: TITLE }, access, limits),
  };
}
