import fc from 'fast-check';
import { encode } from 'iconv-lite';
import { einvoiceXml } from '../../sources/einvoice';
import { taxBureauXlsx } from '../../sources/tax-bureau';
import { readBytes, refusalOf, type Collected } from './collect';
import {
  amountsOf,
  BASE_HEADER,
  baseRow,
  einvoice,
  LINE_HEADER,
  lineRows,
  OUR_TAX_NO,
  workbookOf,
  xmlOf,
  yuan,
  type Cell,
  type MadeInvoice,
} from './invoices';
import { textRows, workbookOf as rawWorkbook } from './workbooks';
import { zipOf } from './zip';

const BLUE: MadeInvoice = {
  number: '26442000000012345678',
  issued: '2026-10-05 21:38:43',
  lines: [
    ['1000.00', '13%', '130.00'],
    ['0.30', '13%', '0.04'],
  ],
  remark: '订单号：SO-2026-001',
};
const RED: MadeInvoice = {
  number: '26442000000012345679',
  issued: '2026/10/20',
  lines: [['-100.00', '13%', '-13.00']],
  remark: '被红冲蓝字数电票号码：26442000000012345678 红字发票信息确认单编号：44201026100000000001',
};
const VOID: MadeInvoice = { ...BLUE, number: '26442000000012345680', status: '已作废' };
const BOUGHT: MadeInvoice = {
  ...BLUE,
  number: '26112000000000000001',
  seller: { taxNo: '91110000000000000X', name: '供应商' },
};
const SEPTEMBER: MadeInvoice = {
  ...BLUE,
  number: '26442000000012345681',
  issued: '2026-09-30 10:00:00',
  status: '已红冲-部分',
};
const MONTH = [BLUE, RED, VOID, BOUGHT, SEPTEMBER];

const base = (made: readonly MadeInvoice[]): Cell[][] => [BASE_HEADER, ...made.map((one, i) => baseRow(one, i + 1))];
const lines = (made: readonly MadeInvoice[]): Cell[][] => [
  LINE_HEADER,
  ...made.flatMap((one, i) => lineRows(one, i + 1)),
];
/** The rows with one cell replaced, counted with the header. */
function withCell(rows: Cell[][], row: number, column: string, cell: Cell): Cell[][] {
  const place = (rows[0] as string[]).indexOf(column);
  return rows.map((cells, i) => (i === row ? cells.map((old, j) => (j === place ? cell : old)) : cells));
}
const SHOWN = [
  'invoice_no',
  'issue_date',
  'net_amount',
  'tax_amount',
  'gross_amount',
  'kind',
  'order_no',
  'original_invoice_no',
];
const shown = ({ kept }: Collected): (string | null)[][] =>
  kept.map((row) => SHOWN.map((column) => row[column] ?? null));
const shownCell = (cell: Cell): string => (typeof cell === 'object' ? JSON.stringify(cell) : String(cell));
const csv = (rows: Cell[][]): string =>
  rows
    .map((cells) => cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(2) : shownCell(cell))).join(','))
    .join('\r\n');

const READ = [
  ['26442000000012345678', '2026-10-05', '1000.30', '130.04', '1130.34', 'blue', 'SO-2026-001', null],
  ['26442000000012345679', '2026-10-20', '-100.00', '-13.00', '-113.00', 'red', null, '26442000000012345678'],
  ['26442000000012345681', '2026-09-30', '1000.30', '130.04', '1130.34', 'blue', 'SO-2026-001', null],
];
const OUT = [
  { rowNo: 4, why: 'VOIDED', amount: '1130.34', currency: 'CNY' },
  { rowNo: 5, why: 'NOT_OURS', amount: '1130.34', currency: 'CNY' },
];

