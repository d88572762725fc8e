import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import type { Pool } from 'pg';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { enqueue, type Mail } from '../../store/outbox';
import {
  claimEntries,
  type ClaimedEntry,
  markHandedOver,
  recoverEntries,
  settleEntry,
} from '../../store/outbox-delivery';
import { messageIdOf, sendMail } from '../../worker/mail';
import { testFolder, testPool } from '../support';

const MAIL: Mail = {
  to: ['controller@example.test'],
  subject: '青禾 2026-10 结账报告',
  text: '已结账 closed\n',
  html: '<p>已结账</p>',
};

/** A real SMTP server with scripted answers; it keeps what it was given. */
class PostOffice {
  readonly received: string[] = [];
  private constructor(
    private readonly server: SMTPServer,
    readonly url: string,
  ) {}

  static async open(script: Partial<SMTPServerOptions> = {}): Promise<PostOffice> {
    const received: string[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, _session, callback) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          received.push(Buffer.concat(chunks).toString('utf8'));
          callback();
        });
      },
      ...script,
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.server.address() as AddressInfo;
    const office = new PostOffice(server, `smtp://127.0.0.1:${port}`);
    office.received.push(...received);
    Object.assign(office, { received });
    return office;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(resolve));
  }
}

const refusal = (code: number, message: string): Error => Object.assign(new Error(message), { responseCode: code });

