import { encode } from 'iconv-lite';
import { alipayFund, alipayTrade } from '../../sources/alipay';
import { changed, fixture, readBytes, refusalOf, type Given } from './collect';
import { zipOf, type ZipPart } from './zip';

const ACCOUNT = '20887700110022330156';
const DETAIL = fixture('alipay-fund.csv');
const SUMMARY = fixture('alipay-fund-summary.csv');
const TRADE = fixture('alipay-detail.csv');

function gbk(text: string): Buffer {
  return encode(text.replace(/\n/g, '\r\n'), 'gb18030');
}

function bill(detail = DETAIL, summary: string | null = SUMMARY, more: ZipPart[] = []): Buffer {
  const parts: ZipPart[] = [{ name: `${ACCOUNT}_202610_账务明细.csv`, bytes: gbk(detail) }, ...more];
  if (summary !== null) parts.unshift({ name: `${ACCOUNT}_202610_账务明细(汇总).csv`, bytes: gbk(summary) });
  return zipOf(parts);
}

/** The rows of a table turned round, as bills that stand newest first. */
function newestFirst(detail: string): string {
  const lines = detail.split('\n');
  const rows = lines.filter((line) => /^\d/.test(line)).reverse();
  return lines.map((line) => (/^\d/.test(line) ? rows.shift()! : line)).join('\n');
}

const shown = (row: Record<string, string | null>) => [row.type, row.gross_amount, row.transaction_no];

