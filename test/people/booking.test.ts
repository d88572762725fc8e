import fc from 'fast-check';
import { parseCompanyFile } from '../../domain/company-file';
import type { ExceptionFacts } from '../../domain/explain';
import { bookingFor, type JournalLine, type ToBook } from '../../domain/journal';
import { Decimal, decimalsOf } from '../../domain/money';
import { EXCEPTION_KINDS, RECONCILIATIONS } from '../../domain/words';

const ACCOUNTS = {
  receivable: '1122',
  revenue: '6001',
  outputTax: '2221',
  bank: '1002',
  channels: '1012',
  cash: '1001',
  fees: '6603',
  writeOff: '6711',
};

const amount = fc
  .tuple(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), fc.constantFrom('CNY', 'JPY', 'KWD'))
  .map(([units, currency]) => ({
    currency,
    text: new Decimal(units).div(10 ** decimalsOf(currency)).toFixed(decimalsOf(currency)),
  }));

const anything: fc.Arbitrary<ToBook> = fc
  .record({
    reconciliation: fc.constantFrom(...RECONCILIATIONS),
    kind: fc.constantFrom(...EXCEPTION_KINDS),
    action: fc.constantFrom('adjust' as const, 'write_off' as const),
    difference: amount,
    other: amount,
    tax: fc.integer({ min: 0, max: 17 }),
    customer: fc.constantFrom(null, 'C1'),
    facts: fc.record<ExceptionFacts>(
      {
        document: fc.constantFrom('order', 'return'),
        movement: fc.constantFrom('payment', 'payout', 'fee', 'bank'),
        pool: fc.constantFrom('alipay', 'bank', 'cash', 'mixed'),
        leftTax: fc.constantFrom('13', '1'),
        rightTax: fc.constantFrom('9', '0'),
        rightCustomer: fc.constant('C2'),
      },
      { requiredKeys: [] },
    ),
    sides: fc.constantFrom('left', 'right', 'both'),
  })
  .map(({ difference, other, tax, sides, ...rest }) => {
    const record = (text: string): ToBook['left'] => [
      { source: 'orders', reference: 'X', date: '2026-10-01', amount: text },
    ];
    return {
      ...rest,
      currency: difference.currency,
      difference: difference.text,
      left: sides === 'right' ? [] : record(difference.text),
      right: sides === 'left' ? [] : record(difference.currency === other.currency ? other.text : difference.text),
      document: tax > 15 ? null : { gross: '113.00', tax: `${tax}.00` },
    };
  });

const total = (lines: readonly JournalLine[], side: 'debit' | 'credit'): string =>
  lines.reduce((sum, line) => sum.plus(line[side]), new Decimal(0)).toFixed();

test('whatever the difference, a booking balances in its currency’s decimals, or there is a reason for none', () => {
  fc.assert(
    fc.property(anything, (about) => {
      const booking = bookingFor(about, ACCOUNTS);
      if ('none' in booking) {
        expect([booking.none.zh, booking.none.en].every((text) => text.length > 10)).toBe(true);
        return;
      }
      expect(total(booking.lines, 'debit')).toBe(total(booking.lines, 'credit'));
      for (const { account, debit, credit } of booking.lines) {
        expect(Object.values(ACCOUNTS)).toContain(account);
        expect([new Decimal(debit).isZero(), new Decimal(credit).isZero()].filter(Boolean)).toHaveLength(1);
        expect(new Decimal(debit).plus(credit).gt(0)).toBe(true);
        expect(new Decimal(debit).decimalPlaces()).toBeLessThanOrEqual(decimalsOf(about.currency));
      }
    }),
    { numRuns: 3_000 },
  );
});

const about = (more: Partial<ToBook>): ToBook => ({
  reconciliation: 'orders-ledger',
  kind: 'missing_in_finance',
  action: 'adjust',
  currency: 'CNY',
  difference: '113.00',
  left: [{ source: 'orders', reference: 'SO1', date: '2026-10-05', amount: '113.00' }],
  right: [],
  facts: {},
  customer: 'C1',
  document: { gross: '113.00', tax: '13.00' },
  ...more,
});

/** `account debit−credit` of each line. */
function booked(more: Partial<ToBook>): string[] | string {
  const booking = bookingFor(about(more), ACCOUNTS);
  if ('none' in booking) return 'none';
  return booking.lines.map(({ account, debit, credit, customer }) =>
    [account, new Decimal(debit).minus(credit).toFixed(2), customer].filter((part) => part !== null).join(' '),
  );
}
const channels = (more: Partial<ToBook>): string[] | string =>
  booked({ reconciliation: 'channels-ledger', customer: null, document: null, ...more });