describe('a mail of the outbox', () => {
  let pool: Pool;
  let close: () => Promise<void>;
  const dataDir = testFolder('mail');

  beforeEach(async () => ({ pool, close } = await testPool()));
  afterEach(() => close());

  /** Takes on the one mail that is due and hands it over, as the dispatcher does. */
  async function attempt(smtpUrl: string): Promise<{ entry: ClaimedEntry; later: readonly string[] }> {
    await pool.query(`UPDATE outbox SET next_at = now() WHERE state = 'PENDING'`);
    const [entry] = await claimEntries(pool, ['mail'], 1);
    const settings = { smtpUrl, mailFrom: '结账 <salesclose@localhost>', dataDir };
    const { settlement, later } = await sendMail(settings, entry!, () => markHandedOver(pool, entry!.id));
    await settleEntry(pool, entry!.id, settlement);
    return { entry: entry!, later };
  }

  const put = (payload: Mail = MAIL): Promise<boolean> =>
    enqueue(pool, { kind: 'mail', dedupeKey: 'report:1:v1', payload });

  async function row(): Promise<{ state: string; attempts: number; error: string | null; handedOver: boolean }> {
    const { rows } = await pool.query<{ state: string; attempts: number; error: string | null; handedOver: boolean }>(
      `SELECT state, attempts, last_error AS error, handed_over_at IS NOT NULL AS "handedOver" FROM outbox ORDER BY id LIMIT 1`,
    );
    return rows[0]!;
  }

  it('is put in once, whoever asks how often', async () => {
    expect(await put()).toBe(true);
    expect(await put()).toBe(false);
    expect((await claimEntries(pool, ['mail'], 10)).length).toBe(1);
    expect((await claimEntries(pool, ['mail'], 10)).length).toBe(0);
  });

  it('arrives with its envelope, its Message-ID and its words, and is SENT', async () => {
    let from = '';
    const post = await PostOffice.open({ onMailFrom: (address, _session, done) => ((from = address.address), done()) });
    await put();
    await attempt(post.url);
    await post.close();
    expect(await row()).toMatchObject({ state: 'SENT', attempts: 1 });
    expect(from).toBe('salesclose@localhost');
    expect(post.received[0]).toContain(`Message-ID: ${messageIdOf('report:1:v1')}`);
    expect(messageIdOf('report:1:v1')).toMatch(/^<[0-9a-f]{32}@salesclose>$/);
  });

  it('waits while the server refuses connections', async () => {
    const gone = await freeAddress();
    await put();
    await attempt(gone);
    expect(await row()).toMatchObject({ state: 'PENDING', attempts: 1, handedOver: false });
  });

  it('waits when the server says later, and is the same mail byte by byte when it goes', async () => {
    let busy = true;
    const post = await PostOffice.open({
      onRcptTo: (_address, _session, done) => (busy ? done(refusal(450, 'greylisted')) : done()),
    });
    await put();
    await attempt(post.url);
    expect(await row()).toMatchObject({ state: 'PENDING', handedOver: false });
    busy = false;
    await attempt(post.url);
    await put();
    await pool.query(`UPDATE outbox SET state = 'PENDING'`);
    await attempt(post.url);
    await post.close();
    expect(post.received.length).toBe(2);
    expect(post.received[1]).toBe(post.received[0]);
  });

  it('has FAILED when the server refuses it for good', async () => {
    const post = await PostOffice.open({ onRcptTo: (_address, _session, done) => done(refusal(550, 'no such user')) });
    await put();
    await attempt(post.url);
    await post.close();
    expect(await row()).toMatchObject({ state: 'FAILED' });
    expect((await row()).error).toContain('550');
  });

  it('waits when the server refuses the content for now, and has FAILED when for good: its answer is known', async () => {
    const codes = [451, 554];
    const post = await PostOffice.open({
      onData: (stream, _session, done) => {
        stream.resume();
        stream.on('end', () => done(refusal(codes.shift()!, 'not this one')));
      },
    });
    await put();
    await attempt(post.url);
    expect(await row()).toMatchObject({ state: 'PENDING' });
    await attempt(post.url);
    await post.close();
    expect(await row()).toMatchObject({ state: 'FAILED' });
  });

  it('is UNCERTAIN when the connection is cut after its content left, and is not sent again', async () => {
    const { url, close: end } = await cuttingServer();
    await put();
    await attempt(url);
    await end();
    expect(await row()).toMatchObject({ state: 'UNCERTAIN', attempts: 1, handedOver: true });
    expect((await claimEntries(pool, ['mail'], 10)).length).toBe(0);
  });

  it('goes again to the recipients the server put off, with the same Message-ID', async () => {
    const post = await PostOffice.open({
      onRcptTo: ({ address }, _session, done) => (address.startsWith('late') ? done(refusal(450, 'later')) : done()),
    });
    await put({ ...MAIL, to: ['now@example.test', 'late@example.test'] });
    const { later } = await attempt(post.url);
    await post.close();
    expect(later).toEqual(['late@example.test']);
    expect(await row()).toMatchObject({ state: 'SENT', error: 'late@example.test put off' });
  });

  it('found on its way after a crash is tried again if nothing had left, else UNCERTAIN', async () => {
    await put();
    await enqueue(pool, { kind: 'mail', dedupeKey: 'other', payload: MAIL });
    await enqueue(pool, { kind: 'signal', dedupeKey: 'signal', payload: { workflowId: 'w', signal: 's', args: [] } });
    const [first] = await claimEntries(pool, ['mail', 'signal'], 10);
    await markHandedOver(pool, first!.id);
    expect(await recoverEntries(pool)).toEqual({ again: 2, uncertain: 1 });
    const { rows } = await pool.query<{ state: string }>('SELECT state FROM outbox ORDER BY id');
    expect(rows.map(({ state }) => state)).toEqual(['UNCERTAIN', 'PENDING', 'PENDING']);
  });
});

async function freeAddress(): Promise<string> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `smtp://127.0.0.1:${port}`;
}

/** Takes the content to its last dot and hangs up without a word. */
async function cuttingServer(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((socket) => {
    let isContent = false;
    socket.write('220 here\r\n');
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const text = chunk.toString();
      if (isContent) {
        if (text.endsWith('\r\n.\r\n')) socket.destroy();
        return;
      }
      isContent = text.startsWith('DATA');
      socket.write(isContent ? '354 go on\r\n' : '250 fine\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
