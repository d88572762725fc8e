import { SMTPServer } from 'smtp-server';
import type { Mailbox } from './mailbox';

const MAX_MAIL_BYTES = 64 * 1024 * 1024;

/** An SMTP server that keeps every mail in the mailbox and delivers none. */
export function catchMails(mailbox: Mailbox): SMTPServer {
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    size: MAX_MAIL_BYTES,
    onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope;
      const recipients = rcptTo.map((recipient) => recipient.address);
      mailbox.keep(stream, mailFrom ? mailFrom.address : '', recipients).then(
        () => done(stream.sizeExceeded ? new Error('message too large') : undefined),
        // 451: the sender keeps the mail and tries again, as with a real server whose disk is full.
        () => done(Object.assign(new Error('could not be stored'), { responseCode: 451 })),
      );
    },
  });
}
