import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CsvKind } from '../../domain/file-columns';
import { csvReader } from '../../sources/csv';
import { readText } from './reading';

const RETURN = 'return_no,order_no,customer_no,return_date,currency,gross_amount';
const INVOICE = 'invoice_no,customer_no,issue_date,currency,net_amount,tax_amount,gross_amount,kind';
const CHANNEL = 'transaction_no,occurred_at,type,currency,gross_amount,fee_amount,net_amount';
const invoice = (gross: string, kind: string): string => `I1,C1,2026-10-05,CNY,${gross},0.00,${gross},${kind}`;
const transaction = (type: string, gross: string, fee: string, net: string): string =>
  `T1,2026-10-05 10:00:00,${type},CNY,${gross},${fee},${net}`;

describe.each([
  ['as bytes', true],
  ['with care', false],
])('amounts have the sign of what they are, read %s', (_, lane) => {
  const folder = mkdtempSync(join(tmpdir(), 'intake-signs-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = (kind: CsvKind, header: string, row: string) =>
    readText(csvReader(kind), folder, `${header}\n${row}\n`, { lane });

  test.each<[CsvKind, string, string]>([
    ['returns-csv', RETURN, 'R1,S1,C1,2026-10-05,CNY,10.00'],
    ['returns-csv', RETURN, 'R1,S1,C1,2026-10-05,CNY,0.00'],
    ['invoices-csv', INVOICE, invoice('10.00', 'blue')],
    ['invoices-csv', INVOICE, invoice('0.00', 'red')],
    ['invoices-csv', INVOICE, invoice('-10.00', '红字')],
    ['channel-csv', CHANNEL, transaction('payment', '10.00', '0.06', '9.94')],
    ['channel-csv', CHANNEL, transaction('refund', '-10.00', '-0.06', '-9.94')],
    ['channel-csv', CHANNEL, transaction('结算', '-10.00', '0.00', '-10.00')],
    ['channel-csv', CHANNEL, transaction('fee', '-1.00', '0.00', '-1.00')],
    ['channel-csv', CHANNEL, transaction('fee', '0.00', '1.00', '-1.00')],
  ])('%s: a row is kept (%#)', async (kind, header, row) => {
    expect(await read(kind, header, row)).toMatchObject({ kept: [{ rowNo: 2 }], rejected: [] });
  });

  test.each<[CsvKind, string, string]>([
    ['returns-csv', RETURN, 'R1,S1,C1,2026-10-05,CNY,-10.00'],
    ['invoices-csv', INVOICE, invoice('-10.00', '蓝字')],
    ['invoices-csv', INVOICE, invoice('10.00', 'red')],
    ['channel-csv', CHANNEL, transaction('payment', '-10.00', '0.00', '-10.00')],
    ['channel-csv', CHANNEL, transaction('refund', '10.00', '0.00', '10.00')],
    ['channel-csv', CHANNEL, transaction('payout', '10.00', '0.00', '10.00')],
  ])('%s: a row is rejected (%#)', async (kind, header, row) => {
    const { kept, rejected } = await read(kind, header, row);
    expect(kept).toEqual([]);
    expect(rejected).toMatchObject([{ line: 2, column: 'gross_amount', code: 'WRONG_SIGN' }]);
  });
});
