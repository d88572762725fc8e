import type { SourceStops, SourceWaits } from '../../sources/trouble';
import { apiOf, hostsOf } from '../../sources/zoho/data-centres';
import type { Fault } from '../fakes/faults';
import { GRANTED, idOfOrder } from '../fakes/zoho';
import { Kept } from './pulling';
import { idsOf, MONTH, ORDERS, ZohoDesk } from './zoho-desk';

let desk: ZohoDesk;

async function open(...given: Parameters<typeof ZohoDesk.open>): Promise<void> {
  desk = await ZohoDesk.open(...given);
}

afterEach(async () => desk.fake.server.stop());

const status = (code: number, headers: Record<string, string> = {}): Fault => ({
  kind: 'status',
  status: code,
  headers,
});
const said = (code: number, body: object): Fault => ({ kind: 'status', status: code, body: JSON.stringify(body) });
interface Listed {
  readonly data: readonly object[];
  readonly info: object;
}
const inAnswer = (change: (answer: Listed) => object): Fault => ({
  kind: 'mangle',
  change: (body) => Buffer.from(JSON.stringify(change(JSON.parse(body.toString()) as Listed))),
});

/** The trouble a pull ends in, and that it brought no page as if it were whole. */
async function troubleOf(key = 'orders', kept = new Kept()): Promise<SourceWaits | SourceStops> {
  try {
    await desk.pull(key, kept);
  } catch (trouble) {
    return trouble as SourceWaits | SourceStops;
  }
  throw new Error('the pull came to its end');
}

/** A second pull from the cursor of the one that failed has everything. */
async function isWholeAfter(kept: Kept): Promise<void> {
  desk.fake.server.faults.clear();
  await desk.again().pull('orders', kept);
  expect(idsOf(kept)).toEqual(desk.ids('Sales_Orders'));
}

describe('what passes by itself', () => {
  it.each<[string, Fault]>([
    ['429 without Retry-After', status(429)],
    ['429 in Zoho’s own words', said(429, { code: 'TOO_MANY_REQUESTS', details: {}, message: '…', status: 'error' })],
    ['429 with Retry-After', status(429, { 'retry-after': '0' })],
    ['500', status(500)],
    ['503', status(503)],
    ['an internal error with HTTP 400', said(400, { code: 'INTERNAL_ERROR', details: {}, status: 'error' })],
    ['a reset', { kind: 'reset' }],
    ['a body that is cut', { kind: 'cut' }],
    ['a body that is cut by a reset', { kind: 'cut', by: 'reset' }],
    ['a body that ends early and says so', { kind: 'mangle', change: (body) => body.subarray(0, body.length / 2) }],
  ])('is tried again within the pull: %s', async (_, fault) => {
    await open({ orders: 500 });
    desk.fake.server.faults.add({ match: ORDERS, skip: 2, times: 2, fault });
    expect(idsOf(await desk.pull('orders'))).toEqual(desk.ids('Sales_Orders'));
    expect(desk.fake.server.faults.pending).toBe(0);
  });

  it.each<[string, Fault, string]>([
    ['429', status(429), 'SOURCE_RATE_LIMITED'],
    ['503', status(503), 'SOURCE_BUSY'],
    ['silence', { kind: 'hang' }, 'SOURCE_TIMEOUT'],
    ['a slow drip', { kind: 'drip', bytesPerSecond: 100 }, 'SOURCE_TIMEOUT'],
    ['a cut body', { kind: 'cut' }, 'SOURCE_CUT_SHORT'],
    ['fewer records than said', inAnswer(({ data, info }) => ({ data: data.slice(1), info })), 'SOURCE_DOES_NOT_TIE'],
    [
      'an empty page with more to come',
      inAnswer(({ info }) => ({ data: [], info: { ...info, count: 0 } })),
      'SOURCE_DOES_NOT_TIE',
    ],
    [
      'a page in another order',
      inAnswer(({ data, info }) => ({ data: [...data].reverse(), info })),
      'SOURCE_DOES_NOT_TIE',
    ],
  ])('waits when it lasts, and goes on at its cursor: %s', async (_, fault, code) => {
    await open({ orders: 500 }, {}, {}, undefined, { seconds: 0.3 });
    desk.fake.server.faults.add({ match: ORDERS, skip: 2, times: Infinity, fault });
    const kept = new Kept();
    expect(await troubleOf('orders', kept)).toMatchObject({ status: 503, code });
    await isWholeAfter(kept);
  });

  it('waits an hour when the credits fall to the reserve, with what has come until then', async () => {
    const now = new Date('2026-11-02T00:00:00Z');
    await open({ orders: 900, credits: 508 }, { creditReserve: '504' }, { now: () => now });
    desk.fake.creditsLeft = 508;
    desk.fake.server.faults.add({
      match: ORDERS,
      times: Infinity,
      fault: {
        kind: 'answer',
        change: (answer) => ({
          ...answer,
          headers: { ...answer.headers, 'X-API-CREDITS-REMAINING': String(desk.fake.creditsLeft) },
        }),
      },
    });
    const kept = new Kept();
    expect(await troubleOf('orders', kept)).toMatchObject({
      code: 'SOURCE_QUOTA',
      retryAt: new Date('2026-11-02T01:00:00Z'),
    });
    expect(kept.pages).toBeGreaterThan(0);
    expect(desk.fake.creditsLeft).toBe(503);
    desk.fake.creditsLeft = 50_000;
    await isWholeAfter(kept);
  });

  it('is told of a page that came twice in place of the next', async () => {
    await open({ orders: 900 });
    let second: Buffer | null = null;
    desk.fake.server.faults.add({
      match: ORDERS,
      skip: 1,
      fault: { kind: 'mangle', change: (body) => (second = body) },
    });
    desk.fake.server.faults.add({
      match: ORDERS,
      skip: 1,
      times: Infinity,
      fault: { kind: 'mangle', change: (body) => second ?? body },
    });
    const kept = new Kept();
    expect(await troubleOf('orders', kept)).toMatchObject({ code: 'SOURCE_DOES_NOT_TIE' });
    await isWholeAfter(kept);
  });

  it('counts what the system counts, so that a page that never came is seen', async () => {
    await open({ orders: 500 });
    desk.fake.server.faults.add({
      match: ORDERS,
      skip: 1,
      fault: inAnswer(({ data, info }) => ({ data, info: { ...info, more_records: false } })),
    });
    const kept = await desk.pull('orders');
    expect(await desk.count('orders')).not.toBe(kept.live().length);
  });
});

