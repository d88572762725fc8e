import { Books } from './books';

describe('records that no number brings together', () => {
  let books: Books;
  beforeEach(async () => {
    books = await Books.open();
    for (const kind of ['orders-csv', 'ledger-csv', 'receipts-csv', 'invoices-csv']) await books.batch(kind);
  });
  afterEach(() => books.close());

  const found = (reconciliation: string): Promise<string[]> => books.found(reconciliation);
  const rules = async (reconciliation: string): Promise<string[]> => {
    const { rows } = await books.pool.query<{ said: string }>(
      `SELECT rule || ' ' || certainty AS said FROM match WHERE reconciliation = $1 ORDER BY 1`,
      [reconciliation],
    );
    return rows.map((row) => row.said);
  };

  test('a slip of the keyboard in a number is seen through: a digit wrong, gone, too many, two swapped', async () => {
    await books.order('SO-20261001', '101.00');
    await books.sale('记-1', 'SO-20261901', '101.00');
    await books.order('SO-20261002', '102.00');
    await books.sale('记-2', 'SO-2026102', '102.00');
    await books.order('SO-20261003', '103.00');
    await books.sale('记-3', 'SO-202610003', '103.00');
    await books.order('SO-20261004', '104.00');
    await books.sale('记-4', 'SO-20261040', '104.00', { customer_no: null });
    await books.order('SO-20261005', '105.00');
    await books.sale('记-5', null, '105.00', { description: '确认收入 S0-20261005' });
    expect(await found('orders-ledger')).toEqual([]);
    expect(await rules('orders-ledger')).toEqual(Array(5).fill('near-reference probable'));
  });

  test('a near number of the same customer with another amount is one record with two mistakes', async () => {
    await books.order('SO-20261001', '101.00');
    await books.sale('记-1', 'SO-20261009', '102.00');
    await books.order('SO-20264001', '900.00');
    await books.sale('记-4', 'SO-20264009', '40.00');
    expect(await found('orders-ledger')).toEqual([
      'amount_differs -1.00 SO-20261001 | 记-1',
      'missing_in_finance 900.00 SO-20264001 | ',
      'missing_in_sales -40.00  | 记-4',
    ]);
  });

  test('a near number is not taken where the customer speaks against it, or another live number fits as well', async () => {
    await books.order('SO-20261001', '101.00');
    await books.sale('记-1', 'SO-20261009', '102.00', { customer_no: 'C2' });
    await books.order('SO-20262001', '201.00');
    await books.sale('记-2', 'SO-20262009', '201.00', { customer_no: 'C2' });
    // 20263009 is one slip from both; the second is booked already, so this may as well be its double.
    await books.order('SO-20263001', '301.00');
    await books.order('SO-20263002', '301.00');
    await books.sale('记-3', 'SO-20263002', '301.00');
    await books.sale('记-4', 'SO-20263009', '301.00');
    expect(await found('orders-ledger')).toEqual([
      'missing_in_finance 101.00 SO-20261001 | ',
      'missing_in_finance 201.00 SO-20262001 | ',
      'missing_in_finance 301.00 SO-20263001 | ',
      'missing_in_sales -102.00  | 记-1',
      'missing_in_sales -201.00  | 记-2',
      'missing_in_sales -301.00  | 记-4',
    ]);
  });

  test('a swapped digit that hits another live order stays with that order', async () => {
    await books.order('SO-20261012', '500.00');
    await books.order('SO-20261021', '700.00');
    await books.sale('记-1', 'SO-20261021', '500.00');
    await books.sale('记-2', 'SO-20261021', '700.00');
    expect(await found('orders-ledger')).toEqual([
      'amount_differs -500.00 SO-20261021 | 记-1+记-2',
      'missing_in_finance 500.00 SO-20261012 | ',
    ]);
  });

  test('without a number the customer and the amount pair what is alone on both sides, inside the window', async () => {
    await books.order('SO-20261001', '113.00', { order_date: '2026-10-05' });
    await books.sale('记-1', null, '113.00', { posting_date: '2026-10-08' });
    await books.order('SO-20261002', '226.00', { order_date: '2026-10-05' });
    await books.order('SO-20261003', '226.00', { order_date: '2026-10-06' });
    await books.sale('记-2', null, '226.00', { posting_date: '2026-10-06' });
    await books.order('SO-20261004', '339.00', { order_date: '2026-10-02' });
    await books.sale('记-3', null, '339.00', { posting_date: '2026-10-28' });
    expect(await found('orders-ledger')).toEqual([
      'missing_in_finance 226.00 SO-20261002 | ',
      'missing_in_finance 226.00 SO-20261003 | ',
      'missing_in_finance 339.00 SO-20261004 | ',
      'missing_in_sales -226.00  | 记-2',
      'missing_in_sales -339.00  | 记-3',
    ]);
    // Two candidates are two suggestions, each saying so; so is the one outside the window.
    expect(await rules('orders-ledger')).toEqual([
      'customer-amount possible',
      'customer-amount possible',
      'customer-amount possible',
      'customer-amount probable',
    ]);
    const { rows } = await books.pool.query<{ ways: number[] }>(
      `SELECT ARRAY(SELECT (s->>'ways')::int FROM jsonb_array_elements(facts->'suggested') s) AS ways FROM close_exception
        WHERE reconciliation = 'orders-ledger' AND kind = 'missing_in_sales' ORDER BY difference DESC`,
    );
    expect(rows.map((row) => row.ways)).toEqual([[2, 2], [1]]);
  });

  test('a sum of a few records of one customer is a suggestion with its number of ways, never a match', async () => {
    await books.order('SO-20261001', '100.00', { order_date: '2026-10-05' });
    await books.order('SO-20261002', '250.00', { order_date: '2026-10-05' });
    await books.order('SO-20261003', '40.00', { order_date: '2026-10-06' });
    await books.sale('记-1', null, '350.00', { posting_date: '2026-10-06' });
    expect(await found('orders-ledger')).toHaveLength(4);
    const { rows } = await books.pool.query<{ rule: string; difference: string; lefts: number; suggested: object }>(
      `SELECT m.rule, m.difference::text, cardinality(m.left_ids) AS lefts, e.facts->'suggested'->0 AS suggested
         FROM match m, close_exception e WHERE m.state = 'suggested' AND e.reconciliation = 'orders-ledger' AND e.kind = 'missing_in_sales'`,
    );
    expect(rows).toEqual([
      {
        rule: 'sum-of-several',
        difference: '0',
        lefts: 2,
        suggested: expect.objectContaining({ ways: 1, references: ['SO-20261001', 'SO-20261002'] }) as object,
      },
    ]);
  });

  test('a receipt whose order number is a slip away from the customer’s order that waits for exactly this money is for it', async () => {
    await books.order('SO-20261001', '500.00');
    await books.receipt('SK-10001', 'SO-20261010', '500.00', 'other');
    await books.order('SO-20262001', '300.00');
    await books.receipt('SK-10002', 'SO-20262010', '250.00', 'other');
    await books.order('SO-20263001', '70.00', { customer_no: 'C2' });
    await books.receipt('SK-10003', 'SO-20263010', '70.00', 'other');
    expect(await found('orders-receipts')).toEqual([
      'unapplied_receipt -250.00  | SK-10002',
      'unapplied_receipt -70.00  | SK-10003',
    ]);
    expect(await rules('orders-receipts')).toEqual(['near-reference probable']);
  });

  test('a receipt without an order number is for the orders its description names, where its money is what they wait for', async () => {
    await books.order('SO-20261001', '500.00');
    await books.order('SO-20261002', '200.00');
    await books.receipt('SK-10001', null, '700.00', 'other', { description: '付 SO-20261001、SO-20261002' });
    await books.order('SO-20261003', '90.00');
    await books.receipt('SK-10002', null, '91.00', 'other', { description: '付 SO-20261003' });
    expect(await found('orders-receipts')).toEqual(['unapplied_receipt -91.00  | SK-10002']);
    expect(await rules('orders-receipts')).toEqual(['number-in-text certain', 'number-in-text certain']);
  });

  test('a receipt that points to no order is told of the unpaid order it may be for', async () => {
    await books.order('SO-20261001', '500.00');
    await books.receipt('SK-10001', null, '500.00', 'other');
    expect(await found('orders-receipts')).toEqual(['unapplied_receipt -500.00  | SK-10001']);
    const { rows } = await books.pool.query(
      `SELECT facts->'suggested'->0 AS suggested FROM close_exception WHERE kind = 'unapplied_receipt'`,
    );
    expect(rows).toEqual([
      { suggested: { rule: 'customer-amount', ways: 1, exceptions: [], references: ['SO-20261001'] } },
    ]);
  });

  test('one voucher for several documents, their numbers in its description', async () => {
    await books.order('SO-20261001', '113.00');
    await books.order('SO-20261002', '226.00');
    await books.sale('记-1', null, '339.00', { description: '确认收入 SO-20261001、SO-20261002' });
    await books.order('SO-20261003', '113.00');
    await books.order('SO-20261004', '226.00');
    await books.sale('记-2', null, '300.00', { description: '确认收入 SO-20261003、SO-20261004' });
    expect(await found('orders-ledger')).toEqual([
      'missing_in_finance 113.00 SO-20261003 | ',
      'missing_in_finance 226.00 SO-20261004 | ',
      'missing_in_sales -300.00  | 记-2',
    ]);
  });

  test('two postings that name one receipt in different ways are told together', async () => {
    await books.batch('channel-csv', 'card');
    await books.receipt('SK-10001', 'SO-20261001', '100.00', 'card', { channel_reference: 'POS-778801' });
    await books.movement('POS-778801', '100.00');
    await books.money('记-1', 'SK-10001', '101203', '100.00');
    await books.money('记-2', 'POS-778801', '101203', '100.00');
    expect(await found('channels-ledger')).toEqual(['duplicate -100.00 POS-778801 | 记-1+记-2']);
  });

  test('invoices and their orders alike', async () => {
    await books.order('SO-20261001', '113.00', { status: 'delivered' });
    await books.invoice('FP-1', 'SO-20261010', '113.00');
    await books.order('SO-20261002', '226.00', { status: 'delivered', order_date: '2026-10-02' });
    await books.invoice('FP-2', null, '226.00', { issue_date: '2026-10-30' });
    expect(await found('orders-invoices')).toEqual([]);
    expect(await rules('orders-invoices')).toEqual(['customer-amount probable', 'near-reference probable']);
  });

  test('receipts, the channel’s movements and their bookings', async () => {
    await books.batch('channel-csv', 'card');
    await books.receipt('SK-10001', 'SO-20261001', '100.00', 'card', { channel_reference: 'POS-778801' });
    await books.movement('POS-778810', '100.00');
    await books.money('记-1', 'SK-10010', '101203', '100.00');
    expect(await found('receipts-channels')).toEqual([]);
    expect(await found('channels-ledger')).toEqual([]);
    expect(await rules('receipts-channels')).toEqual(['near-reference probable']);
    expect(await rules('channels-ledger')).toEqual(['near-reference probable']);
  });

  test('an amount alone never brings together a transfer and the receipt of somebody else', async () => {
    await books.order('SO-20261001', '500.00', { customer_no: 'C1', customer_name: '青岛海天商贸有限公司' });
    await books.order('SO-20261002', '90.00', { customer_no: 'C2', customer_name: '青岛海田商贸有限公司' });
    await books.receipt('SK-10001', 'SO-20261001', '500.00', 'bank', { received_on: '2026-10-12' });
    await books.bank('B1', '500.00', {
      description: '货款',
      counterparty: '青岛海田商贸有限公司',
      booked_on: '2026-10-12',
    });
    expect(await found('receipts-channels')).toContain('missing_in_finance 500.00 SK-10001 | ');
  });

  test('a transfer that names nothing but comes from the customer', async () => {
    await books.order('SO-20261001', '500.00', { customer_name: '青岛海天商贸有限公司' });
    await books.receipt('SK-10001', 'SO-20261001', '500.00', 'bank', { received_on: '2026-10-12' });
    await books.receipt('SK-10002', 'SO-20261009', '500.00', 'bank', { received_on: '2026-10-12', customer_no: 'C2' });
    await books.bank('B1', '500.00', {
      description: '货款',
      counterparty: '青岛海天商贸有限公司',
      booked_on: '2026-10-13',
    });
    expect(await found('receipts-channels')).toEqual(['missing_in_finance 500.00 SK-10002 | ']);
    expect(await rules('receipts-channels')).toEqual(['customer-amount probable']);
  });
});
