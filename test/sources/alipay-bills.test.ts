import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { alipayTrade } from '../../sources/alipay';
import { alipaySystem } from '../../sources/alipay/wire';
import type { Connection } from '../../sources/system';
import { SourceWaits } from '../../sources/trouble';
import { startFakeAlipay, type FakeAlipay, type FakeAlipayOptions } from '../fakes/alipay';
import {
  arrivedFile,
  connect,
  everythingIn,
  fetchPart,
  findingsOf,
  IMPATIENT,
  PASSING,
  partOf,
  removeDownloads,
  SetClock,
  troubleOf,
} from './bill-source';
import { readFile, refusalOf } from './collect';

const PID = '2088123456789012';
const DAY = 'trade/2026-10-17';
const GATEWAY = '/gateway.do';
const FILE = '/downloadBillFile';
const given = { merchants: { alipay: `${PID}0156` } };

let fake: FakeAlipay;
let clock: SetClock;

async function reach(
  settings: Record<string, string> = {},
  options: Omit<FakeAlipayOptions, 'now'> = {},
): Promise<Connection> {
  clock = new SetClock('2026-11-04T12:00:00');
  fake = await startFakeAlipay({ now: clock.now, ...options });
  return connect(alipaySystem(IMPATIENT), fake, clock.now, { ...given, settings });
}

afterEach(async () => {
  await fake.stop();
  removeDownloads();
});

describe('an Alipay download', () => {
  it.each(PASSING)('waits where %s lasts', async (_what, fault) => {
    const connection = await reach();
    for (const match of [GATEWAY, FILE]) {
      fake.faults.clear();
      fake.faults.add({ match, times: Infinity, fault });
      const trouble = await troubleOf(fetchPart(connection, DAY));
      expect(trouble).toBeInstanceOf(SourceWaits);
      for (const token of [...fake.tokens, fake.url]) expect(everythingIn(trouble)).not.toContain(token);
    }
  });

  it('takes the file while the link lives, and a new link when it has expired', async () => {
    const connection = await reach();
    fake.faults.add({
      match: GATEWAY,
      fault: {
        kind: 'answer',
        change: (answer) => {
          clock.pass(31);
          return answer;
        },
      },
    });
    expect(await fetchPart(connection, DAY)).toMatchObject({ state: 'arrived' });
    expect(fake.tokens).toHaveLength(2);
  });

  it('waits when three links in a row had expired', async () => {
    const connection = await reach();
    fake.manners.linkSeconds = -1;
    const trouble = await troubleOf(fetchPart(connection, DAY));
    expect([trouble.code, trouble instanceof SourceWaits]).toEqual(['SOURCE_LINK_EXPIRED', true]);
    for (const token of fake.tokens) expect(everythingIn(trouble)).not.toContain(token);
  });

  it('stops when the link leads to no bill, and follows it nowhere else', async () => {
    const connection = await reach();
    fake.faults.add({
      match: FILE,
      times: 3,
      fault: { kind: 'answer', change: () => ({ status: 200, body: '<html>' }) },
    });
    expect((await troubleOf(fetchPart(connection, DAY))).code).toBe('SOURCE_NOT_UNDERSTOOD');
    const elsewhere = { status: 302, headers: { location: `${fake.url}/elsewhere` } };
    fake.faults.add({ match: FILE, times: Infinity, fault: { kind: 'answer', change: () => elsewhere } });
    expect((await troubleOf(fetchPart(connection, DAY))).code).toBe('SOURCE_LINK_EXPIRED');
    expect(fake.requests.some(({ path }) => path === '/elsewhere')).toBe(false);
  });

  it('is fetched again when bytes in it have changed on the way', async () => {
    const connection = await reach();
    let broken = 0;
    const flip = (body: Buffer): Buffer => {
      const changed = Buffer.from(body);
      changed[200 + broken++]! ^= 0x10;
      return changed;
    };
    fake.faults.add({ match: FILE, times: 2, fault: { kind: 'mangle', change: flip } });
    const { path } = await arrivedFile(connection, DAY);
    expect((await readFile(alipayTrade, path, given)).rejected).toEqual([]);
    expect(broken).toBe(2);
    fake.faults.add({ match: FILE, times: Infinity, fault: { kind: 'mangle', change: flip } });
    expect(await troubleOf(fetchPart(connection, DAY))).toMatchObject({ code: 'SOURCE_DOES_NOT_TIE' });
  });

  it.each([
    ['a bomb', { bytes: Buffer.alloc(40 << 20) }],
    ['a name that leaves its folder', { name: '../../业务明细.csv' }],
  ])('that is %s comes alike twice and is refused by the reader', async (_what, change) => {
    const connection = await reach();
    fake.manners.changeFiles = ([detail, ...others]) => [{ ...detail!, ...change }, ...others];
    const { path } = await arrivedFile(connection, DAY);
    expect(await refusalOf(alipayTrade, readFileSync(path), given)).toMatchObject({ code: 'UNSAFE_ARCHIVE' });
    expect(fake.tokens).toHaveLength(2);
  });

  it('whose footer does not tie arrives whole and is refused by the reader', async () => {
    const connection = await reach();
    fake.manners.changeFiles = ([detail, ...others]) => [
      {
        ...detail!,
        bytes: Buffer.from(detail!.bytes.toString('latin1').replace(/(\d)(\.\d\d)(\xd4\xaa)/, '9$1$2$3'), 'latin1'),
      },
      ...others,
    ];
    const { path } = await arrivedFile(connection, DAY);
    expect(await refusalOf(alipayTrade, readFileSync(path), given)).toMatchObject({ code: 'FOOTER_MISMATCH' });
  });
});

