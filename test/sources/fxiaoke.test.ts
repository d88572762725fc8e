import { Desk, MONTH, QUERY, SECRETS } from './fxiaoke-desk';
import { Kept } from './pulling';

const desk = new Desk();
afterEach(() => desk.fake.stop());

const OBJECTS = [
  ['customers', 'AccountObj'],
  ['products', 'ProductObj'],
  ['orders', 'SalesOrderObj'],
  ['order-lines', 'SalesOrderProductObj'],
  ['returns', 'ReturnedGoodsInvoiceObj'],
  ['payments', 'PaymentObj'],
  ['payment-splits', 'OrderPaymentObj'],
  ['refunds', 'RefundObj'],
  ['invoices', 'InvoiceApplicationObj'],
] as const;

describe('a month of 纷享销客', () => {
  it('has nine parts, and every record of each arrives', async () => {
    await desk.start();
    expect((await desk.connection.parts(MONTH)).map(({ key }) => key)).toEqual(OBJECTS.map(([key]) => key));
    for (const [key, object] of OBJECTS) {
      const kept = await desk.pulled(key);
      expect(kept.live().map(({ id }) => id)).toEqual(desk.ids(object));
      const counted = await desk.counted(key);
      if (counted !== undefined) expect(counted).toBe(desk.ids(object).length);
    }
    expect(desk.fake.violations).toEqual([]);
  });

  it('keeps records as they came, and says how many are expected', async () => {
    await desk.start();
    const { store, number } = { store: desk.fake.store('SalesOrderObj'), number: '9007199254740993.10' };
    const [first] = store.all();
    store.put({ ...first!, field_deep__c: { rate: number } });
    desk.fake.faults.add({
      match: QUERY,
      fault: { kind: 'mangle', change: (body) => Buffer.from(body.toString().replace(`"${number}"`, number)) },
    });
    const kept = await desk.pulled('orders');
    expect(kept.expected).toBe(250);
    expect(kept.records.get(first!._id)?.text).toContain(`"rate":${number}`);
    expect(kept.records.get(first!._id)?.modifiedAt).toBe(
      new Date(first!['last_modified_time'] as number).toISOString(),
    );
  });

  it('leaves out the objects that the company does not use', async () => {
    await desk.start({}, { parts: 'customers,orders,returns' });
    expect((await desk.connection.parts(MONTH)).map(({ key }) => key)).toEqual(['customers', 'orders', 'returns']);
    expect((await desk.part('returns')).uses).toEqual(['customers', 'orders']);
    await desk.fake.stop();
    await desk.start({}, { parts: 'returns' });
    expect((await desk.part('returns')).uses).toBeUndefined();
  });

  it('reads an answer whose only record stands alone in data', async () => {
    await desk.start({ orders: 1, singleAsMap: true });
    expect((await desk.pulled('orders')).live()).toHaveLength(1);
  });

  it('asks an object of its own at the address of custom objects', async () => {
    await desk.start(
      {},
      {},
      { mapping: { objects: { orders: { object: 'order_x__c', columns: { order_date: 'day__c' } } } } },
    );
    const at = Date.parse('2026-10-09T10:00:00+08:00');
    desk.fake.store('order_x__c').put({ _id: 'a'.repeat(24), day__c: at, last_modified_time: at });
    expect((await desk.pulled('orders')).live()).toHaveLength(1);
    expect(desk.fake.violations).toEqual([]);
  });

  it('speaks the older generation too', async () => {
    await desk.start({}, { generation: 'legacy' });
    expect((await desk.pulled('orders')).live()).toHaveLength(250);
    expect(desk.fake.requests[0]?.path).toBe('/cgi/corpAccessToken/get/V2');
    expect(desk.fake.violations).toEqual([]);
  });

  it('takes records of the days around the month as context, and no others', async () => {
    await desk.start({ orders: 3 });
    const [first] = desk.fake.store('SalesOrderObj').all();
    const put = (n: number, day: string): void => {
      const at = Date.parse(`${day}+08:00`);
      desk.fake.store('SalesOrderObj').put({ ...first!, _id: `f${String(n).padStart(23, '0')}`, order_time: at });
    };
    put(1, '2026-08-30T23:59:59');
    put(2, '2026-08-31T00:00:00');
    put(3, '2026-11-15T23:59:59');
    put(4, '2026-11-16T00:00:00');
    const ids = (await desk.pulled('orders')).live().map(({ id }) => id.slice(-1));
    expect(ids.slice(3)).toEqual(['2', '3']);
  });
});

