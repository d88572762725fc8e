import { reconcilePeriod } from '../../store/reconcile';
import { Books, type Finding } from './books';

const MANY = 6_000;
const KINDS = ['orders-csv', 'ledger-csv', 'receipts-csv', 'invoices-csv'];

describe('books on a bad day', () => {
  let books: Books;
  beforeEach(async () => {
    books = await Books.open();
    for (const kind of KINDS) await books.batch(kind);
    await books.batch('channel-csv', 'card');
  });
  afterEach(() => books.close());

  const of = (found: readonly Finding[], reconciliation: string): readonly Finding[] =>
    found.filter((one) => one.reconciliation === reconciliation);

  test('empty sides hold nothing and say so', async () => {
    expect(await books.reconcile()).toEqual([]);
  });

  test('six thousand postings, receipts and movements with one reference are one exception each', async () => {
    await books.order('SO-1', '100.00');
    await books.sale('记-1', 'SO-1', '1.00');
    await books.multiply('ledger-csv', MANY, { entry_no: `'M' || n` });
    await books.receipt('R-1', 'SO-1', '1.00', 'card', { channel_reference: 'T-1' });
    await books.multiply('receipts-csv', MANY, { receipt_no: `'R' || n`, receipt_key: `'R' || n` });
    await books.movement('T-0', '1.00', { merchant_reference: 'T-1' });
    await books.multiply(
      'channel-csv',
      MANY,
      { row_key: `'K' || n`, transaction_no: `'K' || n`, transaction_key: `'K' || n` },
      'card',
    );
    const found = await books.reconcile();
    expect(of(found, 'orders-ledger').map(({ kind, difference }) => `${kind} ${difference}`)).toEqual([
      `amount_differs ${99 - MANY}.00`,
    ]);
    expect(of(found, 'orders-receipts').map(({ kind }) => kind)).toEqual(['duplicate']);
    expect(of(found, 'receipts-channels')).toEqual([]);
  });

  test('six thousand rows that hit nothing, all of one amount and customer, are each their own exception', async () => {
    await books.order('SO-100001', '100.00');
    await books.multiply('orders-csv', MANY, { order_no: `'SO-' || 200000 + n`, order_key: `'SO' || 200000 + n` });
    await books.sale('记-1', 'ZZ-100001', '100.00');
    await books.multiply('ledger-csv', MANY, {
      entry_no: `'M' || n`,
      reference: `'ZZ' || 700000 + n`,
      reference_key: `'ZZ' || 700000 + n`,
    });
    const found = of(await books.reconcile(), 'orders-ledger');
    expect(found.filter(({ kind }) => kind === 'missing_in_finance')).toHaveLength(MANY + 1);
    expect(found.filter(({ kind }) => kind === 'missing_in_sales')).toHaveLength(MANY + 1);
  });

  test('amounts of eighteen digits are compared to the cent', async () => {
    await books.order('SO-1', '9999999999999999.99', { tax_amount: '0' });
    await books.voucher('记-1', 'SO-1', [
      ['1122', '9999999999999999.98'],
      ['6001', '-9999999999999999.98'],
    ]);
    expect(of(await books.reconcile(), 'orders-ledger').map(({ kind, difference }) => `${kind} ${difference}`)).toEqual(
      ['amount_differs 0.01'],
    );
  });

  test('killed in the middle, nothing of the run stands, and the next one has the same result', async () => {
    await disorder();
    let steps = 0;
    const halfway = (): void => {
      if (++steps === 60) throw new Error('killed');
    };
    await expect(reconcilePeriod(books.pool, books.periodId, { progress: halfway })).rejects.toThrow('killed');
    expect(await picture()).toEqual([]);
    await books.reconcile();
    const first = await picture();
    expect(first.length).toBeGreaterThan(5);
    await expect(again()).resolves.toEqual(first);
  });

  test('two runs at once do not interleave: the second finds what the first has done', async () => {
    await disorder();
    const [one, other] = await Promise.all([
      reconcilePeriod(books.pool, books.periodId),
      reconcilePeriod(books.pool, books.periodId),
    ]);
    expect(other.runId).toBe(one.runId);
    expect((await books.pool.query('SELECT 1 FROM reconcile_run')).rowCount).toBe(1);
  });

  test('the order rows came in changes nothing but their ids', async () => {
    await disorder();
    await books.reconcile();
    const said = (found: readonly Finding[]): string[] =>
      found
        .map(
          (one) => `${one.reconciliation} ${one.kind} ${one.difference} ${one.left.join('+')} ${one.right.join('+')}`,
        )
        .sort();
    const forward = said(await books.findings());
    const other = await Books.open();
    try {
      for (const kind of KINDS) await other.batch(kind);
      await other.batch('channel-csv', 'card');
      await disorder(other, true);
      expect(said(await other.reconcile())).toEqual(forward);
    } finally {
      await other.close();
    }
  });

  /** A bit of everything, in one order or the other. */
  async function disorder(into = books, backwards = false): Promise<void> {
    const doings = [
      () => into.order('SO-20261001', '113.00'),
      () => into.order('SO-20261002', '226.00'),
      () => into.order('SO-20261003', '226.00', { order_date: '2026-10-06' }),
      () => into.order('SO-20261004', '90.00', { status: 'cancelled' }),
      () => into.sale('记-1', 'SO-20261001', '131.00'),
      () => into.sale('记-2', null, '226.00'),
      () => into.sale('记-3', 'SO-20261004', '90.00'),
      () => into.sale('记-4', 'SO-20269999', '55.00'),
      () => into.receipt('R-100001', 'SO-20261001', '113.00', 'card', { channel_reference: 'T-100001' }),
      () => into.receipt('R-100002', 'SO-20261002', '60.00', 'card', { channel_reference: 'T-100009' }),
      () => into.movement('T-100001', '113.00'),
      () => into.movement('T-100090', '60.00'),
      () => into.money('记-5', 'R-100001', '101203', '113.00'),
      () => into.money('记-6', 'R-100001', '101203', '113.00'),
    ];
    for (const doing of backwards ? doings.reverse() : doings) await doing();
  }

  async function picture(): Promise<unknown[]> {
    const { rows } = await books.pool.query(
      `SELECT 'match' AS what, id, rule, state, difference::text FROM match UNION ALL SELECT 'exception', id, rule, kind, difference::text FROM close_exception WHERE NOT superseded ORDER BY 1, 2`,
    );
    return rows;
  }

  async function again(): Promise<unknown[]> {
    // Another policy version with the same words: the month is compared anew.
    await books.pool.query(
      `INSERT INTO policy (company_id, version, source, settings, sha256) SELECT company_id, version + 1, source, settings, 'again' FROM policy`,
    );
    await books.reconcile();
    return picture();
  }
});
