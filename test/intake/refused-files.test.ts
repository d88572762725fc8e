import { chmodSync, writeFileSync } from 'node:fs';
import { evidencePath } from '../../store/evidence';
import { openBooks, orders, type Books } from './books';

describe('files that are refused whole', () => {
  let books: Books;
  beforeEach(async () => {
    books = await openBooks();
  });
  afterEach(() => books.close());

  const LEDGER = 'entry_no,line_no,posting_date,account,currency,debit,credit';
  const cases: readonly (readonly [string, Parameters<Books['import']>[0], string | Buffer, string])[] = [
    ['an empty file', 'orders-csv', '', 'EMPTY_FILE'],
    ['a file of blank lines', 'orders-csv', '\n\r\n', 'EMPTY_FILE'],
    ['a workbook', 'orders-csv', Buffer.from('504b03041400', 'hex'), 'NOT_TEXT'],
    ['a missing column', 'orders-csv', 'order_no,customer_no\nSO-1,C1\n', 'MISSING_COLUMN'],
    [
      'a column given twice, in both languages',
      'orders-csv',
      orders('SO-1 1.00').replace('customer_no', 'customer_no,订单号').replace(',C1', ',C1,SO-1'),
      'DUPLICATE_COLUMN',
    ],
    ['a file of another month', 'orders-csv', orders('SO-1 1.00 2026-09-01', 'SO-2 2.00 2026-11-01'), 'WRONG_MONTH'],
    ['a quote that never ends', 'orders-csv', `${orders('SO-1 1.00')}"SO-2,C1`, 'UNCLOSED_QUOTE'],
    ['a total that does not tie', 'orders-csv', `${orders('SO-1 1.00', 'SO-2 2.00')}合计,,,,4.00,,\n`, 'TOTALS_DIFFER'],
    [
      'an unbalanced voucher',
      'ledger-csv',
      `${LEDGER}\n记-1,1,2026-10-01,1122,CNY,100.00,\n记-1,2,2026-10-01,6001,CNY,,99.00\n`,
      'UNBALANCED_VOUCHER',
    ],
    [
      'a voucher that balances only across currencies',
      'ledger-csv',
      `${LEDGER}\nV1,1,2026-10-01,1122,USD,100.00,0\nV1,2,2026-10-01,6001,CNY,0,100.00\n`,
      'UNBALANCED_VOUCHER',
    ],
  ];
  test.each(cases)('%s', async (_, kind, text, code) => {
    const batch = await books.import(kind, text);
    expect(batch).toMatchObject({ state: 'refused', rows_in: 0, refusal: { code } });
    expect(batch.refusal!.reason.zh).toMatch(/[一-龥]/);
    expect(await books.column('SELECT count(*)::int FROM sales_order')).toEqual([0]);
    expect(await books.column('SELECT count(*)::int FROM ledger_entry')).toEqual([0]);
    expect(await books.column('SELECT count(*)::int FROM rejected_row')).toEqual([0]);
    expect(await books.column('SELECT action FROM audit_entry')).toEqual(['batch.refused']);
  });

  test('a missing column names the kind the file looks like', async () => {
    const batch = await books.import('receipts-csv', orders('SO-1 1.00'));
    expect(batch.refusal!.reason.en).toContain('looks like orders-csv');
  });

  test('a header without rows is a file of no rows, with a warning', async () => {
    const batch = await books.import('orders-csv', orders());
    expect(batch).toMatchObject({ state: 'accepted', rows_in: 0, totals: {} });
    expect(batch.detected['warnings']).toMatchObject([{ code: 'NO_ROWS' }]);
  });

  test('a voucher is judged in base amounts where its lines have them, and by month', async () => {
    const text =
      `${LEDGER},base_debit,base_credit\n` +
      'V1,1,2026-10-01,1122,USD,100.00,0,710.00,\nV1,2,2026-10-01,6001,CNY,0,710.00,,\n' +
      'V1,1,2026-09-01,1122,CNY,5.00,0,,\nV1,2,2026-09-01,6001,CNY,0,5.00,,\n';
    expect(await books.import('ledger-csv', text)).toMatchObject({
      state: 'accepted',
      rows_kept: 2,
      rows_excluded: 2,
      rows_rejected: 0,
    });
  });

  test('a voucher that lost a line to quarantine goes in, and its corrected line completes it', async () => {
    const batch = await books.import(
      'ledger-csv',
      `${LEDGER}\nV1,1,2026-10-01,1122,CNY,100.00,0\nV1,2,2026-10-01,6001,CNY,0,1e2\n`,
    );
    expect(batch).toMatchObject({ state: 'accepted', rows_kept: 1, rows_rejected: 1 });
    const wrong = await books.import('ledger-csv', `${LEDGER}\nV1,2,2026-10-01,6001,CNY,0,99.00\n`);
    expect(wrong).toMatchObject({ state: 'refused', refusal: { code: 'UNBALANCED_VOUCHER' } });
    const right = await books.import('ledger-csv', `${LEDGER}\nV1,2,2026-10-01,6001,CNY,0,100.00\n`);
    expect(right).toMatchObject({ state: 'accepted', rows_kept: 1 });
  });

  test('what is left of a voucher whose line is a duplicate goes with it, unless the accepted lines complete it', async () => {
    await books.import(
      'ledger-csv',
      `${LEDGER}\nV1,1,2026-10-01,1122,CNY,100.00,0\nV1,2,2026-10-01,6001,CNY,0,100.00\nV2,1,2026-10-02,1122,CNY,7.00,0\nV2,2,2026-10-02,6001,CNY,0,1e2\n`,
    );
    const batch = await books.import(
      'ledger-csv',
      `${LEDGER}\nV1,1,2026-10-01,1122,CNY,90.00,0\nV1,3,2026-10-01,6001,CNY,0,90.00\nV2,1,2026-10-02,1122,CNY,7.00,0\nV2,2,2026-10-02,6001,CNY,0,7.00\nV3,1,2026-10-03,1122,CNY,3.00,0\nV3,2,2026-10-03,6001,CNY,0,3.00\n`,
    );
    expect(batch).toMatchObject({
      state: 'accepted',
      rows_in: 6,
      rows_kept: 3,
      rows_rejected: 3,
      totals: { CNY: { kept: '3.00', rejected: '97.00' } },
    });
    const rejected = await books.pool.query(
      'SELECT line, code, column_name, value, cells FROM rejected_row WHERE batch_id = $1 ORDER BY line',
      [batch.id],
    );
    expect(rejected.rows).toMatchObject([
      { line: 2, code: 'DUPLICATE_KEY', value: 'V1' },
      {
        line: 3,
        code: 'INCOMPLETE_VOUCHER',
        column_name: 'entry_no',
        value: 'V1',
        cells: { line_no: '3', credit: '90.00' },
      },
      { line: 4, code: 'DUPLICATE_KEY', value: 'V2' },
    ]);
    expect(
      await books.column(
        `SELECT entry_no FROM ledger_entry WHERE in_period GROUP BY 1 HAVING sum(debit) <> sum(credit)`,
      ),
    ).toEqual([]);
  });

  test('a total row that ties is excluded and counted', async () => {
    const batch = await books.import('orders-csv', `${orders('SO-1 1.00', 'SO-2 2.00')}合计,,,,3.00,,\n`);
    expect(batch).toMatchObject({
      state: 'accepted',
      rows_kept: 2,
      rows_excluded: 1,
      totals: { CNY: { rowsIn: '3.00' } },
    });
  });

  test('evidence that was altered is not read', async () => {
    const id = await books.receive('orders-csv', orders('SO-1 1.00'));
    const [sha] = await books.column<string>('SELECT sha256 FROM evidence');
    chmodSync(evidencePath(books.dataDir, sha!), 0o600);
    writeFileSync(evidencePath(books.dataDir, sha!), orders('SO-1 9.00'));
    await expect(books.load(id)).rejects.toMatchObject({ code: 'EVIDENCE_CHANGED' });
    expect(await books.column('SELECT state FROM batch')).toEqual(['received']);
  });
});
