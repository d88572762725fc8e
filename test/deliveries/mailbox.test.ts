import iconv from 'iconv-lite';
import MailComposer from 'nodemailer/lib/mail-composer';
import { createServer } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { mailboxSystem } from '../../sources/mailbox';
import type { Connection } from '../../sources/system';
import { startFakeImap, type FakeImap } from '../fakes/imap';
import { connect, everythingIn, findingsOf, removeDownloads, SetClock, troubleOf } from '../sources/bill-source';
import { freePort } from '../support';
import { attached, mailOf, type AttachmentText } from './mails';
import { bytesOf, fetchKey, filePart, keysOf, NOW } from './outbox';

const PASSWORD = 'canary-"mail" password';
const BANK = 'Bank <statements@bank.example>';
const system = mailboxSystem({ signInSeconds: 20, answerSeconds: 20 });
/** For servers that never answer. */
const hasty = mailboxSystem({ signInSeconds: 2, answerSeconds: 2 });
const clock = new SetClock(NOW);
const connections: Connection[] = [];

let server: FakeImap;

beforeEach(async () => {
  server = await startFakeImap({ user: 'finance', password: PASSWORD });
});
afterEach(async () => {
  for (const connection of connections.splice(0)) await connection.close();
  await server.stop();
});
afterAll(removeDownloads);

function open(settings: Record<string, string> = {}, password = PASSWORD, by = system): Connection {
  const reached = { host: '127.0.0.1', port: String(server.port), tls: 'no', user: 'finance', from: '@bank.example' };
  const all = { ...reached, files: '*.sta -> mt940 any', ...settings };
  const connection = connect(by, { settings: all, secrets: { password } }, clock.now);
  connections.push(connection);
  return connection;
}

function deliver(
  attachments: readonly AttachmentText[],
  { from = BANK, subject = 'statement', at = '2026-10-20T08:00:00' } = {},
): number {
  return server.deliver(mailOf(from, subject, attachments), new Date(`${at}+08:00`));
}

const namesOf = async (connection: Connection, month?: string): Promise<string[]> =>
  (await keysOf(connection, month)).map((key) => key.replace(/ \([\d.]+\)$/, ''));

const onlyKey = async (connection: Connection): Promise<string> => {
  const keys = await keysOf(connection);
  expect(keys).toHaveLength(1);
  return keys[0]!;
};

const failed = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no trouble',
    (error: unknown) => error,
  );

