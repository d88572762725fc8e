import { openBooks, type Books } from '../intake/books';
import { BASE_HEADER, baseRow, einvoice, workbookOf, xmlOf, type MadeInvoice } from './invoices';

const made = (serial: number, gross: string): MadeInvoice => ({
  number: `2644200000001234567${serial}`,
  issued: `2026-10-0${serial} 10:00:00`,
  lines: [[gross, '0%', '0.00']],
});

let books: Books;
beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.close());

test('tax documents come into the books without a customer, each number once', async () => {
  const xml = await books.import('einvoice-xml', xmlOf(einvoice(made(1, '10.00')), einvoice(made(1, '10.00'))));
  expect(xml).toMatchObject({ state: 'accepted', rows_in: 2, rows_kept: 1, rows_rejected: 1 });
  const rows = [BASE_HEADER, baseRow(made(2, '20.00'), 1), baseRow({ ...made(3, '5.00'), status: '已作废' }, 2)];
  const sheet = await books.import('tax-bureau-xlsx', await workbookOf({ 发票基础信息: rows }));
  expect(sheet).toMatchObject({ state: 'accepted', rows_in: 2, rows_kept: 1, rows_excluded: 1 });
  expect(sheet.totals['CNY']).toEqual({ rowsIn: '25.00', kept: '20.00', rejected: '0.00', excluded: '5.00' });
  expect(
    await books.column('SELECT invoice_no FROM invoice WHERE customer_no IS NULL AND customer_key IS NULL ORDER BY 1'),
  ).toEqual(['26442000000012345671', '26442000000012345672']);
});

test('a file all of another month is refused', async () => {
  const batch = await books.import('einvoice-xml', xmlOf(einvoice({ ...made(4, '1.00'), issued: '2026-09-30' })));
  expect(batch).toMatchObject({ state: 'refused', refusal: { code: 'WRONG_MONTH' } });
});
