import { parseSourceMapping, renderSourceMapping } from '../../domain/source-mapping';
import { fxiaokeSystem } from '../../sources/fxiaoke';
import type { ObjectMapping, RecordsPart } from '../../sources/system';
import { READERS } from '../../sources';
import { CREDENTIALS, startFxiaokeFake, type CrmRecord, type FxiaokeFake } from '../fakes/fxiaoke';
import { readFile, type Collected } from './collect';
import { accessOf, Kept, recordsFile, withFile } from './pulling';

const MONTH = '2026-10';

let fake: FxiaokeFake;
let parts: readonly RecordsPart[];
let kept: Map<string, Kept>;

beforeAll(async () => {
  fake = await startFxiaokeFake({ orders: 420, calls: 10_000 });
});
afterAll(() => fake.stop());

/** Pulls everything anew. */
async function pull(): Promise<void> {
  const { appId, appSecret, permanentCode, userId } = CREDENTIALS;
  const connection = fxiaokeSystem().connect(
    accessOf({ baseUrl: fake.url, appId, userId, callsPer20s: '10000' }, { appSecret, permanentCode }),
  );
  parts = (await connection.parts(MONTH)) as readonly RecordsPart[];
  kept = new Map();
  for (const part of parts) kept.set(part.key, await new Kept().pull(connection, part, MONTH));
}

async function rowsOf(key: string, mapping?: ObjectMapping): Promise<Collected> {
  const part = parts.find((one) => one.key === key)!;
  const text = recordsFile('fxiaoke', part, MONTH, kept, mapping);
  const rows = await withFile(text, (path) => readFile(READERS[part.kind as 'fxiaoke-orders'], path));
  expect(rows.kept.length + rows.rejected.length + rows.excluded.length).toBe(rows.summary.rowsIn);
  return rows;
}

const held = (object: string): CrmRecord[] => [...fake.store(object).all()];
const sum = (amounts: readonly unknown[]): number =>
  amounts.reduce<number>((all, one) => all + Math.round(Number(one) * 100), 0);
const account = (id: unknown): unknown => fake.store('AccountObj').get(String(id))?.['account_no'];

describe('rows of 纷享销客', () => {
  beforeAll(pull);

  it('orders are those the CRM holds: number, customer, day, amount, status; an order still in approval is a draft', async () => {
    const { kept: rows, rejected } = await rowsOf('orders');
    const words: Record<string, string> = {
      '7': 'approved',
      '10': 'delivered',
      '11': 'delivered',
      '99': 'cancelled',
      '6': 'draft',
    };
    expect(rejected).toEqual([]);
    expect(rows).toHaveLength(420);
    held('SalesOrderObj').forEach((order, i) => {
      expect(rows[i]).toMatchObject({
        order_no: order['name'],
        customer_no: account(order['account_id']),
        customer_name: order['account_id__r'],
        order_date: new Date((order['order_time'] as number) + 8 * 3_600_000).toISOString().slice(0, 10),
        currency: 'CNY',
        gross_amount: order['order_amount'],
        tax_amount: null,
        status: words[String(order['order_status'])],
        salesperson: '张三',
        extra: JSON.stringify({ record_id: order._id }),
      });
    });
    expect(new Set(rows.map(({ status }) => status)).size).toBe(4);
  });

  it('the tax is known where the mapping names a rate or a field, and lies within the gross amount', async () => {
    const fixed = await rowsOf('orders', { columns: { tax_rate: '=13%' } });
    const [row] = fixed.kept;
    expect(Number(row?.['tax_amount'])).toBeCloseTo((Number(row?.['gross_amount']) * 0.13) / 1.13, 2);
    const field = await rowsOf('orders', { columns: { tax_amount: 'field_tax__c' } });
    expect(field.kept[0]?.['tax_amount']).toBeNull();
  });

  it('lines have their order and product; those of other months are excluded', async () => {
    const { kept: rows, excluded } = await rowsOf('order-lines');
    expect(excluded).toEqual([]);
    expect(rows).toHaveLength(840);
    expect(rows[1]).toMatchObject({
      order_no: 'SO202610-0000000',
      line_no: 'DDCP00000001',
      product_no: expect.stringMatching(/^P\d{4}$/) as string,
      tax_rate: null,
    });
    expect(sum(rows.map((row) => row['gross_amount']))).toBe(
      sum(held('SalesOrderObj').map((order) => order['order_amount'])),
    );
  });

  it('payments, their splits and advances add up to the money received, each row for one order', async () => {
    const whole = await rowsOf('payments');
    const splits = await rowsOf('payment-splits');
    const rows = [...whole.kept, ...splits.kept];
    expect([...whole.rejected, ...splits.rejected]).toEqual([]);
    expect(sum(rows.map((row) => row['amount']))).toBe(sum(held('PaymentObj').map((one) => one['payment_amount'])));
    expect(new Set(rows.map((row) => row['receipt_key'])).size).toBe(rows.length);
    expect(whole.excluded[0]?.why).toBe('SPLIT_OVER_ORDERS');
    expect(whole.kept[0]).toMatchObject({
      receipt_no: 'HK00000006',
      order_no: null,
      channel_reference: null,
      method: 'bank',
    });
    const [first, second, third] = splits.kept;
    expect([first, second].map((row) => row?.['channel_reference'])).toEqual(['HK00000000', 'HK00000000']);
    expect(sum([first?.['amount'], second?.['amount']])).toBe(sum([held('PaymentObj')[0]?.['payment_amount']]));
    expect(third).toMatchObject({
      receipt_no: 'HK00000001',
      order_no: 'SO202610-0000002',
      channel_reference: null,
      method: 'wechat',
    });
  });

  it('refunds are receipts with a negative amount, returns are positive', async () => {
    const refunds = await rowsOf('refunds');
    expect(refunds.kept[0]).toMatchObject({
      receipt_no: 'TK000000',
      method: 'bank',
      amount: `-${String(held('RefundObj')[0]?.['refunded_amount'])}`,
    });
    const returns = await rowsOf('returns');
    expect(returns.kept).toHaveLength(21);
    expect(returns.kept[0]).toMatchObject({ return_no: 'TH000000', order_no: 'SO202610-0000000', reason: '质量问题' });
  });

  it('an application is an invoice once it has a number; its net amount follows from the rate', async () => {
    const plain = await rowsOf('invoices');
    expect(plain.rejected).toEqual([]);
    expect(new Set(plain.excluded.map(({ why }) => why))).toEqual(new Set(['NOT_INVOICED']));
    expect(plain.kept[0]).toMatchObject({
      invoice_no: '26440000000000000000',
      net_amount: null,
      tax_amount: null,
      kind: 'blue',
    });
    const { kept: rows } = await rowsOf('invoices', { columns: { tax_rate: '=0.06' } });
    for (const row of rows) expect(sum([row['net_amount'], row['tax_amount']])).toBe(sum([row['gross_amount']]));
  });

  it('the same file gives the same rows, each on the line of its record', async () => {
    const once = await rowsOf('payments');
    expect(await rowsOf('payments')).toEqual(once);
    const part = parts.find(({ key }) => key === 'payments')!;
    const lines = recordsFile('fxiaoke', part, MONTH, kept).split('\n');
    once.kept.forEach((row, i) => expect(lines[once.rowNos[i]! - 1]).toContain(String(row['receipt_no'])));
  });
});

