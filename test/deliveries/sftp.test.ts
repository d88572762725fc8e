import { appendFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { utils } from 'ssh2';
import { sftpSystem } from '../../sources/sftp';
import type { Connection, FilePart } from '../../sources/system';
import { startFakeSftp, type FakeSftp, type FakeSftpOptions } from '../fakes/sftp';
import { connect, everythingIn, findingsOf, removeDownloads, SetClock, troubleOf } from '../sources/bill-source';
import { freePort } from '../support';
import { bytesOf, fetchKey, filePart, keysOf, NOW, Outbox } from './outbox';

const PASSWORD = 'canary-sftp-password';
const FILES = 's_{yyyyMMdd}.sta -> mt940 any';
const system = sftpSystem({ signInSeconds: 20, answerSeconds: 20, copySeconds: 40 });
/** For servers that never answer. */
const hasty = sftpSystem({ signInSeconds: 2, answerSeconds: 2, copySeconds: 5 });
const clock = new SetClock(NOW);

let outbox: Outbox;
let server: FakeSftp;
const connections: Connection[] = [];

async function serve(options: Partial<FakeSftpOptions> = {}): Promise<void> {
  server = await startFakeSftp({ root: outbox.path, user: 'bank', password: PASSWORD, ...options });
}

function reach(
  settings: Record<string, string> = {},
  secrets: Record<string, string> = { password: PASSWORD },
  by = system,
): Connection {
  const all = { host: '127.0.0.1', port: String(server.port), user: 'bank', hostKey: server.fingerprint, files: FILES };
  const connection = connect(by, { settings: { ...all, ...settings }, secrets }, clock.now);
  connections.push(connection);
  return connection;
}

beforeEach(async () => {
  outbox = new Outbox();
  await serve();
});
afterEach(async () => {
  for (const connection of connections.splice(0)) await connection.close();
  await server.stop();
  outbox.remove();
});
afterAll(removeDownloads);

const failed = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no trouble',
    (error: unknown) => error,
  );

describe('a month over SFTP', () => {
  it('arrives byte for byte, in more pieces than are asked for at once', async () => {
    const bytes = Buffer.from('0123456789abcdef'.repeat(60_000));
    outbox.put('s_20261017.sta', bytes);
    expect((await bytesOf(reach(), 's_20261017.sta')).equals(bytes)).toBe(true);
  });

  it('is found in folders named by date, by names in Chinese', async () => {
    outbox.put('out/202610/对账单_20261017.sta', 'x');
    const connection = reach({ path: 'out', files: '{yyyyMM}/对账单_{yyyyMMdd}.sta -> mt940 any' });
    expect(await keysOf(connection)).toEqual(['202610/对账单_20261017.sta']);
    expect((await bytesOf(connection, '202610/对账单_20261017.sta')).toString()).toBe('x');
  });

  it('has each working day named that is missing', async () => {
    outbox.put('s_20261016.sta');
    const connection = reach({ files: 's_{yyyyMMdd}.sta -> mt940 working' });
    expect(await keysOf(connection)).toContain('s_20261019.sta');
    expect(await troubleOf(fetchKey(connection, 's_20261019.sta'))).toMatchObject({ code: 'SOURCE_NOT_READY' });
  });

  it('is read in a folder of more names than one answer holds', async () => {
    for (let index = 0; index < 250; index += 1) outbox.put(`other_${index}.txt`, '');
    outbox.put('s_20261017.sta');
    expect(await keysOf(reach())).toEqual(['s_20261017.sta']);
  });
});

describe('the sign-in', () => {
  it('takes a key with a passphrase', async () => {
    await server.stop();
    const pair = utils.generateKeyPairSync('ed25519', {
      passphrase: 'canary-passphrase',
      cipher: 'aes256-ctr',
      rounds: 4,
    });
    await serve({ publicKey: pair.public });
    outbox.put('s_20261017.sta', 'x');
    const secrets = { privateKey: pair.private.trim(), passphrase: 'canary-passphrase' };
    expect((await bytesOf(reach({}, secrets), 's_20261017.sta')).toString()).toBe('x');
    const wrong = await failed(reach({}, { ...secrets, passphrase: 'canary-wrong' }).parts('2026-10'));
    expect(wrong).toMatchObject({ code: 'SOURCE_KEY_UNREADABLE', status: 422 });
    expect(everythingIn(wrong as never)).not.toMatch(/canary|BEGIN/);
  });

  it('answers a server that asks for the password by keyboard', async () => {
    await server.stop();
    await serve({ asksByKeyboard: true });
    outbox.put('s_20261017.sta', 'x');
    expect(await keysOf(reach())).toEqual(['s_20261017.sta']);
  });

  it('stops at a wrong password, without showing it', async () => {
    const trouble = await failed(reach({}, { password: 'canary-wrong' }).parts('2026-10'));
    expect(trouble).toMatchObject({ code: 'SOURCE_SIGN_IN_REFUSED', status: 422 });
    expect(everythingIn(trouble as never)).not.toContain('canary');
  });

  it('stops at another host key, names it, and sends no password', async () => {
    const hostKey = `SHA256:${'A'.repeat(43)}`;
    const trouble = await failed(reach({ hostKey }).parts('2026-10'));
    expect(trouble).toMatchObject({ code: 'SOURCE_HOST_KEY', status: 422 });
    expect((trouble as Error).message).toContain(server.fingerprint);
    expect(server.passwordsSeen()).toBe(0);
  });

  it('stops where no host key is set, and says which one the server shows', async () => {
    const [finding] = await findingsOf(reach({ hostKey: '' }));
    expect(finding).toMatchObject({ subject: 'sign-in', state: 'missing' });
    expect(finding!.said.zh).toContain(server.fingerprint);
    expect(server.passwordsSeen()).toBe(0);
  });

  it('takes either of two host keys while a server changes its own', async () => {
    expect(await keysOf(reach({ hostKey: `SHA256:${'A'.repeat(43)} ${server.fingerprint}` }))).toEqual([]);
  });

  it('waits where nobody listens', async () => {
    const trouble = await failed(reach({ port: String(await freePort()) }).parts('2026-10'));
    expect(trouble).toMatchObject({ code: 'SOURCE_UNREACHABLE', status: 503 });
  });

  it('waits where a server takes the connection and says nothing, or hangs up', async () => {
    const mute = await listening(() => undefined);
    expect(await failed(reach({ port: portOf(mute) }, { password: PASSWORD }, hasty).parts('2026-10'))).toMatchObject({
      code: 'SOURCE_TIMEOUT',
    });
    mute.close();
    const rude = await listening((socket) => socket.destroy());
    expect(await failed(reach({ port: portOf(rude) }).parts('2026-10'))).toMatchObject({ status: 503 });
    rude.close();
  });
});