describe('tokens', () => {
  it.each([
    ['INVALID_TOKEN', 'a token that ends midway'],
    ['AUTHENTICATION_FAILURE', 'a token that has gone stale'],
  ])('%s: %s is replaced once, and the pull goes on', async (code) => {
    await open({ orders: 500 });
    desk.fake.server.faults.add({ match: ORDERS, skip: 1, fault: said(401, { code, details: {}, status: 'error' }) });
    expect(idsOf(await desk.pull('orders'))).toEqual(desk.ids('Sales_Orders'));
    expect(desk.fake.signIn.made).toHaveLength(2);
  });

  it('that are refused although they are new stop the pull', async () => {
    await open({ orders: 5 });
    const fault = said(401, { code: 'INVALID_TOKEN', details: {}, status: 'error' });
    desk.fake.server.faults.add({ match: '/crm/v8/', times: Infinity, fault });
    expect(await troubleOf()).toMatchObject({ status: 422, code: 'SOURCE_SIGN_IN_REFUSED' });
    expect(desk.fake.signIn.made).toHaveLength(2);
  });

  it('are asked for once where many calls want one, and shared by all connections', async () => {
    await open({ orders: 100 });
    await Promise.all([desk.pull('orders'), desk.pull('order-lines'), desk.again().pull('customers')]);
    expect(desk.fake.signIn.made).toHaveLength(1);
    desk.fake.signIn.revoke();
    await Promise.all([desk.pull('order-lines'), desk.again().pull('orders')]);
    expect(desk.fake.signIn.made).toHaveLength(2);
  });

  it('are asked for anew before they end', async () => {
    let now = Date.parse('2026-11-02T00:00:00Z');
    await open({ orders: 5 }, {}, { now: () => new Date(now) });
    desk.fake.now = () => now;
    await desk.pull('orders');
    now += 3_590_000;
    await desk.pull('orders');
    expect(desk.fake.signIn.made).toHaveLength(2);
    expect(desk.fake.server.requests.every(({ path }) => path !== 'refused')).toBe(true);
  });

  it('are not asked for again for ten minutes after too many requests', async () => {
    let now = Date.parse('2026-11-02T00:00:00Z');
    await open({ orders: 5 }, {}, { now: () => new Date(now) });
    desk.fake.now = () => now;
    for (let i = 0; i < 10; i += 1) desk.fake.signIn.made.push(now - 1_000);
    const trouble = await troubleOf();
    expect(trouble).toMatchObject({ code: 'SOURCE_RATE_LIMITED', retryAt: new Date(now + 600_000) });
    expect(desk.asked('/oauth/v2/token')).toBe(1);
    now += 60_000;
    await troubleOf();
    expect(desk.asked('/oauth/v2/token')).toBe(1);
    now += 540_001;
    expect(idsOf(await desk.pull('orders'))).toEqual(desk.ids('Sales_Orders'));
  });

  it('never number more than Zoho makes, whatever happens to them', async () => {
    let now = Date.parse('2026-11-02T00:00:00Z');
    await open({ orders: 5 }, {}, { now: () => new Date(now) });
    desk.fake.now = () => now;
    let trouble: unknown;
    for (let i = 0; i < 12 && trouble === undefined; i += 1) {
      desk.fake.signIn.revoke();
      now += 1_000;
      await desk.pull('orders').catch((error: unknown) => (trouble = error));
    }
    expect(trouble).toMatchObject({ code: 'SOURCE_RATE_LIMITED' });
    expect(desk.fake.signIn.made.length).toBeLessThanOrEqual(10);
  });

  it.each([
    ['a refresh token that is not good', { refreshToken: '1000.other' }],
    ['another secret', { clientSecret: 'other' }],
  ])('are refused for %s, without what was sent', async (_, wrong) => {
    const secrets = { clientSecret: GRANTED.clientSecret, refreshToken: GRANTED.refreshToken, ...wrong };
    await open({ orders: 5 }, {}, {}, secrets);
    const trouble = await troubleOf();
    expect(trouble).toMatchObject({ status: 422, code: 'SOURCE_SIGN_IN_REFUSED' });
    expect(JSON.stringify([trouble.reason, trouble.details, trouble.message])).not.toMatch(/other|fake-/);
  });

  it('without a time to live are none', async () => {
    await open({ orders: 5 });
    desk.fake.signIn.saidSeconds = null;
    expect(await troubleOf()).toMatchObject({ code: 'SOURCE_NOT_UNDERSTOOD' });
  });

  it('are never sent to a host that is not Zoho’s', async () => {
    await open({ orders: 5 });
    desk.fake.signIn.apiDomain = 'https://www.zohoapis.com.example.net';
    expect(await troubleOf()).toMatchObject({ code: 'SOURCE_NOT_UNDERSTOOD' });
    expect(desk.asked(ORDERS)).toBe(0);
  });
});