describe('全量发票查询导出', () => {
  test('reads the invoices we issued; voided and received ones are left out and counted', async () => {
    const book = await workbookOf({
      发票基础信息: base(MONTH),
      信息汇总表: lines(MONTH),
      铁路电子客票: [['发票号码', '金额']],
    });
    const read = await readBytes(taxBureauXlsx, book, { taxNo: OUR_TAX_NO });
    expect(read.rejected).toEqual([]);
    expect(shown(read)).toEqual(READ);
    expect(read.excluded).toEqual(OUT);
    expect(read.inPeriod).toEqual([true, true, false]);
    expect(read.summary.detected).toMatchObject({
      encoding: 'xlsx',
      sheets: ['发票基础信息', '信息汇总表'],
      others: ['铁路电子客票'],
      lines: 9,
    });
    expect(JSON.parse(read.kept[0]?.['extra'] ?? '')).toMatchObject({
      购方识别号: '91330106MA2C1ABC3D',
      备注: '订单号：SO-2026-001',
      发票来源: '电子发票服务平台',
    });
  });

  test('reads the same from lines alone, from split sheets, and from CSV with title and total', async () => {
    const given = { taxNo: OUR_TAX_NO };
    const byLines = await readBytes(taxBureauXlsx, await workbookOf({ 信息汇总表: lines(MONTH) }), given);
    expect(shown(byLines)).toEqual(READ);
    expect(byLines.excluded.map(({ why, amount }) => [why, amount])).toEqual([
      ['VOIDED', '1130.34'],
      ['NOT_OURS', '1130.34'],
    ]);
    const split = await workbookOf({ 发票基础信息1: base(MONTH.slice(0, 2)), 发票基础信息2: base(MONTH.slice(2)) });
    const bySheets = await readBytes(taxBureauXlsx, split, given);
    expect(shown(bySheets)).toEqual(READ);
    expect(bySheets.rowNos).toEqual([2, 3, 7]);
    const table = csv(withCell(base(MONTH), 1, '数电发票号码', '="26442000000012345678"'));
    const text = `全量发票查询\r\n\r\n${table}\r\n合计,,,,,,,,,,,"2,260.68",,,,,,,\r\n`;
    for (const bytes of [encode(text, 'gb18030'), Buffer.from(`\uFEFF${text}`)]) {
      const byText = await readBytes(taxBureauXlsx, bytes, given);
      expect(byText.rejected).toEqual([]);
      expect(shown(byText)).toEqual(READ);
      expect(byText.excluded.map(({ why }) => why)).toEqual(['VOIDED', 'NOT_OURS', 'TOTAL_ROW']);
    }
  });

  test('an old invoice has 8 digits behind its code, and a red one of it says both', async () => {
    const rows = withCell(
      withCell(withCell(base([BLUE, RED]), 1, '数电发票号码', ''), 1, '发票代码', '033002100411'),
      1,
      '发票号码',
      1234567,
    );
    const red = withCell(rows, 2, '备注', '对应正数发票代码:033002100411号码:01234567');
    const { kept } = await readBytes(taxBureauXlsx, await workbookOf({ Sheet1: red }));
    expect(kept.map((row) => [row['invoice_no'], row['original_invoice_no']])).toEqual([
      ['01234567', null],
      ['26442000000012345679', '01234567'],
    ]);
    expect(JSON.parse(kept[0]?.['extra'] ?? '')).toMatchObject({ 发票代码: '033002100411' });
  });

  test('dates may be dates of the sheet, and formulas are their kept results', async () => {
    const rows = withCell(base([BLUE]), 1, '开票日期', new Date('2026-10-31T00:00:00Z'));
    expect(shown(await readBytes(taxBureauXlsx, await workbookOf({ 发票基础信息: rows })))[0]?.[1]).toBe('2026-10-31');
    const plain = textRows(base([BLUE]).map((cells) => cells.map(shownCell)));
    const result = plain
      .replace('t="inlineStr"><is><t>1000.3<', '><f>SUM(A1)</f><v>1000.3<')
      .replace('1000.3</t></is>', '1000.3</v>');
    expect(shown(await readBytes(taxBureauXlsx, rawWorkbook({ rows: result })))[0]?.[2]).toBe('1000.30');
    const none = result.replace('<v>1000.3</v>', '');
    const { rejected } = await readBytes(taxBureauXlsx, rawWorkbook({ rows: none }));
    expect(rejected.map(({ column, value, code }) => [column, value, code])).toEqual([
      ['金额', '=SUM(A1)', 'BAD_AMOUNT'],
    ]);
  });

  test.each<[string, string, Cell, string]>([
    ['a number that lost its last digits', '数电发票号码', 26442000000012345678, 'MANGLED_NUMBER'],
    ['a number in scientific form', '数电发票号码', '2.6442E+19', 'MANGLED_NUMBER'],
    ['a number of 19 digits', '数电发票号码', '2644200000001234567', 'BAD_REFERENCE'],
    ['no number', '数电发票号码', '', 'MISSING_VALUE'],
    ['a number instead of a date', '开票日期', 46300, 'BAD_DATE'],
    ['a status nobody knows', '发票状态', '异常', 'BAD_WORD'],
    ['a gross amount a fen off', '价税合计', 1130.35, 'TAX_SUM_DIFFERS'],
    ['a third decimal', '金额', 1000.301, 'TOO_MANY_DECIMALS'],
    ['a positive amount called red', '是否正数发票', '否', 'WRONG_SIGN'],
  ])('rejects %s', async (_, column, cell, code) => {
    const { kept, rejected } = await readBytes(
      taxBureauXlsx,
      await workbookOf({ 发票基础信息: withCell(base([BLUE, RED]), 1, column, cell) }),
    );
    expect(kept).toHaveLength(1);
    expect(rejected.map((row) => [row.rowNo, row.code])).toEqual([[2, code]]);
  });

  test('a rejected invoice, corrected in its own columns, can be imported again', async () => {
    const bad = withCell(lines([BLUE, RED]), 1, '开票日期', '昨天');
    const { rejected } = await readBytes(taxBureauXlsx, await workbookOf({ 信息汇总表: bad }));
    const cells: Record<string, string> = { 错误代码: 'BAD_DATE', ...rejected[0]!.cells, 开票日期: '2026-10-05' };
    const again = await readBytes(
      taxBureauXlsx,
      `${Object.keys(cells).join(',')}\n${Object.values(cells).join(',')}\n`,
    );
    expect(shown(again)).toEqual(READ.slice(0, 1));
  });

  test.each<[string, () => Promise<Buffer> | Buffer | string, string]>([
    [
      'lines that are not their invoice',
      () => workbookOf({ 发票基础信息: base([BLUE]), 信息汇总表: lines([{ ...BLUE, lines: BLUE.lines.slice(1) }]) }),
      'TOTALS_DIFFER',
    ],
    [
      'lines of an invoice that is missing',
      () => workbookOf({ 发票基础信息: base([BLUE]), 信息汇总表: lines([BLUE, RED]) }),
      'TOTALS_DIFFER',
    ],
    ['a total that is not the rows', () => `${csv(base([BLUE]))}\n合计,,,,,,,,,,,9.99,,,,,,,`, 'TOTALS_DIFFER'],
    [
      'a table without amounts',
      () => workbookOf({ 发票基础信息: base([BLUE]).map((cells) => cells.slice(0, 9)) }),
      'MISSING_COLUMN',
    ],
    [
      'another table',
      () =>
        workbookOf({
          Sheet1: [
            ['凭证号', '科目'],
            ['1', '2'],
          ],
        }),
      'WRONG_KIND',
    ],
    ['an old workbook', () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]), 'WRONG_KIND'],
    ['another archive', () => zipOf([{ name: 'a.csv', bytes: Buffer.from('x') }]), 'WRONG_KIND'],
    [
      'a sheet with a DOCTYPE',
      () => rawWorkbook({ rows: textRows([BASE_HEADER]), prolog: '<!DOCTYPE x [<!ENTITY a "b">]>' }),
      'WRONG_KIND',
    ],
    [
      'a sheet that is cut off',
      () => rawWorkbook({ rows: '</sheetData><row><c><v>1', prolog: '<worksheet><!--' }),
      'WRONG_KIND',
    ],
    [
      'a string that is not there',
      () => rawWorkbook({ rows: '<row r="1"><c r="A1" t="s"><v>7</v></c></row>' }),
      'WRONG_KIND',
    ],
    [
      'cells out of order',
      () => rawWorkbook({ rows: '<row r="1"><c r="B1"><v>7</v></c><c r="A1"><v>7</v></c></row>' }),
      'WRONG_KIND',
    ],
    [
      'a workbook bomb',
      () =>
        rawWorkbook({
          rows: `<row r="1"><c r="A1" t="inlineStr"><is><t>${' '.repeat(300_000_000)}</t></is></c></row>`,
        }),
      'UNSAFE_ARCHIVE',
    ],
    ['nothing', () => '', 'EMPTY_FILE'],
  ])('refuses %s', async (_, made, code) => {
    expect((await refusalOf(taxBureauXlsx, await made())).code).toBe(code);
  });

  test('a file of nothing but received invoices is refused', async () => {
    const book = await workbookOf({ 发票基础信息: base([BOUGHT]) });
    expect((await refusalOf(taxBureauXlsx, book, { taxNo: OUR_TAX_NO })).code).toBe('WRONG_SELLER');
    expect((await readBytes(taxBureauXlsx, book)).kept).toHaveLength(1);
  });

  test('characters that are none do not reach the database', async () => {
    const rows = textRows(withCell(base([BLUE]), 1, '备注', 'a~b').map((cells) => cells.map(shownCell)));
    const { kept } = await readBytes(
      taxBureauXlsx,
      rawWorkbook({ rows: rows.replace('a~b', '&#0;_x0000_&#xD800;&lt;_x000D_') }),
    );
    expect(JSON.parse(kept[0]?.['extra'] ?? '')).toMatchObject({ 备注: '\ufffd\ufffd\ufffd<' });
  });

  test('the rows of a workbook read the same with single quotes and blanks in their tags', async () => {
    const plain = textRows(base([BLUE]).map((cells) => cells.map(shownCell)));
    const odd = plain.replaceAll('"', "'").replaceAll(/<c r='([A-Z]+\d+)' /g, "<c\n r = '$1'\t");
    const [usual, other] = await Promise.all(
      [plain, odd].map((rows) => readBytes(taxBureauXlsx, rawWorkbook({ rows }))),
    );
    expect(shown(other!)).toEqual(shown(usual!));
    expect(usual!.kept).toHaveLength(1);
  });
});

