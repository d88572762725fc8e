import { ImapFlow, type FetchMessageObject, type ImapFlowError } from 'imapflow';
import { withinSeconds } from '../delivered/deadline';
import type { Access } from '../system';
import { Problem } from '../../domain/problem';
import {
  busy,
  cutShort,
  notAllowed,
  notUnderstood,
  signInRefused,
  SourceStops,
  tooSlow,
  unreachable,
  type Named,
} from '../trouble';
import { shownName } from '../delivered/names';
import type { Account } from './settings';

export interface MailLimits {
  readonly signInSeconds: number;
  /** For a search, a listing, an attachment. */
  readonly answerSeconds: number;
  /** The largest answer that is taken, encoded as it travels. */
  readonly mostBytes: number;
}

/** One signed-in connection with the mailbox opened for reading only, so that no mail is ever marked as read. */
export class MailSession {
  private constructor(
    private readonly system: Named,
    private readonly client: ImapFlow,
    private readonly limits: MailLimits,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws SourceStops SOURCE_SIGN_IN_REFUSED, SOURCE_CERTIFICATE_REFUSED, SOURCE_NOT_ALLOWED (no such mailbox); SourceWaits for the rest */
  static async open(system: Named, account: Account, access: Access, limits: MailLimits): Promise<MailSession> {
    const client = clientOf(account, access.secret('password'), limits);
    // What goes wrong comes back from the call that waits for it.
    client.on('error', () => undefined);
    const session = new MailSession(system, client, limits, access.signal);
    await session.ask(() => client.connect(), limits.signInSeconds);
    await session.ask(() => opened(system, client, account.mailbox));
    return session;
  }

  get isLost(): boolean {
    return !this.client.usable;
  }

  /** Changes when the server has numbered the mailbox anew. */
  get numbering(): string {
    return this.client.mailbox === false ? '' : String(this.client.mailbox.uidValidity);
  }

  /** Mails received on this day or later, by the server's clock: who sent them, and what they hold. */
  async since(day: string): Promise<FetchMessageObject[]> {
    const found = await this.ask(() => this.client.search({ since: new Date(`${day}T00:00:00Z`) }, { uid: true }));
    if (found === false || found === undefined) throw notUnderstood(this.system, 'SEARCH');
    if (found.length === 0) return [];
    const wanted = { uid: true, envelope: true, bodyStructure: true, internalDate: true } as const;
    return this.ask(() => this.client.fetchAll(found, wanted, { uid: true }));
  }

  /** A part of a mail as it travels; undefined where the mail has gone. */
  async part(uid: number, part: string): Promise<Buffer | undefined> {
    const wanted = { uid: true, bodyParts: [part] };
    const found = await this.ask(() => this.client.fetchOne(String(uid), wanted, { uid: true }));
    return found === false ? undefined : found.bodyParts?.get(part.toLowerCase());
  }

  end(): void {
    this.client.close();
  }

  private async ask<T>(question: () => Promise<T>, seconds = this.limits.answerSeconds): Promise<T> {
    try {
      return await withinSeconds(this.system, seconds, this.signal, question());
    } catch (error) {
      this.end();
      if (this.signal.aborted || error instanceof Problem) throw error;
      throw meaning(this.system, error as ImapFlowError, seconds);
    }
  }
}

function clientOf(
  account: Account,
  password: string,
  { signInSeconds, answerSeconds, mostBytes }: MailLimits,
): ImapFlow {
  const { host, port, tls, user } = account;
  return new ImapFlow({
    ...{ host, port, secure: tls === 'yes', ...(tls === 'yes' ? {} : { doSTARTTLS: tls === 'starttls' }) },
    auth: { user, pass: password },
    // Some Chinese mail services refuse clients that do not say who they are.
    clientInfo: { name: 'salesclose' },
    logger: false,
    disableAutoIdle: true,
    disableCompression: true,
    connectionTimeout: signInSeconds * 1_000,
    greetingTimeout: signInSeconds * 1_000,
    socketTimeout: answerSeconds * 1_000,
    maxLiteralSize: mostBytes,
    maxResponseSize: mostBytes * 2,
  });
}

async function opened(system: Named, client: ImapFlow, mailbox: string): Promise<void> {
  try {
    await client.mailboxOpen(mailbox, { readOnly: true });
  } catch (error) {
    const { responseStatus } = error as ImapFlowError;
    if (responseStatus !== 'NO') throw error;
    throw notAllowed(system, `mailbox ${shownName(mailbox)}`, 'NO');
  }
}

function meaning(system: Named, error: ImapFlowError, seconds: number): Error {
  const { code = '', authenticationFailed, tlsFailed, serverResponseCode = '' } = error;
  if (serverResponseCode === 'UNAVAILABLE' || code === 'ETHROTTLE') return busy(system, serverResponseCode || code);
  if (authenticationFailed === true) return signInRefused(system, serverResponseCode || 'IMAP');
  if (/CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)/.test(code)) return certificateRefused(system, code);
  if (/TIMEOUT$/.test(code)) return tooSlow(system, seconds);
  if (/TooLarge$|^ParserError|^TooMany/.test(code)) return notUnderstood(system, code);
  if (/^E[A-Z_]+$/.test(code)) return unreachable(system, code);
  if (tlsFailed === true) return notUnderstood(system, 'STARTTLS');
  return cutShort(system);
}

function certificateRefused({ title }: Named, code: string): SourceStops {
  return new SourceStops('SOURCE_CERTIFICATE_REFUSED', {
    zh: `${title.zh}的 TLS 证书不可信（${code}），已断开，密码未发送。请核对地址；如使用内部证书，请用环境变量 NODE_EXTRA_CA_CERTS 指定根证书`,
    en: `the TLS certificate of ${title.en} is not to be trusted (${code}); the connection was ended before the password was sent. Check the address; for a certificate of your own, name its root in NODE_EXTRA_CA_CERTS`,
  });
}
