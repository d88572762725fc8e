import { SourceStops, SourceWaits } from '../../sources/trouble';
import { code, Desk, MONTH, QUERY, SECRETS } from './fxiaoke-desk';
import { Kept } from './pulling';

const desk = new Desk();
afterEach(() => desk.fake.stop());

describe('the token', () => {
  it('is asked for once however many need it, and never twice at the same time', async () => {
    await desk.start({ tokenMs: 50 });
    const keys = ['customers', 'orders', 'returns', 'payments'];
    await Promise.all(keys.map((key) => desk.pulled(key)));
    await new Kept().pull(desk.connect(), await desk.part('orders'), MONTH);
    expect(desk.fake.signIn.asked).toBe(1);
  });

  it('that ends midway is asked for again, and the page comes', async () => {
    await desk.start();
    desk.fake.faults.add({
      match: (request) => request.path === QUERY && request.body.includes('"GT"'),
      fault: {
        kind: 'answer',
        change: (answer) => {
          desk.fake.signIn.end();
          return answer;
        },
      },
    });
    expect((await desk.pulled('orders')).live()).toHaveLength(250);
    expect(desk.fake.signIn.asked).toBe(2);
  });

  it('that is never taken stops the pull and names the code', async () => {
    await desk.start();
    const body = JSON.stringify({
      errorCode: 20016,
      errorMessage: 'the cropId,cropAccessToken or authorization is error',
    });
    desk.fake.faults.add({
      match: QUERY,
      times: Infinity,
      fault: { kind: 'answer', change: (answer) => ({ ...answer, body }) },
    });
    await expect(desk.pulled('orders')).rejects.toMatchObject({ code: 'SOURCE_SIGN_IN_REFUSED' });
  });

  it('is refused for a wrong secret, which stands in no message', async () => {
    await desk.start();
    const wrong = desk.connect({}, {}, { ...SECRETS, appSecret: 'canary-8f3a' });
    const part = await desk.part('orders');
    const failure = await new Kept().pull(wrong, part, MONTH).catch((error: unknown) => error as SourceStops);
    expect(failure).toMatchObject({ code: 'SOURCE_SIGN_IN_REFUSED' });
    expect(JSON.stringify(failure) + (failure as SourceStops).message).not.toContain('canary-8f3a');
  });
});

describe('trouble that passes', () => {
  it.each([
    ['429 without Retry-After', { kind: 'status', status: 429 }],
    ['429 with Retry-After', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }],
    ['503', { kind: 'status', status: 503 }],
    ['a body that is cut', { kind: 'cut' }],
    ['a connection that is reset', { kind: 'reset' }],
    ['a reset within the body', { kind: 'cut', by: 'reset' }],
    ['busy, code -1', code(-1)],
    ['a time-out of theirs, code 50009', code(50009)],
  ] as const)('%s: the page is asked for again and all records come', async (_name, fault) => {
    await desk.start();
    desk.fake.faults.add({ match: QUERY, skip: 1, fault });
    expect((await desk.pulled('orders')).live()).toHaveLength(250);
    expect(desk.fake.faults.pending).toBe(0);
  });

  it.each([
    ['silence', { kind: 'hang' }],
    ['a slow drip', { kind: 'drip', bytesPerSecond: 50 }],
  ] as const)('%s ends after the seconds allowed', async (_name, fault) => {
    await desk.start({}, { answerSeconds: '1' });
    desk.fake.faults.add({ match: QUERY, times: 1, fault });
    expect((await desk.pulled('orders')).live()).toHaveLength(250);
  });

  it.each([
    ['an outage', { kind: 'status', status: 500 }, 'SOURCE_BUSY'],
    ['cut bodies', { kind: 'cut' }, 'SOURCE_CUT_SHORT'],
    ['resets', { kind: 'reset' }, 'SOURCE_UNREACHABLE'],
    ['the rate limit', code(30004), 'SOURCE_RATE_LIMITED'],
    ['the other rate limit', code(14001), 'SOURCE_RATE_LIMITED'],
    ['the day quota', code(30002), 'SOURCE_QUOTA'],
  ] as const)('%s for good: the pull waits, says why, and goes on where it stood', async (_name, fault, said) => {
    await desk.start();
    desk.fake.faults.add({ match: QUERY, skip: 1, times: Infinity, fault });
    const kept = new Kept();
    const failure = await kept.pull(desk.connection, await desk.part('orders'), MONTH).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SourceWaits);
    expect(failure).toMatchObject({ code: said });
    expect(kept.live()).toHaveLength(100);
    desk.fake.faults.clear();
    await kept.pull(desk.connection, await desk.part('orders'), MONTH);
    expect(kept.live()).toHaveLength(250);
  });

  it('the day quota is new at midnight in Beijing, the rate after 20 seconds', async () => {
    const now = new Date('2026-11-02T17:30:00Z');
    await desk.start({}, {}, { now: () => now });
    desk.fake.faults.add({ match: QUERY, fault: code(30002) });
    await expect(desk.pulled('orders')).rejects.toMatchObject({ retryAt: new Date('2026-11-03T16:00:00Z') });
    desk.fake.faults.add({ match: QUERY, fault: code(30004) });
    await expect(desk.pulled('orders')).rejects.toMatchObject({ retryAt: new Date(now.getTime() + 20_000) });
  });

  it('a limit that is lower than our pace: the pull waits, and what came is kept', async () => {
    await desk.start({ orders: 900, calls: 3, windowMs: 1_000 });
    const kept = new Kept();
    const pull = kept.pull(desk.connection, await desk.part('orders'), MONTH);
    await expect(pull).rejects.toMatchObject({ code: 'SOURCE_RATE_LIMITED' });
    expect(kept.live()).toHaveLength(300);
  });
});

