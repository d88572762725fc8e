import { existsSync } from 'node:fs';
import { wechatTrade } from '../../sources/wechat';
import { changed, fixture, readBytes, readFile, refusalOf, samplePath, type Given } from './collect';

const ALL = fixture('wechat-all.csv');
const REFUND = fixture('wechat-refund.csv');
const SAMPLE = samplePath('wechat-pay', 'bill.ALL.csv');

function asDownloaded(text: string): string {
  return `\uFEFF${text.replace(/\n/g, '\r\n')}`;
}

describe('a WeChat Pay trade bill', () => {
  test('reads payments and refunds of the ALL variant', async () => {
    const { kept, rowNos, excluded, rejected, summary } = await readBytes(wechatTrade, asDownloaded(ALL), {
      merchants: { wechat: '1900000109' },
    });
    expect(rejected).toEqual([]);
    expect(rowNos).toEqual([2, 3, 4, 6]);
    expect(kept[0]).toEqual({
      row_key: '4200009900202610050000000001/SO-2026-2001/payment',
      transaction_no: '4200009900202610050000000001',
      transaction_key: '4200009900202610050000000001',
      merchant_reference: 'SO-2026-2001',
      merchant_reference_key: 'SO20262001',
      occurred_at: '2026-10-05 09:00:01+08:00',
      occurred_on: '2026-10-05',
      type: 'payment',
      currency: 'CNY',
      gross_amount: '88.00',
      fee_amount: '0.53',
      net_amount: '87.47',
      payout_no: null,
      payout_key: null,
      description: '乌龙茶',
      counterparty: 'oAAAA0001',
      extra: '{"设备号":"POS-1","交易类型":"JSAPI","付款银行":"OTHERS"}',
    });
    expect(kept[2]).toMatchObject({
      row_key: '50300009902026100700000000001/RF-2001/refund',
      transaction_no: '50300009902026100700000000001',
      merchant_reference: 'SO-2026-2001',
      type: 'refund',
      gross_amount: '-30.00',
      fee_amount: '-0.18',
      net_amount: '-29.82',
    });
    expect(JSON.parse(kept[2]!.extra!)).toMatchObject({
      微信订单号: '4200009900202610050000000001',
      商户退款单号: 'RF-2001',
    });
    expect(excluded).toEqual([{ rowNo: 5, why: 'NOT_BOOKED', amount: '-5.00', currency: 'CNY' }]);
    expect(summary).toMatchObject({
      channel: 'wechat',
      rowsIn: 5,
      detected: { encoding: 'utf-8', footer: { 总交易单数: '5.0', 手续费总金额: '0.89' } },
    });
  });

  test('takes the order’s amount where a coupon of the merchant lowers what is settled, and keeps both', async () => {
    const { kept } = await readBytes(wechatTrade, ALL);
    expect(kept[1]).toMatchObject({
      gross_amount: '100.00',
      fee_amount: '0.54',
      net_amount: '99.46',
      description: '普洱茶 门店A',
    });
    expect(JSON.parse(kept[1]!.extra!)).toMatchObject({ 应结订单金额: '90.00', 代金券金额: '10.00' });
  });

  test('counts a refund on its way, marked as such', async () => {
    const { kept } = await readBytes(wechatTrade, ALL);
    expect(JSON.parse(kept[3]!.extra!)).toMatchObject({ 退款状态: 'PROCESSING' });
  });

  test('reads the REFUND variant by the day a refund succeeded', async () => {
    const { kept } = await readBytes(wechatTrade, asDownloaded(REFUND));
    expect(kept).toMatchObject([
      { type: 'refund', occurred_on: '2026-10-01', gross_amount: '-12.00', fee_amount: '-0.07' },
    ]);
  });

  test('reads a service provider’s bill by the company’s own number', async () => {
    const provided = ALL.replaceAll('`1900000109,`0', '`1600000001,`1900000109');
    expect((await readBytes(wechatTrade, provided, { merchants: { wechat: '1900000109' } })).kept).toHaveLength(4);
  });

  test('reads the layout of before 2018', async () => {
    const old = [
      '交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,代金券或立减优惠金额,微信退款单号,商户退款单号,退款金额,代金券或立减优惠退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率',
      '`2026-10-05 09:00:01,`wx0,`1900000109,`0,`,`4200000001,`SO-1,`o1,`JSAPI,`SUCCESS,`CFT,`CNY,`10.00,`0.00,`0,`0,`0.00,`0.00,`,`,`茶,`,`0.06000,`0.60%',
      '`2026-10-06 09:00:01,`wx0,`1900000109,`0,`,`4200000001,`SO-1,`o1,`JSAPI,`REFUND,`CFT,`CNY,`0.00,`0.00,`5030001,`R-1,`4.00,`0.00,`ORIGINAL,`SUCCESS,`茶,`,`-0.02000,`0.60%',
      '总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额',
      '`2,`10.00,`4.00,`0.00,`0.04000',
    ].join('\n');
    const { kept } = await readBytes(wechatTrade, old);
    expect(kept.map((row) => row.gross_amount)).toEqual(['10.00', '-4.00']);
  });

  const withSample = existsSync(SAMPLE) ? test : () => undefined;
  withSample('reads the real bill: 45 rows, 31 paid and 14 refunded', async () => {
    const { kept, rejected, summary } = await readFile(wechatTrade, SAMPLE, {
      month: '2019-02',
      merchants: { wechat: '1921000401' },
    });
    expect(rejected).toEqual([]);
    expect(kept.filter((row) => row.type === 'payment')).toHaveLength(31);
    expect(kept.filter((row) => row.type === 'refund')).toHaveLength(14);
    expect(new Set(kept.map((row) => row.row_key)).size).toBe(45);
    expect(summary.detected).toMatchObject({
      footer: { 总交易单数: '45.0', 订单总金额: '0.47', 申请退款总金额: '0.14' },
    });
  });
});

