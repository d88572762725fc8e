import { Books } from './books';

describe('orders against invoices and receipts', () => {
  let books: Books;
  beforeEach(async () => {
    books = await Books.open();
    await books.batch('orders-csv');
  });
  afterEach(() => books.close());

  const found = (reconciliation: string): Promise<string[]> => books.found(reconciliation);

  test('a tax document knows neither order nor customer: its remark and its buyer’s name lead there', async () => {
    const document = (no: string, gross: string, buyer: string, remark: string): Promise<void> =>
      books.invoice(no, null, gross, {
        customer_no: null,
        extra: JSON.stringify({ 购买方名称: buyer, 备注: remark }),
      });
    const named = (name: string): Record<string, string> => ({ customer_no: `C-${name}`, customer_name: name });
    await books.order('SO-202610001', '113.00', named('甲公司'));
    await document('26117000000000000001', '113.00', '甲公司', '货款 SO-202610001 请查收');
    await books.order('SO-202610002', '226.00', named('乙公司'));
    await document('26117000000000000002', '226.00', '乙公司', '');
    await books.order('SO-202610003', '339.00', named('丙公司'));
    await document('26117000000000000003', '339.00', '丁公司', '');
    await books.order('SO-202610004', '50.00', named('丁公司'));
    expect(await found('orders-invoices')).toEqual([
      'missing_in_sales -339.00  | 26117000000000000003',
      'unbilled 339.00 SO-202610003 | ',
      'unbilled 50.00 SO-202610004 | ',
    ]);
  });

  test('billing: unbilled, billed too early, unknown, amount, tax, duplicate, status, month', async () => {
    await books.order('SO-1', '113.00');
    await books.order('SO-2', '113.00', { status: 'approved' });
    await books.order('SO-3', '113.00', { status: 'approved' });
    await books.invoice('I-3', 'SO-3', '113.00');
    await books.invoice('I-4', 'SO-404', '70.00');
    await books.order('SO-5', '113.00');
    await books.invoice('I-5', 'SO-5', '100.00');
    await books.order('SO-6', '113.00');
    await books.invoice('I-6', 'SO-6', '113.00', { tax_amount: '6.40', net_amount: '106.60' });
    await books.order('SO-7', '113.00');
    await books.invoice('I-7', 'SO-7', '113.00');
    await books.invoice('I-8', 'SO-7', '113.00');
    await books.order('SO-9', '113.00', { status: 'cancelled' });
    await books.invoice('I-9', 'SO-9', '113.00');
    await books.order('SO-10', '113.00');
    await books.invoice('I-10', 'SO-10', '113.00', { issue_date: '2026-11-03' });
    await books.order('SO-11', '113.00');
    await books.invoice('I-11', 'so11', '113.00');
    expect(await found('orders-invoices')).toEqual([
      'amount_differs 13.00 SO-5 | I-5',
      'billed_not_delivered 0.00 SO-3 | I-3',
      'date_differs 0.00 SO-10 | I-10',
      'duplicate -113.00 SO-7 | I-7+I-8',
      'missing_in_sales -70.00  | I-4',
      'status_differs 0.00 SO-9 | I-9',
      'tax_differs 0.00 SO-6 | I-6',
      'unbilled 113.00 SO-1 | ',
    ]);
  });

  test('a return takes a red invoice, by order or by original invoice; billed net of the return needs none', async () => {
    await books.order('SO-1', '226.00');
    await books.invoice('I-1', 'SO-1', '226.00');
    await books.return('RT-1', 'SO-1', '113.00');
    await books.invoice('I-2', null, '-113.00', { original_invoice_no: 'I-1' });
    await books.order('SO-2', '226.00');
    await books.return('RT-2', 'SO-2', '113.00');
    await books.invoice('I-3', 'SO-2', '113.00', { tax_amount: '26.00', net_amount: '87.00' });
    await books.order('SO-3', '226.00');
    await books.invoice('I-4', 'SO-3', '226.00');
    await books.return('RT-3', 'SO-3', '113.00');
    expect(await found('orders-invoices')).toEqual(['unbilled 113.00 RT-3 | ']);
  });

  test('an invoice without a number goes to the only order it can be for, and to none of two', async () => {
    await books.order('SO-1', '113.00');
    await books.invoice('I-1', null, '113.00');
    await books.order('SO-2', '50.00');
    await books.order('SO-3', '50.00');
    await books.invoice('I-2', null, '50.00');
    expect(await found('orders-invoices')).toEqual([
      'missing_in_sales -50.00  | I-2',
      'unbilled 50.00 SO-2 | ',
      'unbilled 50.00 SO-3 | ',
    ]);
  });

  test('receipts: overpaid, for no order, for a cancelled order, twice; part paid and instalments are right', async () => {
    await books.order('SO-1', '100.00');
    await books.receipt('R-1', 'SO-1', '60.00', 'card');
    await books.receipt('R-2', 'SO-1', '60.00', 'card');
    await books.receipt('R-3', null, '10.00', 'bank');
    await books.receipt('R-4', 'SO-404', '20.00', 'bank');
    await books.order('SO-2', '100.00', { status: 'cancelled' });
    await books.receipt('R-5', 'SO-2', '100.00', 'alipay');
    await books.order('SO-3', '100.00', { status: 'cancelled' });
    await books.receipt('R-6', 'SO-3', '100.00', 'alipay');
    await books.receipt('R-7', 'SO-3', '-100.00', 'alipay');
    await books.order('SO-4', '100.00');
    await books.receipt('R-8', 'SO-4', '100.00', 'alipay', { channel_reference: 'T-8' });
    await books.receipt('R-9', 'SO-4', '100.00', 'alipay', { channel_reference: 't8' });
    await books.order('SO-5', '100.00');
    await books.receipt('R-10', 'SO-5', '30.00', 'cash');
    await books.receipt('R-11', 'SO-5', '30.00', 'wechat');
    await books.order('SO-6', '100.00', { status: 'draft' });
    await books.receipt('R-12', 'SO-6', '5.00', 'cash');
    await books.receipt('R-13', 'SO-1', '500.00', 'card', { received_on: '2026-11-02' });
    expect(await found('orders-receipts')).toEqual([
      'duplicate -100.00 SO-4 | R-8+R-9',
      'overpaid -20.00 SO-1 | R-1+R-2',
      'status_differs 0.00 SO-2 | R-5',
      'status_differs 95.00 SO-6 | R-12',
      'unapplied_receipt -10.00  | R-3',
      'unapplied_receipt -20.00  | R-4',
    ]);
  });
});