describe('pages that are not what was asked for', () => {
  const first: { body?: Buffer | string } = {};
  const remember = {
    kind: 'answer' as const,
    change: (answer: { status: number; body?: Buffer | string }) => {
      first.body = answer.body!;
      return answer;
    },
  };
  const repeat = {
    kind: 'answer' as const,
    change: (answer: { status: number }) => ({ ...answer, body: first.body! }),
  };
  const reversed = {
    kind: 'mangle' as const,
    change: (body: Buffer) => {
      const answer = JSON.parse(body.toString()) as { data: { dataList: unknown[] } };
      answer.data.dataList.reverse();
      return Buffer.from(JSON.stringify(answer));
    },
  };

  it('a page given twice is not taken for the next one', async () => {
    await desk.start();
    desk.fake.faults.add({ match: QUERY, fault: remember });
    desk.fake.faults.add({ match: QUERY, fault: repeat });
    expect((await desk.pulled('orders')).live()).toHaveLength(250);
  });

  it('a page in another order is asked for again, and where it stays so the pull waits', async () => {
    await desk.start();
    desk.fake.faults.add({ match: QUERY, fault: reversed });
    expect((await desk.pulled('orders')).live()).toHaveLength(250);
    desk.fake.faults.add({ match: QUERY, times: Infinity, fault: reversed });
    await expect(desk.pulled('orders')).rejects.toMatchObject({ code: 'SOURCE_DOES_NOT_TIE' });
  });

  it('a page that is missing shows in the count', async () => {
    await desk.start();
    const empty = JSON.stringify({ errorCode: 0, data: { dataList: [], limit: 100, offset: 0, total: 0 } });
    desk.fake.faults.add({
      match: QUERY,
      skip: 1,
      fault: { kind: 'answer', change: (answer) => ({ ...answer, body: empty }) },
    });
    const kept = await desk.pulled('orders');
    expect(kept.live()).toHaveLength(100);
    expect(await desk.counted('orders')).toBe(250);
  });

  it.each([
    ['no JSON', '<html>login</html>'],
    ['no errorCode', '{"data":{}}'],
    ['no records', '{"errorCode":0,"data":{}}'],
    ['records without id', '{"errorCode":0,"data":{"dataList":[{"name":"x"}]}}'],
  ])('%s stops the pull', async (_name, body) => {
    await desk.start();
    desk.fake.faults.add({
      match: QUERY,
      times: Infinity,
      fault: { kind: 'answer', change: (answer) => ({ ...answer, body }) },
    });
    await expect(desk.pulled('orders')).rejects.toBeInstanceOf(SourceStops);
  });
});

describe('trouble that a person mends', () => {
  it.each([20014, 20020, 20021, 20022])('a missing right (%i) names the object', async (errorCode) => {
    await desk.start();
    desk.fake.faults.add({ match: QUERY, times: Infinity, fault: code(errorCode) });
    const failure = await desk.pulled('refunds').catch((error: unknown) => error as SourceStops);
    expect(failure).toMatchObject({ code: 'SOURCE_NOT_ALLOWED' });
    expect((failure as SourceStops).reason.zh).toContain('RefundObj');
  });

  it('no quota at all stops the pull', async () => {
    await desk.start();
    desk.fake.faults.add({ match: QUERY, fault: code(30003) });
    await expect(desk.pulled('orders')).rejects.toMatchObject({ code: 'SOURCE_NOT_ALLOWED' });
  });

  it('a gateway that redirects is none', async () => {
    await desk.start();
    desk.fake.faults.add({
      match: QUERY,
      fault: { kind: 'status', status: 302, headers: { location: 'https://www.example.com/' } },
    });
    await expect(desk.pulled('orders')).rejects.toMatchObject({ code: 'SOURCE_NOT_UNDERSTOOD' });
  });
});
