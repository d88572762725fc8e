import { openHouse, type Answer, type House, type TestMonth } from '../door/house';
import { monthOf, numbersOf, type Filled } from './many';

const differs = (left: string, right: string, more: Partial<Filled> = {}): Filled => ({
  difference: (Number(left) - Number(right)).toFixed(2),
  left: [`orders SO1 ${left}`],
  right: [`ledger V1 ${right}`],
  ...more,
});

/** What a difference equals, by the word its cause ends in. */
const SHAPES: readonly (readonly [string, Filled])[] = [
  ['tax', differs('113.00', '100.00')],
  ['tax', differs('100.00', '106.00')],
  ['fee', differs('1000.00', '994.00')],
  ['double', differs('50.00', '100.00')],
  ['sign', differs('50.00', '-50.00')],
  ['decimal', differs('1234.00', '123.40')],
  ['digits', differs('1290.00', '1920.00')],
  ['small', differs('100.00', '99.97')],
  ['part', differs('500.00', '321.00')],
  ['same', differs('500.00', '500.00', { kind: 'customer_differs' })],
  [
    'double',
    {
      kind: 'duplicate',
      difference: '-80.00',
      left: ['orders SO1 80.00'],
      right: ['ledger V1 80.00', 'ledger V2 80.00'],
    },
  ],
  ['whole', { kind: 'missing_in_finance', difference: '9.00', left: ['orders SO1 9.00'] }],
  [
    'caused',
    {
      difference: '7.00',
      left: ['customers C1 7.00'],
      right: ['ledger C1 0.00'],
      facts: { explained: '7.00' },
      causedBy: [12],
    },
  ],
  ['refund', { kind: 'missing_in_sales', difference: '9.00', right: ['ledger V1 -9.00'] }],
];

const FEES: readonly Filled[] = Array.from({ length: 27 }, (_, i) => ({
  reconciliation: 'channels-ledger',
  kind: 'fee_differs',
  difference: '0.60',
  left: [`alipay T${i} 0.60`],
  facts: { movement: 'fee', pool: 'alipay', fee: '0.60', bookedFee: '0' },
  suggested: 'write_off',
  customer: i < 20 ? 'C7' : `C${100 + i}`,
}));

let house: House;
let month: TestMonth;
beforeAll(async () => {
  house = await openHouse();
  month = await monthOf(house, [...SHAPES.map(([, one]) => one), ...FEES]);
});
afterAll(() => house.close());

const causes = async (): Promise<Answer['body']> =>
  (await house.as('reviewer', 'GET', `${month.path}/exceptions/groups?by=cause`)).body;

test.each(SHAPES.map(([shape], i) => [i + 1, shape] as const))(
  'exception %i is one whose difference is: %s',
  async (number, shape) => {
    const { kind = 'amount_differs' } = SHAPES[number - 1]![1];
    const { body } = await house.as(
      'reviewer',
      'GET',
      `${month.path}/exceptions?cause=orders-ledger:${kind}:-:${shape}`,
    );
    expect(numbersOf(body)).toContain(number);
  },
);

test('what comes again and again is one cause, with a title a clerk understands and one thing to do', async () => {
  const fees = (await causes()).find(
    (one: { key: string }) => one.key === 'channels-ledger:fee_differs:alipay:unbooked',
  );
  expect(fees).toEqual({
    key: 'channels-ledger:fee_differs:alipay:unbooked',
    count: 27,
    open: 27,
    sums: [{ currency: 'CNY', count: 27, difference: '16.20', absolute: '16.20' }],
    title: {
      zh: '27 笔 支付宝 渠道与总账 手续费不符：账上没有记手续费；其中 20 笔是客户 C7 的',
      en: '27 × Alipay, channels against ledger, fee differs: no fee booked; 20 of them are customer C7’s',
    },
    suggestedAction: 'write_off',
  });
});

test('every exception has exactly one cause, and one answer settles all of a cause and nothing else', async () => {
  const before = await causes();
  const count = before.reduce((sum: number, one: { count: number }) => sum + one.count, 0);
  expect(count).toBe(SHAPES.length + FEES.length);
  const cause = 'channels-ledger:fee_differs:alipay:unbooked';
  const { body } = await house.as('preparer', 'POST', `${month.path}/resolutions`, {
    ...{ cause, action: 'write_off', reason: 'fees of October' },
  });
  expect(body).toMatchObject({ resolved: 27, journal: { proposals: 27, notBooked: [] } });
  expect((await causes()).map((one: { key: string }) => one.key)).toEqual(
    before.map((one: { key: string }) => one.key).filter((key: string) => key !== cause),
  );
  const again = await house.as('preparer', 'POST', `${month.path}/resolutions`, {
    ...{ cause, action: 'write_off', reason: 'again' },
  });
  expect(again.body.code).toBe('NOTHING_TO_RESOLVE');
});
