import { Decimal } from '../../domain/money';
import { Books } from '../reconcile/books';
import { explained, marks, nearly, parts } from './explained';

describe('an exception with both sides, explained', () => {
  let books: Books;
  beforeEach(async () => {
    books = await Books.open();
    await books.batch('orders-csv');
    await books.batch('ledger-csv');
  });
  afterEach(() => books.close());

  test('shows the fields of both records, which agree and which differ, and every line of the voucher', async () => {
    await books.order('SO-100012', '113.00', { customer_no: 'C2', customer_name: '南山商行' });
    await books.sale('记-2', 'SO-100012', '103.00', { description: '销售' });
    const detail = await explained(books, 'orders-ledger', 'SO-100012');
    expect(detail.foundBy).toMatchObject({ code: 'order-no', name: { zh: '分录参考号等于订单号' } });
    expect(marks(detail)).toEqual([
      'number equal',
      'customer differs',
      'date differs',
      'month equal',
      'currency equal',
      'amount differs',
      'net differs',
      'tax differs',
    ]);
    expect(detail.fields.find(({ field }) => field === 'amount')).toMatchObject({ left: '113.00', right: '103.00' });
    expect(detail.leftRows.map(({ reference, file, line }) => [reference, file, line])).toEqual([
      ['SO-100012', 'orders-csv.csv', 1],
    ]);
    expect(detail.leftRows[0]!.fields.find(({ name }) => name === 'customer_name')?.value).toBe('南山商行');
    expect(detail.rightRows.map(({ reference, line, amount }) => [reference, line, amount])).toEqual([
      ['记-2', 2, '103.00'],
      ['记-2', 3, '-91.15'],
      ['记-2', 4, '-11.85'],
    ]);
    expect(detail.certainty).toMatchObject({ word: 'certain', label: { zh: '确定' } });
    expect(parts(detail)).toEqual(['tax 1.15', 'unexplained 8.85']);
  });

  test.each([
    ['tax', '113.00', '100.00', ['tax 13.00']],
    ['rounding', '113.40', '113.00', ['rounding 0.40']],
    ['sign', '113.00', '-113.00', ['sign 226.00']],
    ['typing', '3222.74', '2322.74', ['typing 900.00']],
  ])('splits off %s', async (_part, ordered, booked, expected) => {
    await books.order('SO-200001', ordered);
    if (_part === 'tax') {
      await books.voucher('记-1', 'SO-200001', [
        ['1122', booked],
        ['6001', new Decimal(booked).neg().toFixed(2)],
      ]);
    } else await books.sale('记-1', 'SO-200001', booked);
    expect(parts(await explained(books, 'orders-ledger', 'SO-200001'))).toEqual(expected);
  });

  test('finds the price in the order’s lines: one left out, another quantity, a discount not taken off', async () => {
    const line = async (
      order: string,
      no: number,
      quantity: string,
      price: string,
      discount: string,
    ): Promise<void> => {
      const batch = await books.batch('order-lines-csv');
      const gross = new Decimal(quantity).mul(price).sub(discount).toFixed(2);
      await books.pool.query(
        `INSERT INTO order_line (period_id, id, in_period, order_no, order_key, line_no, product_no, quantity, unit_price, discount_amount, tax_rate, gross_amount)
         SELECT $1, $2::bigint << 32 | (1 + (SELECT count(*) FROM order_line)), true, $3, replace($3, '-', ''), $4, 'P' || $4, $5, $6, $7, 0.13, $8`,
        [books.periodId, batch, order, String(no), quantity, price, discount, gross],
      );
    };
    await line('SO-300001', 1, '2', '50.00', '0');
    await line('SO-300001', 2, '1', '37.00', '0');
    await books.order('SO-300001', '137.00');
    await books.sale('记-1', 'SO-300001', '100.00');
    await line('SO-300002', 1, '5', '20.00', '0');
    await books.order('SO-300002', '100.00');
    await books.sale('记-2', 'SO-300002', '60.00');
    await line('SO-300003', 1, '1', '90.00', '7.00');
    await books.order('SO-300003', '83.00');
    await books.sale('记-3', 'SO-300003', '90.00');
    const note = async (order: string): Promise<string[]> => {
      const detail = await explained(books, 'orders-ledger', order);
      return detail.parts.map(({ part, amount, note: { en } }) => `${part} ${amount}: ${en}`);
    };
    expect(await note('SO-300001')).toEqual(['price 37.00: line 2 P2 (37.00) is left out']);
    expect(await note('SO-300002')).toEqual(['price 40.00: line 1 P1 was counted as 3 instead of 5 pieces']);
    expect(await note('SO-300003')).toEqual(['price -7.00: the discount of 7 was not taken off']);
  });

  test('a sale booked twice is one booking too many; tax that differs is taken up by net', async () => {
    await books.order('SO-400001', '113.00');
    await books.sale('记-1', 'SO-400001', '113.00');
    await books.sale('记-2', 'SO-400001', '113.00');
    await books.order('SO-400002', '113.00');
    await books.voucher('记-3', 'SO-400002', [
      ['1122', '113.00'],
      ['6001', '-106.60'],
      ['222101', '-6.40'],
    ]);
    const twice = await explained(books, 'orders-ledger', 'SO-400001');
    expect([twice.kind, ...parts(twice)]).toEqual(['duplicate', 'double_booking -113.00']);
    expect(twice.steps.map(({ en }) => en)[1]).toBe('Reverse or void the one too many (记-2)');
    const taxed = await explained(books, 'orders-ledger', 'SO-400002');
    expect([taxed.kind, taxed.difference, ...parts(taxed)]).toEqual(['tax_differs', '0.00', 'tax 6.60', 'net -6.60']);
    expect(marks(taxed)).toEqual(expect.arrayContaining(['amount equal', 'tax differs', 'net differs']));
  });

  test('another currency is explained by the rate the voucher was booked at', async () => {
    await books.order('SO-500001', '100.00', { currency: 'USD' });
    await books.sale('记-1', 'SO-500001', '712.30', { exchange_rate: '7.12' });
    const detail = await explained(books, 'orders-ledger', 'SO-500001');
    expect([detail.kind, ...parts(detail)]).toEqual(['currency_differs', 'rate -612.00', 'unexplained -0.30']);
  });

  test('another customer, another month and a cancelled order say so side by side', async () => {
    await books.order('SO-600001', '113.00');
    await books.sale('记-1', 'SO-600001', '113.00', { customer_no: 'C9' });
    await books.order('SO-600002', '114.00');
    await books.sale('记-2', 'SO-600002', '114.00', { posting_date: '2026-11-02' });
    await books.order('SO-600003', '115.00', { status: 'cancelled' });
    await books.sale('记-3', 'SO-600003', '115.00');
    const customer = await explained(books, 'orders-ledger', 'SO-600001');
    expect([customer.kind, ...customer.foundBy.differs]).toEqual(['customer_differs', 'customer', 'date']);
    const month = await explained(books, 'orders-ledger', 'SO-600002');
    expect(month.foundBy.differs).toEqual(['date', 'month']);
    const status = await explained(books, 'orders-ledger', 'SO-600003');
    expect([status.kind, status.fields.find(({ field }) => field === 'status')?.left]).toEqual([
      'status_differs',
      'cancelled',
    ]);
    for (const detail of [customer, month, status]) {
      const sum = Decimal.sum(0, ...detail.parts.map(({ amount }) => amount));
      expect(sum.toFixed(2)).toBe(detail.difference);
      expect(nearly(detail)).toEqual([]);
    }
  });
});
