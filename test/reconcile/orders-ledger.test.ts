import { Books } from './books';

describe('orders against the ledger', () => {
  let books: Books;
  beforeEach(async () => {
    books = await Books.open();
    await books.batch('orders-csv');
    await books.batch('ledger-csv');
  });
  afterEach(() => books.close());

  const found = (): Promise<string[]> => books.found('orders-ledger');

  test('a sale that is booked is a match, whatever the spelling of its number', async () => {
    await books.order('SO-001', '113.00');
    await books.sale('记-1', 'ｓｏ 001', '113.00');
    await books.order('SO-002', '226.00');
    await books.sale('记-2', null, '226.00', { description: '确认收入 SO-002 青岛' });
    expect(await books.reconcile()).toEqual([]);
    const { rows } = await books.pool.query(
      `SELECT rule FROM match WHERE reconciliation = 'orders-ledger' ORDER BY rule`,
    );
    expect(rows).toEqual([{ rule: 'number-in-text' }, { rule: 'order-no' }]);
  });

  test('one sale booked in several vouchers is compared by its sum', async () => {
    await books.order('SO-1', '300.00');
    await books.sale('记-1', 'SO-1', '100.00');
    await books.sale('记-2', 'SO-1', '200.00');
    expect(await found()).toEqual([]);
  });

  test('missing on either side', async () => {
    await books.order('SO-1', '113.00');
    await books.sale('记-9', 'SO-404', '50.00');
    expect(await found()).toEqual(['missing_in_finance 113.00 SO-1 | ', 'missing_in_sales -50.00  | 记-9']);
  });

  test('amount, tax, customer, currency and duplicate', async () => {
    await books.order('SO-1', '113.00');
    await books.sale('记-1', 'SO-1', '131.00');
    await books.order('SO-2', '113.00');
    await books.voucher('记-2', 'SO-2', [
      ['1122', '113.00'],
      ['6001', '-106.60'],
      ['2221', '-6.40'],
    ]);
    await books.order('SO-3', '113.00');
    await books.sale('记-3', 'SO-3', '113.00', { customer_no: 'C2' });
    await books.order('SO-4', '113.00', { currency: 'USD' });
    await books.sale('记-4', 'SO-4', '113.00');
    await books.order('SO-5', '113.00');
    await books.sale('记-5', 'SO-5', '113.00');
    await books.sale('记-6', 'SO-5', '113.00');
    expect(await found()).toEqual([
      'amount_differs -18.00 SO-1 | 记-1',
      'currency_differs 0.00 SO-4 | 记-4',
      'customer_differs 0.00 SO-3 | 记-3',
      'duplicate -113.00 SO-5 | 记-5+记-6',
      'tax_differs 0.00 SO-2 | 记-2',
    ]);
  });

  test('booked in another month, either way', async () => {
    await books.order('SO-1', '113.00', { order_date: '2026-10-31' });
    await books.sale('记-1', 'SO-1', '113.00', { posting_date: '2026-11-02' });
    await books.order('SO-2', '113.00', { order_date: '2026-11-01' });
    await books.sale('记-2', 'SO-2', '113.00');
    await books.order('SO-3', '113.00', { order_date: '2026-09-30' });
    await books.sale('记-3', 'SO-3', '113.00', { posting_date: '2026-09-30' });
    expect(await found()).toEqual(['date_differs 0.00 SO-1 | 记-1', 'date_differs 0.00 SO-2 | 记-2']);
  });

  test('cancelled or draft but booked; not booked is right', async () => {
    await books.order('SO-1', '113.00', { status: 'cancelled' });
    await books.sale('记-1', 'SO-1', '113.00');
    await books.order('SO-2', '113.00', { status: 'draft' });
    await books.sale('记-2', 'SO-2', '113.00');
    await books.order('SO-3', '113.00', { status: 'cancelled' });
    await books.order('SO-4', '113.00', { status: 'cancelled' });
    await books.sale('记-3', 'SO-4', '113.00');
    await books.sale('记-4', 'SO-4', '-113.00');
    expect(await found()).toEqual(['status_differs 0.00 SO-1 | 记-1', 'status_differs 0.00 SO-2 | 记-2']);
  });

  test('a return is booked red, by its own number or by its order', async () => {
    await books.order('SO-1', '226.00');
    await books.sale('记-1', 'SO-1', '226.00');
    await books.return('RT-1', 'SO-1', '113.00');
    await books.sale('记-2', 'RT-1', '-113.00');
    await books.order('SO-2', '226.00');
    await books.sale('记-3', 'SO-2', '226.00');
    await books.return('RT-2', 'SO-2', '113.00');
    await books.sale('记-4', 'SO-2', '-113.00');
    await books.return('RT-3', 'SO-OLD', '113.00');
    await books.sale('记-5', 'SO-OLD', '-113.00');
    await books.return('RT-4', 'SO-2', '50.00');
    expect(await found()).toEqual(['missing_in_finance 50.00 RT-4 | ']);
  });

  test('a posting that names the invoice books its order; receipts are not sales', async () => {
    await books.order('SO-1', '113.00');
    await books.invoice('2610', 'SO-1', '113.00');
    await books.sale('记-1', '2610', '113.00');
    await books.receipt('RC-1', 'SO-1', '113.00', 'other');
    await books.money('记-2', 'SO-1', '1002', '113.00');
    expect(await found()).toEqual([]);
  });

  test('lines of one voucher may carry the number on one line only', async () => {
    await books.order('SO-1', '113.00');
    await books.add('ledger-csv', {
      entry_no: '记-1',
      line_no: '1',
      posting_date: '2026-10-06',
      account: '1122',
      reference: 'SO-1',
      customer_no: 'C1',
      debit: '113.00',
      credit: '0',
    });
    await books.add('ledger-csv', {
      entry_no: '记-1',
      line_no: '2',
      posting_date: '2026-10-06',
      account: '6001',
      reference: null,
      debit: '0',
      credit: '100.00',
    });
    await books.add('ledger-csv', {
      entry_no: '记-1',
      line_no: '3',
      posting_date: '2026-10-06',
      account: '2221',
      reference: null,
      debit: '0',
      credit: '13.00',
    });
    expect(await found()).toEqual([]);
  });

  test('one voucher may book several orders that only its receivable lines name', async () => {
    await books.order('SO-1', '113.00');
    await books.order('SO-2', '226.00');
    const line = (no: string, account: string, reference: string | null, debit: string, credit: string) =>
      books.add('ledger-csv', {
        entry_no: '记-1',
        line_no: no,
        posting_date: '2026-10-06',
        account,
        reference,
        customer_no: account === '1122' ? 'C1' : null,
        debit,
        credit,
      });
    await line('1', '1122', 'SO-1', '113.00', '0');
    await line('2', '1122', 'SO-2', '226.00', '0');
    await line('3', '6001', null, '0', '300.00');
    await line('4', '2221', null, '0', '39.00');
    expect(await found()).toEqual([]);
  });

  test('numbers of two orders may stand in references and descriptions by turns', async () => {
    await books.order('O-100', '113.00');
    await books.order('O-200', '226.00');
    const line = (
      no: string,
      account: string,
      reference: string | null,
      description: string | null,
      debit: string,
      credit: string,
    ) =>
      books.add('ledger-csv', {
        entry_no: 'V1',
        line_no: no,
        posting_date: '2026-10-06',
        account,
        reference,
        description,
        debit,
        credit,
      });
    await line('1', '1122', 'O-100', null, '113.00', '0');
    await line('2', '6001', null, 'O-100 sale', '0', '100.00');
    await line('3', '2221', 'O-100', null, '0', '13.00');
    await line('4', '1122', null, 'O-200 sale', '226.00', '0');
    await line('5', '6001', 'O-200', null, '0', '200.00');
    await line('6', '2221', null, 'O-200 sale', '0', '26.00');
    expect(await found()).toEqual([]);
  });
});
