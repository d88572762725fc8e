import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'iconv-lite';
import writeXlsx from 'write-excel-file/node';
import { kingdeeVouchers } from '../../sources/kingdee';
import { customerOf } from '../../sources/kingdee/customer';
import { changed, fixture, readBytes, refusalOf } from './collect';

const SHEET = fixture('kingdee.csv');
const SHOWN = [
  'entry_no',
  'line_no',
  'posting_date',
  'account',
  'customer_no',
  'reference',
  'currency',
  'debit',
  'credit',
  'base_debit',
  'base_credit',
];

function picked(rows: Record<string, string | null>[]): (string | null)[][] {
  return rows.map((row) => SHOWN.map((column) => row[column] ?? null));
}

const VOUCHERS = [
  ['记-12', '1', '2026-10-05', '1122', 'C-001', 'FP-88', 'CNY', '1130.00', '0.00', '1130.00', '0.00'],
  ['记-12', '2', '2026-10-05', '6001', null, '0088', 'CNY', '0.00', '1000.00', '0.00', '1000.00'],
  ['记-12', '3', '2026-10-05', '2221', null, 'SO-2026-1001', 'CNY', '0.00', '130.00', '0.00', '130.00'],
  ['记-13', '1', '2026-10-06', '1002', null, 'TT-5', 'USD', '100.00', '0.00', '712.50', '0.00'],
  ['记-13', '2', '2026-10-06', '1122', 'C002', 'TT-5', 'USD', '0.00', '100.00', '0.00', '712.50'],
  ['记-14', '1', '2026-10-07', '1122', 'C003', 'TH-1', 'CNY', '-113.00', '0.00', '-113.00', '0.00'],
  ['记-14', '2', '2026-10-07', '6001', null, 'TH-1', 'CNY', '0.00', '-113.00', '0.00', '-113.00'],
  ['记-1', '1', '2026-11-02', '6603', null, null, 'CNY', '5.00', '0.00', '5.00', '0.00'],
  ['记-1', '2', '2026-11-02', '1012', null, null, 'CNY', '0.00', '5.00', '0.00', '5.00'],
];

describe('a Kingdee voucher sheet', () => {
  test('reads below its titles, with voucher cells that repeat the row above', async () => {
    const { kept, inPeriod, rejected, excluded, rowNos, summary } = await readBytes(
      kingdeeVouchers,
      encode(SHEET, 'gb18030'),
    );
    expect(rejected).toEqual([]);
    expect(picked(kept)).toEqual(VOUCHERS);
    expect(inPeriod).toEqual([true, true, true, true, true, true, true, false, false]);
    expect(rowNos).toEqual([4, 5, 6, 7, 8, 9, 11, 12, 13]);
    expect(excluded).toEqual([
      { rowNo: 14, why: 'NOT_BOOKED', amount: '9.00', currency: 'CNY' },
      { rowNo: 15, why: 'NOT_BOOKED', amount: '0.00', currency: 'CNY' },
      { rowNo: 16, why: 'TOTAL_ROW' },
    ]);
    expect(summary.detected).toMatchObject({ encoding: 'gb18030', vouchers: 5, unposted: 2 });
    expect(summary.detected['columns']).toHaveLength(37);
  });

  test('keeps every number that a voucher may be found by', async () => {
    const { kept } = await readBytes(kingdeeVouchers, SHEET);
    expect(kept[0]).toMatchObject({
      reference: 'FP-88',
      reference_key: 'FP88',
      description: '销售 SO-2026-1001',
      exchange_rate: '1',
    });
    expect(kept[1]).toMatchObject({ reference: '0088', description: '销售 SO-2026-1001' });
    expect(kept[5]).toMatchObject({ description: '红字\n退货', customer_key: 'C003' });
  });

  test.each<[string, Buffer]>([
    ['UTF-8 with a BOM and CRLF', Buffer.from(`\uFEFF${SHEET.replace(/\n/g, '\r\n')}`)],
    ['UTF-16 with TABs', Buffer.from(`\uFEFF${tabbed(SHEET)}`, 'utf16le')],
  ])('reads the same in %s', async (_, bytes) => {
    expect(picked((await readBytes(kingdeeVouchers, bytes)).kept)).toEqual(VOUCHERS);
  });

  test('reads the same from a workbook, whose numbers are numbers and dates dates', async () => {
    const { kept, summary, rejected } = await readBytes(kingdeeVouchers, await workbook());
    expect(rejected).toEqual([]);
    expect(picked(kept)).toEqual(VOUCHERS);
    expect(summary.detected).toMatchObject({ encoding: 'xlsx' });
  });

  test('goes by the accounting period where the date says otherwise', async () => {
    const { inPeriod } = await readBytes(kingdeeVouchers, SHEET.replaceAll('2026-11-02,2026,11', '2026-11-02,2026,10'));
    expect(inPeriod.every(Boolean)).toBe(true);
  });

  test('takes a voucher whose lines do not stand together', async () => {
    const moved = SHEET.replace(
      /(2026\/10\/6,2026,10,记,13,1002.*\n)([\s\S]*?)(2026-11-02.*\n2026-11-02.*\n)/,
      '$1$3$2',
    );
    expect(moved).not.toBe(SHEET);
    expect((await readBytes(kingdeeVouchers, moved)).kept).toHaveLength(9);
  });

  test.each([
    ['客户---001---青禾', '001'],
    ['客户---C-001---青禾---分店', 'C-001'],
    ['部门---01---销售部|客户---C003---温州', 'C003'],
    ['客户---001', '001'],
    ['客户:001 青禾', '001'],
    ['客户：００１／青禾', '001'],
    ['[客户]C-002-青禾', 'C-002'],
    ['部门---01---客户服务部', ''],
    ['部门---01---销售部', ''],
    ['', ''],
  ])('finds the customer in %s', (items, customer) => {
    expect(customerOf(items)).toBe(customer);
  });
});

