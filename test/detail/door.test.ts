import { CommandLine } from '../door/command';
import { exceptionId, monthInReview, openHouse, type House } from '../door/house';

let house: House;
let line: CommandLine;
beforeAll(async () => {
  house = await openHouse();
  line = new CommandLine(house);
});
afterAll(() => house.close());

const ORDERS = `order_no,customer_no,customer_name,order_date,currency,gross_amount,tax_amount,status
SO-100001,C1,南山商行,2026-10-05,CNY,113.00,13.00,delivered
`;

/** A month with one order that nobody booked, from a file that was really imported. */
async function monthWithAnOrder(): Promise<{ path: string; month: string; id: string }> {
  const { month, path, periodId } = await monthInReview(house.pool, [
    { id: exceptionId(1), difference: '113.00', kind: 'missing_in_finance' },
  ]);
  await house.as('preparer', 'POST', `${path}/imports?kind=orders-csv&fileName=orders.csv`, Buffer.from(ORDERS));
  // Stands in for the worker, which reads the file: its second line is the row.
  await house.pool.query(
    `UPDATE batch SET state = 'accepted', settled_at = now(), rows_in = 1, rows_kept = 1, detected = '{"encoding": "utf-8"}' WHERE period_id = $1`,
    [periodId],
  );
  await house.pool.query(
    `INSERT INTO sales_order (period_id, id, in_period, order_no, order_key, customer_no, customer_key, customer_name, order_date, currency, gross_amount, tax_amount, status)
     SELECT $1, id::bigint << 32 | 2, true, 'SO-100001', 'SO100001', 'C1', 'C1', '南山商行', '2026-10-05', 'CNY', 113.00, 13.00, 'delivered'
       FROM batch WHERE period_id = $1`,
    [periodId],
  );
  await house.pool.query(
    `UPDATE close_exception SET left_records = '[{"source": "orders", "reference": "SO-100001", "date": "2026-10-05", "amount": "113.00"}]' WHERE period_id = $1`,
    [periodId],
  );
  return { path, month, id: exceptionId(1) };
}

test('one exception is explained over HTTP, down to the line of the file as it came', async () => {
  const { path, id } = await monthWithAnOrder();
  const { status, body } = await house.as('auditor', 'GET', `${path}/exceptions/${id}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id,
    kind: 'missing_in_finance',
    certainty: { word: 'certain' },
    parts: [{ part: 'missing', amount: '113.00' }],
    leftRows: [
      {
        file: 'orders.csv',
        line: 2,
        original: 'SO-100001,C1,南山商行,2026-10-05,CNY,113.00,13.00,delivered',
      },
    ],
  });
  expect(body.steps.length).toBeGreaterThan(1);
});

test('whoever may not read the company learns nothing; an unknown id is said to be unknown', async () => {
  const { path, id } = await monthWithAnOrder();
  for (const what of [`exceptions/${id}`, `matches/${id}`]) {
    const stranger = await house.as('stranger', 'GET', `${path}/${what}`);
    expect([stranger.status, stranger.body.code]).toEqual([404, 'COMPANY_NOT_FOUND']);
    const nobody = await house.as('nobody', 'GET', `${path}/${what}`);
    expect([nobody.status, nobody.body.code]).toEqual([401, 'SIGN_IN_FIRST']);
  }
  const exception = await house.as('auditor', 'GET', `${path}/exceptions/${exceptionId(9)}`);
  expect([exception.status, exception.body.code]).toEqual([404, 'EXCEPTION_NOT_FOUND']);
  const match = await house.as('auditor', 'GET', `${path}/matches/${exceptionId(9)}`);
  expect([match.status, match.body.code]).toEqual([404, 'MATCH_NOT_FOUND']);
  expect((await house.as('auditor', 'GET', `${path}/exceptions/nonsense`)).body.code).toBe('BAD_REQUEST');
});

test('an exception of another company’s month is not found', async () => {
  const { id } = await monthWithAnOrder();
  await house.as('admin', 'POST', '/api/v1/companies', 'code: other\nname: 他人');
  await house.as('admin', 'PUT', '/api/v1/companies/other/people/auditor', { roles: ['auditor'] });
  await house.pool.query(`SELECT open_period(id, '2026-10') FROM company WHERE code = 'other'`);
  const { status, body } = await house.as('auditor', 'GET', `/api/v1/companies/other/periods/2026-10/exceptions/${id}`);
  expect([status, body.code]).toEqual([404, 'EXCEPTION_NOT_FOUND']);
});

test('the command line shows it in both languages, and as one document', async () => {
  const { month, id } = await monthWithAnOrder();
  const shown = await line.run(`exceptions show qinghe ${month} ${id}`, { as: 'auditor' });
  expect([shown.code, shown.stderr]).toEqual([0, '']);
  expect(shown.stdout).toMatch(/订单与总账 · orders against ledger {2}财务缺失 · missing in finance {2}113\.00 CNY/);
  expect(shown.stdout).toMatch(/SO-100001.*orders\.csv {2}第 2 行 · line 2\n.*南山商行/);
  expect(shown.stdout).toMatch(/怎样解决 · what would settle it\n/);
  const document = await line.run(`exceptions show qinghe ${month} ${id} --json`, { as: 'auditor' });
  expect(document.json).toMatchObject({ id, difference: '113.00' });
  const unknown = await line.run(`matches show qinghe ${month} ${id}`, { as: 'auditor' });
  expect([unknown.code, unknown.stdout]).toEqual([1, '']);
  expect(unknown.stderr).toMatch(/MATCH_NOT_FOUND/);
  expect((await line.run(`exceptions show qinghe ${month} nonsense`, { as: 'auditor' })).code).toBe(2);
  const list = await line.run(`exceptions qinghe ${month} --json`, { as: 'auditor' });
  expect(list.json).toHaveLength(1);
}, 60_000);
