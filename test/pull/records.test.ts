import { SourceWaits } from '../../sources/trouble';
import { orderRecord } from './memory-system';
import { MONTH, openPullHouse, type PullHouse } from './house';

const LATER = `${MONTH}-28T08:00:00Z`;
let house: PullHouse;
beforeEach(async () => {
  house = await openPullHouse();
  house.server.fillRecords(MONTH, 10);
});
afterEach(() => house.close());

const orders = () => house.server.records.get('orders')!;
const change = (no: number, amount: string, more: object = {}): void => {
  orders()[no - 1] = { ...orderRecord(MONTH, no, amount, LATER), ...more };
};
const batches = () =>
  house.rows<{ id: number; state: string; rows: number; version: number }>(
    'SELECT id, state, rows_in AS rows, version FROM batch ORDER BY id',
  );
const pulled = async (): Promise<Awaited<ReturnType<PullHouse['pull']>>> => {
  await house.ask();
  return house.pull();
};

test('records come page by page and become one file: a header, what it uses, its own by id, a footer that counts', async () => {
  expect(await pulled()).toMatchObject({ state: 'complete', parts: 2, whole: 2 });
  const month = await house.month();
  expect(month.parts.map(({ part, state, rows, pages, expected }) => [part, state, rows, pages, expected])).toEqual([
    ['customers', 'arrived', 1, 1, 1],
    ['orders', 'arrived', 10, 4, 10],
  ]);
  const lines = (await house.fileOf(month.parts[1]!.batch!)).trimEnd().split('\n');
  expect(JSON.parse(lines[0]!)).toEqual({
    ...{ salesclose: 'records/1', system: 'memory', part: 'orders', month: MONTH, uses: ['customers'] },
  });
  expect(lines[1]).toBe(
    `{"part":"customers","id":"c1","modifiedAt":"${MONTH}-20T08:00:00.000Z","record":{"_id":"c1","account_no":"C-1"}}`,
  );
  expect(lines.slice(2, -1).map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(
    orders().map(({ id }) => id),
  );
  // Figures stand in the file as they came.
  expect(lines[2]).toContain('"amount":113.00}');
  expect(JSON.parse(lines.at(-1)!)).toEqual({ end: true, lookups: 1, records: 10 });
});

test('a later pull reads only what has changed, and replaces the batch before the cut-off', async () => {
  await pulled();
  house.server.asked.length = 0;
  await pulled();
  expect(house.server.asked[1]).toMatch(/^orders@\{"since"/);
  expect((await house.month()).parts.map(({ state }) => state)).toEqual(['arrived', 'unchanged']);
  expect(await batches()).toHaveLength(1);

  change(3, '226.00');
  change(5, '0.00', { deleted: true, text: '' });
  await pulled();
  expect((await batches()).map(({ state, rows, version }) => [state, rows, version])).toEqual([
    ['replaced', 10, 1],
    ['accepted', 9, 2],
  ]);
  const file = await house.fileOf((await batches())[1]!.id);
  expect(file).toContain('"amount":226.00');
  expect(file).not.toContain(orders()[4]!.id);
});

test('the state that was modified last wins, in whatever order pages bring it', async () => {
  const [first] = orders();
  change(1, '999.00');
  orders().push({ ...orderRecord(MONTH, 1, '1.00', `${MONTH}-02T00:00:00Z`) }, first!);
  house.server.counts.set('orders', 10);
  await pulled();
  const found = await house.rows<{ body: string }>('SELECT body FROM source_record WHERE record_id = $1', [first!.id]);
  expect(found.map(({ body }) => body)).toEqual([orders()[0]!.text]);
});

test('after the cut-off only what has changed since is written, and it is parked', async () => {
  await pulled();
  await house.rows('UPDATE period SET cutoff_at = now() WHERE month = $1', [MONTH]);
  expect(await pulled()).toMatchObject({ state: 'complete' });
  expect(await batches()).toHaveLength(1);
  orders().push(orderRecord(MONTH, 11, '50.00', LATER));
  await pulled();
  expect((await batches()).map(({ state, rows }) => [state, rows])).toEqual([
    ['accepted', 10],
    ['parked', 1],
  ]);
  const lines = (await house.fileOf((await batches())[1]!.id)).trimEnd().split('\n');
  expect(JSON.parse(lines.at(-1)!)).toEqual({ end: true, lookups: 1, records: 1 });
});

test('where the system counts otherwise all is read once more, then it waits with the reason', async () => {
  house.server.counts.set('orders', 12);
  const outcome = await pulled();
  expect(outcome).toMatchObject({ state: 'waiting', whole: 1, codes: ['SOURCE_DOES_NOT_TIE'] });
  expect(house.server.asked.filter((asked) => asked === 'orders@')).toHaveLength(2);
  expect(await batches()).toEqual([]);
  expect((await house.month()).parts[1]!.said!.en).toContain('the system counts 12, 10 have come');
});

test('a record that vanished without a word is found missing by the count and taken out', async () => {
  await pulled();
  orders().splice(2, 1);
  expect(await pulled()).toMatchObject({ state: 'complete' });
  expect((await batches()).map(({ state, rows }) => [state, rows])).toEqual([
    ['replaced', 10],
    ['accepted', 9],
  ]);
});

test('a file waits for all it is made of', async () => {
  house.server.troubles.set('customers', () => new SourceWaits('SOURCE_BUSY', { zh: '忙', en: 'busy' }));
  expect(await pulled()).toMatchObject({ state: 'waiting', whole: 0, codes: ['SOURCE_BUSY'] });
  expect((await house.month()).parts.map(({ state, code }) => [state, code])).toEqual([
    ['waiting', 'SOURCE_BUSY'],
    ['waiting', 'SOURCE_BUSY'],
  ]);
  house.server.troubles.clear();
  expect(await pulled()).toMatchObject({ state: 'complete' });
  expect((await batches()).map(({ rows }) => rows)).toEqual([10]);
});

test('the company’s mapping stands in the file’s header, and a new one makes a new file', async () => {
  await pulled();
  const mapping = 'objects:\n  orders:\n    columns: {order_no: order_number__c}\n';
  const set = await house.as('admin', 'PUT', `${house.C}/sources/cards/mapping`, mapping);
  expect([set.status, set.body.version, set.body.mapping.objects.orders.columns.gross_amount]).toEqual([
    200,
    1,
    'amount',
  ]);
  await pulled();
  const [, fresh] = await batches();
  expect(JSON.parse((await house.fileOf(fresh!.id)).split('\n')[0]!).mapping).toEqual({
    columns: { order_no: 'order_number__c' },
  });
});

test('a page that is cut off by a lost lock leaves neither rows nor cursor', async () => {
  house.server.onPage = async (part, page) => {
    if (part !== 'orders' || page !== 3) return;
    await house.rows(
      `SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.pid <> pg_backend_pid()`,
    );
  };
  await house.ask();
  await expect(house.pull()).rejects.toThrow();
  const rows = await house.rows<{ n: number }>(`SELECT count(*)::int AS n FROM source_record WHERE part = 'orders'`);
  expect(rows[0]!.n).toBe(6);
  house.server.onPage = () => Promise.resolve();
  house.server.asked.length = 0;
  expect(await house.pull()).toMatchObject({ state: 'complete' });
  expect(house.server.asked).toEqual([`orders@{"after":"${orders()[5]!.id}"}`]);
  expect((await batches()).map(({ rows: count }) => count)).toEqual([10]);
});