describe('a WeChat Pay bill is refused', () => {
  test.each<[string, string, Given, string]>([
    ['of another merchant', ALL, { merchants: { wechat: '1900000999' } }, 'WRONG_MERCHANT'],
    ['as a fund bill', '记账时间,微信支付业务单号,资金流水单号,业务名称\n', {}, 'WRONG_KIND'],
    ['as some other CSV', 'a,b\n1,2\n', {}, 'WRONG_KIND'],
    ['without a column', ALL.replace('手续费,费率,订单金额', '其他,费率,订单金额'), {}, 'MISSING_COLUMN'],
    ['without its summary', ALL.slice(0, ALL.indexOf('总交易单数')), {}, 'MISSING_FOOTER'],
    ['with the summary’s header alone', ALL.slice(0, ALL.indexOf('`5.0')), {}, 'MISSING_FOOTER'],
    ['with a row taken out', ALL.replace(/^.*RF-2003.*\n/m, ''), {}, 'FOOTER_MISMATCH'],
    ['with an amount changed', changed(ALL, '`100.00', '`101.00'), {}, 'FOOTER_MISMATCH'],
    ['with a fee changed', changed(ALL, '`0.54000', '`0.55000'), {}, 'FOOTER_MISMATCH'],
    ['with a row below the summary', `${ALL}\`2026-10-09 00:00:00,\`x\n`, {}, 'ROW_BELOW_FOOTER'],
    ['when empty', '', {}, 'EMPTY_FILE'],
  ])('%s', async (_, text, given, code) => {
    expect((await refusalOf(wechatTrade, text, given)).code).toBe(code);
  });
});

describe('a row of a WeChat Pay bill is rejected, and the rest goes in', () => {
  test.each<[string, string, string, string, string]>([
    ['a fee with a real fraction of a fen', '`0.53000', '`0.53400', 'TOO_MANY_DECIMALS', '手续费'],
    ['an unknown status', 'JSAPI,`SUCCESS', 'JSAPI,`NOTPAY', 'UNKNOWN_TYPE', '交易状态'],
    [
      'no order number',
      '`4200009900202610050000000001,`SO-2026-2001,`oAAAA0001,`JSAPI,`SUCCESS',
      '`,`SO-2026-2001,`oAAAA0001,`JSAPI,`SUCCESS',
      'MISSING_VALUE',
      '微信订单号',
    ],
    ['no such time', '2026-10-05 09:00:01', '2026-10-05 25:00:01', 'NO_SUCH_DAY', '交易时间'],
    ['a currency that is none', 'OTHERS,`CNY,`88.00', 'OTHERS,`XX1,`88.00', 'BAD_CURRENCY', '货币种类'],
    ['a cell too many', '`乌龙茶,`,`0.53000', '`乌龙,茶,`,`0.53000', 'CELL_COUNT', ''],
  ])('%s', async (_, from, to, code, column) => {
    const { kept, rejected } = await readBytes(wechatTrade, changed(ALL, from, to));
    expect(rejected).toMatchObject([{ rowNo: 2, code, column }]);
    expect(kept).toHaveLength(3);
    expect(rejected[0]!.cells).toMatchObject({ 商户订单号: 'SO-2026-2001' });
  });

  test('a refund without its own number', async () => {
    const { rejected } = await readBytes(wechatTrade, changed(ALL, '`50300009902026100700000000001', '`0'));
    expect(rejected).toMatchObject([{ code: 'MISSING_VALUE', column: '微信退款单号', amount: '-30.00' }]);
  });
});
