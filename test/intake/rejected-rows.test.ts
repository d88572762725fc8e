import { listRejected, rejectedCsv, type RejectedFilter, type RejectedView } from '../../store/rejected';
import { openBooks, orders, type Books } from './books';

describe('rejected rows', () => {
  let books: Books;
  beforeEach(async () => {
    books = await openBooks();
  });
  afterEach(() => books.close());

  const exportAll = async (filter: RejectedFilter = {}): Promise<string> => {
    let text = '';
    for await (const piece of rejectedCsv(books.pool, await books.periodId(), filter)) text += piece;
    return text;
  };
  const listed = async (filter: RejectedFilter = {}): Promise<RejectedView[]> => {
    const rows: RejectedView[] = [];
    for await (const row of listRejected(books.pool, await books.periodId(), filter)) rows.push(row);
    return rows;
  };

  test('are listed with file, line, column, value, code and the reason in both languages', async () => {
    const batch = await books.import('orders-csv', orders('SO-1 1e3', 'SO-2 2.00'), { fileName: '十月.csv' });
    expect(await listed()).toEqual([
      {
        batch: batch.id,
        kind: 'orders-csv',
        file: '十月.csv',
        line: 2,
        column: 'gross_amount',
        value: '1e3',
        code: 'BAD_AMOUNT',
        reason: { zh: '“1e3”不是可识别的金额', en: '"1e3" is not an amount' },
      },
    ]);
  });

  test('are exported in the columns of their file, corrected and imported again', async () => {
    const file =
      '订单号,客户编号,客户名称,订单日期,币种,订单金额,税额,状态,备注\n' +
      'SO-1,C1,"=HYPERLINK(""x"")",2026-10-05,CNY,1.239,0,已审核,@cmd\n' +
      'SO-2,C1,"带,逗号\n和换行",2026-10-05,CNY,-x,0,已审核,+1\n';
    await books.import('orders-csv', file);
    const exported = await exportAll();
    expect(exported.slice(0, exported.indexOf('\r\n'))).toBe(
      '\ufeff错误行,错误列,错误代码,错误原因,订单号,客户编号,客户名称,订单日期,币种,订单金额,税额,状态,备注',
    );
    expect(exported).toContain(`"'=HYPERLINK(""x"")"`);
    expect(exported).toContain(`'@cmd`);
    for (const line of exported.split('\r\n'))
      for (const cell of line.split(',')) expect(cell).not.toMatch(/^"?[=+@-]/);

    const corrected = exported.replace('1.239', '1.23').replace("'-x", '-5.00');
    const batch = await books.import('orders-csv', corrected, { fileName: 'corrected.csv' });
    expect(batch).toMatchObject({ state: 'accepted', rows_kept: 2, rows_rejected: 0 });
    const facts = await books.pool.query(
      'SELECT order_no, customer_name, gross_amount, extra FROM sales_order ORDER BY id',
    );
    expect(facts.rows).toEqual([
      { order_no: 'SO-1', customer_name: '=HYPERLINK("x")', gross_amount: '1.23', extra: { 备注: '@cmd' } },
      { order_no: 'SO-2', customer_name: '带,逗号\n和换行', gross_amount: '-5.00', extra: { 备注: '+1' } },
    ]);
  });

  test('exported untouched and imported again they are the same rejected rows', async () => {
    const first = await books.import('orders-csv', orders('SO-1 1e3', 'SO-2 NaN', 'SO-3 1 yesterday'));
    const again = await books.import('orders-csv', await exportAll());
    expect(again).toMatchObject({ rows_in: 3, rows_rejected: 3 });
    const cells = await books.pool.query(
      `SELECT batch_id, cells - '错误行' - '错误列' - '错误代码' - '错误原因' AS cells, code FROM rejected_row ORDER BY batch_id, row_no`,
    );
    const of = (id: number): unknown[] =>
      cells.rows.filter((row) => row.batch_id === id).map(({ cells, code }) => ({ cells, code }));
    expect(of(again.id)).toEqual(of(first.id));
  });

  test('of other kinds and columns come under a header of their own, those of replaced batches not at all', async () => {
    const old = await books.import('orders-csv', orders('SO-1 1e3'));
    await books.import('orders-csv', orders('SO-1 2e3'), { replaces: old.id });
    await books.import('openings-csv', '客户编号,币种,销售余额,总账余额\nC1,CNY,x,0\n');
    const blocks = (await exportAll()).split('\r\n\r\n');
    expect(blocks).toHaveLength(2);
    expect(blocks[0]).toContain('客户编号,币种,销售余额,总账余额');
    expect(blocks[1]).toContain('2e3');
    expect(blocks.join()).not.toContain('1e3');
  });

  test('are had by kind, by batch, and the first so many, in the order of their files', async () => {
    const first = await books.import('orders-csv', orders('SO-1 1e3', 'SO-2 2e3'));
    const second = await books.import('orders-csv', orders('SO-3 3e3'));
    await books.import('openings-csv', '客户编号,币种,销售余额,总账余额\nC1,CNY,x,0\n');
    const values = async (filter: RejectedFilter): Promise<string[]> =>
      (await listed(filter)).map(({ value }) => value);
    expect(await values({ kind: 'orders-csv' })).toEqual(['1e3', '2e3', '3e3']);
    expect(await values({ batch: second.id })).toEqual(['3e3']);
    expect(await values({ kind: 'openings-csv', batch: first.id })).toEqual([]);
    expect(await values({ limit: 2 })).toEqual(['x', '1e3']);
    expect((await exportAll({ kind: 'orders-csv' })).split('\r\n\r\n')).toHaveLength(1);
  });

  test('come page by page, however many there are', async () => {
    const rows = Array.from({ length: 4_100 }, (_, i) => `SO-${i} 1e3`);
    await books.import('orders-csv', orders(...rows));
    const found = await listed();
    expect([found.length, found[0]!.line, found.at(-1)!.line]).toEqual([4_100, 2, 4_101]);
    expect(await listed({ limit: 2_500 })).toHaveLength(2_500);
  });

  test('with too many or too few cells keep every cell', async () => {
    await books.import(
      'orders-csv',
      `${orders('SO-1 1.00')}SO-2,C1\nSO-3,C1,2026-10-05,CNY,3.00,0.00,approved,surplus\n`,
    );
    const cells = await books.column<Record<string, string>>('SELECT cells FROM rejected_row ORDER BY row_no');
    expect(cells[0]).toEqual({ order_no: 'SO-2', customer_no: 'C1' });
    expect(cells[1]).toMatchObject({ order_no: 'SO-3', status: 'approved', '#8': 'surplus' });
    expect(await books.column('SELECT DISTINCT code FROM rejected_row')).toEqual(['CELL_COUNT']);
  });

  test('with bytes that do not decode are rejected alone', async () => {
    const bytes = Buffer.concat([
      Buffer.from(orders('SO-1 1.00').replace('approved', '已审核')),
      Buffer.from('SO-2,C'),
      Buffer.from([0xd6, 0xd0]),
      Buffer.from(',2026-10-05,CNY,2.00,0.00,approved\nSO-3,C1,2026-10-05,CNY,3.00,0.00,approved\n'),
    ]);
    const batch = await books.import('orders-csv', bytes);
    expect(batch).toMatchObject({ rows_kept: 2, rows_rejected: 1, totals: { CNY: { rejected: '2.00' } } });
    expect(await books.column('SELECT code FROM rejected_row')).toEqual(['UNDECODABLE']);
  });
});
