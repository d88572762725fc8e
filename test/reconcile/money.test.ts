import { Books } from './books';

describe('receipts, channels and the ledger', () => {
  let books: Books;
  beforeEach(async () => {
    books = await Books.open();
    await books.batch('receipts-csv');
    await books.batch('ledger-csv');
  });
  afterEach(() => books.close());

  const found = (reconciliation: string): Promise<string[]> => books.found(reconciliation);

  test('receipts against a channel: missing either side, amount, month, twice', async () => {
    await books.receipt('R-1', 'SO-1', '100.00', 'card', { channel_reference: 'T-1' });
    await books.movement('T-1', '100.00');
    await books.receipt('R-2', 'SO-2', '50.00', 'card', { channel_reference: 'T-2' });
    await books.movement('T-3', '30.00');
    await books.receipt('R-4', 'SO-4', '100.00', 'card', { channel_reference: 'T-4' });
    await books.movement('T-4', '98.00');
    await books.receipt('R-5', 'SO-5', '10.00', 'card', { channel_reference: 'T-5', received_on: '2026-10-31' });
    await books.movement('T-5', '10.00', { occurred_on: '2026-11-01' });
    await books.receipt('R-6', 'SO-6', '20.00', 'card', { channel_reference: 'T-6' });
    await books.receipt('R-7', 'SO-6', '20.00', 'card', { channel_reference: 'T-6' });
    await books.movement('T-6', '20.00');
    await books.receipt('R-8', 'SO-8', '70.00', 'card', { channel_reference: 'SO-8' });
    await books.movement('T-8', '70.00', { merchant_reference: 'SO-8' });
    await books.movement('T-9', '70.00', { merchant_reference: 'SO-8' });
    await books.receipt('R-10', 'SO-10', '40.00', 'cash');
    await books.receipt('R-11', 'SO-11', '40.00', 'other');
    expect(await found('receipts-channels')).toEqual([
      'amount_differs 2.00 R-4 | T-4',
      'date_differs 0.00 R-5 | T-5',
      'duplicate -70.00 R-8 | T-8+T-9',
      'duplicate 20.00 R-6+R-7 | T-6',
      'missing_in_finance 50.00 R-2 | ',
      'missing_in_sales -30.00  | T-3',
    ]);
  });

  test('a transfer is found by the numbers in its remark, one or several, or by its amount alone', async () => {
    await books.receipt('R-1', 'SO-1001', '100.00', 'bank');
    await books.bank('B1', '100.00', { description: '货款 SO-1001' });
    await books.receipt('R-2', 'SO-1002', '60.00', 'bank');
    await books.receipt('R-3', 'SO-1003', '40.00', 'bank');
    await books.bank('B2', '100.00', { description: 'SO-1002,SO-1003 货款' });
    await books.receipt('R-4', 'SO-1004', '77.00', 'bank');
    await books.bank('B3', '77.00', { description: '转账', counterparty: '某公司' });
    await books.receipt('R-5', 'SO-1005', '88.00', 'bank');
    await books.receipt('R-6', 'SO-1006', '88.00', 'bank');
    await books.bank('B4', '88.00', { description: '转账' });
    expect(await found('receipts-channels')).toEqual([
      'missing_in_finance 88.00 R-5 | ',
      'missing_in_finance 88.00 R-6 | ',
    ]);
    expect(await found('channels-ledger')).toContain('missing_in_finance 88.00 B4 | ');
  });

  test('instalments are compared by their sum; references of any kind lead to the posting', async () => {
    await books.receipt('R-1', 'SO-1', '60.00', 'card', { channel_reference: 'T-1' });
    await books.receipt('R-2', 'SO-1', '40.00', 'card', { channel_reference: 'T-2' });
    await books.movement('T-1', '60.00');
    await books.movement('T-2', '40.00');
    await books.money('记-1', 'SO-1', '1012', '100.00');
    await books.receipt('R-3', 'SO-3', '10.00', 'card', { channel_reference: 'T-3' });
    await books.movement('T-3', '10.00');
    await books.money('记-3', 'R-3', '1012', '10.00');
    await books.receipt('R-4', 'SO-4', '20.00', 'card', { channel_reference: 'T-4' });
    await books.movement('T-4', '20.00');
    await books.money('记-4', 'T-4', '1012', '20.00');
    await books.receipt('R-5', 'SO-5', '-20.00', 'card', { channel_reference: 'T-5' });
    await books.movement('T-5', '-20.00');
    await books.money('记-5', null, '1012', '-20.00', { description: '退款 T-005 / R-5' });
    await books.receipt('R-0006', 'SO-6', '30.00', 'card', { channel_reference: 'T-6' });
    await books.movement('T-6', '30.00');
    await books.money('记-6', null, '1012', '30.00', { description: '收款R-0006' });
    const all = (await books.reconcile()).filter((one) => one.reconciliation.includes('channels'));
    expect(all.map((one) => `${one.kind} ${one.left.join()}`)).toEqual([]);
  });

  test('bookings of receipts: not booked, booked twice, other amount, other month, or without movement or receipt', async () => {
    await books.receipt('R-1', 'SO-1', '10.00', 'card', { channel_reference: 'T-1' });
    await books.movement('T-1', '10.00');
    await books.receipt('R-2', 'SO-2', '20.00', 'card', { channel_reference: 'T-2' });
    await books.movement('T-2', '20.00');
    await books.money('记-2', 'R-2', '1012', '20.00');
    await books.money('记-3', 'R-2', '1012', '20.00');
    await books.receipt('R-4', 'SO-4', '40.00', 'card', { channel_reference: 'T-4' });
    await books.movement('T-4', '40.00');
    await books.money('记-4', 'R-4', '1012', '44.00');
    await books.receipt('R-5', 'SO-5', '50.00', 'card', { channel_reference: 'T-5' });
    await books.movement('T-5', '50.00');
    await books.money('记-5', 'R-5', '1012', '50.00', { posting_date: '2026-11-01' });
    await books.receipt('R-6', 'SO-6', '60.00', 'card', { channel_reference: 'T-6' });
    await books.money('记-6', 'R-6', '1012', '60.00');
    await books.receipt('R-7', 'SO-7', '70.00', 'card', { channel_reference: 'T-7' });
    await books.movement('T-7', '69.00');
    await books.money('记-7', 'R-7', '1012', '70.00');
    await books.movement('T-8', '80.00');
    await books.money('记-9', 'R-404', '1012', '90.00');
    expect(await found('channels-ledger')).toEqual([
      'amount_differs -1.00 T-7 | 记-7',
      'amount_differs -4.00 T-4 | 记-4',
      'date_differs 0.00 T-5 | 记-5',
      'duplicate -20.00 T-2 | 记-2+记-3',
      'missing_in_finance 10.00 T-1 | ',
      'missing_in_finance 80.00 T-8 | ',
      'missing_in_sales -60.00  | 记-6',
      'missing_in_sales -90.00  | 记-9',
    ]);
    expect(await found('receipts-channels')).toEqual([
      'amount_differs 1.00 R-7 | T-7',
      'missing_in_finance 60.00 R-6 | ',
      'missing_in_sales -80.00  | T-8',
    ]);
  });

  test('payouts net of fees; fees by batch within the tolerance; what is paid next month is in transit', async () => {
    const paid = async (no: string, payout: string, gross: string, fee: string, on = '2026-10-06'): Promise<void> => {
      await books.receipt(`R-${no}`, `SO-${no}`, gross, 'card', { channel_reference: `T-${no}`, received_on: on });
      await books.movement(`T-${no}`, gross, { fee_amount: fee, payout_no: payout, occurred_on: on });
      await books.money(`收-${no}`, `R-${no}`, '1012', gross, { posting_date: on });
    };
    const payout = (no: string, gross: string, fee: string, on = '2026-10-07'): Promise<void> =>
      books.movement(`PT-${no}`, `-${gross}`, {
        type: 'payout',
        fee_amount: `-${fee}`,
        payout_no: no,
        occurred_on: on,
      });
    const booked = (voucher: string, no: string, net: string, fee: string, more = {}): Promise<void> =>
      books.voucher(
        voucher,
        no,
        [
          ['1002', net],
          ...(Number(fee) === 0 ? [] : [['6603', fee] as const]),
          ['1012', (-Number(net) - Number(fee)).toFixed(2)],
        ],
        more,
      );
    await paid('1', 'PO-1', '100.00', '0.60');
    await paid('2', 'PO-1', '200.00', '1.20');
    await payout('PO-1', '300.00', '1.80');
    await booked('付-1', 'PO-1', '298.20', '1.80');
    await paid('3', 'PO-2', '1000.00', '6.00');
    await payout('PO-2', '1000.00', '6.00');
    await paid('4', 'PO-3', '1000.00', '6.00');
    await payout('PO-3', '1000.00', '6.00');
    await booked('付-3', 'PO-3', '1000.00', '0.00');
    await paid('5', 'PO-4', '1000.00', '6.00');
    await payout('PO-4', '1000.00', '6.00');
    await booked('付-4', 'PO-4', '994.00', '6.00');
    await booked('付-5', 'PO-4', '994.00', '6.00');
    await paid('6', 'PO-5', '1000.00', '6.00');
    await payout('PO-5', '1000.00', '6.00');
    await booked('付-6', 'PO-5', '990.00', '10.00');
    await paid('7', 'PO-6', '1000.00', '6.00', '2026-10-31');
    await payout('PO-6', '1000.00', '6.00', '2026-10-31');
    await booked('付-7', 'PO-6', '994.00', '6.00', { posting_date: '2026-11-02' });
    await paid('8', 'PO-7', '1000.00', '6.00', '2026-10-08');
    await payout('PO-7', '1000.00', '6.00', '2026-10-09');
    await books.voucher('付-8', 'PO-7', [
      ['1002', '994.00'],
      ['1012', '-994.00'],
    ]);
    await books.voucher('费-8', 'T-8', [
      ['6603', '9.00'],
      ['1012', '-9.00'],
    ]);
    expect(await found('channels-ledger')).toEqual([
      'duplicate -994.00 PO-4 | 付-4+付-5',
      'fee_differs -3.00 T-8 | 费-8',
      'fee_differs -4.00 PO-5 | 付-6',
      'fee_differs 6.00 PO-3 | 付-3',
      'missing_in_finance 994.00 PO-2 | ',
    ]);
  });

  test('bank entries: booked by reference, by amount, not booked, booked without entry; a known customer’s money is a missing receipt', async () => {
    await books.bank('B1', '-15.00', { description: '手续费' });
    await books.voucher('银-1', 'B1', [
      ['6603', '15.00'],
      ['1002', '-15.00'],
    ]);
    await books.bank('B2', '3.21', { description: '利息' });
    await books.voucher(
      '银-2',
      null,
      [
        ['1002', '3.21'],
        ['660302', '-3.21'],
      ],
      { description: '利息收入' },
    );
    await books.bank('B3', '-800.00', { description: '采购付款' });
    await books.voucher('银-4', null, [
      ['1002', '-900.00'],
      ['2202', '900.00'],
    ]);
    await books.order('SO-1005', '55.00');
    await books.bank('B5', '55.00', { description: '货款SO-1005' });
    await books.bank('B6', '66.00', { description: '货款' });
    await books.money('银-6', 'B6', '1002', '66.00');
    expect(await found('channels-ledger')).toEqual([
      'missing_in_finance -800.00 B3 | ',
      'missing_in_finance 55.00 B5 | ',
      'missing_in_sales 900.00  | 银-4',
    ]);
    expect(await found('receipts-channels')).toEqual([
      'missing_in_sales -55.00  | B5',
      'missing_in_sales -66.00  | B6',
    ]);
  });

  test('an exact transaction number goes before an order number that is a merchant reference as well', async () => {
    await books.receipt('R1', 'O-100', '300.00', 'card', { channel_reference: 'R1' });
    await books.receipt('R2', 'O-100', '300.00', 'card', { channel_reference: 'T0002' });
    await books.movement('T0001', '300.00', { merchant_reference: 'R1' });
    await books.movement('T0002', '300.00', { merchant_reference: 'O-100' });
    await books.money('V1', 'O-100', '1012', '300.00');
    await books.money('V2', 'T0002', '1012', '300.00');
    expect((await books.reconcile()).filter((one) => one.reconciliation.includes('channels'))).toEqual([]);
  });

  test('fees of two channels on one day each find their own, by batch number, account or nearest amount', async () => {
    const paid = async (no: string, method: string, account: string, fee: string, more = {}): Promise<void> => {
      await books.receipt(`R-${no}`, `SO-${no}`, '1000.00', method, { channel_reference: `T-${no}` });
      await books.movement(`T-${no}`, '1000.00', { fee_amount: fee, ...more }, method);
      await books.money(`收-${no}`, `R-${no}`, account, '1000.00');
    };
    await paid('1', 'alipay', '101201', '12.00', { payout_no: 'AP20261006' });
    await paid('2', 'wechat', '101202', '6.00');
    await books.bank('B1', '988.00', { description: 'Alipay settlement AP20261006' });
    await books.voucher('付-1', 'AP20261006', [
      ['1002', '988.00'],
      ['6603', '12.80'],
      ['101201', '-1000.80'],
    ]);
    await books.voucher('费-2', '2026-10-06', [
      ['6603', '5.50'],
      ['101202', '-5.50'],
    ]);
    expect(await found('channels-ledger')).toEqual([]);
  });

  test('a payout whose number stands only in text on both sides', async () => {
    await books.bank('B9', '994.00', { description: 'Tenpay WX20261003 settlement' });
    await books.voucher(
      '付-9',
      null,
      [
        ['1002', '984.00'],
        ['1012', '-984.00'],
      ],
      { description: 'payout WX20261003' },
    );
    expect(await found('channels-ledger')).toEqual(['amount_differs 10.00 B9 | 付-9']);
  });

  test('a fund bill beside the trade bill adds its payouts alone; without a trade bill all its rows count', async () => {
    const fund = (no: string, amount: string, type: string): Promise<void> =>
      books.movement(no, amount, { type, payout_no: type === 'payout' ? no : null }, 'alipay', 'alipay-fund');
    await books.receipt('R-1', 'SO-1', '100.00', 'alipay', { channel_reference: 'A-1' });
    await books.voucher('收-1', 'R-1', [
      ['1012', '100.00'],
      ['1122', '-100.00'],
    ]);
    await books.voucher('结-1', 'P-1', [
      ['1002', '60.00'],
      ['1012', '-60.00'],
    ]);
    await fund('A-1', '100.00', 'payment');
    await fund('P-1', '-60.00', 'payout');
    expect([...(await found('receipts-channels')), ...(await found('channels-ledger'))]).toEqual([]);

    await books.movement('A-1', '100.00', {}, 'alipay', 'alipay-trade');
    await books.movement('A-2', '7.00', {}, 'alipay', 'alipay-trade');
    expect(await found('receipts-channels')).toEqual(['missing_in_sales -7.00  | A-2']);
    expect(await found('channels-ledger')).toEqual(['missing_in_finance 7.00 A-2 | ']);
  });
});
