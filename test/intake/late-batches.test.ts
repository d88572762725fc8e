import { transaction } from '../../store/db';
import { deferBatch } from '../../store/intake-defer';
import { openBooks, orders, type Books } from './books';

describe('late batches', () => {
  let books: Books;
  beforeEach(async () => {
    books = await openBooks();
  });
  afterEach(() => books.close());

  test('are sent to the next month with their own rows, as rows of that month', async () => {
    await books.import('orders-csv', orders('SO-2 20.00 2026-11-02'), { month: '2026-11' });
    await books.pool.query('UPDATE period SET cutoff_at = now() WHERE id = $1', [await books.periodId()]);
    const late = await books.import('orders-csv', orders('SO-1 10.00', 'SO-2 20.00', 'SO-3 1.00 2026-11-01'));
    const november = await books.periodId('2026-11');
    const id = await transaction(books.pool, (client) => deferBatch(client, late.id, november));

    const moved = await books.pool.query('SELECT * FROM batch WHERE id = $1', [id]);
    expect(moved.rows[0]).toMatchObject({
      period_id: november,
      state: 'accepted',
      deferred_from: late.id,
      rows_in: 2,
      rows_kept: 1,
      rows_rejected: 1,
      totals: { CNY: { rowsIn: '30.00', kept: '10.00', rejected: '20.00', excluded: '0.00' } },
    });
    expect(await books.column(`SELECT order_no FROM sales_order WHERE id >> 32 = $1 AND in_period`, [id])).toEqual([
      'SO-1',
    ]);
    expect(await books.column(`SELECT code FROM rejected_row WHERE batch_id = $1`, [id])).toEqual(['DUPLICATE_KEY']);
    expect(await books.column(`SELECT state FROM batch WHERE id = $1`, [late.id])).toEqual(['deferred']);
    await expect(transaction(books.pool, (client) => deferBatch(client, late.id, november))).rejects.toMatchObject({
      code: 'NOT_PARKED',
    });
  });

  test('are parked again where the next month is cut off, and refused where it is locked', async () => {
    const november = await books.periodId('2026-11');
    await books.pool.query('UPDATE period SET cutoff_at = now()');
    await books.pool.query('UPDATE period SET cutoff_at = now() WHERE id = $1', [await books.periodId()]);
    const [one, two] = [
      await books.import('orders-csv', orders('SO-1 1.00')),
      await books.import('orders-csv', orders('SO-2 2.00')),
    ];
    const parked = await transaction(books.pool, (client) => deferBatch(client, one.id, november));
    expect(await books.column('SELECT state FROM batch WHERE id = $1', [parked])).toEqual(['parked']);
    await books.lock('2026-11');
    await expect(transaction(books.pool, (client) => deferBatch(client, two.id, november))).rejects.toThrow();
    expect(await books.column('SELECT state FROM batch WHERE id = $1', [two.id])).toEqual(['parked']);
  });

  test('a month that was locked meanwhile takes no row', async () => {
    const id = await books.receive('orders-csv', orders('SO-1 1.00'));
    await books.lock();
    await expect(books.load(id)).rejects.toMatchObject({ code: 'PERIOD_LOCKED' });
    expect(await books.column('SELECT count(*)::int FROM sales_order')).toEqual([0]);
  });

  test('the cut-off waits for an import under way, which is then still accepted', async () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => `SO-${i},C1,2026-10-05,CNY,${i}.00,0.00,approved\n`);
    const id = await books.receive('orders-csv', orders() + rows.join(''));
    const loading = books.load(id);
    while (
      (
        await books.column(
          `SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY sales_order%' AND datname = current_database()`,
        )
      ).length === 0
    );
    await books.pool.query('UPDATE period SET cutoff_at = now()');
    expect(await books.column('SELECT state FROM batch')).toEqual(['accepted']);
    await loading;
  });
});
