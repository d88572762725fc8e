import { createHash } from 'node:crypto';
import { join } from 'node:path';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Mail } from '../store/outbox';
import type { ClaimedEntry, Settlement } from '../store/outbox-delivery';
import { deliver, type Delivery } from './smtp';

/** What mails need of the installation. */
export interface MailSettings {
  readonly smtpUrl: string;
  /** `Name <address>` */
  readonly mailFrom: string;
  readonly dataDir: string;
}

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 5 * 60_000;
/** A mail that could not be handed over for this long has failed for good. */
const GIVE_UP_MS = 5 * 24 * 60 * 60_000;

/** What became of a mail: how its outbox row is settled, and whom it has still to go to, if the server put some off. */
export interface MailResult {
  readonly settlement: Settlement;
  readonly later: readonly string[];
}

/**
 * Hands a mail of the outbox to the mail server. The same entry has the same Message-ID and the same bytes each time.
 * @param markHandedOver called before the first byte of the content leaves
 */
export async function sendMail(
  settings: MailSettings,
  entry: ClaimedEntry,
  markHandedOver: () => Promise<void>,
): Promise<MailResult> {
  const mail = entry.payload as unknown as Mail;
  if (!mail.to?.length || typeof mail.text !== 'string') {
    return { settlement: { state: 'FAILED', error: 'the mail has no recipient or no text' }, later: [] };
  }
  const message = await compose(settings, entry, mail);
  const envelope = { from: addressOf(settings.mailFrom), to: mail.to };
  return settle(entry, await deliver(settings.smtpUrl, envelope, message, markHandedOver));
}

/** `<first 32 hex digits of the key's SHA-256@salesclose>`: one logical mail, one Message-ID. */
export function messageIdOf(dedupeKey: string): string {
  return `<${createHash('sha256').update(dedupeKey).digest('hex').slice(0, 32)}@salesclose>`;
}

function settle(entry: ClaimedEntry, delivery: Delivery): MailResult {
  switch (delivery.outcome) {
    case 'sent': {
      const { refused } = delivery;
      const note = refused.map(({ address, passing }) => `${address} ${passing ? 'put off' : 'refused'}`).join('; ');
      const later = refused.filter(({ passing }) => passing).map(({ address }) => address);
      return { settlement: note === '' ? { state: 'SENT' } : { state: 'SENT', note }, later };
    }
    case 'uncertain':
      return { settlement: { state: 'UNCERTAIN', error: delivery.error }, later: [] };
    case 'refused':
      return { settlement: afterRefusal(entry, delivery.passing, delivery.error), later: [] };
  }
}

function afterRefusal({ attempts, createdAt }: ClaimedEntry, passing: boolean, error: string): Settlement {
  if (!passing || Date.now() - createdAt.getTime() > GIVE_UP_MS) return { state: 'FAILED', error };
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);
  return { state: 'PENDING', error, nextAt: new Date(Date.now() + wait) };
}

async function compose({ mailFrom, dataDir }: MailSettings, entry: ClaimedEntry, mail: Mail): Promise<Buffer> {
  const messageId = messageIdOf(mail.messageKey ?? entry.dedupeKey);
  const composer = new MailComposer({
    from: mailFrom,
    to: [...mail.to],
    subject: mail.subject,
    text: mail.text,
    ...(mail.html === undefined ? {} : { html: mail.html }),
    attachments: (mail.attachments ?? []).map(({ name, evidence, type }) => ({
      filename: name,
      contentType: type,
      path: join(dataDir, 'evidence', evidence.slice(0, 2), evidence),
    })),
    messageId,
    date: entry.createdAt,
    baseBoundary: messageId.slice(1, 17),
    disableUrlAccess: true,
  });
  return new Promise((resolve, reject) =>
    composer.compile().build((error, message) => (error ? reject(error) : resolve(message))),
  );
}

const addressOf = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from.trim();