describe('attachments of a mailbox', () => {
  it('arrive byte for byte, and no mail is marked as read', async () => {
    const bytes = Buffer.from(Array.from({ length: 100_003 }, (_, index) => index % 256));
    deliver([attached('s_20261017.sta', bytes)]);
    const connection = open({ files: 's_{yyyyMMdd}.sta -> mt940 any' });
    const key = await onlyKey(connection);
    expect(key).toBe('s_20261017.sta (1700000000.1.2)');
    expect((await bytesOf(connection, key)).equals(bytes)).toBe(true);
    expect(await fetchKey(connection, key)).toMatchObject({ fileName: 's_20261017.sta' });
    expect(server.seen.size).toBe(0);
    expect(server.commands).toContain('EXAMINE');
    expect(server.commands).not.toContain('SELECT');
  });

  it('have names in every way mails write them down', async () => {
    const gbk = (text: string): string => iconv.encode(text, 'gbk').toString('base64');
    const percent = (bytes: Buffer): string => [...bytes].map((byte) => `%${byte.toString(16)}`).join('');
    const body = Buffer.from('x').toString('base64');
    deliver([
      { disposition: `; filename="=?GBK?B?${gbk('银行对账单一.sta')}?="`, body },
      { disposition: `; filename*=GB18030''${percent(iconv.encode('银行对账单二.sta', 'gb18030'))}`, body },
      {
        disposition: `; filename*0*=UTF-8''${percent(Buffer.from('银行对'))}; filename*1*=${percent(Buffer.from('账单三'))}; filename*2=".sta"`,
        body,
      },
      { disposition: '', type: `application/octet-stream; name="=?UTF-8?Q?=E5=9B=9B.sta?="`, body },
    ]);
    expect(await namesOf(open())).toEqual(['四.sta', '银行对账单一.sta', '银行对账单三.sta', '银行对账单二.sta']);
  });

  it('are read as a mail program sends them', async () => {
    const composed = await new MailComposer({
      from: BANK,
      to: 'finance@qinghe.example',
      subject: '招商银行对账单 2026年10月',
      text: '请查收',
      attachments: [
        { filename: '招商银行人民币账户电子对账单（二〇二六年十月）.xlsx', content: Buffer.from('PK-workbook') },
      ],
    })
      .compile()
      .build();
    server.deliver(composed, new Date('2026-11-01T02:00:00Z'));
    const connection = open({ files: '*对账单*{yyyy年MM月} :: *.xlsx -> profile:cmb' });
    const key = await onlyKey(connection);
    expect((await bytesOf(connection, key)).toString()).toBe('PK-workbook');
    expect((await filePart(connection, key)).kind).toBe('profile:cmb');
  });

  it('keep their bytes when they are text in another encoding', async () => {
    const bytes = iconv.encode('交易,金额=1\r\n', 'gbk');
    const quoted = [...bytes]
      .map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join('')
      .replace(/(.{60})/g, '$1=\r\n');
    deliver([
      { disposition: '; filename="q.sta"', type: 'text/csv; charset=gbk', encoding: 'quoted-printable', body: quoted },
    ]);
    const connection = open();
    expect((await bytesOf(connection, await onlyKey(connection))).equals(bytes)).toBe(true);
  });

  it('are taken from senders that are allowed, and from nobody who only looks like them', async () => {
    deliver([attached('good.sta', 'x')]);
    deliver([attached('also.sta', 'x')], { from: 'a@Other.Example' });
    for (const from of [
      'x@evil.example',
      '"statements@bank.example" <x@evil.example>',
      'x@notbank.example',
      'x@bank.example.evil.example',
      'x@evil.example, statements@bank.example',
    ]) {
      deliver([attached('bad.sta', 'x')], { from });
    }
    const connection = open({ from: '@bank.example, a@other.example' });
    expect(await namesOf(connection)).toEqual(['also.sta', 'good.sta']);
    const findings = await findingsOf(connection);
    expect(findings.find(({ subject }) => subject === 'from')).toMatchObject({ state: 'warning' });
  });

  it('belong to a month by their name or subject, else by the day they came on in the company’s zone', async () => {
    deliver([attached('s_202610.sta', 'x')], { at: '2026-11-20T08:00:00' });
    deliver([attached('s_202609.sta', 'x')], { at: '2026-10-02T08:00:00' });
    deliver([attached('plain1.sta', 'x')], { at: '2026-10-31T23:30:00' });
    deliver([attached('plain2.sta', 'x')], { at: '2026-11-15T23:30:00' });
    deliver([attached('plain3.sta', 'x')], { at: '2026-11-16T00:30:00' });
    deliver([attached('before.sta', 'x')], { at: '2026-09-30T23:30:00' });
    const files = 's_{yyyyMM}.sta -> mt940; *.sta -> mt940 any';
    expect(await namesOf(open({ files }))).toEqual(['plain1.sta', 'plain2.sta', 's_202610.sta']);
    expect(await namesOf(open({ files: '*.sta -> mt940 any', lateDays: '0' }), '2026-11')).toEqual([
      'plain2.sta',
      'plain3.sta',
      's_202610.sta',
    ]);
  });

  it('sent twice are two, and gaps are named', async () => {
    deliver([attached('s_20261019.sta', 'x')]);
    deliver([attached('s_20261019.sta', 'x')]);
    const connection = open({ files: 's_{yyyyMMdd}.sta -> mt940 working' });
    const keys = await keysOf(connection);
    expect(keys.filter((key) => key.startsWith('s_20261019'))).toHaveLength(2);
    expect(keys).toContain('s_20261020.sta');
    expect(await troubleOf(fetchKey(connection, 's_20261020.sta'))).toMatchObject({ code: 'SOURCE_NOT_READY' });
  });

  it('have other keys after the server numbered the mailbox anew', async () => {
    deliver([attached('a.sta', 'x')]);
    const before = await onlyKey(open());
    server.renumber();
    const connection = open();
    const after = await onlyKey(connection);
    expect([before, after]).toEqual(['a.sta (1700000000.1.2)', 'a.sta (1700000001.1000.2)']);
    expect((await bytesOf(connection, after)).toString()).toBe('x');
  });

  it('are refused when their names are paths, they are empty or too large', async () => {
    deliver([
      attached('../../etc/x.sta', 'x'),
      attached('empty.sta', ''),
      attached('large.sta', Buffer.alloc(1_500_000)),
    ]);
    const connection = open({ maxMegabytes: '1' });
    const codes: Record<string, string> = {};
    for (const key of await keysOf(connection))
      codes[key.split(' ')[0]!] = (await troubleOf(fetchKey(connection, key))).code;
    expect(codes).toEqual({
      '../../etc/x.sta': 'SOURCE_FILE_REFUSED',
      'empty.sta': 'SOURCE_FILE_REFUSED',
      'large.sta': 'SOURCE_FILE_TOO_LARGE',
    });
    expect(server.commands.filter((name) => name === 'UID FETCH')).toHaveLength(5);
  });

  it('wait when they are not soundly encoded, or their mail went away', async () => {
    deliver([{ disposition: '; filename="a.sta"', body: 'QUJDR' }]);
    const gone = deliver([attached('b.sta', 'x')]);
    const connection = open();
    const [a, b] = await keysOf(connection);
    expect(await troubleOf(fetchKey(connection, a!))).toMatchObject({ code: 'SOURCE_DOES_NOT_TIE', status: 503 });
    const part = await filePart(connection, b!);
    server.remove(gone);
    expect(await troubleOf(connection.fetch(part, '2026-10'))).toMatchObject({ code: 'SOURCE_NOT_READY' });
  });
});

