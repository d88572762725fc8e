import { reconcilePeriod } from '../../store/reconcile';
import { Books } from './books';

describe('customers’ balances, and running again', () => {
  let books: Books;
  beforeEach(async () => {
    books = await Books.open();
    await books.batch('orders-csv');
    await books.batch('receipts-csv');
    await books.batch('ledger-csv');
  });
  afterEach(() => books.close());

  const balances = async (): Promise<string[]> => {
    const all = await books.reconcile();
    const { rows } = await books.pool.query<{
      customer: string;
      difference: string;
      causes: string[];
      explained: string;
    }>(
      `SELECT x.facts->>'customer' AS customer, x.difference::text, x.facts->>'explained' AS explained,
              ARRAY(SELECT c.reconciliation || ':' || c.kind FROM close_exception c WHERE c.id = ANY (x.caused_by) ORDER BY 1) AS causes
         FROM close_exception x WHERE reconciliation = 'customers-ledger' AND NOT superseded ORDER BY 1`,
    );
    expect(all.filter((one) => one.reconciliation === 'customers-ledger')).toHaveLength(rows.length);
    return rows.map((row) => `${row.customer} ${row.difference} of which ${row.explained}: ${row.causes.join(', ')}`);
  };

  test('opening, sales, returns and receipts agree with the receivable account', async () => {
    await books.add('openings-csv', { customer_no: 'C1', sales_amount: '500.00', ledger_amount: '500.00' });
    await books.order('SO-1', '113.00');
    await books.sale('记-1', 'SO-1', '113.00');
    await books.return('RT-1', 'SO-1', '13.00');
    await books.sale('记-2', 'RT-1', '-13.00');
    await books.receipt('R-1', 'SO-1', '100.00', 'other');
    await books.money('记-3', 'R-1', '1002', '100.00');
    expect(await balances()).toEqual([]);
    const { rows } = await books.pool.query('SELECT sales_closing::text, ledger_closing::text FROM customer_balance');
    expect(rows).toEqual([{ sales_closing: '500.00', ledger_closing: '500.00' }]);
  });

  test('a balance names the exceptions that cause it, and what they do not explain', async () => {
    const c = (no: string) => ({ customer_no: no });
    await books.order('SO-1', '113.00', c('C1'));
    await books.order('SO-2', '113.00', c('C2'));
    await books.sale('记-2', 'SO-2', '113.00', c('C3'));
    await books.order('SO-4', '113.00', { ...c('C4'), status: 'cancelled' });
    await books.sale('记-4', 'SO-4', '113.00', c('C4'));
    await books.order('SO-5', '200.00', c('C5'));
    await books.sale('记-5', 'SO-5', '200.00', c('C5'));
    await books.receipt('R-5', 'SO-5', '50.00', 'card', { channel_reference: 'T-5', ...c('C5') });
    await books.movement('T-5', '50.00');
    await books.receipt('R-6', 'SO-5', '20.00', 'other', c('C5'));
    await books.add('openings-csv', { customer_no: 'C6', sales_amount: '10.00', ledger_amount: '0.00' });
    expect(await balances()).toEqual([
      'C1 113.00 of which 113.00: orders-ledger:missing_in_finance',
      'C2 113.00 of which 113.00: orders-ledger:customer_differs',
      'C3 -113.00 of which -113.00: orders-ledger:customer_differs',
      'C4 -113.00 of which -113.00: orders-ledger:status_differs',
      'C5 -70.00 of which -50.00: channels-ledger:missing_in_finance',
      'C6 10.00 of which 0: ',
    ]);
  });

  test('the same input gives the same run; another input keeps ids and supersedes what is gone', async () => {
    await books.order('SO-1', '113.00');
    await books.sale('记-1', 'SO-1', '100.00');
    await books.order('SO-2', '50.00');
    const first = await reconcilePeriod(books.pool, books.periodId);
    expect(await reconcilePeriod(books.pool, books.periodId)).toEqual(first);
    const ids = async (): Promise<Record<string, string>> => {
      const { rows } = await books.pool.query<{ id: string; kind: string; superseded: boolean }>(
        `SELECT id, kind, superseded FROM close_exception WHERE reconciliation = 'orders-ledger'`,
      );
      return Object.fromEntries(rows.map((row) => [row.kind + (row.superseded ? ' superseded' : ''), row.id]));
    };
    const before = await ids();
    // A second ledger file books the missing sale.
    await books.pool.query(`INSERT INTO evidence VALUES ('${'a'.repeat(64)}', 0, 'x')`);
    await books.batch('ledger-csv', 'second');
    await books.add(
      'ledger-csv',
      {
        entry_no: '记-2',
        line_no: '1',
        posting_date: '2026-10-09',
        account: '1122',
        reference: 'SO-2',
        customer_no: 'C1',
        debit: '50.00',
        credit: '0',
      },
      'second',
    );
    await books.add(
      'ledger-csv',
      {
        entry_no: '记-2',
        line_no: '2',
        posting_date: '2026-10-09',
        account: '6001',
        reference: 'SO-2',
        debit: '0',
        credit: '44.25',
      },
      'second',
    );
    await books.add(
      'ledger-csv',
      {
        entry_no: '记-2',
        line_no: '3',
        posting_date: '2026-10-09',
        account: '2221',
        reference: 'SO-2',
        debit: '0',
        credit: '5.75',
      },
      'second',
    );
    const second = await reconcilePeriod(books.pool, books.periodId);
    expect(second.inputHash).not.toBe(first.inputHash);
    expect(await ids()).toEqual({
      amount_differs: before['amount_differs'],
      'missing_in_finance superseded': before['missing_in_finance'],
    });
  });

  test('a reconciliation without one of its sides says so', async () => {
    const empty = await Books.open();
    await empty.batch('orders-csv');
    const { results } = await reconcilePeriod(empty.pool, empty.periodId);
    expect(results.map((one) => one.state)).toEqual(Array(6).fill('not_provided'));
    await empty.close();
  });

  test('the next month knows the orders of this one: booked late as reported, billed late, paid before', async () => {
    await books.batch('invoices-csv');
    await books.order('SO-1', '113.00');
    await books.order('SO-2', '113.00');
    await books.sale('记-2', 'SO-2', '113.00');
    await books.invoice('I-1', 'SO-1', '113.00');
    await books.invoice('I-2', 'SO-2', '113.00');
    await books.receipt('R-2', 'SO-2', '113.00', 'other');
    await books.money('收-2', 'R-2', '1002', '113.00');
    const october = await books.reconcile();
    expect(
      october.filter((one) => one.reconciliation !== 'customers-ledger').map((one) => `${one.kind} ${one.left.join()}`),
    ).toEqual(['missing_in_finance SO-1']);

    const november = await books.nextMonth();
    for (const kind of ['orders-csv', 'receipts-csv', 'ledger-csv', 'invoices-csv']) await november.batch(kind);
    const on = { posting_date: '2026-11-03' };
    await november.sale('记-1', 'SO-1', '113.00', on);
    await november.sale('记-3', 'SO-2', '113.00', on);
    await november.receipt('R-9', 'SO-2', '50.00', 'other', { received_on: '2026-11-04' });
    await november.money('收-9', 'R-9', '1002', '50.00', on);
    const found = (await november.reconcile()).filter((one) => one.reconciliation !== 'customers-ledger');
    expect(found.map((one) => `${one.reconciliation} ${one.kind} ${one.difference} ${one.left.join()}`)).toEqual([
      'orders-ledger date_differs 0.00 SO-2',
      'orders-receipts overpaid -50.00 SO-2',
    ]);
  });
});
