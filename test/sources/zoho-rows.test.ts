import { READERS } from '../../sources';
import { endLine, headerLine, type JsonObject } from '../../sources/records';
import type { ObjectMapping } from '../../sources/system';
import { figure, idOfOrder } from '../fakes/zoho';
import { stringify } from 'lossless-json';
import { readBytes, type Collected } from './collect';
import { type Kept, recordsFile } from './pulling';
import { MONTH, ZohoDesk } from './zoho-desk';

const ACCOUNT = { id: '51', Account_Name: '青岛饭店', Account_Number: figure('1007'), Billing_State: '山东' };
const ORDER = {
  id: '61',
  SO_Number: 'SO-61',
  Subject: '国庆备货',
  Account_Name: { name: '青岛饭店', id: '51' },
  Created_Time: '2026-10-05T08:30:00+08:00',
  Currency: 'CNY',
  Grand_Total: figure('113.5'),
  Tax: figure('13.5'),
  Status: 'Delivered',
  Owner: { name: '王敏', id: '1' },
};
const INVOICE = {
  id: '71',
  Invoice_Number: 'INV-71',
  Sales_Order: { name: '国庆备货', id: '61' },
  Account_Name: { name: '青岛饭店', id: '51' },
  Invoice_Date: '2026-10-06',
  Currency: 'CNY',
  Sub_Total: figure('102'),
  Discount: figure('2'),
  Tax: figure('13'),
  Adjustment: figure('0.5'),
  Grand_Total: figure('113.5'),
  Status: 'Created',
};

type Fields = Record<string, unknown> & { id: string };
type Kind = 'zoho-orders' | 'zoho-order-lines' | 'zoho-invoices' | 'zoho-returns' | 'zoho-receipts';

/** A records file as a pull writes it, read. */
async function read(
  kind: Kind,
  own: Fields[],
  given: { orders?: Fields[]; mapping?: ObjectMapping } = {},
): Promise<Collected> {
  const part = kind.slice('zoho-'.length);
  const used: Record<string, Fields[]> = { customers: [ACCOUNT], [`${part}-orders`]: given.orders ?? [] };
  const uses = kind === 'zoho-order-lines' ? [] : Object.keys(used);
  const lookups = uses.flatMap((use) => used[use]!.map((record) => lineOf(use, record)));
  const { mapping } = given;
  const text = [
    headerLine({ system: 'zoho', part, month: MONTH, uses, ...(mapping ? { mapping } : {}) }),
    ...lookups,
    ...own.map((record) => lineOf(part, record)),
    endLine(lookups.length, own.length),
  ];
  return readBytes(READERS[kind], text.join(''));
}

function lineOf(part: string, record: Fields): string {
  return `${stringify({ part, id: record.id, modifiedAt: '2026-10-06T00:00:00+08:00', record })}\n`;
}

describe('orders of Zoho CRM', () => {
  it('have the customer’s number, the day they were made, and their status in our words', async () => {
    const { kept, inPeriod } = await read('zoho-orders', [ORDER]);
    expect(kept).toMatchObject([
      {
        order_no: 'SO-61',
        customer_no: '1007',
        customer_name: '青岛饭店',
        order_date: '2026-10-05',
        currency: 'CNY',
        gross_amount: '113.50',
        tax_amount: '13.50',
        status: 'delivered',
        salesperson: '王敏',
        region: '山东',
      },
    ]);
    expect(inPeriod).toEqual([true]);
  });

  it.each([
    ['Created', 'draft'],
    ['Approved', 'approved'],
    ['Delivered', 'delivered'],
    ['Cancelled', 'cancelled'],
    ['已发货', 'delivered'],
  ])('%s is %s', async (said, status) => {
    expect((await read('zoho-orders', [{ ...ORDER, Status: said }])).kept[0]).toMatchObject({ status });
  });

  it.each([
    ['made on the last evening of September elsewhere', '2026-09-30T16:00:00+00:00', '2026-10-01', true],
    ['made at the end of October elsewhere', '2026-10-31T16:00:00+00:00', '2026-11-01', false],
  ])('belong to the day of the company’s zone: %s', async (_, at, day, isHere) => {
    const { kept, inPeriod } = await read('zoho-orders', [{ ...ORDER, Created_Time: at }]);
    expect(kept[0]).toMatchObject({ order_date: day });
    expect(inPeriod).toEqual([isHere]);
  });

  it.each<[string, unknown, string]>([
    ['a number', figure('13.5'), '13.50'],
    ['nothing', null, '0.00'],
    ['an object', { name: '增值税', value: figure('13.5') }, '13.50'],
    ['several', [{ value: figure('13') }, { value: figure('0.5') }], '13.50'],
    ['a number in exponents', figure('1.35E1'), '13.50'],
  ])('have tax as %s', async (_, Tax, tax) => {
    expect((await read('zoho-orders', [{ ...ORDER, Tax }])).kept[0]).toMatchObject({ tax_amount: tax });
  });

  it('are rejected, with the column, where what they need is not there', async () => {
    const { rejected } = await read('zoho-orders', [
      { ...ORDER, id: '1', SO_Number: null },
      { ...ORDER, id: '2', Account_Name: { name: '散客', id: '99' } },
      { ...ORDER, id: '3', Status: 'On hold' },
      { ...ORDER, id: '4', Grand_Total: figure('113.505') },
    ]);
    expect(rejected.map(({ column, line }) => [column, line])).toEqual([
      ['order_no', 3],
      ['customer_no', 4],
      ['status', 5],
      ['gross_amount', 6],
    ]);
  });

  it('are read as the company maps them', async () => {
    const mapping = {
      columns: { order_date: 'Order_Date', customer_no: 'Account_Name.Code', order_no: 'Subject' },
      words: { status: { 'On hold': 'draft' } },
    };
    const record = {
      ...ORDER,
      Order_Date: '2026-10-09',
      Status: 'On hold',
      Account_Name: { name: '甲', id: '51', Code: 'K-1' },
    };
    const { kept } = await read('zoho-orders', [record], { mapping });
    expect(kept[0]).toMatchObject({
      order_date: '2026-10-09',
      customer_no: 'K-1',
      order_no: '国庆备货',
      status: 'draft',
    });
  });
});

