import { parseSourceMapping, renderSourceMapping } from '../../domain/source-mapping';
import { zohoSystem } from '../../sources/zoho';
import { figure, idOfAccount, idOfOrder, timeOf } from '../fakes/zoho';
import { Kept } from './pulling';
import { idsOf, MONTH, ORDERS, ZohoDesk } from './zoho-desk';

let desk: ZohoDesk;

async function open(...given: Parameters<typeof ZohoDesk.open>): Promise<void> {
  desk = await ZohoDesk.open(...given);
}

afterEach(async () => desk.fake.server.stop());

describe('a month of Zoho CRM', () => {
  it('has customers, orders, their lines, and invoices with the orders they name', async () => {
    await open({ orders: 450 });
    const parts = await desk.connection.parts(MONTH);
    expect(parts.map(({ key }) => key)).toEqual(['customers', 'orders', 'order-lines', 'invoices-orders', 'invoices']);
    for (const [key, module] of [
      ['customers', 'Accounts'],
      ['orders', 'Sales_Orders'],
      ['order-lines', 'Sales_Orders'],
      ['invoices-orders', 'Sales_Orders'],
      ['invoices', 'Invoices'],
    ] as const) {
      const kept = await desk.pull(key);
      expect(idsOf(kept)).toEqual(desk.ids(module));
      if (key !== 'invoices-orders') expect(await desk.count(key)).toBe(kept.live().length);
    }
  });

  it('has returns and receipts only where a module is named for them', async () => {
    await open({ orders: 1 }, { returnsModule: 'Returns', paymentsModule: 'Payments' });
    const keys = (await desk.connection.parts(MONTH)).map(({ key }) => key);
    expect(keys.slice(-4)).toEqual(['returns-orders', 'returns', 'receipts-orders', 'receipts']);
  });

  it('keeps every digit as it came, and ids beyond what a number holds', async () => {
    await open({ orders: 3 });
    desk.fake.change('Sales_Orders', idOfOrder(1), { Grand_Total: figure('90071992547409931.10') });
    const kept = await desk.pull('orders');
    expect(kept.records.get(idOfOrder(1))?.text).toContain('"Grand_Total":90071992547409931.10');
    expect(kept.expected).toBe(3);
  });

  it('reads orders of one month and a time before, and those around it that were changed since', async () => {
    await open({ orders: 2 });
    const old = desk.fake.shelf('Sales_Orders').get(idOfOrder(0))!;
    const shelf = desk.fake.shelf('Sales_Orders');
    shelf.set({ ...old, id: '1', Modified_Time: '2026-08-30T00:00:00+08:00' });
    shelf.set({ ...old, id: '2', Modified_Time: '2026-08-31T00:00:00+08:00' });
    expect(idsOf(await desk.pull('orders'))).toEqual(['2', idOfOrder(0), idOfOrder(1)]);
    expect(await desk.count('orders')).toBe(3);
    const narrow = desk.again({ lookBackDays: '0' });
    expect(idsOf(await narrow.pull('orders'))).toEqual([idOfOrder(0), idOfOrder(1)]);
  });

  it('gives an empty month where nothing is in it', async () => {
    await open({ orders: 0 });
    const kept = await desk.pull('orders');
    expect(kept.live()).toEqual([]);
    expect(await desk.count('orders')).toBe(0);
    expect(await desk.pull('order-lines')).toMatchObject({ pages: expect.any(Number) });
  });
});