test.each([
  ['a sale that is missing', {}, ['1122 113.00 C1', '6001 -100.00', '2221 -13.00']],
  ['a return that is missing', { facts: { document: 'return' } }, ['1122 -113.00 C1', '6001 100.00', '2221 13.00']],
  [
    'a sale booked too low',
    { kind: 'amount_differs', difference: '11.30' },
    ['1122 11.30 C1', '6001 -10.00', '2221 -1.30'],
  ],
  [
    'a sale booked twice',
    { kind: 'duplicate', difference: '-113.00' },
    ['1122 -113.00 C1', '6001 100.00', '2221 13.00'],
  ],
  [
    'a voucher sales does not know',
    { kind: 'missing_in_sales', difference: '-113.00' },
    ['1122 -113.00 C1', '6001 100.00', '2221 13.00'],
  ],
  [
    'a cancelled order that is booked',
    {
      kind: 'status_differs',
      difference: '0.00',
      right: [{ source: 'ledger', reference: 'V1', date: '2026-10-06', amount: '113.00' }],
    },
    ['1122 -113.00 C1', '6001 100.00', '2221 13.00'],
  ],
  [
    'a tax that differs',
    { kind: 'tax_differs', difference: '0.00', facts: { leftTax: '13.00', rightTax: '9.00' } },
    ['6001 4.00', '2221 -4.00'],
  ],
  [
    'a wrong customer',
    { kind: 'customer_differs', difference: '0.00', facts: { rightCustomer: 'C2' } },
    ['1122 113.00 C1', '1122 -113.00 C2'],
  ],
  [
    'a small rest of a sale',
    { kind: 'amount_differs', action: 'write_off', difference: '0.30' },
    ['1122 0.30 C1', '6711 -0.30'],
  ],
  [
    'cents a customer paid too much',
    { reconciliation: 'orders-receipts', kind: 'overpaid', action: 'write_off', difference: '-0.40' },
    ['6711 -0.40', '1122 0.40 C1'],
  ],
] as [string, Partial<ToBook>, string[]][])('%s is booked as finance books it', (_name, more, lines) => {
  expect(booked(more)).toEqual(lines);
});

test.each([
  [
    'a fee nobody booked',
    { kind: 'fee_differs', difference: '6.00', facts: { movement: 'fee', pool: 'alipay' } },
    ['6603 6.00', '1012 -6.00'],
  ],
  ['a payout nobody booked', { difference: '994.00', facts: { movement: 'payout' } }, ['1002 994.00', '1012 -994.00']],
  [
    'a payout booked twice',
    { kind: 'duplicate', difference: '-994.00', facts: { movement: 'payout' } },
    ['1002 -994.00', '1012 994.00'],
  ],
  [
    'cash nobody booked',
    { difference: '50.00', facts: { movement: 'payment', pool: 'cash' } },
    ['1001 50.00', '1122 -50.00'],
  ],
  [
    'a customer’s transfer nobody booked',
    { difference: '113.00', facts: { movement: 'bank' } },
    ['1002 113.00', '1122 -113.00'],
  ],
  [
    'a fee of a few cents',
    { kind: 'fee_differs', action: 'write_off', difference: '0.05', facts: { movement: 'fee' } },
    ['1012 -0.05', '6711 0.05'],
  ],
] as [string, Partial<ToBook>, string[]][])('%s is booked as finance books it', (_name, more, lines) => {
  expect(channels(more)).toEqual(lines);
});

test.each([
  ['a booking of another month', { kind: 'date_differs' }],
  ['a wrong currency', { kind: 'currency_differs' }],
  ['an order without invoice', { reconciliation: 'orders-invoices', kind: 'unbilled' }],
  ['a receipt the channel does not know', { reconciliation: 'receipts-channels' }],
  ['a receipt of no order', { reconciliation: 'orders-receipts', kind: 'unapplied_receipt' }],
  ['a customer’s balance', { reconciliation: 'customers-ledger', kind: 'amount_differs' }],
  [
    'a transfer to somebody',
    {
      reconciliation: 'channels-ledger',
      difference: '-9.00',
      facts: { movement: 'bank' },
      left: [{ source: 'bank', reference: 'B1', date: '2026-10-01', amount: '-9.00' }],
    },
  ],
] as [string, Partial<ToBook>][])('%s is nothing to book', (_name, more) => {
  expect(booked(more)).toBe('none');
});

test('the company file may name the account small differences go to; the fees account takes them where it does not', () => {
  const named = parseCompanyFile('code: qinghe\nname: x\naccounts: {writeOff: "6711"}\n').accounts;
  expect(named.writeOff).toBe('6711');
  const plain = parseCompanyFile('code: qinghe\nname: x\n').accounts;
  expect(bookingFor(about({ action: 'write_off', difference: '0.10' }), plain)).toMatchObject({
    lines: [{ account: plain.receivable }, { account: plain.fees }],
  });
});
