import { Books } from '../reconcile/books';
import { explained, explainedMatch, marks, nearly, parts } from './explained';

describe('receipts, channels, invoices and balances explained', () => {
  let books: Books;
  beforeEach(async () => {
    books = await Books.open();
    await books.batch('orders-csv');
    await books.batch('receipts-csv');
    await books.batch('ledger-csv');
  });
  afterEach(() => books.close());

  test('a receipt net of the channel’s fee differs by the fee', async () => {
    await books.receipt('R-100001', null, '98.00', 'card', { channel_reference: 'T-100001' });
    await books.movement('T-100001', '100.00', { fee_amount: '2.00' });
    const detail = await explained(books, 'receipts-channels', 'R-100001');
    expect([detail.kind, ...parts(detail)]).toEqual(['amount_differs', 'fee -2.00']);
    expect(marks(detail)).toEqual(expect.arrayContaining(['number equal', 'amount differs']));
  });

  test('a receipt the channel does not know meets the transaction nobody entered', async () => {
    await books.receipt('R-200001', null, '30.00', 'card', { channel_reference: 'T-200001' });
    await books.movement('T-200010', '31.00');
    const detail = await explained(books, 'receipts-channels', 'R-200001');
    expect(nearly(detail)).toEqual(['T-200010 exception: reference_near amount_differs in_exception']);
    expect(detail.leftRows[0]!.fields.find(({ name }) => name === 'received_at')?.value).toBe('2026-10-06 10:00:00');
  });

  test('fees of a batch: charged and booked', async () => {
    await books.movement('T-300001', '100.00', { fee_amount: '2.60', payout_no: 'P-300001' });
    await books.movement('P-300001', '-97.40', {
      type: 'payout',
      payout_no: 'P-300001',
      gross_amount: '-100.00',
      fee_amount: '-2.60',
      net_amount: '-97.40',
    });
    await books.voucher('记-1', 'P-300001', [
      ['1002', '97.40'],
      ['6603', '0.60'],
      ['1012', '-98.00'],
    ]);
    const detail = await explained(books, 'channels-ledger', 'P-300001');
    expect([detail.kind, ...parts(detail)]).toEqual(['fee_differs', 'fee 2.00']);
    expect(detail.parts[0]!.note.en).toBe('charged 2.60, booked 0.60');
    expect(marks(detail)).toContain('fee differs');
  });

  test('an order paid twice is overpaid by a double booking; a receipt for no order names the near one', async () => {
    await books.order('SO-400001', '50.00');
    await books.receipt('R-400001', 'SO-400001', '50.00', 'other');
    await books.receipt('R-400002', 'SO-400001', '50.00', 'other');
    await books.order('SO-500001', '60.00', { customer_no: 'C5' });
    await books.receipt('R-500001', 'SO-500010', '61.00', 'other', { customer_no: 'C6' });
    const overpaid = await explained(books, 'orders-receipts', 'SO-400001');
    expect([overpaid.kind, ...parts(overpaid)]).toEqual(['overpaid', 'double_booking -50.00']);
    const unapplied = await explained(books, 'orders-receipts', 'R-500001');
    expect(unapplied.kind).toBe('unapplied_receipt');
    expect(nearly(unapplied)).toEqual(['SO-500001 free: reference_near amount_differs customer_differs']);
    expect(unapplied.steps[0]!.zh).toContain('SO-500001');
  });

  test('unbilled orders look for their invoice among those that name another', async () => {
    await books.order('SO-600001', '113.00');
    await books.invoice('FP-600001', 'SO-600010', '114.00', { customer_no: 'C9' });
    const detail = await explained(books, 'orders-invoices', 'SO-600001');
    expect(detail.kind).toBe('unbilled');
    expect(nearly(detail)).toEqual([
      'FP-600001 exception: reference_near amount_differs customer_differs in_exception',
    ]);
  });

  test('a customer’s balance lists the exceptions that cause it with their amounts, and adds up', async () => {
    await books.add('openings-csv', { customer_no: 'C1', sales_amount: '10.00', ledger_amount: '0.00' });
    await books.order('SO-700001', '113.00');
    await books.order('SO-700002', '50.00');
    await books.sale('记-2', 'SO-700002', '40.00');
    const detail = await explained(books, 'customers-ledger', 'C1');
    expect(
      detail.causes.map(({ difference, kind, references }) => `${difference} ${kind} ${references.join(' ')}`),
    ).toEqual(['113.00 missing_in_finance SO-700001', '10.00 amount_differs SO-700002 记-2']);
    expect(parts(detail)).toEqual(['opening 10.00', 'causes 123.00']);
    expect(
      detail.fields.map(({ field, left, right, mark }) => `${field} ${left ?? '-'} ${right ?? '-'} ${mark}`),
    ).toEqual([
      'opening 10.00 0.00 differs',
      'sales 163.00 - absent',
      'returns 0.00 - absent',
      'receipts 0.00 - absent',
      'postings - 40.00 absent',
      'closing 173.00 40.00 differs',
    ]);
    expect(detail.steps[0]!.en).toBe('Settle the exceptions named (2) first');
  });

  test('a match says by which rule, what agrees, how sure it is, and what else came near', async () => {
    await books.order('SO-800001', '113.00');
    await books.sale('记-1', 'SO-800001', '113.00');
    await books.sale('记-2', 'SO-800009', '113.00');
    const sure = await explainedMatch(books, 'orders-ledger', 'order-no');
    expect(sure.certainty).toMatchObject({ word: 'certain', label: { en: 'certain' } });
    expect(sure.foundBy.agrees).toEqual(expect.arrayContaining(['number', 'customer', 'amount', 'tax']));
    expect([sure.difference, sure.parts, sure.right[0]!.amount]).toEqual(['0.00', [], '113.00']);
    expect(nearly(sure)).toEqual(['记-2 exception: reference_near in_exception']);
    expect(sure.rightRows).toHaveLength(3);
  });

  test('a match without a number is probable', async () => {
    await books.receipt('R-900001', null, '77.00', 'bank');
    await books.bank('20261007X', '77.00', { description: '转账' });
    const match = await explainedMatch(books, 'receipts-channels', 'amount-window');
    expect(match.certainty).toMatchObject({ word: 'probable', label: { zh: '很可能' } });
    expect(match.foundBy.differs).toContain('number');
    expect(match.rightRows[0]!).toMatchObject({ kind: 'camt053', line: null, row: 2 });
  });
});