describe('a voucher sheet is refused', () => {
  test.each<[string, string, string]>([
    ['as some other table', 'a,b\n1,2\n'.repeat(40), 'WRONG_KIND'],
    ['without a column', SHEET.replace('借方,贷方', '借方,其他'), 'MISSING_COLUMN'],
    [
      'with a quote that does not close',
      SHEET.replace('"红字\n退货"', '"红字').replace(/^合计.*\n/m, ''),
      'UNCLOSED_QUOTE',
    ],
    ['when empty', '', 'EMPTY_FILE'],
  ])('%s', async (_, text, code) => {
    expect((await refusalOf(kingdeeVouchers, text)).code).toBe(code);
  });

  test('naming the voucher whose debit is not its credit', async () => {
    const refused = await refusalOf(kingdeeVouchers, changed(SHEET, '712.50,0,', '712.60,0,'));
    expect(refused).toMatchObject({ code: 'UNBALANCED_VOUCHER', details: { line: 7, value: '记-13' } });
    expect(refused.reason.zh).toContain('0.1');
  });

  test('with a line taken out', async () => {
    expect((await refusalOf(kingdeeVouchers, SHEET.replace(/^,,,,,2221.*\n/m, ''))).code).toBe('UNBALANCED_VOUCHER');
  });

  test('as a workbook that is none', async () => {
    expect((await refusalOf(kingdeeVouchers, Buffer.from('504b0304ffff', 'hex'))).code).toBe('UNSAFE_ARCHIVE');
  });
});

describe('a voucher line is rejected, and the rest goes in', () => {
  test.each<[string, string, string, string, string]>([
    ['no such day', '2026/10/6,2026,10,记,13,1122', '2026/13/6,2026,10,记,13,1122', 'NO_SUCH_DAY', '凭证日期'],
    ['no account', '记,13,1122,应收账款', '记,13,,应收账款', 'MISSING_VALUE', '科目代码'],
    ['a currency that is none', '1122,应收账款,USD,美元', '1122,应收账款,QQQ,贝币', 'BAD_CURRENCY', '币别代码'],
    ['an amount that is none', '100.00,0,712.50', '100.00,0,７x', 'BAD_AMOUNT', '贷方'],
    ['a base amount with too many decimals', '100.00,0,712.50', '100.00,0,712.501', 'TOO_MANY_DECIMALS', '贷方'],
    ['an original amount without a side', '100.00,0,712.50', '100.00,0,0', 'NO_SIDE', '借方'],
    ['a rate that is none', '7.125,2,客户:C002', 'x,2,客户:C002', 'BAD_AMOUNT', '汇率'],
    ['a period that is none', '2026/10/6,2026,10,记,13,1122', '2026/10/6,2026,十,记,13,1122', 'BAD_PERIOD', '会计期间'],
    ['a cell too many', '客户:C002 海外客户,是,,', '客户:C002 海外,客户,是,,', 'CELL_COUNT', ''],
  ])('%s', async (_, from, to, code, column) => {
    const text = changed(SHEET, from, to);
    const balanced = ['NO_SIDE'].includes(code) ? text.replace('712.50,0,', '0,0,') : text;
    const { rejected } = await readBytes(kingdeeVouchers, balanced);
    expect(rejected.at(-1)).toMatchObject({ rowNo: 8, line: 8, code, column });
    expect(rejected.at(-1)!.cells).toMatchObject({ 凭证字: '记', 凭证号: '13' });
  });

  test('an amount that is not its debit', async () => {
    const { rejected } = await readBytes(
      kingdeeVouchers,
      changed(SHEET, '"1,130.00","1,130.00"', '"1,131.00","1,130.00"'),
    );
    expect(rejected).toMatchObject([{ line: 4, code: 'AMOUNTS_DISAGREE', column: '原币金额' }]);
  });
});

function cellsOf(line: string): string[] {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .map(([, cell = '']) => cell.replace(/^"(.*)"$/, '$1'))
    .slice(0, 37);
}

function records(): string[] {
  return SHEET.replace('"红字\n退货"', '"红字退货"').trimEnd().split('\n');
}

function tabbed(text: string): string {
  return text.trimEnd().split('\n').length === 0
    ? ''
    : records()
        .map((line) => cellsOf(line).join('\t'))
        .join('\n');
}

/** The same sheet as a spreadsheet program writes it. */
async function workbook(): Promise<Buffer> {
  const typed = (cell: string): object | null => {
    if (cell === '') return null;
    if (/^2026[-/]\d+[-/]\d+$/.test(cell))
      return {
        value: new Date(`${cell.replaceAll('/', '-').replace(/-(\d)$/, '-0$1')}T00:00:00Z`),
        format: 'yyyy-mm-dd',
      };
    const plain = cell.replaceAll(',', '');
    return /^-?\d+(\.\d+)?$/.test(plain) ? { value: Number(plain) } : { value: cell };
  };
  const folder = mkdtempSync(join(tmpdir(), 'wires-'));
  try {
    const path = join(folder, 'sheet.xlsx');
    const rows = records().map((line) => cellsOf(line).map(typed));
    await (writeXlsx as unknown as (data: unknown) => { toFile(path: string): Promise<void> })(rows).toFile(path);
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