describe('a mail server', () => {
  beforeEach(() => deliver([attached('a.sta', 'x'.repeat(200_000))]));

  it.each([
    ['UID SEARCH', 'drop', 'SOURCE_CUT_SHORT'],
    ['UID FETCH', 'cut', 'SOURCE_CUT_SHORT'],
    ['BODY', 'cut', 'SOURCE_CUT_SHORT'],
    ['BODY', 'drop', 'SOURCE_CUT_SHORT'],
    ['BODY', 'hang', 'SOURCE_TIMEOUT'],
    ['EXAMINE', 'hang', 'SOURCE_TIMEOUT'],
  ] as const)(
    'whose %s meets a %s is waited for, and the file comes whole over a new connection',
    async (on, kind, code) => {
      server.plan({ on, fault: { kind } });
      const connection = open({}, PASSWORD, kind === 'hang' ? hasty : system);
      const fetching = async (): Promise<Buffer> => bytesOf(connection, await onlyKey(connection));
      expect(await failed(fetching())).toMatchObject({ code, status: 503 });
      expect(await fetching()).toHaveLength(200_000);
    },
  );

  it('that is slow is waited for', async () => {
    server.plan({ on: 'BODY', fault: { kind: 'delay', ms: 500 } });
    const connection = open();
    expect(await bytesOf(connection, await onlyKey(connection))).toHaveLength(200_000);
  });

  it('that refuses the sign-in stops the pull, without showing the password', async () => {
    const trouble = await failed(open({}, 'canary-wrong').parts('2026-10'));
    expect(trouble).toMatchObject({ code: 'SOURCE_SIGN_IN_REFUSED', status: 422 });
    expect(everythingIn(trouble as never)).not.toContain('canary');
    expect(await findingsOf(open({}, 'canary-wrong'))).toMatchObject([{ subject: 'sign-in', state: 'missing' }]);
  });

  it('that cannot sign anybody in just now is waited for', async () => {
    server.plan({ on: 'LOGIN', fault: { kind: 'no', text: '[UNAVAILABLE] later' } });
    expect(await failed(open().parts('2026-10'))).toMatchObject({ code: 'SOURCE_BUSY', status: 503 });
  });

  it('that has no such mailbox stops the pull', async () => {
    expect(await failed(open({ mailbox: 'Statements' }).parts('2026-10'))).toMatchObject({
      code: 'SOURCE_NOT_ALLOWED',
    });
  });

  it('that is not there, or says nothing, is waited for', async () => {
    expect(await failed(open({ port: String(await freePort()) }).parts('2026-10'))).toMatchObject({
      code: 'SOURCE_UNREACHABLE',
    });
    const mute = createServer();
    await new Promise<void>((done) => mute.listen(0, '127.0.0.1', done));
    const { port } = mute.address() as { port: number };
    expect(await failed(open({ port: String(port) }, PASSWORD, hasty).parts('2026-10'))).toMatchObject({
      code: 'SOURCE_TIMEOUT',
      status: 503,
    });
    mute.close();
  });

  it('whose certificate is not to be trusted is refused before the password is sent', async () => {
    const stranger = new SMTPServer({ secure: true, logger: false });
    stranger.on('error', () => undefined);
    await new Promise<void>((done) => void stranger.listen(0, '127.0.0.1', done));
    const { port } = stranger.server.address() as { port: number };
    const trouble = await failed(open({ tls: 'yes', port: String(port) }).parts('2026-10'));
    await new Promise<void>((done) => stranger.close(() => done()));
    expect(trouble).toMatchObject({ code: 'SOURCE_CERTIFICATE_REFUSED', status: 422 });
  });

  it('that offers no encryption gets no password where encryption is asked for', async () => {
    expect(await failed(open({ tls: 'starttls' }).parts('2026-10'))).toMatchObject({ code: 'SOURCE_NOT_UNDERSTOOD' });
    expect(server.commands).not.toContain('LOGIN');
  });

  it('elsewhere never gets a password in clear', async () => {
    const trouble = await failed(open({ host: 'mail.bank.example' }).parts('2026-10'));
    expect(trouble).toMatchObject({ code: 'SOURCE_SETTING_INVALID', status: 422 });
  });

  it.each(['', 'bank.example', '@bank'])('from %j is refused', async (from) => {
    expect(await failed(open({ from }).parts('2026-10'))).toMatchObject({ code: 'SOURCE_SETTING_INVALID' });
  });
});
