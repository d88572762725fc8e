import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Connection } from '../../sources/system';
import { SourceStops, SourceWaits } from '../../sources/trouble';
import { wechatFund, wechatTrade } from '../../sources/wechat';
import { wechatSystem } from '../../sources/wechat/wire';
import { bare, keyPairOf } from '../fakes/rsa';
import { startFakeWechat, type FakeWechat, type FakeWechatOptions } from '../fakes/wechat';
import { fundBill, tradeBill } from '../fakes/wechat-bills';
import {
  arrivedFile,
  connect,
  everythingIn,
  fetchPart,
  findingsOf,
  IMPATIENT,
  PASSING,
  removeDownloads,
  SetClock,
  troubleOf,
} from './bill-source';
import { readFile, refusalOf } from './collect';

const MCHID = '1900000109';
const DAY = 'trade/2026-10-17';
const QUESTION = '/v3/bill/tradebill';
const FILE = '/v3/billdownload/file';
const given = { merchants: { wechat: MCHID } };

let fake: FakeWechat;
let clock: SetClock;

async function reach(
  settings: Record<string, string> = {},
  options: Omit<FakeWechatOptions, 'now'> = {},
): Promise<Connection> {
  clock = new SetClock('2026-11-04T12:00:00');
  fake = await startFakeWechat({ now: clock.now, ...options });
  return connect(wechatSystem(IMPATIENT), fake, clock.now, { ...given, settings });
}

afterEach(async () => {
  await fake.stop();
  removeDownloads();
});