describe('odd records', () => {
  const put = (object: string, changes: Record<string, unknown>, at = 0): void => {
    const record = held(object)[at]!;
    fake.store(object).put({ ...record, ...changes });
  };

  it('are read where they can be: figures as numbers, lists of one, words of the company, numbers of the CRM as references', async () => {
    put('SalesOrderObj', { order_amount: 1234.5, account_id: [held('SalesOrderObj')[0]!['account_id']] });
    put('SalesOrderObj', { order_amount: '1,234.5000', order_status: '42', order_status__r: '已出库' }, 1);
    put('SalesOrderObj', { order_amount: 12345678.9, mc_currency: 'USD' }, 2);
    put('SalesOrderObj', { order_time: Date.parse('2026-10-31T16:30:00Z') }, 3);
    put('SalesOrderObj', { order_status: '42', order_status__r: null }, 4);
    await pull();
    const {
      kept: rows,
      inPeriod,
      rejected,
    } = await rowsOf('orders', { columns: {}, words: { status: { 已出库: 'delivered' } } });
    expect(rows[0]).toMatchObject({ gross_amount: '1234.50', customer_no: expect.stringMatching(/^C/) as string });
    expect(rows[1]).toMatchObject({ gross_amount: '1234.50', status: 'delivered' });
    expect(rows[2]).toMatchObject({ gross_amount: '12345678.90', currency: 'USD' });
    expect([rows[3]?.['order_date'], inPeriod[3]]).toEqual(['2026-11-01', false]);
    expect(rejected).toMatchObject([
      { column: 'status', value: '42', code: 'BAD_WORD', cells: { order_no: 'SO202610-0000004' } },
    ]);
  });

  it('are rejected where they cannot: a customer without number, an amount with half a cent, splits above the payment', async () => {
    put('AccountObj', { account_no: null });
    put('SalesOrderObj', { account_id: held('AccountObj')[0]!._id, order_amount: '1.00' }, 5);
    put('SalesOrderObj', { order_amount: '1.005' }, 6);
    put('PaymentObj', { payment_amount: '0.01' });
    put('PaymentObj', { payment_amount: '100000000.00' }, 5);
    put('PaymentObj', { life_status: 'under_review' }, 6);
    await pull();
    const { rejected } = await rowsOf('orders');
    expect(rejected.map(({ column, code }) => `${column} ${code}`)).toEqual(
      expect.arrayContaining(['customer_no MISSING_VALUE', 'gross_amount TOO_MANY_DECIMALS']),
    );
    const payments = await rowsOf('payments');
    expect(payments.rejected).toMatchObject([{ column: 'amount', code: 'SPLITS_EXCEED_PAYMENT' }]);
    expect(payments.excluded.filter(({ why }) => why === 'NOT_IN_FORCE')).toHaveLength(1);
    const rest = payments.kept.find((row) => row['receipt_no'] === 'HK00000005');
    expect(rest).toMatchObject({ order_no: null, channel_reference: 'HK00000005' });
  });

  it('a split of an invalidated payment is none', async () => {
    put('PaymentObj', { life_status: 'invalid' }, 1);
    await pull();
    const splits = await rowsOf('payment-splits');
    expect(splits.kept.map((row) => row['receipt_no'])).not.toContain('HK00000001');
  });

  it('the system’s own mapping, taken over as a file, reads the same rows', async () => {
    const { mapping } = fxiaokeSystem();
    const own = parseSourceMapping(renderSourceMapping(mapping!), mapping);
    expect(own).toEqual(mapping);
    for (const part of parts.filter(({ kind }) => kind !== undefined)) {
      expect((await rowsOf(part.key, own.objects[part.key])).kept).toEqual((await rowsOf(part.key)).kept);
    }
  });
});
