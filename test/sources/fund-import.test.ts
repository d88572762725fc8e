import { readFacts } from '../../store/close-facts';
import { readClose } from '../../store/close-row';
import { rejectedCsv } from '../../store/rejected';
import { openBooks, type Books } from '../intake/books';
import { changed, fixture } from './collect';
import { zmFile, zmLine } from './zm';

describe('fund bills and ZM files in the books', () => {
  let books: Books;
  beforeEach(async () => {
    books = await openBooks();
  });
  afterEach(() => books.close());

  const types = (): Promise<string[]> =>
    books.column<string>(
      `SELECT type || ' ' || count(*) || ' ' || sum(net_amount) || ' ' || count(payout_key) FROM channel_transaction GROUP BY type ORDER BY type`,
    );

  test('an Alipay fund bill is loaded with its types, sums and payouts', async () => {
    const batch = await books.import('alipay-fund', fixture('alipay-fund.csv'));
    expect(batch).toMatchObject({ state: 'accepted', rows_in: 7, rows_kept: 7, channel: 'alipay' });
    expect(await types()).toEqual(['fee 2 -0.36 0', 'payment 2 130.00 0', 'payout 2 -1009.64 2', 'refund 1 -40.00 0']);
  });

  test('a movement that stands twice is rejected, whatever else is told of it', async () => {
    const twice = changed(fixture('alipay-fund.csv'), '880000000000004', '880000000000002');
    const batch = await books.import('alipay-fund', twice);
    expect(batch).toMatchObject({ rows_kept: 6, rows_rejected: 1 });
    expect(await books.column('SELECT code FROM rejected_row')).toEqual(['DUPLICATE_KEY']);
  });

  test('a WeChat fund bill is loaded, and a rejected row leaves in its file’s columns', async () => {
    const text = changed(fixture('wechat-fund.csv'), '2026-10-08 02:00:00', '十月八日');
    const batch = await books.import('wechat-fund', text);
    expect(batch).toMatchObject({ state: 'accepted', rows_kept: 4, rows_rejected: 1, channel: 'wechat' });
    let csv = '';
    for await (const piece of rejectedCsv(books.pool, await books.periodId())) csv += piece;
    expect(csv.split('\r\n')[0]).toContain('记账时间,微信支付业务单号,资金流水单号');
    expect(csv).toContain('十月八日');
  });

  test('what an account held at the ends of a bill, and its days, stand with the batch; bills that do not join are named', async () => {
    await books.import('alipay-fund', fixture('alipay-fund.csv'));
    const [told] = await books.column<{ balances: object[]; days: object }>('SELECT detected FROM batch');
    expect(told).toMatchObject({
      balances: [
        {
          currency: 'CNY',
          opening: expect.stringMatching(/^\d+\.\d\d$/),
          closing: expect.stringMatching(/^\d+\.\d\d$/),
        },
      ],
      days: { from: expect.stringMatching(/^2026-10-/), to: expect.stringMatching(/^2026-10-/) },
    });
    const facts = async (): Promise<{ count: number }> =>
      (await readFacts(books.pool, await readClose(books.pool, await books.periodId()))).balanceGaps;
    await books.import('wechat-fund', fixture('wechat-fund.csv'), { fileName: 'basic-1.csv' });
    expect(await facts()).toMatchObject({ count: 0 });
    // The same bill of a later day begins with what the first one began with, not with what it ended with.
    const later = fixture('wechat-fund.csv')
      .replaceAll('2026-10-0', '2026-10-2')
      .replaceAll(/`(\d{10,})/g, '`9$1');
    await books.import('wechat-fund', Buffer.from(later), { fileName: 'basic-2.csv' });
    expect(await facts()).toMatchObject({ count: 1, names: { en: expect.stringContaining('wechat basic ends') } });
  });

  test('a UnionPay ZM file is loaded as card transactions', async () => {
    const batch = await books.import('unionpay-zm', zmFile(zmLine(), zmLine({ 9: '7', 6: 'x' }), zmLine({ 9: '8' })), {
      fileName: 'INN26100588ZM_898310148160568',
    });
    expect(batch).toMatchObject({ state: 'accepted', rows_in: 3, rows_kept: 2, rows_rejected: 1, channel: 'card' });
    expect(await types()).toEqual(['payment 2 198.80 0']);
  });
});
