import { join } from 'node:path';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { unionpayZm } from '../../sources/unionpay';
import { contextOf, readBytes, refusalOf } from './collect';
import { ZME_WIDTHS, zmFile, zmLine } from './zm';

const MERCHANT = '898310148160568';
const REFUND = {
  0: 'S30',
  4: '1006120000',
  6: '000000004000',
  9: '842610061200000000188',
  15: 'C000000000024',
  16: 'D000000003976',
  26: '842610050930000000178',
};

describe('a UnionPay ZM file', () => {
  test('reads purchases and refunds in yuan, the fee as what lies between amount and settlement', async () => {
    const { kept, rejected, summary } = await readBytes(
      unionpayZm,
      zmFile(zmLine({ 30: '青禾商贸', 34: '白茶' }), zmLine(REFUND)),
      { merchants: { unionpay: MERCHANT } },
    );
    expect(rejected).toEqual([]);
    expect(kept[0]).toEqual({
      row_key: '842610050930000000178/payment',
      transaction_no: '842610050930000000178',
      transaction_key: '842610050930000000178',
      merchant_reference: 'SO20262001',
      merchant_reference_key: 'SO20262001',
      occurred_at: '2026-10-05 09:30:00+08:00',
      occurred_on: '2026-10-05',
      type: 'payment',
      currency: 'CNY',
      gross_amount: '100.00',
      fee_amount: '0.60',
      net_amount: '99.40',
      payout_no: null,
      payout_key: null,
      description: '白茶',
      counterparty: '6226********0018',
      extra: expect.stringContaining('青禾商贸') as unknown,
    });
    expect(kept[1]).toMatchObject({
      type: 'refund',
      gross_amount: '-40.00',
      fee_amount: '-0.24',
      net_amount: '-39.76',
    });
    expect(kept[1]!.extra).toContain('842610050930000000178');
    expect(summary).toMatchObject({ channel: 'card', rowsIn: 2, detected: { payments: 1, refunds: 1 } });
  });

  test.each([
    ['2027-01', '1231235959', '2026-12-31', false],
    ['2027-01', '0101000000', '2027-01-01', true],
    ['2026-12', '0101000000', '2027-01-01', false],
    ['2026-12', '1201000000', '2026-12-01', true],
    ['2028-02', '0229120000', '2028-02-29', true],
  ])('imported into %s takes %s as %s', async (month, time, day, isIn) => {
    const { kept, inPeriod } = await readBytes(unionpayZm, zmFile(zmLine({ 4: time })), { month });
    expect([kept[0]!.occurred_on, inPeriod[0]]).toEqual([day, isIn]);
  });

  test('takes other codes by the side of their settlement, and leaves out what moves no money', async () => {
    const { kept, excluded } = await readBytes(
      unionpayZm,
      zmFile(
        zmLine({ 0: 'S56', 9: '1' }),
        zmLine({ ...REFUND, 0: 'S31', 9: '2' }),
        zmLine({ 0: 'S35', 9: '3', 15: 'D000000000000', 16: 'C000000000000' }),
      ),
    );
    expect(kept.map((row) => [row.type, row.gross_amount])).toEqual([
      ['payment', '100.00'],
      ['refund', '-40.00'],
    ]);
    expect(kept[0]!.extra).toContain('"交易代码":"S56"');
    expect(excluded).toEqual([{ rowNo: 3, why: 'NOT_BOOKED' }]);
  });

  test('counts the surcharge of instalments as part of the fee', async () => {
    const { kept } = await readBytes(unionpayZm, zmFile(zmLine({ 16: 'C000000009740', 37: '000000000200' })));
    expect(kept).toMatchObject([{ gross_amount: '100.00', fee_amount: '2.60', net_amount: '97.40' }]);
  });

  test('counts widths in bytes of GBK, whatever the file is encoded in', async () => {
    const line = zmLine({ 30: '青禾商贸有限公司', 9: '842610050930000000999' });
    for (const bytes of [zmFile(line), Buffer.from(new TextDecoder('gbk').decode(zmFile(line)))]) {
      expect((await readBytes(unionpayZm, bytes)).kept).toMatchObject([{ transaction_no: '842610050930000000999' }]);
    }
  });

  test.each<[string, Buffer, string, string]>([
    ['cut short', zmLine().subarray(0, 200), 'BAD_LAYOUT', '集团商户代码'],
    ['too long', Buffer.concat([zmLine(), Buffer.from('x')]), 'BAD_LAYOUT', '保留使用'],
    [
      'shifted by a byte',
      Buffer.concat([zmLine().subarray(0, 3), Buffer.from('x'), zmLine().subarray(3, -1)]),
      'BAD_LAYOUT',
      '交易代码',
    ],
    ['with an amount that is none', zmLine({ 6: '00000001000X' }), 'BAD_AMOUNT', '交易金额'],
    ['without a mark before its settlement', zmLine({ 16: '0000000009940' }), 'BAD_AMOUNT', '结算金额'],
    ['with a settlement that is not amount less fee', zmLine({ 16: 'C000000009941' }), 'NET_SUM_DIFFERS', '结算金额'],
    ['with a purchase taken from the merchant', zmLine({ 16: 'D000000009940' }), 'WRONG_SIGN', '结算金额'],
    ['of no such day', zmLine({ 4: '0230120000' }), 'NO_SUCH_DAY', '交易传输时间'],
    ['of no such hour', zmLine({ 4: '1005250000' }), 'NO_SUCH_DAY', '交易传输时间'],
    ['without a time', zmLine({ 4: '' }), 'MISSING_VALUE', '交易传输时间'],
    ['without a number', zmLine({ 9: '' }), 'MISSING_VALUE', '查询流水号'],
    ['of a code that is none', zmLine({ 0: '?22' }), 'UNKNOWN_TYPE', '交易代码'],
    [
      'with bytes that do not decode',
      Buffer.from(zmLine().map((byte, i) => (i === 300 ? 0xff : byte))),
      'UNDECODABLE',
      '',
    ],
  ])('rejects a line %s, and the rest goes in', async (_, line, code, column) => {
    const { kept, rejected } = await readBytes(unionpayZm, zmFile(zmLine({ 30: '青禾' }), line, zmLine({ 9: '7' })));
    expect(kept).toHaveLength(2);
    expect(rejected).toMatchObject([{ line: 2, code, column }]);
    expect(rejected[0]!.reason.zh).toMatch(/[\u4e00-\u9fff]/);
  });

  test.each<[string, Buffer | string, Record<string, string>, string]>([
    ['of another merchant', zmFile(zmLine()), { unionpay: '898310148160000' }, 'WRONG_MERCHANT'],
    ['as ZME', zmFile(zmLine({}, ZME_WIDTHS)), {}, 'WRONG_KIND'],
    ['as some CSV', 'a,b\n1,2\n', {}, 'WRONG_KIND'],
    ['as a long text', 'lorem ipsum\n'.repeat(50_000), {}, 'WRONG_KIND'],
    ['when empty', '', {}, 'EMPTY_FILE'],
  ])('is refused %s', async (_, bytes, merchants, code) => {
    expect((await refusalOf(unionpayZm, bytes, { merchants })).code).toBe(code);
  });

  test('is refused where its name names another merchant', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'zm-'));
    try {
      const path = join(folder, 'file');
      writeFileSync(path, zmFile(zmLine()));
      const context = {
        ...contextOf(path, { merchants: { unionpay: MERCHANT } }),
        fileName: 'INN26100588ZM_898310148160000',
      };
      const reading = unionpayZm.read(context, {
        keep: () => undefined,
        reject: () => undefined,
        exclude: () => undefined,
        room: () => Promise.resolve(),
      });
      await expect(reading).rejects.toMatchObject({ code: 'WRONG_MERCHANT' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('of a purchaser who masks its number in the company file is still known', async () => {
    const { kept } = await readBytes(unionpayZm, zmFile(zmLine()), { merchants: { unionpay: '8983…0568' } });
    expect(kept).toHaveLength(1);
  });
});
