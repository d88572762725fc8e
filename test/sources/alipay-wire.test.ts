import { readFileSync } from 'node:fs';
import { alipayFund, alipayTrade } from '../../sources/alipay';
import { alipaySystem } from '../../sources/alipay/wire';
import type { Connection } from '../../sources/system';
import { SourceStops, SourceWaits } from '../../sources/trouble';
import { startFakeAlipay, type FakeAlipay, type FakeAlipayOptions } from '../fakes/alipay';
import { bare, keyPairOf } from '../fakes/rsa';
import {
  arrivedFile,
  connect,
  everythingIn,
  fetchPart,
  IMPATIENT,
  PASSING,
  removeDownloads,
  SetClock,
  troubleOf,
} from './bill-source';
import { readFile } from './collect';

const PID = '2088123456789012';
const TOKEN = '202611BBcanary00appauthtoken00canary';
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

describe.each(['classic', 'v3'])('Alipay, %s', (generation) => {
  const settings = { generation };
  const asked = generation === 'v3' ? '/v3/' : GATEWAY;

  it('hands out a day’s trade bill that reads whole, and a fund bill', async () => {
    const connection = await reach(settings);
    const trade = await readFile(alipayTrade, (await arrivedFile(connection, DAY)).path, given);
    expect(trade.rejected).toEqual([]);
    expect(trade.kept).toHaveLength(
      fake.shop.movementsOn('2026-10-17').filter((one) => one.type !== 'withdrawal').length,
    );
    const fund = await arrivedFile(connection, 'signcustomer/2026-10-19');
    expect(fund.fileName).toBe('alipay-signcustomer-2026-10-19.csv.zip');
    expect((await readFile(alipayFund, fund.path, given)).kept.some((row) => row['type'] === 'payout')).toBe(true);
  });

  it('keeps the archive as it was downloaded', async () => {
    const connection = await reach(settings);
    const twice = [await arrivedFile(connection, DAY), await arrivedFile(connection, DAY)].map((file) =>
      readFileSync(file.path),
    );
    expect(twice[0]!.equals(twice[1]!)).toBe(true);
    expect(twice[0]!.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
  });

  it('signs for an application that acts for the merchant', async () => {
    const connection = await reach(settings, { appAuthToken: TOKEN });
    expect(await fetchPart(connection, DAY)).toMatchObject({ state: 'arrived' });
  });

  it('is refused with another key, and says so without the key', async () => {
    const connection = await reach(settings, { appAuthToken: TOKEN });
    const key = bare(keyPairOf('nobody').privateKey);
    const other = connect(
      alipaySystem(IMPATIENT),
      { ...fake, secrets: { ...fake.secrets, privateKey: key } },
      clock.now,
      { settings },
    );
    const trouble = await troubleOf(fetchPart(other, DAY));
    expect(trouble).toBeInstanceOf(SourceStops);
    expect(trouble.code).toBe('SOURCE_SIGN_IN_REFUSED');
    expect(everythingIn(trouble)).not.toContain(key.slice(0, 40));
    expect(everythingIn(trouble)).not.toContain(TOKEN);
    await connection.close();
  });

  it('uses no answer whose signature is wrong or missing', async () => {
    const connection = await reach(settings, { quiet: ['2026-10-18'] });
    for (const signs of ['wrong', 'never'] as const) {
      fake.manners.signs = signs;
      for (const key of [DAY, 'trade/2026-10-18']) {
        const trouble = await troubleOf(fetchPart(connection, key));
        expect([trouble.code, trouble instanceof SourceStops]).toEqual(['SOURCE_WRONG_SIGNATURE', true]);
      }
    }
    expect(fake.requests.filter(({ path }) => path.startsWith(FILE))).toEqual([]);
  });

  it('waits for a bill that is not made yet and has it when it is', async () => {
    const connection = await reach(settings);
    clock.set('2026-10-18T08:59:00');
    const early = await troubleOf(fetchPart(connection, DAY));
    expect(early).toMatchObject({ code: 'SOURCE_NOT_READY', retryAt: new Date('2026-10-18T09:00:00+08:00') });
    expect(fake.requests).toEqual([]);
    clock.set('2026-10-18T09:10:00');
    const waits = await troubleOf(fetchPart(connection, DAY));
    expect(waits).toMatchObject({ code: 'SOURCE_NOT_READY', retryAt: new Date('2026-10-18T10:00:00+08:00') });
    expect(waits).toBeInstanceOf(SourceWaits);
    clock.set('2026-10-18T10:00:00');
    expect(await fetchPart(connection, DAY)).toMatchObject({ state: 'arrived' });
  });

  it('takes “no such bill” for an empty day only when a day has passed since the bill was due', async () => {
    const connection = await reach(settings, { quiet: ['2026-10-17'] });
    clock.set('2026-10-18T11:00:00');
    const waits = await troubleOf(fetchPart(connection, DAY));
    expect(waits).toMatchObject({ code: 'SOURCE_NOT_READY', retryAt: new Date('2026-10-18T12:00:00+08:00') });
    clock.set('2026-10-19T08:30:00');
    const last = await troubleOf(fetchPart(connection, DAY));
    expect(last).toMatchObject({ code: 'SOURCE_NOT_READY', retryAt: new Date('2026-10-19T09:00:00+08:00') });
    clock.set('2026-10-19T09:00:00');
    expect(await fetchPart(connection, DAY)).toMatchObject({
      state: 'empty',
      reason: { en: expect.stringContaining('nothing happened') },
    });
  });

  it('takes an empty day’s file, and a day before the merchant was there', async () => {
    const connection = await reach(settings, { quiet: ['2026-10-17'], registered: '2026-10-05' });
    fake.manners.emptyBills = true;
    const { path } = await arrivedFile(connection, DAY);
    expect((await readFile(alipayTrade, path, given)).kept).toEqual([]);
    expect(await fetchPart(connection, 'trade/2026-10-04')).toMatchObject({
      state: 'empty',
      reason: { en: expect.stringContaining('not registered') },
    });
  });

  it.each([
    ['20000', 'SOURCE_BUSY', SourceWaits],
    ['UNKNOWN_ERROR', 'SOURCE_BUSY', SourceWaits],
    ['isp.unknow-error', 'SOURCE_BUSY', SourceWaits],
    ['isv.app-call-limited', 'SOURCE_RATE_LIMITED', SourceWaits],
    ['isv.method-call-limited', 'SOURCE_RATE_LIMITED', SourceWaits],
    ['SYSTEM_RATE_LIMIT', 'SOURCE_RATE_LIMITED', SourceWaits],
    ['TYPE_NOT_SUPPORTED', 'SOURCE_NOT_ALLOWED', SourceStops],
    ['isv.insufficient-isv-permissions', 'SOURCE_NOT_ALLOWED', SourceStops],
    ['aop.invalid-app-auth-token', 'SOURCE_SIGN_IN_REFUSED', SourceStops],
    ['INVAILID_ARGUMENTS', 'SOURCE_REFUSED', SourceStops],
    ['isp.something-new', 'SOURCE_REFUSED', SourceStops],
  ])('answers %s with %s, and repeats nothing of what Alipay said', async (refusal, code, sort) => {
    const connection = await reach(settings, { appAuthToken: TOKEN });
    await fetchPart(connection, DAY);
    fake.manners.refusals.push(...Array.from({ length: 9 }, () => refusal));
    const trouble = await troubleOf(fetchPart(connection, DAY));
    expect([trouble.code, trouble instanceof sort]).toEqual([code, true]);
    for (const secret of [TOKEN, ...fake.tokens, fake.url]) expect(everythingIn(trouble)).not.toContain(secret);
  });

  it('goes on after a refusal that passes', async () => {
    const connection = await reach(settings);
    fake.manners.refusals.push('20000', 'isv.app-call-limited');
    expect(await fetchPart(connection, DAY)).toMatchObject({ state: 'arrived' });
  });

  it('says how far the clocks are apart', async () => {
    await reach(settings);
    const slow = connect(alipaySystem(IMPATIENT), fake, () => new Date(clock.now().getTime() - 3_600_000), {
      settings,
    });
    expect(await troubleOf(fetchPart(slow, DAY))).toMatchObject({
      code: 'SOURCE_CLOCK_SKEWED',
      reason: { en: expect.stringContaining('3600 s') },
    });
  });

  it.each(PASSING)('goes on after %s, at the question and at the file', async (_what, fault) => {
    const connection = await reach(settings);
    fake.faults.add({ match: asked, fault });
    fake.faults.add({ match: FILE, fault });
    const { path } = await arrivedFile(connection, DAY);
    expect((await readFile(alipayTrade, path, given)).rejected).toEqual([]);
    expect(fake.faults.pending).toBe(0);
  });

  it('waits as long as Retry-After says', async () => {
    const connection = await reach(settings);
    fake.faults.add({ match: asked, fault: { kind: 'status', status: 429, headers: { 'retry-after': '120' } } });
    expect(await troubleOf(fetchPart(connection, DAY))).toMatchObject({
      code: 'SOURCE_RATE_LIMITED',
      retryAt: new Date('2026-11-04T12:02:00+08:00'),
    });
  });

  it('stops where something else answers', async () => {
    const connection = await reach(settings);
    for (const body of ['<html>welcome</html>', '[]', '{}', '{"sign":"x"}', 'null', '"']) {
      fake.faults.add({ match: asked, fault: { kind: 'answer', change: () => ({ status: 200, body }) } });
      const trouble = await troubleOf(fetchPart(connection, DAY));
      expect(trouble).toBeInstanceOf(SourceStops);
    }
  });
});