describe('what changes', () => {
  it('is seen by the next pull alone, and so is what moves out of the month or is invalidated', async () => {
    await desk.start();
    const kept = await desk.pulled('orders');
    const [a, b, c] = desk.ids('SalesOrderObj').map((id) => desk.fake.store('SalesOrderObj').get(id)!);
    const now = Date.now();
    desk.fake.store('SalesOrderObj').put({ ...a!, order_amount: '1.23', last_modified_time: now });
    desk.fake
      .store('SalesOrderObj')
      .put({ ...b!, order_time: Date.parse('2027-03-01T00:00:00Z'), last_modified_time: now });
    desk.fake.store('SalesOrderObj').put({ ...c!, life_status: 'invalid', last_modified_time: now });
    const before = desk.fake.requests.length;
    await kept.pull(desk.connection, await desk.part('orders'), MONTH);
    expect(desk.fake.requests.length - before).toBeLessThanOrEqual(3);
    expect(JSON.parse(kept.records.get(a!._id)!.text)).toMatchObject({ order_amount: '1.23' });
    expect(kept.records.get(b!._id)).toMatchObject({ deleted: true, text: '' });
    expect(kept.records.get(c!._id)).toMatchObject({ deleted: true, text: '' });
    expect(kept.live()).toHaveLength((await desk.counted('orders')) ?? -1);
  });

  it('between two pages is not lost', async () => {
    await desk.start();
    const [first] = desk.fake.store('SalesOrderObj').all();
    const late = { ...first!, _id: '0'.repeat(24), last_modified_time: Date.now() };
    desk.fake.faults.add({
      match: (request) => request.path === QUERY && request.body.includes('"GT"'),
      fault: {
        kind: 'answer',
        change: (answer) => {
          desk.fake.store('SalesOrderObj').put(late);
          desk.fake.store('SalesOrderObj').put({ ...first!, order_amount: '7.00', last_modified_time: Date.now() });
          return answer;
        },
      },
    });
    const kept = await desk.pulled('orders');
    expect(kept.live()).toHaveLength(251);
    expect(kept.records.get(first!._id)?.text).toContain('"7.00"');
  });

  it('brings the lines of an order that moves into the month, and takes those away whose order moves out', async () => {
    await desk.start({ orders: 10 });
    const [first, second] = desk.fake.store('SalesOrderObj').all();
    desk.fake.store('SalesOrderObj').put({ ...first!, order_time: Date.parse('2026-09-15T00:00:00+08:00') });
    const kept = await desk.pulled('order-lines');
    expect(kept.live()).toHaveLength(18);
    desk.fake.store('SalesOrderObj').put({ ...first!, last_modified_time: Date.now() });
    desk.fake
      .store('SalesOrderObj')
      .put({ ...second!, order_time: Date.parse('2026-11-02T00:00:00+08:00'), last_modified_time: Date.now() });
    await kept.pull(desk.connection, await desk.part('order-lines'), MONTH);
    const orders = kept.live().map(({ text }) => (JSON.parse(text) as { order_id: string }).order_id);
    expect(orders.filter((id) => id === first!._id)).toHaveLength(2);
    expect(orders).not.toContain(second!._id);
    desk.fake.store('SalesOrderObj').put({ ...second!, last_modified_time: Date.now() + 1 });
    await kept.pull(desk.connection, await desk.part('order-lines'), MONTH);
    expect(kept.live()).toHaveLength(20);
  });

  it('of a line alone is seen, and a line of another month is not taken', async () => {
    await desk.start({ orders: 10 });
    const kept = await desk.pulled('order-lines');
    const [line] = desk.fake.store('SalesOrderProductObj').all();
    const now = Date.now();
    desk.fake.store('SalesOrderProductObj').put({ ...line!, subtotal: '3.00', last_modified_time: now });
    desk.fake
      .store('SalesOrderProductObj')
      .put({ ...line!, _id: 'e'.repeat(24), order_id: 'd'.repeat(24), last_modified_time: now });
    await kept.pull(desk.connection, await desk.part('order-lines'), MONTH);
    expect(kept.records.get(line!._id)?.text).toContain('"3.00"');
    expect(kept.live()).toHaveLength(20);
  });

  it('a pull that is killed goes on at its cursor and has the same records', async () => {
    await desk.start({ orders: 550 });
    for (const key of ['orders', 'order-lines', 'payment-splits']) {
      const whole = await desk.pulled(key);
      const part = await desk.part(key);
      const kept = new Kept();
      for (let pages = 1; kept.live().length < whole.live().length; pages += 1) {
        expect(kept.cursor?.length ?? 0).toBeLessThan(4_096);
        await kept.pull(desk.connect(), part, MONTH, pages);
      }
      expect(kept.live()).toEqual(whole.live());
    }
  });
});

describe('source test', () => {
  it('signs in, shows each object with its mapping and one row, what has no word and what could be mapped', async () => {
    await desk.start({ refused: ['InvoiceApplicationObj'], custom: { SalesOrderObj: { field_tax__c: '税额' } } });
    const findings = [];
    for await (const finding of desk.connection.test()) findings.push(finding);
    expect(findings[0]).toMatchObject({ subject: 'sign-in', state: 'ok' });
    const orders = findings.filter(({ subject }) => subject === 'SalesOrderObj');
    expect(orders[0]?.said.zh).toContain('价税合计 ← order_amount（销售订单金额（元））');
    expect(orders[0]?.sample).toMatchObject({ order_no: 'SO202610-0000000', currency: 'CNY' });
    expect(orders[0]?.sample?.['customer_no']).toMatch(/^C\d{6}$/);
    expect(orders.find(({ state }) => state === 'warning')?.said.zh).toContain('77（挂起）');
    expect(orders.at(-1)?.said.zh).toContain('税额 field_tax__c');
    expect(findings.at(-1)).toMatchObject({ subject: 'InvoiceApplicationObj', state: 'missing' });
  });

  it('says that the sign-in is refused, and nothing else', async () => {
    await desk.start();
    const findings = [];
    for await (const finding of desk.connect({}, {}, { ...SECRETS, permanentCode: 'x' }).test()) findings.push(finding);
    expect(findings).toMatchObject([{ subject: 'sign-in', state: 'missing' }]);
  });
});
