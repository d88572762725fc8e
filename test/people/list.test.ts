import { openHouse, type Answer, type House, type TestMonth } from '../door/house';
import { monthOf, numbersOf, type Filled } from './many';

const KINDS = ['missing_in_finance', 'amount_differs', 'duplicate', 'unbilled', 'fee_differs'];
const COUNT = 10_000;

/** Ten thousand differences in which every value of a sort stands many times. */
const MANY: readonly Filled[] = Array.from({ length: COUNT }, (_, i) => ({
  kind: KINDS[i % KINDS.length]!,
  reconciliation: i % 2 === 0 ? 'orders-ledger' : 'orders-invoices',
  difference: `${i % 3 === 0 ? '-' : ''}${(i * 7919) % 400}.${String(i % 10)}0`,
  left: [`orders SO-${i} 10.00 2026-10-${String(1 + (i % 28)).padStart(2, '0')}`],
  customer: `C${i % 50}`,
}));

let house: House;
let month: TestMonth;
beforeAll(async () => {
  house = await openHouse();
  month = await monthOf(house, MANY);
});
afterAll(() => house.close());

const list = (query: string): Promise<Answer> => house.as('auditor', 'GET', `${month.path}/exceptions?${query}`);

/** All pages of a list, with something done between the first two. */
async function allPages(query: string, between: () => Promise<unknown> = () => Promise.resolve()): Promise<number[]> {
  const numbers: number[] = [];
  for (let after = ''; ;) {
    const { body, headers, status } = await list(`${query}&limit=1000${after}`);
    expect(status).toBe(200);
    if (numbers.length === 0) await between();
    numbers.push(...numbersOf(body));
    const next = headers['x-next-after'];
    if (typeof next !== 'string') return numbers;
    after = `&after=${encodeURIComponent(next)}`;
  }
}

const ORDERS = ['sort=difference', 'sort=date', 'sort=customer&direction=desc', 'sort=age', 'state=open'];

test.each(ORDERS)(
  '%s pages through ten thousand exceptions, each of them once, in the order of the whole list',
  async (order) => {
    const paged = await allPages(order);
    expect(new Set(paged).size).toBe(COUNT);
    expect(paged).toEqual(numbersOf((await list(order)).body));
  },
);

test('a list that is read page by page loses and repeats nothing while others answer', async () => {
  const paged = await allPages('sort=difference', () =>
    house.as('preparer', 'POST', `${month.path}/resolutions`, { kind: 'duplicate', action: 'accept', reason: 'seen' }),
  );
  expect([paged.length, new Set(paged).size]).toEqual([COUNT, COUNT]);
  const left = await allPages('sort=difference&state=open');
  expect([left.length, new Set(left).size]).toEqual([COUNT - 2_000, COUNT - 2_000]);
});

test('the largest difference comes first, without regard to its sign, and the oldest first by age', async () => {
  const { body } = await list('sort=difference&limit=500');
  const sizes = body.map((row: { difference: string }) => Math.abs(Number(row.difference)));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(numbersOf((await list('sort=age&limit=3')).body)).toEqual([1, 2, 3]);
  expect(numbersOf((await list('sort=age&direction=desc&limit=2')).body)).toEqual([COUNT, COUNT - 1]);
});

test('each filter lets through exactly what it says', async () => {
  const count = async (query: string): Promise<number> => (await list(query)).body.length;
  const sized = (from: number, to: number): number =>
    MANY.filter(({ difference }) => Math.abs(Number(difference)) >= from && Math.abs(Number(difference)) <= to).length;
  expect(await count('kind=unbilled')).toBe(2_000);
  expect(await count('reconciliation=orders-invoices&kind=unbilled')).toBe(1_000);
  expect(await count('customer=c-7')).toBe(200);
  expect(await count('text=so-123')).toBe(MANY.filter(({ left }) => left![0]!.includes('SO-123')).length);
  expect(await count('min=390&max=395.50')).toBe(sized(390, 395.5));
  expect(await count('currency=USD')).toBe(0);
  expect(await count('owner=reviewer')).toBe(0);
  expect(await count('assignee=-')).toBe(COUNT);
});

test('groups count and sum what the filter lets through, the largest first', async () => {
  const groups = async (query: string): Promise<Answer['body']> =>
    (await house.as('auditor', 'GET', `${month.path}/exceptions/groups?${query}`)).body;
  const kinds = await groups('by=kind');
  expect(kinds.map((one: { key: string }) => one.key).sort()).toEqual([...KINDS].sort());
  const sum = MANY.filter(({ kind }) => kind === 'unbilled').reduce(
    (all, { difference }) => all + Math.round(Number(difference) * 100),
    0,
  );
  const unbilled = kinds.find((one: { key: string }) => one.key === 'unbilled');
  expect(unbilled).toMatchObject({ count: 2_000, open: 2_000, sums: [{ currency: 'CNY', count: 2_000 }] });
  expect(Math.round(Number(unbilled.sums[0].difference) * 100)).toBe(sum);
  const sizes = kinds.map((one: { sums: { absolute: string }[] }) => Number(one.sums[0]!.absolute));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(await groups('by=customer&kind=fee_differs')).toHaveLength(10);
  expect(await groups('by=owner')).toMatchObject([{ key: 'preparer', count: COUNT, open: COUNT - 2_000 }]);
});

test('a place of another order is refused, and so is one that was made up', async () => {
  const { headers } = await list('sort=difference&limit=10');
  const forged = Buffer.from(JSON.stringify(['1; DROP', 'x'])).toString('base64url');
  const wrong = [
    `limit=10&after=${String(headers['x-next-after'])}`,
    'limit=10&sort=kind&after=nonsense',
    `limit=10&sort=difference&after=${forged}`,
  ];
  for (const query of wrong) expect((await list(query)).body.code).toBe('BAD_CURSOR');
});

test('the csv has the columns people have scripted against, new ones behind them', async () => {
  const { text } = await list('format=csv&limit=1&sort=age');
  expect(text.split('\r\n')[0]).toBe(
    '\ufeffid,reconciliation,kind,state,currency,difference,left_references,left_amounts,right_references,right_amounts,rule,' +
      'explanation_zh,explanation_en,suggested_action,owner,caused_by,assignee,customer',
  );
  expect((await list('format=ndjson&limit=2')).text.trim().split('\n')).toHaveLength(2);
});