const line = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 10n }), fc.constantFrom(13n, 9n, 6n, 3n, 0n))
  .map(([net, rate]) => [yuan(net), `${rate}%`, yuan((net * rate + 50n) / 100n)] as const);
const anInvoice: fc.Arbitrary<MadeInvoice> = fc
  .record({
    serial: fc.bigInt({ min: 0n, max: 10n ** 16n - 1n }),
    day: fc.integer({ min: 1, max: 31 }),
    lines: fc.array(line, { minLength: 1, maxLength: 4 }),
    isRed: fc.boolean(),
    remark: fc.constantFrom(
      '',
      '订单号：SO-2026-9',
      '订单编号:ab_12 急',
      '采购订单号：PO-77',
      'a<b & "c"',
      '订单号：SO-1、SO-2',
    ),
    buyer: fc.record({
      taxNo: fc.constantFrom('', '91330106MA2C1ABC3D'),
      name: fc.constantFrom('甲公司', 'A & B <Ltd>'),
    }),
  })
  .map(({ serial, day, lines: some, isRed, remark, buyer }) => ({
    number: `2644${String(serial).padStart(16, '0')}`,
    issued: `2026-10-${String(day).padStart(2, '0')} 08:00:00`,
    lines: isRed ? some.map(([net, rate, tax]) => [`-${net}`, rate, tax === '0.00' ? tax : `-${tax}`] as const) : some,
    remark,
    buyer,
  }));

test('random invoices read the same from XLSX, by invoice and by line, and from XML', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(anInvoice, { selector: ({ number }) => number, minLength: 1, maxLength: 8 }),
      async (made) => {
        const bySheet = await readBytes(
          taxBureauXlsx,
          await workbookOf({ 发票基础信息: base(made), 信息汇总表: lines(made) }),
        );
        const byLine = await readBytes(taxBureauXlsx, await workbookOf({ 信息汇总表: lines(made) }));
        const byXml = await readBytes(einvoiceXml, xmlOf(...made.map((one) => einvoice(one))));
        expect(bySheet.rejected).toEqual([]);
        expect(shown(bySheet).map((row) => row.slice(0, 5))).toEqual(
          made.map((one) => {
            const { net, tax, gross } = amountsOf(one);
            return [one.number, one.issued.slice(0, 10), net, tax, gross];
          }),
        );
        expect(shown(byLine)).toEqual(shown(bySheet));
        expect(shown(byXml)).toEqual(shown(bySheet));
      },
    ),
    { numRuns: 40 },
  );
});