describe('order lines of Zoho CRM', () => {
  const item = (fields: JsonObject | object): object => ({
    id: '81',
    Sequence_Number: figure('1'),
    Product_Name: { name: '白茶', id: '9', Product_Code: 'BC-1' },
    Quantity: figure('2'),
    List_Price: figure('50'),
    Discount: figure('0'),
    Net_Total: figure('113'),
    Line_Tax: [
      { percentage: figure('9'), name: 'A' },
      { percentage: figure('4'), name: 'B' },
    ],
    ...fields,
  });

  it('are rows of their order, their taxes added up', async () => {
    const Ordered_Items = [item({}), item({ id: '82', Sequence_Number: figure('2'), Line_Tax: [] })];
    const { kept, rejected, rowNos } = await read('zoho-order-lines', [{ ...ORDER, Ordered_Items }]);
    expect(rejected).toEqual([]);
    expect(kept).toMatchObject([
      { order_no: 'SO-61', line_no: '1', product_no: 'BC-1', quantity: '2', unit_price: '50', gross_amount: '113.00' },
      { order_no: 'SO-61', line_no: '2' },
    ]);
    expect(kept.map(({ tax_rate: rate }) => Number(rate))).toEqual([0.13, 0]);
    expect(new Set(rowNos).size).toBe(2);
  });

  it('are read in the shape of older versions too', async () => {
    const Product_Details = [
      {
        id: '81',
        product: { name: '白茶', Product_Code: 'BC-1' },
        quantity: figure('2'),
        list_price: figure('50'),
        net_total: figure('113'),
        line_tax: [],
      },
    ];
    const { kept } = await read('zoho-order-lines', [{ ...ORDER, Product_Details }]);
    expect(kept[0]).toMatchObject({ line_no: '81', product_no: 'BC-1', quantity: '2', gross_amount: '113.00' });
  });

  it('of an order without any are counted, and none of a bad one is lost', async () => {
    const bad = {
      ...ORDER,
      id: '62',
      SO_Number: 'SO-62',
      Ordered_Items: [item({}), item({ id: '83', Quantity: 'two' })],
    };
    const { kept, rejected, excluded, summary } = await read('zoho-order-lines', [
      { ...ORDER, Ordered_Items: [] },
      bad,
    ]);
    expect([kept.length, rejected.length, excluded.length]).toEqual([1, 1, 1]);
    expect(excluded[0]).toMatchObject({ why: 'NO_LINES' });
    expect(rejected[0]).toMatchObject({ column: 'quantity', line: 3 });
    expect(summary.rowsIn).toBe(3);
  });
});

