import { indexMonth } from '../../store/month-indexes';
import { Books } from '../reconcile/books';

describe('the indexes of a compared month', () => {
  let books: Books;
  beforeEach(async () => {
    books = await Books.open();
  });
  afterEach(() => books.close());

  const indexed = async (): Promise<string[]> => {
    const { rows } = await books.pool.query<{ relation: string }>(
      `SELECT DISTINCT regexp_replace(tablename, '_p[0-9]+$', '') AS relation FROM pg_indexes
        WHERE indexname LIKE '%\\_by\\_%' AND tablename LIKE '%\\_p' || $1 ORDER BY 1`,
      [books.periodId],
    );
    return rows.map(({ relation }) => relation);
  };

  test('cover every relation whose records are shown, and building them again changes nothing', async () => {
    expect(await indexed()).toEqual([]);
    await indexMonth(books.pool, books.periodId);
    await indexMonth(books.pool, books.periodId);
    expect(await indexed()).toEqual([
      'bank_entry',
      'channel_transaction',
      'invoice',
      'ledger_entry',
      'order_line',
      'receipt',
      'sales_order',
      'sales_return',
    ]);
  });

  test('find the records that come near without reading the month', async () => {
    await indexMonth(books.pool, books.periodId);
    const client = await books.pool.connect();
    try {
      await client.query('BEGIN; SET LOCAL enable_seqscan = off');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN SELECT id FROM ledger_entry WHERE period_id = $1 AND (reference_key = ANY ($2) OR debit - credit = ANY ($3::numeric[]))`,
        [books.periodId, ['SO1'], ['1.00']],
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toContain('_by_reference');
      expect(plan).toContain('_by_amount');
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});
