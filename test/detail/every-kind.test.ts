import { Decimal } from '../../domain/money';
import { EXCEPTION_KINDS } from '../../domain/words';
import { exceptionDetail } from '../../store/detail/exception-detail';
import { testFolder } from '../support';
import { Books } from '../reconcile/books';
import { explained } from './explained';

/** A month that has every kind of exception. */
async function fill(books: Books): Promise<void> {
  for (const kind of ['orders-csv', 'invoices-csv', 'receipts-csv', 'ledger-csv']) await books.batch(kind);
  const sold = async (no: string, gross: string, more = {}): Promise<void> => {
    await books.order(no, gross, more);
    await books.sale(`记-${no}`, no, gross);
  };
  await books.order('SO-110001', '11.30');
  await books.sale('记-2', 'SO-990002', '22.60', { customer_no: 'C2' });
  await books.order('SO-110003', '113.00');
  await books.sale('记-3', 'SO-110003', '110.00');
  await books.order('SO-110004', '114.00');
  await books.sale('记-4', 'SO-110004', '114.00', { posting_date: '2026-11-02' });
  await sold('SO-110005', '115.00');
  await books.sale('记-5', 'SO-110005', '115.00');
  await books.order('SO-110006', '116.00', { currency: 'USD' });
  await books.sale('记-6', 'SO-110006', '116.00');
  await books.order('SO-110007', '117.00');
  await books.sale('记-7', 'SO-110007', '117.00', { customer_no: 'C7' });
  await sold('SO-110008', '118.00', { status: 'cancelled' });
  await books.order('SO-110009', '119.00', { tax_amount: '0.00' });
  await books.sale('记-9', 'SO-110009', '119.00');
  await sold('SO-110010', '120.00', { status: 'approved' });
  await books.invoice('FP-110010', 'SO-110010', '120.00');
  await books.receipt('R-110011', 'SO-990011', '12.00', 'other');
  await sold('SO-110012', '121.00');
  await books.receipt('R-110012', 'SO-110012', '125.00', 'other');
  await books.movement('T-110013', '100.00', { fee_amount: '2.60', payout_no: 'P-110013' });
  await books.movement('P-110013', '-97.40', {
    type: 'payout',
    payout_no: 'P-110013',
    gross_amount: '-100.00',
    fee_amount: '-2.60',
    net_amount: '-97.40',
  });
  await books.voucher('记-13', 'P-110013', [
    ['1002', '97.40'],
    ['6603', '0.60'],
    ['1012', '-98.00'],
  ]);
}

describe('every exception of a month that has them all', () => {
  let books: Books;
  beforeAll(async () => {
    books = await Books.open();
    await fill(books);
    await books.reconcile();
  });
  afterAll(() => books.close());

  test('is explained: its rows are found, its parts add up, and something is said of how to settle it in both languages', async () => {
    const { rows } = await books.pool.query<{ id: string }>('SELECT id FROM close_exception WHERE NOT superseded');
    const seen = new Set<string>();
    for (const { id } of rows) {
      const detail = await exceptionDetail(books.pool, testFolder('every'), books.periodId, id);
      seen.add(detail.kind);
      const sum = Decimal.sum(0, ...detail.parts.map(({ amount }) => amount));
      expect([detail.kind, sum.toFixed(2)]).toEqual([detail.kind, detail.difference]);
      const asked = detail.reconciliation === 'customers-ledger' ? [] : [...detail.left, ...detail.right];
      const found = [...detail.leftRows, ...detail.rightRows].map(({ reference }) => reference);
      expect(asked.map(({ reference }) => reference).filter((one) => !found.includes(one))).toEqual([]);
      expect(detail.steps.at(-1)!.en).toContain(id);
      for (const { zh, en } of [
        ...detail.steps,
        detail.certainty.reason,
        detail.foundBy.name,
        ...detail.fields.map(({ label }) => label),
      ])
        expect([/\p{Script=Han}/u.test(zh), /[a-z]/.test(en), /undefined|\?\?/.test(zh + en)]).toEqual([
          true,
          true,
          false,
        ]);
      expect(['certain', 'probable', 'possible']).toContain(detail.certainty.word);
    }
    expect([...seen].sort()).toEqual([...EXCEPTION_KINDS].sort());
  });

  test('an order of an earlier month that is booked now leads to its row there', async () => {
    const november = await books.nextMonth();
    await november.batch('orders-csv');
    await november.sale('记-1', 'SO-110012', '121.00', { posting_date: '2026-11-03' });
    await november.order('SO-220001', '10.00', { order_date: '2026-11-05' });
    const detail = await explained(november, 'orders-ledger', '记-1');
    expect(detail.left.map(({ reference, date }) => [reference, date])).toEqual([['SO-110012', '2026-10-05']]);
    expect(detail.leftRows.map(({ reference, file }) => [reference, file])).toEqual([['SO-110012', 'orders-csv.csv']]);
  });
});
