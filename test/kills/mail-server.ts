import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** Where an SMTP conversation stands still: before the content is asked for, or when all of it is here and no answer went out. */
export type Standstill = 'before-content' | 'after-content';

/** A mail server of the test's own that can stand still in the middle of a mail. */
export class MailServer {
  /** Message-IDs of the contents that arrived whole, answered or not. */
  readonly arrived: string[] = [];
  private standstill: Standstill | null = null;
  private stopped: (() => void) | null = null;
  private server: SMTPServer;
  private port = 0;

  constructor() {
    this.server = this.make();
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  async open(): Promise<void> {
    this.server = this.make();
    await new Promise<void>((done) => this.server.listen(this.port, '127.0.0.1', done));
    this.port = (this.server.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.server.close(done));
  }

  /** The next mail stands still there for good. Resolves when it does; mails after it are taken. */
  standStill(where: Standstill): Promise<void> {
    this.standstill = where;
    return new Promise((resolve) => (this.stopped = resolve));
  }

  private make(): SMTPServer {
    return new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      closeTimeout: 100,
      onRcptTo: (_address, _session, answer) => {
        if (!this.stopsAt('before-content')) answer();
      },
      onData: (stream, _session, answer) => {
        let head = '';
        stream.on('data', (chunk: Buffer) => (head = (head + chunk.toString('latin1')).slice(0, 8_192)));
        stream.on('end', () => {
          this.arrived.push(/^message-id:\s*(<[^>]+>)/im.exec(head)?.[1] ?? 'none');
          if (!this.stopsAt('after-content')) answer();
        });
      },
    }).on('error', () => undefined);
  }

  private stopsAt(where: Standstill): boolean {
    if (this.standstill !== where) return false;
    this.standstill = null;
    this.stopped?.();
    return true;
  }
}
