import { Books } from './books';

describe('payouts of channels', () => {
  let books: Books;
  beforeEach(async () => {
    books = await Books.open();
    await books.batch('ledger-csv');
    await books.batch('camt053');
  });
  afterEach(() => books.close());

  type More = Record<string, string | null>;

  /** The channel's row of a payout; `fee` is what the batch cost. */
  const paidOut = (no: string, net: string, more: More = {}, channel = 'card', fee = '0.00'): Promise<void> =>
    books.movement(
      `T${no}`,
      `-${(Number(net) + Number(fee)).toFixed(2)}`,
      { type: 'payout', payout_no: no, occurred_on: '2026-10-10', fee_amount: `-${fee}`, ...more },
      channel,
    );
  const credited = (no: string, amount: string, remark: string, more: More = {}): Promise<void> =>
    books.bank(no, amount, { description: remark, counterparty: '银联商务', booked_on: '2026-10-11', ...more });
  const booked = (
    voucher: string,
    reference: string | null,
    net: string,
    more: More = {},
    fee = '0.00',
  ): Promise<void> =>
    books.voucher(
      voucher,
      reference,
      [
        ['1002', net],
        ...(Number(fee) === 0 ? [] : [['6603', fee] as const]),
        ['1012', (-Number(net) - Number(fee)).toFixed(2)],
      ],
      { posting_date: '2026-10-11', description: '渠道结算入账', ...more },
    );

  const found = (): Promise<string[]> => books.found('channels-ledger');

  /** Confirmed matches as `rule certainty: left | right`, by the numbers of their records. */
  const matches = async (): Promise<string[]> => {
    const { rows } = await books.pool.query<{ shown: string }>(
      `WITH record AS (
         SELECT id, coalesce(payout_no, transaction_no) AS no FROM channel_transaction
         UNION ALL SELECT id, coalesce(bank_reference, description) FROM bank_entry UNION ALL SELECT id, entry_no FROM ledger_entry
       )
       SELECT rule || ' ' || certainty || ': ' || (SELECT string_agg(DISTINCT no, '+' ORDER BY no) FROM record WHERE id = ANY (left_ids)) || ' | '
              || (SELECT string_agg(DISTINCT no, '+' ORDER BY no) FROM record WHERE id = ANY (right_ids)) AS shown
         FROM match WHERE period_id = $1 AND reconciliation = 'channels-ledger' AND state = 'confirmed' ORDER BY shown`,
      [books.periodId],
    );
    return rows.map(({ shown }) => shown);
  };

  test('a payout in two credits, booked in one voucher or in one for each', async () => {
    await paidOut('POS20261010', '900.00');
    await credited('B1', '300.00', '结算款 POS20261010 1/2');
    await credited('B2', '600.00', '结算款 POS20261010 2/2', { booked_on: '2026-10-12' });
    await booked('付-1', 'POS20261010', '900.00', { posting_date: '2026-10-12' });
    await paidOut('POS20261012', '91.00', { occurred_on: '2026-10-12' });
    await credited('B3', '30.00', '结算款 POS20261012 1/2', { booked_on: '2026-10-13' });
    await credited('B4', '61.00', '结算款', { booked_on: '2026-10-14' });
    await booked('付-2', 'POS20261012', '30.00', { posting_date: '2026-10-13' });
    await booked('付-3', 'B4', '61.00', { posting_date: '2026-10-14' });
    expect(await found()).toEqual([]);
    expect(await matches()).toEqual([
      'bank-reference certain: B3+B4+POS20261012 | 付-2+付-3',
      'payout-no certain: B1+B2+POS20261010 | 付-1',
    ]);
  });

  test('a payout in two credits around the month’s end: what is paid next month is in transit', async () => {
    await paidOut('POS20261030', '900.00', { occurred_on: '2026-10-30' });
    await credited('B1', '300.00', '结算款 POS20261030 1/2', { booked_on: '2026-10-31' });
    await credited('B2', '600.00', '结算款 POS20261030 2/2', { booked_on: '2026-11-01' });
    await booked('付-1', 'POS20261030', '300.00', { posting_date: '2026-10-31' });
    await booked('付-2', 'POS20261030', '600.00', { posting_date: '2026-11-01' });
    expect(await found()).toEqual([]);
    expect(await matches()).toEqual(['payout-no certain: B1+B2+POS20261030 | 付-1+付-2']);
  });

  test('two payouts in one credit and one voucher, by both numbers or by the bank’s reference', async () => {
    await paidOut('POS20261010', '100.00');
    await paidOut('POS20261011', '250.00', { occurred_on: '2026-10-11' });
    await credited('B1', '350.00', '结算款 POS20261010、POS20261011', { booked_on: '2026-10-12' });
    await booked('付-1', null, '350.00', {
      description: '结算款 POS20261010、POS20261011',
      posting_date: '2026-10-12',
    });
    await paidOut('POS20261013', '70.00', { occurred_on: '2026-10-13' });
    await paidOut('POS20261014', '80.00', { occurred_on: '2026-10-14' });
    await credited('B2', '150.00', '结算款 POS20261013、POS20261014', { booked_on: '2026-10-15' });
    await booked('付-2', 'B2', '150.00', { posting_date: '2026-10-15' });
    expect(await found()).toEqual([]);
    expect(await matches()).toEqual([
      'bank-reference certain: B2+POS20261013+POS20261014 | 付-2',
      'number-in-text certain: B1+POS20261010+POS20261011 | 付-1',
    ]);
  });

  test('one credit for two payouts that are booked one by one: each is compared with its own voucher', async () => {
    await paidOut('POS20261010', '100.00');
    await paidOut('POS20261011', '250.00', { occurred_on: '2026-10-11' });
    await credited('B1', '350.00', '结算款 POS20261010、POS20261011', { booked_on: '2026-10-12' });
    await booked('付-1', 'POS20261010', '100.00');
    await booked('付-2', 'POS20261011', '205.00', { posting_date: '2026-10-12' });
    expect(await found()).toEqual(['amount_differs 45.00 POS20261011 | 付-2']);
    expect(await matches()).toEqual(['payout-no certain: B1+POS20261010 | 付-1']);
  });

  test('one bank line against a channel’s line for each payout', async () => {
    await paidOut('POS20261010', '100.00');
    await paidOut('POS20261011', '250.00', { occurred_on: '2026-10-11' });
    const on = { posting_date: '2026-10-12', description: '渠道结算入账' };
    await books.voucher('付-1', null, [['1002', '350.00']], { ...on, description: '银行入账' });
    await books.voucher('付-1', 'POS20261010', [['1012', '-100.00']], { ...on, line_no: '2' });
    await books.voucher('付-1', 'POS20261011', [['1012', '-250.00']], { ...on, line_no: '3' });
    expect(await found()).toEqual([]);
    expect(await matches()).toEqual(['payout-no certain: POS20261010+POS20261011 | 付-1']);
  });

  test('a remark that mentions yesterday’s payout as well is about the one whose amount it has', async () => {
    await paidOut('POS20261010', '100.00');
    await paidOut('POS20261011', '250.00', { occurred_on: '2026-10-11' });
    await credited('B1', '100.00', '结算款 POS20261010');
    await credited('B2', '250.00', '结算款 POS20261011 上笔 POS20261010', { booked_on: '2026-10-12' });
    await booked('付-1', 'POS20261010', '100.00');
    await booked('付-2', null, '250.00', { description: 'POS20261011，续 POS20261010', posting_date: '2026-10-12' });
    expect(await found()).toEqual([]);
    expect(await matches()).toEqual([
      'number-in-text certain: B2+POS20261011 | 付-2',
      'payout-no certain: B1+POS20261010 | 付-1',
    ]);
  });

  test('the voucher names the credit and the credit the payout; a bank reference that two entries bear leads nowhere', async () => {
    await paidOut('POS20261010', '100.00');
    await credited('B-0001', '100.00', '结算款 POS20261010');
    await booked('付-1', 'B-0001', '100.00');
    await paidOut('POS20261012', '70.00', { occurred_on: '2026-10-12' });
    await credited('B-0002', '70.00', '结算款 POS20261012', { booked_on: '2026-10-13' });
    await credited('B-0002', '5.00', '利息', { account: '6333' });
    await booked('付-2', 'B-0002', '71.00', { posting_date: '2026-10-13' });
    expect(await found()).toEqual(expect.arrayContaining(['missing_in_finance 70.00 POS20261012 | ']));
    expect(await matches()).toEqual(['bank-reference certain: B-0001+POS20261010 | 付-1']);
  });

  test('a slip in the payout’s number, of equal amount; with another amount, or between two, nothing is guessed', async () => {
    await paidOut('POS20261010', '100.00');
    await booked('付-1', 'POS20621010', '100.00');
    await paidOut('POS20261012', '70.00', { occurred_on: '2026-10-12' });
    await booked('付-2', 'POS20621012', '71.00', { posting_date: '2026-10-13' });
    await paidOut('POS20261014', '80.00', { occurred_on: '2026-10-14' });
    await paidOut('POS20261015', '80.00', { occurred_on: '2026-10-15' });
    await booked('付-3', 'POS2026101', '80.00', { posting_date: '2026-10-16' });
    expect(await found()).toEqual([
      'missing_in_finance 70.00 POS20261012 | ',
      'missing_in_finance 80.00 POS20261014 | ',
      'missing_in_finance 80.00 POS20261015 | ',
      'missing_in_sales -71.00  | 付-2',
      'missing_in_sales -80.00  | 付-3',
    ]);
    expect(await matches()).toEqual(['near-reference probable: POS20261010 | 付-1']);
  });

  test('no number on the voucher, or on the credit as well: the amount in the days after it, where it is alone', async () => {
    await paidOut('POS20261010', '100.00');
    await credited('B1', '100.00', '结算款 POS20261010');
    await booked('付-1', null, '100.00');
    await paidOut('POS20261012', '70.00', { occurred_on: '2026-10-12' });
    await credited('B2', '70.00', '结算款', { booked_on: '2026-10-13' });
    await booked('付-2', null, '70.00', { posting_date: '2026-10-13' });
    await paidOut('POS20261014', '80.00', { occurred_on: '2026-10-14' });
    await booked('付-3', null, '80.00', { posting_date: '2026-10-25' });
    await paidOut('POS20261016', '90.00', { occurred_on: '2026-10-16' });
    await booked('付-4', 'POS20250101', '90.00', { posting_date: '2026-10-17' });
    expect(await found()).toEqual([
      'missing_in_finance 80.00 POS20261014 | ',
      'missing_in_finance 90.00 POS20261016 | ',
      'missing_in_sales -80.00  | 付-3',
      'missing_in_sales -90.00  | 付-4',
    ]);
    expect(await matches()).toEqual([
      'amount-window probable: B1+POS20261010 | 付-1',
      'amount-window probable: B2+POS20261012 | 付-2',
    ]);
  });

  test('two equal payouts and one nameless voucher: all are reported, and the two ways suggested', async () => {
    await paidOut('POS20261010', '100.00');
    await paidOut('POS20261011', '100.00', { occurred_on: '2026-10-11' });
    await booked('付-1', null, '100.00', { posting_date: '2026-10-12' });
    expect(await found()).toEqual([
      'missing_in_finance 100.00 POS20261010 | ',
      'missing_in_finance 100.00 POS20261011 | ',
      'missing_in_sales -100.00  | 付-1',
    ]);
    const { rows } = await books.pool.query(
      `SELECT rule, cardinality(left_ids) AS payouts FROM match WHERE period_id = $1 AND state = 'suggested'`,
      [books.periodId],
    );
    expect(rows).toEqual([
      { rule: 'amount-window', payouts: 1 },
      { rule: 'amount-window', payouts: 1 },
    ]);
  });

  test('equal payouts of two channels are told apart by the words of voucher and credit', async () => {
    await paidOut('AP20261010', '100.00', {}, 'alipay');
    await paidOut('WX20261010', '100.00', {}, 'wechat');
    await credited('B1', '100.00', '结算款', { counterparty: '支付宝（中国）网络技术有限公司' });
    await credited('B2', '100.00', '结算款', { counterparty: '财付通支付科技有限公司' });
    await booked('付-1', null, '100.00', { description: '微信结算' });
    await booked('付-2', null, '100.00', { description: '支付宝结算' });
    expect(await found()).toEqual([]);
    expect(await matches()).toEqual([
      'amount-window probable: AP20261010+B1 | 付-2',
      'amount-window probable: B2+WX20261010 | 付-1',
    ]);
  });

  test('a voucher that names another payout, which has its own, goes to the only one whose net it is', async () => {
    await paidOut('POS20261010', '100.00');
    await paidOut('POS20261011', '250.00', { occurred_on: '2026-10-11' });
    await booked('付-1', 'POS20261011', '100.00');
    await booked('付-2', 'POS20261011', '250.00', { posting_date: '2026-10-12' });
    await paidOut('POS20261014', '70.00', { occurred_on: '2026-10-14' });
    await paidOut('POS20261015', '80.00', { occurred_on: '2026-10-15' });
    await booked('付-3', 'POS20261015', '70.00', { posting_date: '2026-10-16' });
    expect(await found()).toEqual([
      'amount_differs 10.00 POS20261015 | 付-3',
      'missing_in_finance 70.00 POS20261014 | ',
    ]);
    expect(await matches()).toEqual([
      'amount-window probable: POS20261010 | 付-1',
      'payout-no certain: POS20261011 | 付-2',
    ]);
  });

  test('the voucher of a payout’s fee is none of the payout: not booked, other amount, next month', async () => {
    const fee = (no: string): Promise<void> =>
      books.voucher(`费-${no}`, no, [
        ['6603', '6.00'],
        ['1012', '-6.00'],
      ]);
    await paidOut('POS20261010', '994.00', {}, 'card', '6.00');
    await fee('POS20261010');
    await paidOut('POS20261012', '994.00', { occurred_on: '2026-10-12' }, 'card', '6.00');
    await fee('POS20261012');
    await booked('付-2', 'POS20261012', '990.00', { posting_date: '2026-10-13' });
    await paidOut('POS20261029', '894.00', { occurred_on: '2026-10-29' }, 'card', '6.00');
    await credited('B3', '894.00', '结算款 POS20261029', { booked_on: '2026-10-30' });
    await fee('POS20261029');
    await booked('付-3', 'POS20261029', '894.00', { posting_date: '2026-11-02' });
    expect(await found()).toEqual([
      'amount_differs 4.00 POS20261012 | 付-2',
      'date_differs 0.00 POS20261029 | 付-3',
      'missing_in_finance 994.00 POS20261010 | ',
    ]);
  });

  test('one voucher for two payouts with the fees of both', async () => {
    const charged = async (no: string, on: string, fee: string): Promise<void> => {
      await books.receipt(`R-${no}`, `SO-${no}`, '1000.00', 'card', { channel_reference: `C${no}`, received_on: on });
      await books.movement(`C${no}`, '1000.00', { fee_amount: fee, payout_no: no, occurred_on: on });
      await books.money(`收-${no}`, `R-${no}`, '1012', '1000.00', { posting_date: on });
      await paidOut(no, (1000 - Number(fee)).toFixed(2), { occurred_on: on }, 'card', fee);
    };
    await charged('POS20261010', '2026-10-10', '6.00');
    await charged('POS20261011', '2026-10-11', '5.00');
    const both = { description: '结算 POS20261010、POS20261011', posting_date: '2026-10-12' };
    await booked('付-1', null, '1989.00', both, '11.00');
    await charged('POS20261013', '2026-10-13', '6.00');
    await charged('POS20261014', '2026-10-14', '5.00');
    const others = { description: '结算 POS20261013、POS20261014', posting_date: '2026-10-15' };
    await booked('付-2', null, '1989.00', others, '14.00');
    expect(await found()).toEqual(['fee_differs -3.00 POS20261013+POS20261014 | 付-2']);
  });

  test('the bank paid another amount than the channel says', async () => {
    await paidOut('POS20261010', '100.00');
    await credited('B1', '60.00', '结算款 POS20261010');
    await credited('B2', '30.00', '结算款 POS20261010');
    await booked('付-1', 'POS20261010', '100.00');
    await paidOut('POS20261012', '70.00', { occurred_on: '2026-10-12' });
    await credited('B3', '70.00', '结算款 POS20261012', { booked_on: '2026-10-13' });
    await credited('B4', '-1.50', '手续费 POS20261012', { booked_on: '2026-10-13' });
    await booked('付-2', 'POS20261012', '70.00', { posting_date: '2026-10-13' });
    expect(await found()).toEqual(['amount_differs -10.00 POS20261010 | 付-1', 'missing_in_finance -1.50 B4 | ']);
  });

  test('credits without a number are found by what the vouchers say: their reference, or two payouts together', async () => {
    await paidOut('POS20261010', '100.00');
    await paidOut('POS20261011', '250.00', { occurred_on: '2026-10-11' });
    await credited('B1', '350.00', '结算款', { booked_on: '2026-10-12' });
    await booked('付-1', null, '350.00', { description: '结算 POS20261010、POS20261011', posting_date: '2026-10-12' });
    await paidOut('POS20261014', '80.00', { occurred_on: '2026-10-14' });
    await credited('B-0002', '30.00', '结算款', { booked_on: '2026-10-15' });
    await credited('B-0003', '50.00', '结算款', { booked_on: '2026-10-15' });
    await booked('付-2', 'POS20261014', '80.00', { description: '结算 B-0002、B-0003', posting_date: '2026-10-15' });
    expect(await found()).toEqual([]);
    expect(await matches()).toEqual([
      'number-in-text certain: B1+POS20261010+POS20261011 | 付-1',
      'payout-no certain: B-0002+B-0003+POS20261014 | 付-2',
    ]);
  });

  test('a credit the bank took back and paid again', async () => {
    await paidOut('POS20261010', '100.00');
    await credited('B1', '100.00', '结算款 POS20261010');
    await credited('B2', '-100.00', '退汇 POS20261010', { booked_on: '2026-10-12' });
    await credited('B3', '100.00', '结算款 POS20261010', { booked_on: '2026-10-13' });
    await booked('付-1', 'POS20261010', '100.00');
    await booked('付-2', 'POS20261010', '-100.00', { posting_date: '2026-10-12' });
    await booked('付-3', 'POS20261010', '100.00', { posting_date: '2026-10-13' });
    expect(await found()).toEqual([]);
    expect(await matches()).toEqual(['payout-no certain: B1+B2+B3+POS20261010 | 付-1+付-2+付-3']);
  });

  const MANY = 1_500;
  /** The payout, credit and voucher there are, so many times over under other numbers. */
  const manyTimes = async (): Promise<void> => {
    const no = `'POS' || 700000 + n`;
    const row = { row_key: no, transaction_no: no, transaction_key: no, payout_no: no, payout_key: no };
    await books.multiply('channel-csv', MANY, row, 'card');
    await books.multiply('camt053', MANY, { row_key: no, bank_reference: `'B' || n`, bank_key: `'B' || n` });
  };

  test('fifteen hundred equal payouts, credits and vouchers without numbers are compared with nothing', async () => {
    await paidOut('POS600000', '100.00');
    await credited('B1', '100.00', '结算款');
    await booked('付-0', null, '100.00');
    await manyTimes();
    await books.multiply('ledger-csv', MANY, { entry_no: `'付-' || n` });
    const all = await found();
    expect(all.filter((one) => one.startsWith('missing_in_finance 100.00 POS'))).toHaveLength(MANY + 1);
    expect(await matches()).toEqual([]);
  });

  test('fifteen hundred payouts booked in one voucher are one match', async () => {
    await paidOut('POS600000', '100.00');
    await credited('B1', '100.00', '结算款');
    await books.voucher('付-1', 'POS600000', [['1012', '-100.00']]);
    await manyTimes();
    const reference = `'POS' || 700000 + n`;
    await books.multiply('ledger-csv', MANY, { line_no: 'n + 2', reference, reference_key: reference });
    await books.voucher('付-1', null, [['1002', `${String(MANY + 1)}00.00`]], { description: '渠道结算入账' });
    expect((await found()).filter((one) => one.includes('POS'))).toEqual([]);
    expect(await matches()).toHaveLength(1);
  });

  test('without rows of payouts the credits stand for them: one number on several credits or vouchers that add up', async () => {
    await credited('B1', '300.00', '结算款 WX20261010 1/2');
    await credited('B2', '600.00', '结算款 WX20261010 2/2', { booked_on: '2026-10-12' });
    await booked('付-1', 'WX20261010', '900.00', { posting_date: '2026-10-12' });
    await credited('B3', '70.00', '结算款 WX20261013', { booked_on: '2026-10-14' });
    await credited('B4', '80.00', '结算款 WX20261014', { booked_on: '2026-10-15' });
    await booked('付-2', null, '150.00', { description: '结算 WX20261013、WX20261014', posting_date: '2026-10-15' });
    await credited('B5', '20.00', '结算款 WX20261016 1/2', { booked_on: '2026-10-17' });
    await credited('B6', '21.00', '结算款 WX20261016 2/2', { booked_on: '2026-10-17' });
    await booked('付-3', 'WX20261016', '44.00', { posting_date: '2026-10-17' });
    expect(await found()).toEqual([
      'missing_in_finance 20.00 B5 | ',
      'missing_in_finance 21.00 B6 | ',
      'missing_in_sales -44.00  | 付-3',
    ]);
    expect(await matches()).toEqual(['number-in-text certain: B1+B2 | 付-1', 'number-in-text certain: B3+B4 | 付-2']);
  });
});