describe('a file over SFTP', () => {
  beforeEach(() => outbox.put('s_20261017.sta', Buffer.alloc(500_000, 'x')));

  it.each([
    ['LSTAT', 'drop', 'SOURCE_CUT_SHORT'],
    ['READ', 'drop', 'SOURCE_CUT_SHORT'],
    ['OPENDIR', 'hang', 'SOURCE_TIMEOUT'],
    ['READ', 'hang', 'SOURCE_TIMEOUT'],
  ] as const)('waits when %s meets a %s, and comes whole over a new connection', async (on, kind, code) => {
    server.plan({ on, skip: on === 'READ' ? 3 : 0, fault: { kind } });
    const connection = reach({}, { password: PASSWORD }, kind === 'hang' ? hasty : system);
    expect(await failed(fetchKey(connection, 's_20261017.sta'))).toMatchObject({ code, status: 503 });
    expect(await bytesOf(connection, 's_20261017.sta')).toHaveLength(500_000);
  });

  it('arrives whole though every answer is slow', async () => {
    server.plan({ on: 'READ', times: Infinity, fault: { kind: 'delay', ms: 100 } });
    expect(await bytesOf(reach(), 's_20261017.sta')).toHaveLength(500_000);
  });

  it('waits when the server fails, and stops when it is not allowed', async () => {
    server.plan({ on: 'OPEN', fault: { kind: 'status', status: 4 } });
    server.plan({ on: 'OPEN', fault: { kind: 'status', status: 3 }, skip: 1 });
    expect(await troubleOf(fetchKey(reach(), 's_20261017.sta'))).toMatchObject({ code: 'SOURCE_BUSY', status: 503 });
    expect(await bytesOf(reach(), 's_20261017.sta')).toHaveLength(500_000);
    expect(await troubleOf(fetchKey(reach(), 's_20261017.sta'))).toMatchObject({
      code: 'SOURCE_NOT_ALLOWED',
      status: 422,
    });
  });

  it.each([
    ['grows', () => appendFileSync(join(outbox.path, 's_20261017.sta'), 'more')],
    ['is cut', () => writeFileSync(join(outbox.path, 's_20261017.sta'), 'less')],
  ])('is dropped when it %s while it is read', async (_, act) => {
    server.plan({ on: 'READ', skip: 1, fault: { kind: 'meanwhile', act } });
    expect(await troubleOf(fetchKey(reach(), 's_20261017.sta'))).toMatchObject({ code: 'SOURCE_FILE_CHANGING' });
  });

  it('waits when it vanishes after it was listed', async () => {
    const connection = reach();
    const part = await filePart(connection, 's_20261017.sta');
    rmSync(join(outbox.path, 's_20261017.sta'));
    expect(await troubleOf(connection.fetch(part, '2026-10'))).toMatchObject({ code: 'SOURCE_NOT_READY' });
  });

  it('waits while it was changed a moment ago', async () => {
    outbox.touch('s_20261017.sta', '2026-11-02T08:59:45');
    expect(await troubleOf(fetchKey(reach(), 's_20261017.sta'))).toMatchObject({ code: 'SOURCE_FILE_CHANGING' });
  });

  it('is refused when it is too large, or a link out of the folder', async () => {
    outbox.put('out/s_20261018.sta', Buffer.alloc(1_000_001));
    symlinkSync(join(outbox.path, 's_20261017.sta'), join(outbox.path, 'out/s_20261019.sta'));
    const connection = reach({ maxMegabytes: '1', path: 'out' });
    expect(await troubleOf(fetchKey(connection, 's_20261018.sta'))).toMatchObject({ code: 'SOURCE_FILE_TOO_LARGE' });
    expect(await troubleOf(fetchKey(connection, 's_20261019.sta'))).toMatchObject({ code: 'SOURCE_FILE_REFUSED' });
  });

  it('is refused under a name that leaves its folder, and never asked for by it', async () => {
    server.plan({ on: 'READDIR', times: 2, fault: { kind: 'names', names: ['../../s_20261020.sta'] } });
    const connection = reach();
    const part = (await connection.parts('2026-10')).find(({ key }) => key.includes('s_20261020.sta')) as FilePart;
    expect(await troubleOf(connection.fetch(part, '2026-10'))).toMatchObject({
      code: 'SOURCE_FILE_REFUSED',
      status: 422,
    });
    expect(server.questions.filter((question) => question.includes('..'))).toEqual([]);
  });
});

function listening(serveSocket: Parameters<typeof createServer>[1]): Promise<Server> {
  const listener = createServer(serveSocket);
  return new Promise((done) => listener.listen(0, '127.0.0.1', () => done(listener)));
}

function portOf(listener: Server): string {
  return String((listener.address() as { port: number }).port);
}
