import { request } from 'node:http';
import { startFakeHttp, type FakeHttp } from './fake-http';

let fake: FakeHttp;

beforeEach(async () => {
  fake = await startFakeHttp({
    handler: async ({ method, path, body }) => ({ status: 200, body: `${method} ${path} ${body.toString()}` }),
  });
});
afterEach(async () => fake.stop());

const get = (path: string, limitMs = 2_000): Promise<Response> =>
  fetch(`${fake.url}${path}`, { signal: AbortSignal.timeout(limitMs) });

describe('the fake HTTP server', () => {
  it('answers by its handler and keeps a log of what came', async () => {
    const answer = await fetch(`${fake.url}/a?b=1%2B&b=2`, { method: 'POST', body: '你好', headers: { 'X-One': '1' } });
    expect(await answer.text()).toBe('POST /a 你好');
    expect(fake.requests).toHaveLength(1);
    expect(fake.requests[0]).toMatchObject({ method: 'POST', path: '/a', target: '/a?b=1%2B&b=2' });
    expect(fake.requests[0]!.headers['x-one']).toBe('1');
    expect(fake.requests[0]!.query.getAll('b')).toEqual(['1+', '2']);
  });

  it('meets only the requests that were planned, as often as planned, after those to be skipped', async () => {
    fake.faults.add({
      match: '/x',
      skip: 1,
      times: 2,
      fault: { kind: 'status', status: 429, headers: { 'retry-after': '3' } },
    });
    const statuses: number[] = [];
    for (const path of ['/x/1', '/y', '/x/2', '/x/3', '/x/4']) statuses.push((await get(path)).status);
    expect(statuses).toEqual([200, 200, 429, 429, 200]);
    expect(fake.faults.pending).toBe(0);
  });

  it('never answers a request that hangs, and still stops', async () => {
    fake.faults.add({ match: '/', fault: { kind: 'hang' } });
    await expect(get('/', 200)).rejects.toThrow('timeout');
  });

  it.each(['end', 'reset'] as const)('cuts a body short by %s though its whole length was announced', async (by) => {
    fake.faults.add({ match: '/', fault: { kind: 'cut', after: 3, by } });
    const seen = await rawGet(fake.url);
    expect(seen).toEqual({ announced: '6', length: by === 'end' ? 3 : expect.any(Number), whole: false });
  });

  it('drips a whole answer slowly', async () => {
    fake.faults.add({ match: '/', fault: { kind: 'drip', bytesPerSecond: 20 } });
    const begun = Date.now();
    expect(await (await get('/')).text()).toBe('GET / ');
    expect(Date.now() - begun).toBeGreaterThan(250);
  });

  it('mangles bytes and announces the length they then have', async () => {
    fake.faults.add({ match: '/', fault: { kind: 'mangle', change: (body) => Buffer.concat([body, body]) } });
    expect(await (await get('/')).text()).toBe('GET / GET / ');
  });

  it('resets a connection without an answer', async () => {
    fake.faults.add({ match: '/', fault: { kind: 'reset' } });
    await expect(get('/')).rejects.toThrow('fetch failed');
  });
});

function rawGet(url: string): Promise<{ announced: string | undefined; length: number; whole: boolean }> {
  return new Promise((seen, failed) => {
    request(url, (response) => {
      let length = 0;
      response.on('data', (bytes: Buffer) => (length += bytes.length));
      response.on('error', () => undefined);
      response.on('close', () =>
        seen({ announced: response.headers['content-length'], length, whole: response.complete }),
      );
    })
      .on('error', failed)
      .end();
  });
}
