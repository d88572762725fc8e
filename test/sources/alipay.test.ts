import { encode } from 'iconv-lite';
import { alipayTrade } from '../../sources/alipay';
import { changed, fixture, readBytes, refusalOf, type Given } from './collect';
import { zipOf, type ZipPart } from './zip';

const ACCOUNT = '20887700110022330156';
const DETAIL = fixture('alipay-detail.csv');
const SUMMARY = fixture('alipay-summary.csv');
const FIRST_ROW = '2026100522001400010000000001\t,SO-2026-1001\t,交易';

function gbk(text: string): Buffer {
  return encode(text.replace(/\n/g, '\r\n'), 'gb18030');
}

function bill(detail = DETAIL, summary: string | null = SUMMARY): Buffer {
  const parts: ZipPart[] = [{ name: `${ACCOUNT}_202610_业务明细.csv`, bytes: gbk(detail) }];
  if (summary !== null) parts.unshift({ name: `${ACCOUNT}_202610_业务明细(汇总).csv`, bytes: gbk(summary) });
  return zipOf(parts);
}

describe('an Alipay trade bill', () => {
  test('reads from its ZIP: the merchant’s money before fees, the fee as a cost, refunds negative', async () => {
    const { kept, inPeriod, rejected, summary, rowNos, control } = await readBytes(alipayTrade, bill(), {
      merchants: { alipay: '2088…0156' },
    });
    expect(rejected).toEqual([]);
    expect(inPeriod).toEqual([true, true, true, true]);
    expect(rowNos).toEqual([6, 7, 8, 9]);
    expect(kept[0]).toEqual({
      row_key: '2026100522001400010000000001/payment',
      transaction_no: '2026100522001400010000000001',
      transaction_key: '2026100522001400010000000001',
      merchant_reference: 'SO-2026-1001',
      merchant_reference_key: 'SO20261001',
      occurred_at: '2026-10-05 09:00:09+08:00',
      occurred_on: '2026-10-05',
      type: 'payment',
      currency: 'CNY',
      gross_amount: '100.00',
      fee_amount: '0.60',
      net_amount: '99.40',
      payout_no: null,
      payout_key: null,
      description: '白茶礼盒 门店自提',
      counterparty: '*安(ann***@example.com)',
      extra: null,
    });
    expect(kept[2]).toMatchObject({
      type: 'refund',
      gross_amount: '-40.00',
      fee_amount: '-0.24',
      net_amount: '-39.76',
    });
    expect(control[2]).toEqual({ amount: '-40.00', currency: 'CNY' });
    expect(summary.channel).toBe('alipay');
    expect(summary.rowsIn).toBe(4);
    expect(summary.detected).toMatchObject({
      encoding: 'gb18030',
      account: ACCOUNT,
      footer: { 交易合计: '2 / 330.00', 退款合计: '2 / -50.00' },
      summary: { 交易订单总笔数: '2', '商家实收（元）': '280.00', '服务费（元）': '-1.68' },
    });
  });

  test('takes what the merchant receives where he gave a discount, and keeps the order amount beside it', async () => {
    const { kept } = await readBytes(alipayTrade, bill());
    expect(kept[1]).toMatchObject({
      gross_amount: '230.00',
      fee_amount: '1.38',
      net_amount: '228.62',
      description: '红茶, "老树" 2罐',
    });
    expect(JSON.parse(kept[1]!.extra!)).toMatchObject({
      '订单金额（元）': '250.00',
      '商家优惠（元）': '20.00',
      门店名称: '城西店',
    });
  });

  test('tells two refunds of one payment apart by their batch number', async () => {
    const { kept } = await readBytes(alipayTrade, bill());
    expect(kept.slice(2).map((row) => row.row_key)).toEqual([
      '2026100522001400010000000001/refund/RF-77-1',
      '2026100522001400010000000001/refund/RF-77-2',
    ]);
  });

  test.each<[string, Buffer | string]>([
    ['the bare detail in GBK', gbk(DETAIL)],
    ['the bare detail in UTF-8 with a BOM', `\uFEFF${DETAIL}`],
    ['a ZIP without a summary', bill(DETAIL, null)],
    ['a detail whose every line is padded with commas', DETAIL.replace(/^#.*$/gm, (line) => `${line},,,,`)],
  ])('reads %s to the same rows', async (_, bytes) => {
    const { kept } = await readBytes(alipayTrade, bytes);
    expect(kept.map((row) => row.gross_amount)).toEqual(['100.00', '230.00', '-40.00', '-10.00']);
  });

  test('finds columns by name: another order and unknown columns change nothing', async () => {
    const moved = DETAIL.split('\n').map((line) =>
      line.startsWith('#') || line === '' ? line : `${line.includes('支付宝交易号') ? '新列' : 'x'},${line}`,
    );
    const { kept } = await readBytes(alipayTrade, moved.join('\n'));
    expect(kept[0]).toMatchObject({ transaction_no: '2026100522001400010000000001', extra: '{"新列":"x"}' });
  });

  test('reads an empty month', async () => {
    const empty = DETAIL.split('\n')
      .filter((line) => !line.startsWith('2026') && !line.includes('合计'))
      .join('\n');
    expect((await readBytes(alipayTrade, empty)).kept).toEqual([]);
  });

  test('tells days in the company’s own zone', async () => {
    const { kept } = await readBytes(alipayTrade, bill(), { timezone: 'Pacific/Auckland' });
    expect(kept[1]).toMatchObject({ occurred_on: '2026-10-07', occurred_at: '2026-10-07 04:59:59+13:00' });
  });

  test.each([
    ['the whole account', { alipay: ACCOUNT }],
    ['the PID', { alipay: '2088770011002233' }],
    ['the masked PID', { alipay: '2088****2233' }],
    ['nothing', {}],
  ])('accepts a company file that names %s', async (_, merchants) => {
    expect((await readBytes(alipayTrade, bill(), { merchants })).kept).toHaveLength(4);
  });
});

describe('an Alipay bill is refused', () => {
  test.each<[string, Buffer | string, Given, string]>([
    ['of another merchant', bill(), { merchants: { alipay: '20881111222233330156' } }, 'WRONG_MERCHANT'],
    ['of another masked merchant', bill(), { merchants: { alipay: '2099…0156' } }, 'WRONG_MERCHANT'],
    [
      'without its account line',
      changed(DETAIL, `#账号：[${ACCOUNT}]\n`, ''),
      { merchants: { alipay: ACCOUNT } },
      'MISSING_FOOTER',
    ],
    ['of another month', bill(), { month: '2026-09' }, 'WRONG_MONTH'],
    ['of the month before', bill(), { month: '2026-11' }, 'WRONG_MONTH'],
    ['as a fund bill', DETAIL.replaceAll('业务明细', '账务明细'), {}, 'WRONG_KIND'],
    ['as a summary alone', SUMMARY, {}, 'WRONG_KIND'],
    ['as some other CSV', 'order_no,amount\n1,2\n', {}, 'WRONG_KIND'],
    ['without a column', DETAIL.replace('完成时间', '其他时间'), {}, 'MISSING_COLUMN'],
    [
      'cut off in its rows',
      DETAIL.slice(0, DETAIL.indexOf('#-----------------------------------------业务明细列表结束')),
      {},
      'MISSING_FOOTER',
    ],
    ['without its total of refunds', DETAIL.replace(/#退款合计.*\n/, ''), {}, 'MISSING_FOOTER'],
    ['with a row taken out', DETAIL.replace(/^2026100622.*\n/m, ''), {}, 'FOOTER_MISMATCH'],
    ['with an amount changed', changed(DETAIL, '250.00\t,230.00', '250.00\t,231.00'), {}, 'FOOTER_MISMATCH'],
    ['with a fee changed, by the summary', bill(changed(DETAIL, '-1.38', '-1.37')), {}, 'FOOTER_MISMATCH'],
    [
      'with a summary of other counts',
      bill(DETAIL, changed(SUMMARY, '合计\t,\t,2,2', '合计\t,\t,3,2')),
      {},
      'FOOTER_MISMATCH',
    ],
    ['with a summary cut off', bill(DETAIL, SUMMARY.slice(0, SUMMARY.indexOf('合计\t'))), {}, 'MISSING_FOOTER'],
    ['with a row below the end mark', `${DETAIL}2026,x\n`, {}, 'ROW_BELOW_FOOTER'],
    ['when empty', '', {}, 'EMPTY_FILE'],
  ])('%s', async (_, bytes, given, code) => {
    const refused = await refusalOf(alipayTrade, bytes, given);
    expect(refused.code).toBe(code);
    expect(refused.reason.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(refused.status).toBe(422);
  });

  test.each<[string, Buffer]>([
    ['a name that climbs out', zipOf([{ name: '../../etc/账单.csv', bytes: gbk(DETAIL) }])],
    ['an absolute name', zipOf([{ name: '/var/账单.csv', bytes: gbk(DETAIL) }])],
    ['a drive letter', zipOf([{ name: 'C:\\账单.csv', bytes: gbk(DETAIL) }])],
    ['a bomb', zipOf([{ name: 'a.csv', bytes: Buffer.alloc(50_000_000) }])],
    [
      'a bomb that lies about its size',
      zipOf([{ name: 'a.csv', bytes: Buffer.concat([gbk(DETAIL), Buffer.alloc(50_000_000, 10)]), claimed: 5_000 }]),
    ],
    ['an encrypted part', zipOf([{ name: 'a.csv', bytes: gbk(DETAIL), encrypted: true }])],
    ['a thousand parts', zipOf(Array.from({ length: 1000 }, (_, i) => ({ name: `${i}.csv`, bytes: gbk('x') })))],
    ['a torn end', bill().subarray(0, 400)],
  ])('when its archive has %s', async (_, bytes) => {
    expect((await refusalOf(alipayTrade, bytes)).code).toBe('UNSAFE_ARCHIVE');
  });

  test('when its archive holds no detail, or two', async () => {
    expect((await refusalOf(alipayTrade, zipOf([{ name: 'a.csv', bytes: gbk(SUMMARY) }]))).code).toBe('WRONG_KIND');
    const two = ['a.csv', 'b.csv'].map((name) => ({ name, bytes: gbk(DETAIL) }));
    expect((await refusalOf(alipayTrade, zipOf(two))).code).toBe('WRONG_KIND');
  });
});

describe('a row of an Alipay bill is rejected, and the rest goes in', () => {
  test.each<[string, string, string, string, string]>([
    ['an unknown type', FIRST_ROW, FIRST_ROW.replace('交易', '转账'), 'UNKNOWN_TYPE', '业务类型'],
    [
      'a number that a spreadsheet destroyed',
      FIRST_ROW,
      FIRST_ROW.replace('2026100522001400010000000001', '2.0261E+27'),
      'MANGLED_NUMBER',
      '支付宝交易号',
    ],
    [
      'no transaction number',
      FIRST_ROW,
      FIRST_ROW.replace('2026100522001400010000000001', ''),
      'MISSING_VALUE',
      '支付宝交易号',
    ],
    ['no such day', '2026-10-05 09:00:09', '2026-10-32 09:00:09', 'NO_SUCH_DAY', '完成时间'],
    ['a time that is none', '2026-10-05 09:00:09', 'yesterday', 'BAD_DATE', '完成时间'],
    ['too many decimals', '100.00\t,100.00', '100.00\t,100.001', 'TOO_MANY_DECIMALS', '商家实收（元）'],
    ['an exponent', '100.00\t,100.00', '100.00\t,1e2', 'BAD_AMOUNT', '商家实收（元）'],
    ['a cell too many', '白茶礼盒\t,2026-10-05', '白茶,礼盒\t,2026-10-05', 'CELL_COUNT', ''],
  ])('%s', async (_, from, to, code, column) => {
    const { kept, rejected } = await readBytes(alipayTrade, gbk(changed(DETAIL, from, to)));
    expect(kept).toHaveLength(3);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]).toMatchObject({ rowNo: 6, line: 6, code, column });
    expect(rejected[0]!.cells).toMatchObject({ 商户订单号: 'SO-2026-1001' });
  });

  test('bytes that do not decode', async () => {
    const bytes = gbk(DETAIL);
    bytes[bytes.indexOf(gbk('门店自提'))] = 0xff;
    const { kept, rejected } = await readBytes(alipayTrade, bytes);
    expect(kept).toHaveLength(3);
    expect(rejected[0]).toMatchObject({ code: 'UNDECODABLE', line: 6, amount: '100.00' });
  });

  test('a refund that is positive, whose sum the footer still ties out', async () => {
    const text = changed(changed(DETAIL, '-10.00\t,-10.00', '10.00\t,10.00'), '-50.00', '-30.00');
    const { rejected } = await readBytes(alipayTrade, text);
    expect(rejected).toMatchObject([{ code: 'WRONG_SIGN', line: 9 }]);
  });
});
