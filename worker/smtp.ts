import { Readable } from 'node:stream';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { asError } from '../store/db';

/** A mail as bytes, with who it is really from and for. */
export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

/** What is known after an attempt. Only `uncertain` needs a person: the content left, the answer did not come. */
export type Delivery =
  | { readonly outcome: 'sent'; readonly refused: readonly RefusedRecipient[] }
  | { readonly outcome: 'refused'; readonly passing: boolean; readonly error: string }
  | { readonly outcome: 'uncertain'; readonly error: string };

export interface RefusedRecipient {
  readonly address: string;
  /** The server may take it later. */
  readonly passing: boolean;
}

type SmtpError = Partial<Pick<SMTPConnection.SMTPError, 'code' | 'responseCode' | 'message' | 'recipient'>>;

const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 60_000, dnsTimeout: 10_000 };

/**
 * Hands one mail to the server, once.
 * @param beforeContent awaited after the server has asked for the content and before the first byte of it leaves; when it
 *   fails nothing leaves
 */
export async function deliver(
  smtpUrl: string,
  envelope: Envelope,
  message: Buffer,
  beforeContent: () => Promise<void>,
): Promise<Delivery> {
  const { auth, ...server } = parseConnectionUrl(smtpUrl);
  const connection = new SMTPConnection({ ...server, ...TIMEOUTS });
  let contentLeft = false;
  const content = contentAfter(message, async () => {
    await beforeContent();
    contentLeft = true;
  });
  try {
    await connected(connection);
    if (auth) await called((done) => connection.login(auth, done));
    const { rejectedErrors = [] } = await called<SMTPConnection.SentMessageInfo>((done) =>
      connection.send({ from: envelope.from, to: [...envelope.to] }, content, done),
    );
    return { outcome: 'sent', refused: rejectedErrors.map(refusedRecipient) };
  } catch (error) {
    return judge(error as SmtpError, contentLeft);
  } finally {
    content.destroy();
    connection.close();
  }
}

/** Without the server's own word, content that has left may have arrived. */
function judge({ code = '', responseCode, message = code }: SmtpError, contentLeft: boolean): Delivery {
  if (responseCode === undefined && contentLeft) return { outcome: 'uncertain', error: message };
  const final = (responseCode ?? 0) >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  return { outcome: 'refused', passing: !final, error: message };
}

function refusedRecipient({ recipient = '', responseCode = 0 }: SmtpError): RefusedRecipient {
  return { address: recipient, passing: responseCode < 500 };
}

/** The message as a stream that is read for the first time when the server waits for it. */
function contentAfter(message: Buffer, begin: () => Promise<void>): Readable {
  let begun = false;
  return new Readable({
    read() {
      if (begun) return;
      begun = true;
      begin().then(
        () => {
          this.push(message);
          this.push(null);
        },
        (error: unknown) => this.destroy(asError(error)),
      );
    },
  });
}

async function connected(connection: SMTPConnection): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    connection.on('error', reject);
    connection.on('end', () => reject(new Error('the mail server closed the connection')));
    connection.connect((error?: unknown) => (error ? reject(asError(error)) : resolve()));
  });
}

async function called<T>(call: (done: (error: Error | null, result: T) => void) => void): Promise<T> {
  return new Promise<T>((resolve, reject) => call((error, result) => (error ? reject(error) : resolve(result))));
}
