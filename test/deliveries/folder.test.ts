import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { folder } from '../../sources/folder';
import { FolderPlace } from '../../sources/folder/place';
import type { Connection } from '../../sources/system';
import { connect, findingsOf, removeDownloads, SetClock, troubleOf } from '../sources/bill-source';
import { bytesOf, fetchKey, filePart, keysOf, NOW, Outbox } from './outbox';

let outbox: Outbox;
let clock: SetClock;

beforeEach(() => {
  outbox = new Outbox();
  clock = new SetClock(NOW);
});
afterEach(() => outbox.remove());
afterAll(removeDownloads);

function watch(settings: Record<string, string>): Connection {
  return connect(folder, { settings: { path: outbox.path, ...settings }, secrets: {} }, clock.now);
}

const ANY = { files: '*.csv -> channel-csv any' };

describe('a watched folder', () => {
  it('hands out every file of the month, byte for byte, and touches nothing', async () => {
    const bytes = Buffer.from('交易,金额\r\n1,2.00\r\n'.repeat(100_000));
    outbox.put('s_20261017.csv', bytes);
    const before = readdirSync(outbox.path);
    const connection = watch({ files: 's_{yyyyMMdd}.csv -> channel-csv' });
    expect((await bytesOf(connection, 's_20261017.csv')).equals(bytes)).toBe(true);
    expect((await filePart(connection, 's_20261017.csv')).kind).toBe('channel-csv');
    expect(readdirSync(outbox.path)).toEqual(before);
  });

  it('names a gap, and takes the file when it has come', async () => {
    const connection = watch({ files: 's_{yyyyMMdd}.csv -> channel-csv' });
    const gap = await filePart(connection, 's_20261017.csv');
    const trouble = await troubleOf(connection.fetch(gap, '2026-10'));
    expect(trouble).toMatchObject({ code: 'SOURCE_NOT_READY', status: 503 });
    expect(trouble.reason.zh).toContain('s_20261017.csv');
    outbox.put('s_20261017.csv', 'x');
    expect((await bytesOf(connection, 's_20261017.csv')).toString()).toBe('x');
  });

  it('reads names in Chinese, in UTF-8 and in GBK', async () => {
    outbox.put('银行对账单.csv', 'utf-8');
    const gbk = Buffer.concat([Buffer.from(`${outbox.path}/`), Buffer.from('c9ccbba7', 'hex'), Buffer.from('.csv')]);
    writeFileSync(gbk, 'gbk');
    const connection = watch({ ...ANY, lateDays: '0' });
    clock.set('2026-11-30T09:00:00');
    expect(await keysOf(connection)).toEqual(['银行对账单.csv']);
    expect((await bytesOf(connection, '银行对账单.csv')).toString()).toBe('utf-8');
    const month = new Date().toISOString().slice(0, 7);
    clock.set('2036-11-30T09:00:00');
    expect((await bytesOf(connection, '商户.csv', month)).toString()).toBe('gbk');
  });

  it('waits for a file that was changed a moment ago, and says until when', async () => {
    outbox.put('a.csv', 'half', '2026-11-02T08:59:50');
    const trouble = await troubleOf(fetchKey(watch(ANY), 'a.csv'));
    expect(trouble).toMatchObject({ code: 'SOURCE_FILE_CHANGING', retryAt: new Date('2026-11-02T09:00:20+08:00') });
    clock.pass(20);
    expect((await bytesOf(watch(ANY), 'a.csv')).toString()).toBe('half');
  });

  it('watches a file whose time lies in the future, and takes it when it does not change', async () => {
    outbox.put('a.csv', 'whole', '2026-11-02T10:00:00');
    expect((await bytesOf(watch({ ...ANY, settleSeconds: '1' }), 'a.csv')).toString()).toBe('whole');
    outbox.put('b.csv', 'half', '2026-11-02T10:00:00');
    const fetching = fetchKey(watch({ ...ANY, settleSeconds: '1' }), 'b.csv');
    setTimeout(() => appendFileSync(join(outbox.path, 'b.csv'), '+'), 300);
    expect(await troubleOf(fetching)).toMatchObject({ code: 'SOURCE_FILE_CHANGING' });
  });

  it('drops what it read of a file that grew, shrank or was replaced meanwhile', async () => {
    const path = outbox.put('a.csv', 'x'.repeat(1_000));
    const changes = [
      () => appendFileSync(path, 'y'),
      () => writeFileSync(path, 'x'),
      () => outbox.touch('a.csv', '2026-10-21T08:00:00'),
    ];
    for (const change of changes) {
      const real = FolderPlace.prototype.copy;
      const spy = jest.spyOn(FolderPlace.prototype, 'copy').mockImplementation(async function (
        this: FolderPlace,
        from,
        to,
      ) {
        const bytes = await real.call(this, from, to);
        change();
        return bytes;
      });
      expect(await troubleOf(fetchKey(watch(ANY), 'a.csv'))).toMatchObject({
        code: 'SOURCE_FILE_CHANGING',
        status: 503,
      });
      spy.mockRestore();
      outbox.put('a.csv', 'x'.repeat(1_000));
    }
  });

  it('waits for a file that went away after it was listed', async () => {
    outbox.put('a.csv');
    const connection = watch(ANY);
    const part = await filePart(connection, 'a.csv');
    rmSync(join(outbox.path, 'a.csv'));
    expect(await troubleOf(connection.fetch(part, '2026-10'))).toMatchObject({ code: 'SOURCE_NOT_READY' });
  });

  it('takes a file only with its marker where the sender makes markers, then at once', async () => {
    outbox.put('a.csv', 'x', '2026-11-02T08:59:59');
    outbox.put('b.csv', 'x', '2026-11-02T08:59:59');
    outbox.put('b.OK', '');
    const connection = watch({ ...ANY, marker: '.ok' });
    const trouble = await troubleOf(fetchKey(connection, 'a.csv'));
    expect(trouble).toMatchObject({ code: 'SOURCE_NOT_READY' });
    expect(trouble.reason.en).toContain('.ok');
    expect((await fetchKey(connection, 'b.csv')).state).toBe('arrived');
    outbox.put('a.csv.ok', '');
    expect((await fetchKey(connection, 'a.csv')).state).toBe('arrived');
  });

  it('waits for an empty file to be filled, unless empty is how the sender says nothing', async () => {
    outbox.put('a.csv', '');
    expect(await troubleOf(fetchKey(watch(ANY), 'a.csv'))).toMatchObject({ code: 'SOURCE_NOT_READY' });
    expect(await fetchKey(watch({ ...ANY, emptyFiles: 'nothing' }), 'a.csv')).toMatchObject({ state: 'empty' });
  });

  it('passes over hidden files and those with a name of something unfinished', async () => {
    for (const name of ['.a.csv', 'b.csv.part', '~$c.csv', 'd.csv.tmp', 'e.csv.filepart']) outbox.put(name);
    expect(await keysOf(watch({ files: '* -> channel-csv any' }))).toEqual([]);
  });

  it('follows links inside the folder and refuses those that lead out of it', async () => {
    outbox.put('real/inside.txt', 'inside');
    outbox.touch('real/inside.txt', '2026-10-20T08:00:00');
    symlinkSync(join(outbox.path, 'real/inside.txt'), join(outbox.path, 'in_202610.csv'));
    symlinkSync('/etc/hostname', join(outbox.path, 'out_202610.csv'));
    symlinkSync('/etc', join(outbox.path, '202610'));
    const connection = watch({ files: '*_{yyyyMM}.csv -> channel-csv; {yyyyMM}/host* -> channel-csv any' });
    expect((await bytesOf(connection, 'in_202610.csv')).toString()).toBe('inside');
    const trouble = await troubleOf(fetchKey(connection, 'out_202610.csv'));
    expect(trouble).toMatchObject({ code: 'SOURCE_FILE_REFUSED', status: 422 });
    expect(await keysOf(connection)).toEqual(['in_202610.csv', 'out_202610.csv']);
  });

  it('refuses what is no plain file without hanging on it', async () => {
    execFileSync('mkfifo', [join(outbox.path, 'pipe_202610.csv')]);
    mkdirSync(join(outbox.path, 'folder_202610.csv'));
    const connection = watch({ files: '*_{yyyyMM}.csv -> channel-csv' });
    for (const key of ['pipe_202610.csv', 'folder_202610.csv']) {
      expect(await troubleOf(fetchKey(connection, key))).toMatchObject({ code: 'SOURCE_FILE_REFUSED' });
    }
  });

  it('refuses a name with a backslash, which elsewhere leads to another folder, and shows it written out', async () => {
    outbox.put('..\\up_202610.csv', 'x');
    const connection = watch({ files: '*_{yyyyMM}.csv -> channel-csv' });
    const key = '..\\u{5c}up_202610.csv';
    expect(await keysOf(connection)).toEqual([key]);
    expect(await troubleOf(fetchKey(connection, key))).toMatchObject({ code: 'SOURCE_FILE_REFUSED' });
  });

  it('refuses a file that is larger than the setting allows', async () => {
    outbox.put('a.csv', Buffer.alloc(1_000_001, 'x'));
    expect(await troubleOf(fetchKey(watch({ ...ANY, maxMegabytes: '1' }), 'a.csv'))).toMatchObject({
      code: 'SOURCE_FILE_TOO_LARGE',
      status: 422,
    });
  });

  it('waits for a share that is away', async () => {
    renameSync(outbox.path, `${outbox.path}-away`);
    const trouble = await watch(ANY)
      .parts('2026-10')
      .catch((error: unknown) => error);
    expect(trouble).toMatchObject({ code: 'SOURCE_UNREACHABLE', status: 503 });
    renameSync(`${outbox.path}-away`, outbox.path);
    expect(await keysOf(watch(ANY))).toEqual([]);
  });

  it('takes a file that was changed after it was taken again', async () => {
    outbox.put('a.csv', 'first');
    expect((await bytesOf(watch(ANY), 'a.csv')).toString()).toBe('first');
    outbox.put('a.csv', 'second');
    expect((await bytesOf(watch(ANY), 'a.csv')).toString()).toBe('second');
  });

  it('says in a test what it would read, and what no file fits', async () => {
    outbox.put('s_20261017.sta');
    const findings = await findingsOf(watch({ files: 's_{yyyyMMdd}.sta -> mt940; t.csv -> channel-csv' }));
    expect(findings.map(({ subject, state }) => [subject, state])).toEqual([
      ['sign-in', 'ok'],
      ['s_{yyyyMMdd}.sta', 'ok'],
      ['t.csv', 'warning'],
    ]);
    expect(findings[1]!.said.zh).toContain('s_20261017.sta');
    expect(await findingsOf(watch({ files: 'nonsense' }))).toMatchObject([{ subject: 'sign-in', state: 'missing' }]);
  });

  it('keeps what it copies for itself alone', async () => {
    const path = outbox.put('a.csv', 'x');
    chmodSync(path, 0o644);
    const arrival = await fetchKey(watch(ANY), 'a.csv');
    if (arrival.state !== 'arrived') throw new Error('it did not arrive');
    expect(readFileSync(arrival.path, 'utf8')).toBe('x');
    expect(execFileSync('stat', ['-c', '%a', arrival.path], { encoding: 'utf8' }).trim()).toBe('600');
  });
});
