import { setTimeout as sleep } from 'node:timers/promises';
import { openBooks, orders, type Books } from './books';

describe('importing a batch', () => {
  let books: Books;
  beforeEach(async () => {
    books = await openBooks();
  });
  afterEach(() => books.close());

  test('rows in are accepted, rejected and excluded rows, by count and by money', async () => {
    const file =
      'order_no,customer_no,order_date,currency,gross_amount,tax_amount,status\n' +
      'SO-1,C1,2026-10-05,CNY,100.00,13.00,approved\n' +
      'SO-2,C1,2026/10/6,CNY,"1,000.50",0,已发货\n' +
      'SO-3,C1,2026-09-30,CNY,7.00,0.00,approved\n' +
      'SO-4,C1,yesterday,CNY,3.00,0.00,approved\n' +
      'SO-5,C1,2026-10-07,USD,1.239,0.00,approved\n' +
      'SO-6,,2026-10-07,USD,5.00,0.00,approved\n' +
      '\n' +
      '小计,,,,1118.50,,\n';
    const batch = await books.import('orders-csv', file);
    expect(batch).toMatchObject({ state: 'accepted', rows_in: 7, rows_kept: 2, rows_rejected: 3, rows_excluded: 2 });
    expect(batch.totals).toEqual({
      CNY: { rowsIn: '1110.50', kept: '1100.50', rejected: '3.00', excluded: '7.00' },
      USD: { rowsIn: '5.00', kept: '0.00', rejected: '5.00', excluded: '0.00' },
    });
    const quarantine = await books.pool.query('SELECT line, column_name, value, code FROM rejected_row ORDER BY line');
    expect(quarantine.rows).toEqual([
      { line: 5, column_name: 'order_date', value: 'yesterday', code: 'BAD_DATE' },
      { line: 6, column_name: 'gross_amount', value: '1.239', code: 'TOO_MANY_DECIMALS' },
      { line: 7, column_name: 'customer_no', value: '', code: 'MISSING_VALUE' },
    ]);
    const facts = await books.pool.query(
      `SELECT id >> 32 = $1 AS own, (id & 4294967295)::int AS line, in_period, order_key, order_date, gross_amount, status FROM sales_order ORDER BY id`,
      [batch.id],
    );
    expect(facts.rows).toEqual([
      {
        own: true,
        line: 2,
        in_period: true,
        order_key: 'SO1',
        order_date: '2026-10-05',
        gross_amount: '100.00',
        status: 'approved',
      },
      {
        own: true,
        line: 3,
        in_period: true,
        order_key: 'SO2',
        order_date: '2026-10-06',
        gross_amount: '1000.50',
        status: 'delivered',
      },
      {
        own: true,
        line: 4,
        in_period: false,
        order_key: 'SO3',
        order_date: '2026-09-30',
        gross_amount: '7.00',
        status: 'approved',
      },
    ]);
    expect(await books.column(`SELECT action || ' ' || subject FROM audit_entry`)).toEqual([
      `batch.accepted ${batch.id}`,
    ]);
  });

  test('each kind fills its relation, with Chinese headers and GB18030 too', async () => {
    const files: readonly (readonly [Parameters<Books['import']>[0], string, string])[] = [
      [
        'order-lines-csv',
        'order_line',
        '订单号,行号,商品编码,数量,单价,税率,价税合计\nSO-1,1,P1,2,50.1234,13%,100.25\n',
      ],
      [
        'returns-csv',
        'sales_return',
        '退货单号,订单号,客户编号,退货日期,币种,退货金额,退货原因\nRT-1,SO-1,C1,2026年10月8日,CNY,10,破损\n',
      ],
      [
        'receipts-csv',
        'receipt',
        '收款单号,客户编号,收款时间,收款方式,币种,收款金额\nRC-1,C1,2026-10-31T16:00:00Z,支付宝,CNY,-5.00\nRC-2,C1,2026-10-31,现金,CNY,5.00\n',
      ],
      [
        'invoices-csv',
        'invoice',
        '发票号码,客户编号,开票日期,币种,不含税金额,税额,价税合计,蓝红字\nFP1,C1,20261009,CNY,(100.00),13.00-,-113.00,红字\n',
      ],
      [
        'channel-csv',
        'channel_transaction',
        '流水号,交易时间,交易类型,币种,交易金额,手续费,净额\nT1,2026-10-09 10:00,支付,CNY,100.00,0.60,99.40\n',
      ],
      ['openings-csv', 'opening_balance', '客户编号,币种,销售余额,总账余额\nC1,CNY,100.00,90.00\n'],
    ];
    for (const [kind, relation, text] of files) {
      const batch = await books.import(kind, text);
      expect({ kind, state: batch.state, rejected: batch.rows_rejected }).toEqual({
        kind,
        state: 'accepted',
        rejected: 0,
      });
      expect(await books.column(`SELECT count(*)::int FROM ${relation} WHERE id >> 32 = $1`, [batch.id])).toEqual([
        batch.rows_in,
      ]);
    }
    expect(await books.column(`SELECT received_on || ' ' || in_period FROM receipt ORDER BY id`)).toEqual([
      '2026-11-01 false',
      '2026-10-31 true',
    ]);
  });

  test('a key that stands twice rejects the later row, also against another batch, but not against another month', async () => {
    const first = await books.import(
      'orders-csv',
      orders('SO-1 10.00', 'SO-2 20.00', 'so-1 11.00', 'SO-9 1.00 2026-09-01'),
    );
    expect(first).toMatchObject({ rows_kept: 2, rows_rejected: 1, rows_excluded: 1 });
    expect(first.totals['CNY']).toEqual({ rowsIn: '42.00', kept: '30.00', rejected: '11.00', excluded: '1.00' });

    const second = await books.import(
      'orders-csv',
      orders('SO-2 20.00', 'SO-3 30.00', 'SO-9 9.00', 'SO-1 1.00 2026-09-01'),
    );
    expect(second).toMatchObject({ state: 'accepted', rows_in: 4, rows_kept: 2, rows_rejected: 1, rows_excluded: 1 });
    const rejected = await books.pool.query(
      'SELECT batch_id, line, column_name, value, code, reason_en, cells FROM rejected_row ORDER BY batch_id',
    );
    expect(rejected.rows).toMatchObject([
      {
        batch_id: first.id,
        line: 4,
        value: 'so-1',
        code: 'DUPLICATE_KEY',
        reason_en: 'stands already on line 2 of this file',
      },
      {
        batch_id: second.id,
        line: 2,
        column_name: 'order_no',
        value: 'SO-2',
        code: 'DUPLICATE_KEY',
        cells: { order_no: 'SO-2', gross_amount: '20.00' },
      },
    ]);
    expect(await books.column('SELECT order_no FROM sales_order WHERE in_period ORDER BY id')).toEqual([
      'SO-1',
      'SO-2',
      'SO-3',
      'SO-9',
    ]);
  });

  test('a corrected file replaces a batch as its next version, and its keys are free again', async () => {
    const old = await books.import('orders-csv', orders('SO-1 10.00', 'SO-2 20.00'));
    const next = await books.import('orders-csv', orders('SO-1 10.00', 'SO-2 25.00'), { replaces: old.id });
    expect(next).toMatchObject({ state: 'accepted', version: 2, rows_kept: 2, rows_rejected: 0 });
    expect(await books.column('SELECT state FROM batch ORDER BY id')).toEqual(['replaced', 'accepted']);
    const again = await books.import('orders-csv', orders('SO-1 1.00'), { replaces: old.id });
    expect(again).toMatchObject({ state: 'refused', refusal: { code: 'NOT_REPLACEABLE' } });
  });

  test('after the cut-off a batch is parked, and replaces nothing', async () => {
    const old = await books.import('orders-csv', orders('SO-1 10.00'));
    await books.pool.query('UPDATE period SET cutoff_at = now()');
    expect(await books.import('orders-csv', orders('SO-2 10.00'))).toMatchObject({ state: 'parked', rows_kept: 1 });
    const late = await books.import('orders-csv', orders('SO-1 11.00'), { replaces: old.id });
    expect(late).toMatchObject({ state: 'refused', refusal: { code: 'REPLACES_AFTER_CUTOFF' } });
  });

  test('the same bytes do not count twice, even when both uploads came through the door', async () => {
    const text = orders('SO-1 10.00');
    const [one, two] = [await books.receive('orders-csv', text), await books.receive('orders-csv', text)];
    const states = await Promise.all([books.load(one), books.load(two)]);
    expect(states.map(({ state }) => state).sort()).toEqual([
      'accepted',
      expect.stringMatching(/accepted|refused/) as string,
    ]);
    expect(await books.column('SELECT count(*)::int FROM sales_order')).toEqual([1]);
  });

  test('importing a settled batch again changes nothing', async () => {
    const batch = await books.import('orders-csv', orders('SO-1 10.00'));
    await books.load(batch.id);
    expect(await books.column('SELECT count(*)::int FROM audit_entry')).toEqual([1]);
  });

  test('a load that dies midway leaves nothing, and the next attempt gives the same', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `SO-${i} ${i}.00`);
    const id = await books.receive('orders-csv', orders(...rows, 'SO-X x'));
    const kills: Promise<unknown>[] = [];
    const killer = setInterval(() => {
      kills.push(
        books.pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY sales_order%' AND pid <> pg_backend_pid()`,
        ),
      );
    }, 5);
    await expect(books.load(id)).rejects.toThrow();
    clearInterval(killer);
    await Promise.all(kills);
    expect(await books.column('SELECT count(*)::int FROM sales_order')).toEqual([0]);
    expect(await books.column('SELECT state FROM batch')).toEqual(['received']);
    expect(await books.load(id)).toMatchObject({ state: 'accepted', rows_kept: 20_000, rows_rejected: 1 });
  });

  test('progress can be seen while a file loads', async () => {
    const rows = Array.from({ length: 900_000 }, (_, i) => `SO-${i},C1,2026-10-05,CNY,${i}.00,0.00,approved\n`);
    const id = await books.receive('orders-csv', orders() + rows.join(''));
    const seen = new Set<number>();
    let isLoading = true;
    const watch = async (): Promise<void> => {
      while (isLoading) {
        const [rowsRead] = await books.column<number>('SELECT rows_read FROM batch WHERE settled_at IS NULL');
        seen.add(rowsRead ?? 0);
        await sleep(50);
      }
    };
    const watching = watch();
    await books.load(id);
    isLoading = false;
    await watching;
    expect([...seen].some((count) => count > 0)).toBe(true);
  });

  test('ten thousand rejected rows go to quarantine by way of the disk', async () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => `SO-${i} 1e${i}`);
    const batch = await books.import('orders-csv', orders(...rows));
    expect(batch).toMatchObject({ state: 'accepted', rows_kept: 0, rows_rejected: 10_000 });
    expect(await books.column('SELECT count(*)::int FROM rejected_row')).toEqual([10_000]);
  });
});