describe('what a person must mend', () => {
  it.each([
    ['OAUTH_SCOPE_MISMATCH', 'SOURCE_NOT_ALLOWED'],
    ['NO_PERMISSION', 'SOURCE_NOT_ALLOWED'],
  ] as const)('stops and names the scope: %s', async (why, code) => {
    await open({ orders: 5, refused: { Sales_Orders: why } });
    const trouble = await troubleOf();
    expect(trouble).toMatchObject({ status: 422, code });
    expect(trouble.reason.en).toContain('ZohoCRM.modules.salesorders.READ');
  });

  it('stops at a scope that is missing though it comes with 401', async () => {
    await open({ orders: 5 });
    desk.fake.server.faults.add({ match: ORDERS, times: Infinity, fault: said(401, { code: 'OAUTH_SCOPE_MISMATCH' }) });
    expect(await troubleOf()).toMatchObject({ code: 'SOURCE_NOT_ALLOWED' });
    expect(desk.fake.signIn.made).toHaveLength(1);
  });

  it('stops at a module that is not there', async () => {
    await open({ orders: 5 }, { paymentsModule: 'Payment_Slips' });
    expect(await troubleOf('receipts')).toMatchObject({
      code: 'SOURCE_OBJECT_UNKNOWN',
      details: { module: 'Payment_Slips' },
    });
  });

  it.each<[string, Fault]>([
    ['another program', { kind: 'status', status: 200, body: '<html>hello</html>' }],
    ['a redirect', status(302, { location: 'https://example.net/' })],
    ['a wrong path', said(404, { code: 'INVALID_URL_PATTERN', details: {} })],
    ['a missing parameter', said(400, { code: 'REQUIRED_PARAM_MISSING', details: { param_name: 'fields' } })],
    [
      'records without ids',
      inAnswer(({ info }) => ({ data: [{ Modified_Time: '2026-10-01T00:00:00+08:00' }], info: { ...info, count: 1 } })),
    ],
    ['no word on what follows', inAnswer(({ data }) => ({ data }))],
  ])('stops at an answer that is not Zoho’s: %s', async (_, fault) => {
    await open({ orders: 5 });
    desk.fake.server.faults.add({ match: ORDERS, times: Infinity, fault });
    const { status: state, code } = await troubleOf();
    expect([state, code]).toEqual([422, expect.stringMatching(/^SOURCE_(NOT_UNDERSTOOD|REFUSED)$/)]);
  });

  it.each([
    { accountsUrl: 'http://accounts.zoho.com' },
    { apiUrl: 'https://www.zohoapis.com/crm' },
    { apiUrl: 'https://name:word@www.zohoapis.com' },
    { accountsUrl: 'file:///etc/passwd' },
  ])('stops at an address that is none: %j', async (settings) => {
    await open({ orders: 5 }, settings);
    expect(await troubleOf()).toMatchObject({ code: 'SOURCE_SETTING_INVALID' });
    expect(desk.fake.server.requests).toHaveLength(0);
  });
});