describe('an Alipay fund bill', () => {
  test('reads every movement from its ZIP with its sign, and ties out balance, footer and summary', async () => {
    const { kept, rejected, summary, control } = await readBytes(alipayFund, bill(), {
      merchants: { alipay: '2088…0156' },
    });
    expect(rejected).toEqual([]);
    expect(kept.map(shown)).toEqual([
      ['payment', '100.00', '2026100522001400010000000001'],
      ['fee', '-0.60', '2026100522001400010000000001'],
      ['refund', '-40.00', '2026100522001400010000000001'],
      ['fee', '0.24', '2026100522001400010000000001'],
      ['payout', '-1000.00', '20261008110070001'],
      ['payment', '30.00', '20261009110070002'],
      ['payout', '-9.64', '880000000000007'],
    ]);
    for (const row of kept) expect([row.fee_amount, row.net_amount]).toEqual(['0.00', row.gross_amount]);
    expect(control[2]).toEqual({ amount: '-40.00', currency: 'CNY' });
    expect(summary).toMatchObject({
      channel: 'alipay',
      rowsIn: 7,
      detected: {
        account: ACCOUNT,
        balance: 'oldest first',
        footer: { 支出合计: '4 / -1050.24', 收入合计: '3 / 130.24' },
        summary: { 收入笔数: '3', '支出金额（-元）': '-1050.24', '总金额（元）': '-920.00' },
      },
    });
  });

  test('gives each movement a key of its own and a payout both its numbers', async () => {
    const { kept } = await readBytes(alipayFund, DETAIL);
    expect(new Set(kept.map((row) => row.row_key)).size).toBe(7);
    expect(kept[0]).toMatchObject({ row_key: '880000000000001/payment', payout_no: null, occurred_on: '2026-10-05' });
    expect(kept[4]).toMatchObject({ payout_no: '880000000000005', payout_key: '880000000000005' });
  });

  test('keeps the word of a movement it does not know, or that goes the other way, beside the row', async () => {
    const { kept } = await readBytes(alipayFund, DETAIL);
    const words = kept.map((row) => JSON.parse(row.extra!) as Record<string, string>).map((extra) => extra.业务类型);
    expect(words).toEqual([undefined, undefined, undefined, undefined, undefined, '转账', '保证金']);
  });

  test.each<[string, Buffer | string]>([
    ['the bare detail in GBK', gbk(DETAIL)],
    ['the bare detail in UTF-8 with a BOM', `\uFEFF${DETAIL}`],
    ['a ZIP without a summary', bill(DETAIL, null)],
    ['a ZIP that also holds 财务明细', bill(DETAIL, SUMMARY, [{ name: '财务明细.csv', bytes: gbk('#其他\n') }])],
    ['expenses without their sign', DETAIL.replace(/,-(\d+\.\d\d),/g, ',$1,').replace('共-1050.24', '共1050.24')],
    ['income with a plus', DETAIL.replace(',100.00,0.00', ',+100.00,0.00')],
    ['a detail whose every line is padded with commas', DETAIL.replace(/^#.*$/gm, (line) => `${line},,,,`)],
  ])('reads %s to the same rows', async (_, bytes) => {
    const { kept } = await readBytes(alipayFund, bytes);
    expect(kept.map((row) => row.gross_amount)).toEqual([
      '100.00',
      '-0.60',
      '-40.00',
      '0.24',
      '-1000.00',
      '30.00',
      '-9.64',
    ]);
  });

  test('reads rows that stand newest first', async () => {
    const { kept, summary } = await readBytes(alipayFund, newestFirst(DETAIL));
    expect(kept[0]).toMatchObject({ type: 'payout', gross_amount: '-9.64' });
    expect(summary.detected).toMatchObject({ balance: 'newest first' });
  });

  test('reads the classic 12 columns', async () => {
    const classic = DETAIL.split('\n').map((line) => (/^(\d|账务)/.test(line) ? line.replace(/,[^,]*$/, '') : line));
    expect((await readBytes(alipayFund, classic.join('\n'))).kept).toHaveLength(7);
  });

  test('reads an empty month', async () => {
    const empty = DETAIL.replace(/^\d.*\n/gm, '')
      .replace('4笔，共-1050.24', '0笔，共0.00')
      .replace('3笔，共130.24', '0笔，共0.00');
    expect((await readBytes(alipayFund, empty)).kept).toEqual([]);
  });

  test.each([
    ['a date that is none', '2026-10-06 10:00:00,ann', '昨天,ann', 'BAD_DATE', '发生时间'],
    ['no number of its own', '880000000000003', '', 'MISSING_VALUE', '账务流水号'],
    ['income and expense together', ',0.00,-40.00', ',1.00,-40.00', 'WRONG_SIGN', '支出金额（-元）'],
    ['no balance', ',1059.40,', ',,', 'MISSING_VALUE', '账户余额（元）'],
    ['an amount that is none', ',-40.00,', ',-4O.00,', 'BAD_AMOUNT', '支出金额（-元）'],
  ])('rejects a row with %s, and the rest goes in', async (_, from, to, code, column) => {
    const text = changed(DETAIL, from, to).replace(
      ',1059.40,余额\t,交易退款',
      code === 'WRONG_SIGN' ? ',1060.40,余额\t,交易退款' : ',1059.40,余额\t,交易退款',
    );
    const { kept, rejected } = await readBytes(alipayFund, code === 'WRONG_SIGN' ? shifted(text) : text);
    expect(kept).toHaveLength(6);
    expect(rejected).toMatchObject([{ line: 8, code, column }]);
  });

  /** One yuan more came in at the third row. */
  function shifted(text: string): string {
    return text
      .replace('1059.64', '1060.64')
      .replace(',59.64', ',60.64')
      .replace(',89.64', ',90.64')
      .replace(',80.00', ',81.00')
      .replace('3笔，共130.24', '4笔，共131.24');
  }
});

describe('an Alipay fund bill is refused', () => {
  const withoutRow = DETAIL.replace(/^880000000000003.*\n/m, '');
  test.each<[string, Buffer | string, Given, string]>([
    ['of another merchant', bill(), { merchants: { alipay: '20881111222233330156' } }, 'WRONG_MERCHANT'],
    ['of another month', bill(), { month: '2026-09' }, 'WRONG_MONTH'],
    ['as a trade bill', TRADE, {}, 'WRONG_KIND'],
    ['as a summary alone', SUMMARY, {}, 'WRONG_KIND'],
    ['without its balance', DETAIL.replace('账户余额', '账户'), {}, 'MISSING_COLUMN'],
    ['with a row taken out', withoutRow, {}, 'BALANCE_MISMATCH'],
    ['with a row taken out, newest first', newestFirst(withoutRow), {}, 'BALANCE_MISMATCH'],
    ['with two rows changed places', DETAIL.replace(/^(88.*3\t.*\n)(88.*4\t.*\n)/m, '$2$1'), {}, 'BALANCE_MISMATCH'],
    ['with its last row taken out', DETAIL.replace(/^880000000000007.*\n/m, ''), {}, 'FOOTER_MISMATCH'],
    ['with another sum', changed(DETAIL, '共130.24', '共130.25'), {}, 'FOOTER_MISMATCH'],
    ['with a summary of other counts', bill(DETAIL, changed(SUMMARY, '合计,3', '合计,4')), {}, 'FOOTER_MISMATCH'],
    ['with a summary of another total', bill(DETAIL, changed(SUMMARY, '-920.00', '-920.01')), {}, 'FOOTER_MISMATCH'],
    ['with a summary cut off', bill(DETAIL, SUMMARY.slice(0, SUMMARY.indexOf('合计'))), {}, 'MISSING_FOOTER'],
    ['cut off in its rows', DETAIL.slice(0, DETAIL.indexOf('880000000000007')), {}, 'MISSING_FOOTER'],
    ['without its total of income', DETAIL.replace(/#收入合计.*\n/, ''), {}, 'MISSING_FOOTER'],
    ['with a row below the end mark', `${DETAIL}2026,x\n`, {}, 'ROW_BELOW_FOOTER'],
  ])('%s', async (_, bytes, given, code) => {
    expect((await refusalOf(alipayFund, bytes, given)).code).toBe(code);
  });

  test('as the trade bill refuses it, each naming the other kind', async () => {
    expect((await refusalOf(alipayTrade, bill())).code).toBe('WRONG_KIND');
    expect((await refusalOf(alipayTrade, DETAIL)).reason.en).toContain('alipay-fund');
    expect((await refusalOf(alipayFund, TRADE)).reason.en).toContain('alipay-trade');
  });

  test('naming the line whose balance does not follow', async () => {
    expect((await refusalOf(alipayFund, withoutRow)).details).toMatchObject({ line: 8, value: '1059.64' });
  });
});
