import { wechatFund, wechatTrade } from '../../sources/wechat';
import { changed, fixture, readBytes, refusalOf } from './collect';

const BILL = fixture('wechat-fund.csv');

describe('a WeChat Pay fund bill', () => {
  test('reads every movement with the sign of its direction', async () => {
    const { kept, rejected, summary } = await readBytes(wechatFund, `\uFEFF${BILL.replace(/\n/g, '\r\n')}`);
    expect(rejected).toEqual([]);
    expect(kept.map((row) => [row.type, row.gross_amount, row.net_amount, row.fee_amount])).toEqual([
      ['payment', '88.00', '88.00', '0.00'],
      ['fee', '-0.53', '-0.53', '0.00'],
      ['refund', '-20.00', '-20.00', '0.00'],
      ['payout', '-500.00', '-500.00', '0.00'],
      ['payment', '32.53', '32.53', '0.00'],
    ]);
    expect(kept[0]).toMatchObject({
      row_key: '1900000109990000000000000001/payment',
      transaction_no: '4200009900202610050000000001',
      merchant_reference: 'SO-2026-2001',
      occurred_at: '2026-10-05 09:00:01+08:00',
      description: '交易',
    });
    expect(kept[3]).toMatchObject({
      transaction_no: '1900000109202610080001',
      payout_no: '1900000109990000000000000004',
    });
    expect(kept[4]).toMatchObject({ transaction_no: '1900000109990000000000000005' });
    expect(JSON.parse(kept[4]!.extra!)).toEqual({ 业务类型: '充值', 资金变更提交申请人: 'ops' });
    expect(summary).toMatchObject({
      channel: 'wechat',
      rowsIn: 5,
      detected: { balance: 'oldest first', footer: { 资金流水总笔数: '5.0', 支出金额: '520.53' } },
    });
  });

  test.each([
    ['full-width brackets in its header', BILL.replace(/\(元\)/g, '（元）')],
    ['a header in backticks', BILL.replace(/^.*\n/, (header) => `\`${header.replaceAll(',', ',`')}`)],
    ['no backticks at all', BILL.replaceAll('`', '')],
    ['its rows newest first', reversed(BILL)],
    ['another order of columns', turned(BILL)],
  ])('reads one with %s', async (_, text) => {
    const { kept } = await readBytes(wechatFund, text);
    const amounts = kept.map((row) => row.gross_amount).sort();
    expect(amounts).toEqual(['-0.53', '-20.00', '-500.00', '32.53', '88.00']);
  });

  test('reads a day without a movement', async () => {
    const empty = `${BILL.split('\n')[0]}\n资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\n\`0,\`0,\`0.00,\`0,\`0.00\n`;
    expect((await readBytes(wechatFund, empty)).kept).toEqual([]);
  });

  test.each([
    ['a direction that is none', '`提现,`支出,', '`提现,`冻结,', 'UNKNOWN_TYPE', '收支类型'],
    ['a time that is none', '2026-10-08 02:00:00', '十月八日', 'BAD_DATE', '记账时间'],
    ['a mangled number', '1900000109990000000000000004', '1.9E+27', 'MANGLED_NUMBER', '资金流水单号'],
    ['no number', '1900000109990000000000000004', '', 'MISSING_VALUE', '资金流水单号'],
  ])('rejects a row with %s, and the rest goes in', async (_, from, to, code, column) => {
    const { kept, rejected } = await readBytes(wechatFund, changed(BILL, from, to));
    expect(kept).toHaveLength(4);
    expect(rejected).toMatchObject([{ line: 5, code, column }]);
  });

  test.each([
    ['as a trade bill', fixture('wechat-all.csv'), 'WRONG_KIND'],
    ['as some other CSV', 'a,b\n1,2\n', 'WRONG_KIND'],
    ['without its balance', BILL.replace('账户结余', '结余'), 'MISSING_COLUMN'],
    ['with a row taken out', BILL.replace(/^.*000003,.*\n/m, ''), 'BALANCE_MISMATCH'],
    ['with its last row taken out', BILL.replace(/^.*000005,.*\n/m, ''), 'FOOTER_MISMATCH'],
    ['with another total', changed(BILL, '`520.53', '`520.54'), 'FOOTER_MISMATCH'],
    ['with another number of rows', changed(BILL, '`5.0', '`6'), 'FOOTER_MISMATCH'],
    ['cut off before its summary', BILL.slice(0, BILL.indexOf('资金流水总')), 'MISSING_FOOTER'],
    ['cut off in its summary', BILL.slice(0, BILL.indexOf('`5.0')), 'MISSING_FOOTER'],
    ['with a row below its summary', `${BILL}\`2026-10-05 09:00:01,\`1\n`, 'ROW_BELOW_FOOTER'],
    ['when empty', '', 'EMPTY_FILE'],
  ])('is refused %s', async (_, text, code) => {
    expect((await refusalOf(wechatFund, text)).code).toBe(code);
  });

  test('is told from a trade bill, which names it', async () => {
    const refused = await refusalOf(wechatTrade, BILL);
    expect([refused.code, refused.reason.en]).toEqual(['WRONG_KIND', expect.stringContaining('wechat-fund')]);
  });
});

function reversed(text: string): string {
  const lines = text.split('\n');
  return [lines[0], ...lines.slice(1, 6).reverse(), ...lines.slice(6)].join('\n');
}

/** The first column put last. */
function turned(text: string): string {
  const turn = (line: string): string => line.replace(/^([^,]*),(.*)$/, '$2,$1');
  return text
    .split('\n')
    .map((line, i) => (i < 6 ? turn(line) : line))
    .join('\n');
}