it('asks at no time for more at once than it is set to, and not for what is over the limits', async () => {
  await open({ orders: 60, concurrency: 3, callMs: 5 }, { concurrency: '3' });
  await desk.pull('order-lines');
  expect(desk.fake.busiest).toBe(3);
  for (const { query, headers, path } of desk.fake.server.requests.filter(({ path: at }) => at === ORDERS)) {
    expect(Number(query.get('per_page'))).toBeLessThanOrEqual(200);
    expect(path).toBe(ORDERS);
    expect(headers['authorization']).toMatch(/^Zoho-oauthtoken /);
  }
});

it('counts nothing where it may not ask', async () => {
  await open({ orders: 5 });
  const fault = said(400, { code: 'INVALID_DATA', details: { param_name: 'criteria' } });
  desk.fake.server.faults.add({ match: `${ORDERS}/actions/count`, times: Infinity, fault });
  expect(await desk.count('orders')).toBeUndefined();
  expect((await desk.pull('orders')).live()).toHaveLength(5);
});

it('ends what is in flight when it is told to', async () => {
  const ending = new AbortController();
  await open({ orders: 5 }, {}, { signal: ending.signal });
  desk.fake.server.faults.add({ match: ORDERS, times: Infinity, fault: { kind: 'hang' } });
  const part = await desk.part('orders');
  const page = desk.connection.pages(part, MONTH, null)[Symbol.asyncIterator]().next();
  setTimeout(() => ending.abort(new Error('told to end')), 50);
  await expect(page).rejects.toThrow('told to end');
  expect(desk.ids('Sales_Orders')).toContain(idOfOrder(0));
});

describe('data centres', () => {
  it.each([
    ['us', 'https://accounts.zoho.com', 'https://www.zohoapis.com'],
    ['eu', 'https://accounts.zoho.eu', 'https://www.zohoapis.eu'],
    ['in', 'https://accounts.zoho.in', 'https://www.zohoapis.in'],
    ['cn', 'https://accounts.zoho.com.cn', 'https://www.zohoapis.com.cn'],
    ['au', 'https://accounts.zoho.com.au', 'https://www.zohoapis.com.au'],
    ['jp', 'https://accounts.zoho.jp', 'https://www.zohoapis.jp'],
    ['ca', 'https://accounts.zohocloud.ca', 'https://www.zohoapis.ca'],
    ['sa', 'https://accounts.zoho.sa', 'https://www.zohoapis.sa'],
  ])('%s has addresses of its own, and answers from no others than Zoho’s', (dataCentre, accounts, api) => {
    const hosts = hostsOf({ dataCentre });
    expect(hosts).toEqual({ accounts, api });
    expect(apiOf('https://www.zohoapis.in', hosts)).toBe('https://www.zohoapis.in');
    expect(apiOf('https://example.net', hosts)).toBeNull();
  });
});

it.each([-3, 3])('has the whole month though this machine’s clock is %i days off', async (days) => {
  const now = (): Date => new Date(Date.now() + days * 86_400_000);
  await open({ orders: 2_600, together: 2_600 }, {}, { now });
  const kept = await desk.pull('orders');
  desk.fake.change('Sales_Orders', idOfOrder(9), { Status: 'Approved' });
  desk.fake.delete('Sales_Orders', idOfOrder(10));
  await desk.again({}, { now }).pull('orders', kept);
  expect(idsOf(kept)).toEqual(desk.ids('Sales_Orders'));
  expect(kept.records.get(idOfOrder(9))?.text).toContain('Approved');
});