describe('invoices of Zoho CRM', () => {
  it('have the number of the order they name, of whatever month, and net with discount and adjustment', async () => {
    const { kept, rejected } = await read('zoho-invoices', [INVOICE], { orders: [{ id: '61', SO_Number: 'SO-61' }] });
    expect(rejected).toEqual([]);
    expect(kept[0]).toMatchObject({
      invoice_no: 'INV-71',
      order_no: 'SO-61',
      net_amount: '100.50',
      tax_amount: '13.00',
      kind: 'blue',
    });
  });

  it('have the name of an order that is no longer there', async () => {
    expect((await read('zoho-invoices', [INVOICE])).kept[0]).toMatchObject({ order_no: '国庆备货' });
  });

  it('are red where they are negative', async () => {
    const red = {
      ...INVOICE,
      Sub_Total: figure('-100'),
      Discount: null,
      Adjustment: null,
      Tax: figure('-13'),
      Grand_Total: figure('-113'),
    };
    expect((await read('zoho-invoices', [red])).kept[0]).toMatchObject({ net_amount: '-100.00', kind: 'red' });
  });

  it('have net as gross less tax where no sum of lines is stated', async () => {
    expect((await read('zoho-invoices', [{ ...INVOICE, Sub_Total: null }])).kept[0]).toMatchObject({
      net_amount: '100.50',
    });
  });

  it('are rejected where net and tax are not gross, and left out where cancelled', async () => {
    const { rejected, excluded } = await read('zoho-invoices', [
      { ...INVOICE, Grand_Total: figure('114') },
      { ...INVOICE, id: '72', Status: 'Cancelled' },
    ]);
    expect(rejected[0]).toMatchObject({ code: 'TAX_SUM_DIFFERS' });
    expect(excluded).toMatchObject([{ why: 'CANCELLED', amount: '113.50' }]);
  });

  it('take kind, net and the invoice they correct from fields of the company’s own', async () => {
    const mapping = {
      columns: { kind: 'Colour', net_amount: 'Net', original_invoice_no: 'Corrects' },
      words: { kind: { 红: 'red' } },
    };
    const own = {
      ...INVOICE,
      Colour: '红',
      Net: figure('-100.5'),
      Tax: figure('-13'),
      Grand_Total: figure('-113.5'),
      Corrects: 'INV-70',
    };
    expect((await read('zoho-invoices', [own], { mapping })).kept[0]).toMatchObject({
      kind: 'red',
      original_invoice_no: 'INV-70',
      net_amount: '-100.50',
    });
  });
});

describe('modules of a company’s own', () => {
  it('are read by its mapping: returns', async () => {
    const mapping = {
      object: 'Returns',
      columns: { return_no: 'RMA', order_no: 'Original.SO_Number', return_date: 'Day', gross_amount: 'Total' },
    };
    const record = {
      id: '91',
      RMA: 'R-1',
      Original: { name: 'x', id: '61' },
      Account_Name: { name: '', id: '51' },
      Day: '2026-10-20',
      Total: figure('11.3'),
    };
    const { kept, rejected } = await read('zoho-returns', [record], {
      mapping,
      orders: [{ id: '61', SO_Number: 'SO-61' }],
    });
    expect(rejected).toEqual([]);
    expect(kept[0]).toMatchObject({
      return_no: 'R-1',
      order_no: 'SO-61',
      customer_no: '1007',
      gross_amount: '11.30',
      currency: 'CNY',
    });
  });

  it('are read by its mapping: receipts, a refund with a negative amount', async () => {
    const record = {
      id: '92',
      Name: 'P-1',
      Sales_Order: { name: 'x', id: '61' },
      Account_Name: { name: '', id: '51' },
      Payment_Date: '2026-10-20T10:00:00+08:00',
      Payment_Method: 'WeChat Pay',
      Amount: figure('-5'),
      Reference: '4200001',
    };
    const { kept, rejected } = await read('zoho-receipts', [record], { orders: [{ id: '61', SO_Number: 'SO-61' }] });
    expect(rejected).toEqual([]);
    expect(kept[0]).toMatchObject({
      receipt_no: 'P-1',
      order_no: 'SO-61',
      method: 'wechat',
      amount: '-5.00',
      channel_reference: '4200001',
    });
  });
});

it('a month comes by wire and is read, row for row', async () => {
  const desk = await ZohoDesk.open({ orders: 240 });
  try {
    const kept = new Map<string, Kept>();
    for (const { key } of await desk.connection.parts(MONTH)) kept.set(key, await desk.pull(key));
    for (const [kind, rows] of [
      ['zoho-orders', 240],
      ['zoho-order-lines', 480],
      ['zoho-invoices', 240],
    ] as const) {
      const text = recordsFile('zoho', await desk.part(kind.slice(5)), MONTH, kept);
      const read = await readBytes(READERS[kind], text);
      expect(read.rejected).toEqual([]);
      expect(read.kept).toHaveLength(rows);
      expect(read.inPeriod.every(Boolean)).toBe(true);
    }
    expect(kept.get('orders')?.records.has(idOfOrder(239))).toBe(true);
  } finally {
    await desk.fake.server.stop();
  }
});