describe('an Alipay month', () => {
  it('is a bill a day and sort, each from nine the next morning', async () => {
    const connection = await reach();
    const parts = await connection.parts('2026-10');
    expect(parts).toHaveLength(62);
    expect(parts.map((part) => part.key)).toEqual(
      expect.arrayContaining(['trade/2026-10-01', 'signcustomer/2026-10-31']),
    );
    expect(parts[16]).toMatchObject({
      key: DAY,
      kind: 'alipay-trade',
      day: '2026-10-17',
      nature: 'file',
      notBefore: new Date('2026-10-18T09:00:00+08:00'),
    });
  });

  it('is one bill from the third of the next month on, and holds what its days hold', async () => {
    const connection = await reach({ granularity: 'month', bills: 'trade' });
    expect(await connection.parts('2026-10')).toEqual([
      expect.objectContaining({ key: 'trade/2026-10', notBefore: new Date('2026-11-03T09:00:00+08:00') }),
    ]);
    const month = await readFile(alipayTrade, (await arrivedFile(connection, 'trade/2026-10')).path, given);
    const daily = connect(alipaySystem(IMPATIENT), fake, clock.now);
    let rows = 0;
    for (const part of (await daily.parts('2026-10')).slice(0, 31)) {
      rows += (await readFile(alipayTrade, (await arrivedFile(daily, part.key)).path, given)).kept.length;
    }
    expect(month.kept).toHaveLength(rows);
    fake.manners.notInMonth.add('2026-10-17');
    const short = await readFile(alipayTrade, (await arrivedFile(connection, 'trade/2026-10')).path, given);
    expect(short.kept.length).toBeLessThan(rows);
  });
});

describe('source test of Alipay', () => {
  it('reads yesterday’s bills and shows a row of each', async () => {
    const found = await findingsOf(await reach());
    expect(found.map(({ subject, state }) => [subject, state])).toEqual([
      ['merchant', 'ok'],
      ['sign-in', 'ok'],
      ['trade', 'ok'],
      ['signcustomer', 'ok'],
    ]);
    expect(found[2]!.sample).toMatchObject({ type: 'payment', currency: 'CNY', occurred_on: '2026-11-03' });
    expect(found[2]!.said.en).toContain('2026-11-03');
  });

  it('names a missing permission, a wrong merchant and a wrong key', async () => {
    await reach();
    fake.manners.refusals.push('isv.insufficient-isv-permissions');
    const other = connect(alipaySystem(IMPATIENT), fake, clock.now, { merchants: { alipay: '2088…9990' } });
    const found = await findingsOf(other);
    expect(found.map(({ subject, state }) => [subject, state])).toEqual([
      ['merchant', 'missing'],
      ['sign-in', 'ok'],
      ['trade', 'missing'],
      ['signcustomer', 'missing'],
    ]);
    expect(found[3]!.said.en).toContain('2088');
    const wrong = connect(alipaySystem(IMPATIENT), { ...fake, secrets: { privateKey: 'no key' } }, clock.now);
    expect(await findingsOf(wrong)).toEqual([
      expect.objectContaining({ subject: 'merchant' }),
      expect.objectContaining({
        subject: 'sign-in',
        state: 'missing',
        said: expect.objectContaining({ en: expect.stringContaining('privateKey') }),
      }),
    ]);
  });

  it('takes the key in every form people have it, and no gateway that is not encrypted', async () => {
    await reach();
    const key = createPrivateKey(fake.secrets['privateKey']!);
    const forms = (['pkcs1', 'pkcs8'] as const).flatMap((type) => {
      const pem = key.export({ format: 'pem', type }).toString();
      return [pem, pem.replaceAll('\n', '\\n'), pem.replace(/-----[A-Z ]+-----|\s/g, '')];
    });
    for (const privateKey of forms) {
      const connection = connect(alipaySystem(IMPATIENT), { ...fake, secrets: { privateKey } }, clock.now);
      expect(await fetchPart(connection, DAY)).toMatchObject({ state: 'arrived' });
    }
    const open = connect(alipaySystem(IMPATIENT), fake, clock.now, {
      settings: { gateway: 'http://openapi.example.com/gateway.do' },
    });
    const part = await partOf(open, DAY);
    expect((await troubleOf(open.fetch(part, '2026-10'))).code).toBe('SOURCE_SETTING_INVALID');
  });
});