describe('records that move between pages', () => {
  it.each([
    ['each in a second of its own', 1],
    ['fifty in a second', 50],
    ['more in a second than a page holds', 450],
    ['all in one second, beyond what can be read by page', 2_600],
  ])('come all, when others are changed or deleted after every page: %s', async (_, together) => {
    await open({ orders: 2_600, together });
    const part = await desk.part('orders');
    const kept = new Kept();
    let turn = 0;
    for await (const page of desk.connection.pages(part, MONTH, null)) {
      for (const record of page.records) kept.records.set(record.id, record);
      kept.cursor = page.cursor;
      // Beyond 2,000 records of one second only a token leads on, and what it does when records move is not said: the count is to tell.
      if (together === 2_600 || turn >= 12) continue;
      desk.fake.change('Sales_Orders', idOfOrder(turn * 180), { Status: 'Approved' });
      desk.fake.delete('Sales_Orders', idOfOrder(turn * 180 + 1));
      turn += 1;
    }
    expect(idsOf(kept)).toEqual(desk.ids('Sales_Orders'));
    expect(await desk.count('orders')).toBe(kept.live().length);
    for (let i = 0; i < turn; i += 1) {
      expect(kept.records.get(idOfOrder(i * 180))?.text).toContain('"Status":"Approved"');
      expect(kept.records.get(idOfOrder(i * 180 + 1))?.deleted).toBe(true);
    }
  });

  it('turns pages by number up to 2,000 records of one second and by token beyond, never by both', async () => {
    await open({ orders: 2_600, together: 2_600 });
    await desk.pull('orders');
    const lists = desk.fake.server.requests.filter(
      ({ path, query }) => path === ORDERS && query.get('per_page') === '200',
    );
    const turns = lists.map(({ query }) => query.get('page') ?? (query.has('page_token') ? 'token' : 'none'));
    expect(turns).toEqual(['1', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', 'token', 'token', 'token']);
  });

  it('begins a second again when its token is a day old, and loses nothing', async () => {
    let now = Date.parse('2026-11-02T08:00:00+08:00');
    await open({ orders: 2_600, together: 2_600 }, {}, { now: () => new Date(now) });
    desk.fake.now = () => now;
    const kept = await desk.pull('orders', new Kept(), 12);
    expect(JSON.parse(kept.cursor!)).toHaveProperty('token');
    now += 25 * 3_600_000;
    await desk.pull('orders', kept);
    expect(idsOf(kept)).toEqual(desk.ids('Sales_Orders'));
  });
});

describe('a later pull', () => {
  it('brings what was changed, made and deleted since, and little else', async () => {
    await open({ orders: 1_000 });
    const kept = await desk.pull('orders');
    const before = desk.asked(ORDERS);
    desk.fake.change('Sales_Orders', idOfOrder(5), { Status: 'Delivered' });
    desk.fake.delete('Sales_Orders', idOfOrder(7));
    desk.fake
      .shelf('Sales_Orders')
      .set({ ...desk.fake.shelf('Sales_Orders').get(idOfOrder(1))!, id: '77', Modified_Time: timeOf(Date.now()) });
    await desk.again().pull('orders', kept);
    expect(desk.asked(ORDERS) - before).toBe(1);
    expect(idsOf(kept)).toEqual(desk.ids('Sales_Orders'));
    expect(kept.records.get(idOfOrder(5))?.text).toContain('Delivered');
    expect(await desk.count('orders')).toBe(kept.live().length);
  });

  it('is told that nothing has changed, and stays where it was', async () => {
    await open({ orders: 3 });
    const kept = await desk.pull('orders');
    const known = new Map(kept.records);
    await desk.again().pull('orders', kept);
    await desk.again().pull('orders', kept);
    expect(kept.records).toEqual(known);
  });

  it('goes on at its cursor after it was killed, with the same records in the end', async () => {
    await open({ orders: 1_500 });
    const kept = await desk.pull('orders', new Kept(), 3);
    const before = desk.asked(ORDERS);
    await desk.again().pull('orders', kept);
    expect(desk.asked(ORDERS) - before).toBeLessThan(8);
    expect(idsOf(kept)).toEqual(desk.ids('Sales_Orders'));
  });

  it('begins from the beginning when the mapping asks for other fields', async () => {
    await open({ orders: 300 });
    const kept = await desk.pull('orders');
    const mapping = { objects: { orders: { columns: { region: 'Subject' } } } };
    await desk.again({}, { mapping }).pull('orders', kept);
    expect(kept.live().every(({ text }) => text.includes('"Subject"'))).toBe(true);
  });
});

describe('order lines', () => {
  it.each(['record', 'ids'] as const)('come with their orders, those of the month alone: by %s', async (lineItems) => {
    await open({ orders: 250, listsHoldLines: lineItems === 'ids' }, { lineItems });
    desk.fake.change('Sales_Orders', idOfOrder(3), { Created_Time: '2026-09-30T23:59:59+08:00' });
    const kept = await desk.pull('order-lines');
    expect(kept.live()).toHaveLength(249);
    expect(kept.live().every(({ text }) => text.includes('"Ordered_Items":[{"id":'))).toBe(true);
    expect(await desk.count('order-lines')).toBe(249);
    expect(desk.fake.busiest).toBeLessThanOrEqual(4);
  });

  it('leave the month with an order whose day is changed', async () => {
    await open({ orders: 5 });
    const kept = await desk.pull('order-lines');
    desk.fake.change('Sales_Orders', idOfOrder(3), { Created_Time: '2026-09-30T23:59:59+08:00' });
    await desk.again().pull('order-lines', kept);
    expect(kept.live()).toHaveLength(4);
    expect(await desk.count('order-lines')).toBe(4);
  });

  it('are never left out: an order that comes without its lines stops the pull', async () => {
    await open({ orders: 5 }, { lineItems: 'ids' });
    await expect(desk.pull('order-lines')).rejects.toMatchObject({ code: 'SOURCE_NOT_UNDERSTOOD' });
  });

  it('go with an order that is deleted between its list and its reading', async () => {
    await open({ orders: 5 });
    desk.fake.server.faults.add({
      match: `${ORDERS}/${idOfOrder(2)}`,
      fault: {
        kind: 'answer',
        change: () => {
          desk.fake.delete('Sales_Orders', idOfOrder(2));
          return { status: 204 };
        },
      },
    });
    expect((await desk.pull('order-lines')).live()).toHaveLength(4);
  });

  it('wait where a listed order cannot be read though it is there', async () => {
    await open({ orders: 5 });
    desk.fake.server.faults.add({ match: `${ORDERS}/${idOfOrder(2)}`, fault: { kind: 'status', status: 204 } });
    await expect(desk.pull('order-lines')).rejects.toMatchObject({ code: 'SOURCE_DOES_NOT_TIE' });
  });

  it('are no part where nobody wants them', async () => {
    await open({ orders: 1 }, { lineItems: 'none' });
    expect((await desk.connection.parts(MONTH)).map(({ key }) => key)).not.toContain('order-lines');
  });
});

describe('source test', () => {
  it('shows each module with its mapping and one row as it would be read', async () => {
    await open({ orders: 3 });
    const findings = [];
    for await (const finding of desk.connection.test()) findings.push(finding);
    expect(findings.map(({ subject, state }) => `${subject} ${state}`)).toEqual([
      'sign-in ok',
      'Accounts ok',
      'Sales_Orders ok',
      'Sales_Orders ok',
      'Invoices ok',
      'returns warning',
      'receipts warning',
    ]);
    expect(findings[2]?.sample).toMatchObject({ order_no: 'SO0000003', customer_no: '1015', currency: 'CNY' });
    expect(findings[2]?.said.en).toContain('order_no ← SO_Number');
    expect(findings[3]?.sample).toMatchObject({ order_no: 'SO0000003', product_no: 'P-1', tax_rate: '13%' });
    expect(findings[4]?.sample).toMatchObject({ invoice_no: 'INV0000003', order_no: 'SO0000003', kind: 'blue' });
  });

  it('names the scope that is missing, and goes on', async () => {
    await open({ orders: 3, refused: { Invoices: 'OAUTH_SCOPE_MISMATCH' } });
    const findings = [];
    for await (const finding of desk.connection.test()) findings.push(finding);
    const invoices = findings.find(({ subject }) => subject === 'Invoices');
    expect(invoices).toMatchObject({
      state: 'missing',
      said: { en: expect.stringContaining('ZohoCRM.modules.invoices.READ') },
    });
    expect(findings.at(-1)?.subject).toBe('receipts');
  });
});

it('customers are all of them, whenever they were changed', async () => {
  await open({ accounts: 401, orders: 0 });
  const kept = await desk.pull('customers');
  expect(kept.live()).toHaveLength(401);
  expect(kept.records.has(idOfAccount(400))).toBe(true);
  expect(await desk.count('customers')).toBe(401);
});

it('shows its own mapping in a form that can be edited and given back', () => {
  const own = zohoSystem().mapping;
  expect(parseSourceMapping(renderSourceMapping(own!), own)).toEqual(own);
});