describe('a WeChat Pay bill', () => {
  it.each(['yes', 'no'])(
    'arrives unpacked with the bytes that the SHA-1 was stated of (packed: %s)',
    async (packed) => {
      const connection = await reach({ packed });
      const { path, fileName } = await arrivedFile(connection, DAY);
      expect(fileName).toBe('wechat-trade-2026-10-17.csv');
      const bill = tradeBill(fake.shop, { mchid: MCHID, day: '2026-10-17' });
      expect(createHash('sha1').update(readFileSync(path)).digest('hex')).toBe(
        createHash('sha1').update(bill).digest('hex'),
      );
      expect(readdirSync(dirname(path))).toEqual([fileName]);
      const asked = fake.requests.find((request) => request.path === QUESTION)!;
      expect(asked.query.get('tar_type')).toBe(packed === 'yes' ? 'GZIP' : null);
    },
  );

  it('reads as the bill of the day, trade and fund', async () => {
    const connection = await reach();
    const trade = await readFile(wechatTrade, (await arrivedFile(connection, DAY)).path, given);
    expect(trade.rejected).toEqual([]);
    expect(trade.kept.map((row) => row['occurred_on'])).toEqual(trade.kept.map(() => '2026-10-17'));
    const fund = await readFile(wechatFund, (await arrivedFile(connection, 'fund-basic/2026-10-19')).path, given);
    expect(fund.kept.some((row) => row['type'] === 'payout')).toBe(true);
    expect(fundBill(fake.shop, { mchid: MCHID, day: '2026-10-19' }).length).toBeGreaterThan(100);
  });

  it('is asked for a sub-merchant where there is one', async () => {
    const connection = await reach({ subMchid: '1600000222', bills: 'trade,fund-basic' });
    const { path } = await arrivedFile(connection, DAY);
    expect((await readFile(wechatTrade, path, { merchants: { wechat: '1600000222' } })).rejected).toEqual([]);
    expect(await fetchPart(connection, 'fund-basic/2026-10-17')).toMatchObject({ state: 'arrived' });
  });

  it('keeps to three fund bills a second', async () => {
    const connection = await reach({ bills: 'fund-basic' });
    const days = ['01', '02', '03', '04', '05', '06'];
    await Promise.all(days.map((day) => arrivedFile(connection, `fund-basic/2026-10-${day}`)));
    expect(fake.requests.filter(({ path }) => path === '/v3/bill/fundflowbill')).toHaveLength(6);
  });

  it('of an account without movements is empty', async () => {
    const connection = await reach({ bills: 'fund-operation,fund-fees' });
    expect(await fetchPart(connection, 'fund-operation/2026-10-17')).toMatchObject({ state: 'empty' });
    expect(await fetchPart(connection, 'fund-fees/2026-10-17')).toMatchObject({ state: 'empty' });
  });

  it.each([400, 404] as const)(
    'that does not exist (HTTP %s) is empty from ten the next morning on, and not before',
    async (status) => {
      const connection = await reach({}, { quiet: ['2026-10-17'] });
      fake.manners.noneStatus = status;
      clock.set('2026-10-18T09:40:00');
      const early = await troubleOf(fetchPart(connection, DAY));
      expect(early).toMatchObject({ code: 'SOURCE_NOT_READY', retryAt: new Date('2026-10-18T10:00:00+08:00') });
      clock.set('2026-10-18T10:00:00');
      expect(await fetchPart(connection, DAY)).toMatchObject({
        state: 'empty',
        reason: { en: expect.stringContaining('2026-10-17') },
      });
    },
  );

  it('in the making is asked for every half hour from ten on', async () => {
    const connection = await reach();
    clock.set('2026-10-18T08:00:00');
    expect(await troubleOf(fetchPart(connection, DAY))).toMatchObject({
      code: 'SOURCE_NOT_READY',
      retryAt: new Date('2026-10-18T10:00:00+08:00'),
    });
    clock.set('2026-10-18T10:15:00');
    fake.manners.refusals.push({ status: 400, code: 'STATEMENT_CREATING' });
    const later = await troubleOf(fetchPart(connection, DAY));
    expect(later).toMatchObject({ code: 'SOURCE_NOT_READY', retryAt: new Date('2026-10-18T10:45:00+08:00') });
    clock.set('2026-10-18T10:45:00');
    expect(await fetchPart(connection, DAY)).toMatchObject({ state: 'arrived' });
  });

  it('of today is not asked for, and one older than three months cannot be had', async () => {
    const connection = await reach();
    clock.set('2026-10-17T23:59:00');
    expect(await troubleOf(fetchPart(connection, DAY))).toMatchObject({ code: 'SOURCE_NOT_READY' });
    clock.set('2027-01-18T00:00:01');
    const late = await troubleOf(fetchPart(connection, DAY));
    expect([late.code, late instanceof SourceStops]).toEqual(['SOURCE_TOO_OLD', true]);
    expect(fake.requests).toEqual([]);
    clock.set('2027-01-17T23:00:00');
    expect(await fetchPart(connection, DAY)).toMatchObject({ state: 'arrived' });
  });

  it('keeps a refund that is on its way as the bill has it', async () => {
    const connection = await reach();
    const days = (await connection.parts('2026-10')).slice(0, 31).map(({ key }) => key);
    const texts = await Promise.all(
      days.map(async (key) => readFileSync((await arrivedFile(connection, key)).path, 'utf8')),
    );
    expect(texts.some((text) => text.includes('`PROCESSING'))).toBe(true);
    expect(texts.some((text) => text.includes('`ORIGINAL,`SUCCESS'))).toBe(true);
  });

  it('whose footer does not tie arrives whole and is refused by the reader', async () => {
    const connection = await reach();
    fake.manners.changeBill = (bill) => Buffer.from(bill.toString('utf8').replace(/`(\d+)\.0,/, '`99.0,'), 'utf8');
    const { path } = await arrivedFile(connection, DAY);
    expect(await refusalOf(wechatTrade, readFileSync(path), given)).toMatchObject({ code: 'FOOTER_MISMATCH' });
  });

  it('has parts of the month by day and account, each from ten the next morning', async () => {
    const connection = await reach({ bills: 'fund-fees, trade' });
    const parts = await connection.parts('2026-11');
    expect(parts).toHaveLength(60);
    expect(parts[0]).toMatchObject({
      key: 'trade/2026-11-01',
      kind: 'wechat-trade',
      day: '2026-11-01',
      notBefore: new Date('2026-11-02T10:00:00+08:00'),
    });
    expect(parts[59]).toMatchObject({ key: 'fund-fees/2026-11-30', kind: 'wechat-fund' });
  });
});

describe('signatures of WeChat Pay', () => {
  it('are verified by the platform certificate that the answer names', async () => {
    await reach();
    fake.manners.signs = 'certificate';
    const { certificateSettings, secrets } = fake;
    const connection = connect(wechatSystem(IMPATIENT), { settings: certificateSettings, secrets }, clock.now);
    expect(await fetchPart(connection, DAY)).toMatchObject({ state: 'arrived' });
    fake.manners.signs = 'public-key';
    expect(await troubleOf(fetchPart(connection, DAY))).toMatchObject({
      code: 'SOURCE_KEY_UNKNOWN',
      reason: { en: expect.stringContaining('PUB_KEY_ID_') },
    });
  });

  it.each([
    ['wrong', 'SOURCE_WRONG_SIGNATURE'],
    ['never', 'SOURCE_WRONG_SIGNATURE'],
    ['probe', 'SOURCE_WRONG_SIGNATURE'],
    ['other-key', 'SOURCE_KEY_UNKNOWN'],
  ] as const)('that are %s stop the pull, whatever the answer says', async (signs, code) => {
    const connection = await reach({}, { quiet: ['2026-10-18'] });
    fake.manners.signs = signs;
    for (const key of [DAY, 'trade/2026-10-18']) {
      const trouble = await troubleOf(fetchPart(connection, key));
      expect([trouble.code, trouble instanceof SourceStops]).toEqual([code, true]);
    }
    expect(fake.requests.filter(({ path }) => path === FILE)).toEqual([]);
  });

  it('that are a probe are not used, and the next answer is', async () => {
    const connection = await reach();
    fake.manners.probes = 2;
    expect(await fetchPart(connection, DAY)).toMatchObject({ state: 'arrived' });
    expect(fake.tokens).toHaveLength(3);
    expect(fake.requests.filter(({ path }) => path === FILE)).toHaveLength(1);
  });

  it.each([301, -301, 7_200])('of another time (%s s) stop the pull', async (seconds) => {
    const connection = await reach();
    fake.manners.skewSeconds = seconds;
    const trouble = await troubleOf(fetchPart(connection, DAY));
    expect([trouble.code, trouble instanceof SourceStops]).toEqual(['SOURCE_CLOCK_SKEWED', true]);
    expect(trouble.reason.en).toContain(`${Math.abs(seconds)} s`);
    fake.manners.skewSeconds = Math.sign(seconds) * 300;
    expect(await fetchPart(connection, DAY)).toMatchObject({ state: 'arrived' });
  });

  it('by a clock that is off are refused, and the reason is the clock', async () => {
    await reach();
    const slow = connect(wechatSystem(IMPATIENT), fake, () => new Date(clock.now().getTime() - 400_000));
    expect((await troubleOf(fetchPart(slow, DAY))).code).toBe('SOURCE_CLOCK_SKEWED');
  });

  it('by another key are refused, without a word of the key', async () => {
    await reach();
    const privateKey = bare(keyPairOf('nobody').privateKey);
    const other = connect(wechatSystem(IMPATIENT), { ...fake, secrets: { privateKey } }, clock.now);
    const trouble = await troubleOf(fetchPart(other, DAY));
    expect([trouble.code, trouble instanceof SourceStops]).toEqual(['SOURCE_SIGN_IN_REFUSED', true]);
    expect(everythingIn(trouble)).not.toContain(privateKey.slice(0, 40));
  });
});

describe('refusals and faults of WeChat Pay', () => {
  it.each([
    [401, 'SIGN_ERROR', 'SOURCE_SIGN_IN_REFUSED', SourceStops],
    [403, 'NO_AUTH', 'SOURCE_NOT_ALLOWED', SourceStops],
    [400, 'INVALID_REQUEST', 'SOURCE_REFUSED', SourceStops],
    [400, 'PARAM_ERROR', 'SOURCE_REFUSED', SourceStops],
    [429, 'FREQUENCY_LIMITED', 'SOURCE_RATE_LIMITED', SourceWaits],
    [500, 'SYSTEM_ERROR', 'SOURCE_BUSY', SourceWaits],
  ])('HTTP %s %s is %s, and nothing of the message is repeated', async (status, code, ours, sort) => {
    const connection = await reach();
    await fetchPart(connection, DAY);
    fake.manners.refusals.push(...Array.from({ length: 9 }, () => ({ status, code })));
    const trouble = await troubleOf(fetchPart(connection, DAY));
    expect([trouble.code, trouble instanceof sort]).toEqual([ours, true]);
    for (const secret of [...fake.tokens, fake.url]) expect(everythingIn(trouble)).not.toContain(secret);
  });

  it.each(PASSING)('it goes on after %s, at the question and at the file', async (_what, fault) => {
    const connection = await reach();
    fake.faults.add({ match: QUESTION, fault });
    fake.faults.add({ match: FILE, fault });
    const { path } = await arrivedFile(connection, DAY);
    expect(readFileSync(path).equals(tradeBill(fake.shop, { mchid: MCHID, day: '2026-10-17' }))).toBe(true);
    expect(fake.faults.pending).toBe(0);
  });

  it.each(PASSING)('it waits where %s lasts', async (_what, fault) => {
    const connection = await reach();
    for (const match of [QUESTION, FILE]) {
      fake.faults.clear();
      fake.faults.add({ match, times: Infinity, fault });
      const trouble = await troubleOf(fetchPart(connection, DAY));
      expect(trouble).toBeInstanceOf(SourceWaits);
      for (const secret of [...fake.tokens, fake.url]) expect(everythingIn(trouble)).not.toContain(secret);
    }
  });

  it('it asks for a new link when one has expired, and waits when three have', async () => {
    const connection = await reach();
    fake.faults.add({
      match: QUESTION,
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
    fake.manners.linkSeconds = -1;
    const trouble = await troubleOf(fetchPart(connection, DAY));
    expect([trouble.code, trouble instanceof SourceWaits]).toEqual(['SOURCE_LINK_EXPIRED', true]);
    for (const token of fake.tokens) expect(everythingIn(trouble)).not.toContain(token);
  });

  it('it stops where the link is another merchant’s, or leads elsewhere', async () => {
    const connection = await reach();
    fake.manners.linksOfOthers = true;
    expect((await troubleOf(fetchPart(connection, DAY))).code).toBe('SOURCE_NOT_ALLOWED');
    fake.manners.linksOfOthers = false;
    fake.faults.add({
      match: FILE,
      fault: { kind: 'status', status: 302, headers: { location: `${fake.url}/elsewhere` } },
    });
    expect((await troubleOf(fetchPart(connection, DAY))).code).toBe('SOURCE_NOT_UNDERSTOOD');
    expect(fake.requests.some(({ path }) => path === '/elsewhere')).toBe(false);
  });

  it.each([
    ['damaged', (packed: Buffer) => Buffer.concat([packed.subarray(0, 40), Buffer.alloc(8), packed.subarray(48)])],
    ['cut', (packed: Buffer) => packed.subarray(0, packed.length - 20)],
    ['another day’s', () => gzipSync('交易时间,公众账号ID')],
    ['not packed at all', () => Buffer.from('<html>')],
  ])('it waits for a bill whose packed bytes are %s, and uses nothing of it', async (_what, change) => {
    const connection = await reach();
    fake.manners.changePacked = change;
    const trouble = await troubleOf(fetchPart(connection, DAY));
    expect([trouble.code, trouble instanceof SourceWaits]).toEqual(['SOURCE_DOES_NOT_TIE', true]);
    fake.manners.changePacked = (packed) => packed;
    expect(await fetchPart(connection, DAY)).toMatchObject({ state: 'arrived' });
  });

  it('it stops at a bomb, in flat memory', async () => {
    const connection = await reach();
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    fake.manners.changePacked = () => bomb;
    const before = process.memoryUsage().rss;
    const trouble = await troubleOf(fetchPart(connection, DAY));
    expect([trouble.code, trouble instanceof SourceStops]).toEqual(['SOURCE_NOT_UNDERSTOOD', true]);
    expect(process.memoryUsage().rss - before).toBeLessThan(48 << 20);
  });

  it('it stops where something else answers', async () => {
    const connection = await reach();
    for (const body of ['<html>welcome</html>', '[]', '{}', 'null', '{"download_url":"file:///etc/passwd"}']) {
      fake.faults.add({ match: QUESTION, fault: { kind: 'answer', change: () => ({ status: 200, body }) } });
      expect(await troubleOf(fetchPart(connection, DAY))).toBeInstanceOf(SourceStops);
    }
  });
});

describe('source test of WeChat Pay', () => {
  it('reads yesterday’s bills and shows a row of each', async () => {
    const found = await findingsOf(await reach({ bills: 'trade,fund-basic,fund-fees' }));
    expect(found.map(({ subject, state }) => [subject, state])).toEqual([
      ['merchant', 'ok'],
      ['sign-in', 'ok'],
      ['trade', 'ok'],
      ['fund-basic', 'ok'],
      ['fund-fees', 'ok'],
    ]);
    expect(found[2]!.sample).toMatchObject({ type: 'payment', occurred_on: '2026-11-03', currency: 'CNY' });
    expect(found[4]!.sample).toBeUndefined();
  });

  it('names what a person can mend: a bill that is not allowed, the merchant, the keys', async () => {
    await reach();
    fake.manners.refusals.push({ status: 403, code: 'NO_AUTH' });
    const other = connect(wechatSystem(IMPATIENT), fake, clock.now, { merchants: { wechat: '1900000999' } });
    const found = await findingsOf(other);
    expect(found.map(({ subject, state }) => [subject, state])).toEqual([
      ['merchant', 'missing'],
      ['sign-in', 'ok'],
      ['trade', 'missing'],
      ['fund-basic', 'ok'],
    ]);
    const incomplete = { ...fake.settings, platformKey: '' };
    const keyless = connect(wechatSystem(IMPATIENT), { ...fake, settings: incomplete }, clock.now);
    expect((await findingsOf(keyless)).at(-1)).toMatchObject({ subject: 'sign-in', state: 'missing' });
    const broken = connect(wechatSystem(IMPATIENT), { ...fake, settings: { ...fake.settings, mchid: 'x' } }, clock.now);
    expect(await findingsOf(broken)).toEqual([expect.objectContaining({ subject: 'settings', state: 'missing' })]);
  });
});
