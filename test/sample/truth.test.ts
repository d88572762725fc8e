import { Decimal } from '../../domain/money';
import { referenceKey } from '../../domain/reference';
import { DECOYS } from '../../sample/stories/decoys';
import { csvOf, decoysOf, make, truthOf, vouchersOf, type Made, type Row } from './made';

let made: Made;
beforeAll(async () => {
  made = await make();
});
afterAll(() => made.remove());

const MONTH = '2026-10';
const SALES = new Set(['approved', 'delivered', 'completed']);

/** What each reconciliation reports (contracts, section 4). */
const REPORTED: Record<string, string[]> = {
  'orders-ledger': [
    'missing_in_finance',
    'missing_in_sales',
    'amount_differs',
    'tax_differs',
    'date_differs',
    'duplicate',
    'currency_differs',
    'customer_differs',
    'status_differs',
  ],
  'orders-invoices': [
    'unbilled',
    'billed_not_delivered',
    'missing_in_sales',
    'amount_differs',
    'tax_differs',
    'customer_differs',
    'duplicate',
    'status_differs',
    'date_differs',
  ],
  'orders-receipts': ['overpaid', 'unapplied_receipt', 'status_differs', 'duplicate'],
  'receipts-channels': [
    'missing_in_finance',
    'missing_in_sales',
    'amount_differs',
    'date_differs',
    'duplicate',
    'currency_differs',
  ],
  'channels-ledger': [
    'missing_in_finance',
    'missing_in_sales',
    'amount_differs',
    'fee_differs',
    'date_differs',
    'duplicate',
  ],
  'customers-ledger': ['amount_differs'],
};

/** Adds amounts up by customer and currency; what comes to nothing is left out. */
class Balances {
  private readonly amounts = new Map<string, Decimal>();

  add(customer: string | undefined, currency: string | undefined, amount: Decimal): void {
    const key = `${customer ?? ''} ${currency ?? ''}`;
    this.amounts.set(key, (this.amounts.get(key) ?? new Decimal(0)).plus(amount));
  }

  get differing(): Record<string, string> {
    return Object.fromEntries(
      [...this.amounts].filter(([, amount]) => !amount.isZero()).map(([key, amount]) => [key, amount.toFixed(2)]),
    );
  }
}

const amountOf = (row: Row, column: string): Decimal => new Decimal(row[column] ?? '');
const inMonth = (row: Row, column: string): boolean => (row[column] ?? '').startsWith(MONTH);

/** The day of a receipt in Shanghai, whether it was written in local time or in UTC. */
function monthReceived(row: Row): string {
  const at = row['received_at'] ?? '';
  return at.endsWith('Z') ? new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 7) : at.slice(0, 7);
}

/** sales − ledger of every customer, from the files alone. */
function customerDifferences(): Record<string, string> {
  const balances = new Balances();
  for (const row of csvOf(made.dir, 'openings.csv'))
    balances.add(
      row['customer_no'],
      row['currency'],
      amountOf(row, 'sales_amount').minus(amountOf(row, 'ledger_amount')),
    );
  for (const row of csvOf(made.dir, 'orders.csv')) {
    if (inMonth(row, 'order_date') && SALES.has(row['status'] ?? ''))
      balances.add(row['customer_no'], row['currency'], amountOf(row, 'gross_amount'));
  }
  for (const row of csvOf(made.dir, 'returns.csv'))
    balances.add(row['customer_no'], row['currency'], amountOf(row, 'gross_amount').negated());
  for (const row of csvOf(made.dir, 'receipts.csv')) {
    if (monthReceived(row) === MONTH)
      balances.add(row['customer_no'], row['currency'], amountOf(row, 'amount').negated());
  }
  for (const row of vouchersOf(made.dir)) {
    if (row['科目代码'] !== '1122' || !inMonth(row, '凭证日期')) continue;
    const currency = row['币别代码'] === 'RMB' ? 'CNY' : row['币别代码'];
    const sign = row['借方'] === '0.00' ? 1 : -1;
    balances.add(row['核算项目']?.split('---')[1], currency, amountOf(row, '原币金额').times(sign));
  }
  return balances.differing;
}

describe('the truth', () => {
  it('has every kind that a reconciliation reports, in that reconciliation, and no other', () => {
    const planted = new Map<string, Set<string>>();
    for (const { reconciliation, kind } of truthOf(made.dir))
      planted.set(reconciliation, (planted.get(reconciliation) ?? new Set()).add(kind));
    const found = Object.fromEntries([...planted].map(([name, kinds]) => [name, [...kinds].sort()]));
    expect(found).toEqual(
      Object.fromEntries(Object.entries(REPORTED).map(([name, kinds]) => [name, [...kinds].sort()])),
    );
  });

  it('plants every kind more than once, and about three differences in a hundred orders', () => {
    const truth = truthOf(made.dir).filter(({ reconciliation }) => reconciliation !== 'customers-ledger');
    const counts = new Map<string, number>();
    for (const { reconciliation, kind } of truth)
      counts.set(`${reconciliation} ${kind}`, (counts.get(`${reconciliation} ${kind}`) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count < 2)).toEqual([]);
    expect(truth.length / 3000).toBeGreaterThan(0.025);
    expect(truth.length / 3000).toBeLessThan(0.05);
  });

  it('names exactly the customers whose balances differ in the files, by exactly these amounts', () => {
    const told = truthOf(made.dir).filter(({ reconciliation }) => reconciliation === 'customers-ledger');
    const expected = Object.fromEntries(
      told.map(({ left, currency, difference }) => [`${left[0] ?? ''} ${currency}`, difference]),
    );
    expect(expected).toEqual(customerDifferences());
  });

  it('gives every customer’s difference its causes, but those of the openings', () => {
    const truth = truthOf(made.dir);
    const known = new Set(truth.map(({ id }) => id));
    const customers = truth.filter(({ reconciliation }) => reconciliation === 'customers-ledger');
    expect(customers.flatMap(({ causedBy }) => causedBy).filter((id) => !known.has(id))).toEqual([]);
    expect(customers.filter(({ causedBy }) => causedBy.length === 0).map(({ story }) => story)).toEqual([
      'opening-differs',
      'opening-differs',
    ]);
  });

  it('names exactly the delivered orders that have no invoice in the files', () => {
    const billed = new Set(csvOf(made.dir, 'invoices.csv').map((row) => referenceKey(row['order_no'])));
    const due = csvOf(made.dir, 'orders.csv').filter(
      (row) => inMonth(row, 'order_date') && ['delivered', 'completed'].includes(row['status'] ?? ''),
    );
    const unbilled = due.filter((row) => !billed.has(referenceKey(row['order_no']))).map((row) => row['order_no']);
    const told = truthOf(made.dir)
      .filter(({ kind }) => kind === 'unbilled')
      .map(({ left }) => left[0]);
    expect(told.sort()).toEqual(unbilled.sort());
  });

  it('names exactly the orders that the files show as paid too much', () => {
    const paid = new Balances();
    for (const row of csvOf(made.dir, 'receipts.csv'))
      paid.add(referenceKey(row['order_no']) ?? undefined, '', amountOf(row, 'amount'));
    const totals = paid.differing;
    const over = new Balances();
    for (const row of csvOf(made.dir, 'orders.csv')) {
      const total = new Decimal(totals[`${referenceKey(row['order_no']) ?? ''} `] ?? 0);
      if (SALES.has(row['status'] ?? '') && total.gt(row['gross_amount'] ?? ''))
        over.add(row['order_no'], '', amountOf(row, 'gross_amount').minus(total));
    }
    const told = truthOf(made.dir).filter(
      ({ reconciliation, kind }) =>
        reconciliation === 'orders-receipts' && (kind === 'overpaid' || kind === 'duplicate'),
    );
    expect(Object.fromEntries(told.map(({ left, difference }) => [`${left[0] ?? ''} `, difference]))).toEqual(
      over.differing,
    );
  });

  it('names exactly the sales that no voucher names', () => {
    const vouchers = vouchersOf(made.dir).filter((row) => row['科目代码'] === '6001');
    const text = vouchers
      .map((row) => referenceKey(`${row['凭证摘要']} ${row['参考信息']} ${row['往来业务编号']}`))
      .join('\n');
    const invoices = new Map<string, string[]>();
    for (const row of csvOf(made.dir, 'invoices.csv'))
      invoices.set(row['order_no'] ?? '', [...(invoices.get(row['order_no'] ?? '') ?? []), row['invoice_no'] ?? '']);
    const sales = csvOf(made.dir, 'orders.csv').filter(
      (row) => inMonth(row, 'order_date') && SALES.has(row['status'] ?? ''),
    );
    const unnamed = sales.filter(
      (row) =>
        ![row['order_no'] ?? '', ...(invoices.get(row['order_no'] ?? '') ?? [])].some((no) =>
          text.includes(referenceKey(no) ?? ' '),
        ),
    );
    const told = truthOf(made.dir)
      .filter(({ story }) => story === 'sale-not-booked')
      .map(({ left, difference }) => [left[0], difference]);
    expect(told.sort()).toEqual(unnamed.map((row) => [row['order_no'], row['gross_amount']]).sort());
  });
});

describe('the decoys', () => {
  it('tell every story of traffic that only looks wrong', () => {
    const told = new Set(decoysOf(made.dir).map(({ story }) => story));
    const expected = [
      ...DECOYS.map(({ name }) => name),
      'in-transit',
      'fee-rounded',
      'announced',
      'order-of-last-month',
    ];
    expect([...told].sort()).toEqual(expected.sort());
  });

  it('name no record that the truth names too', () => {
    const decoys = new Set(decoysOf(made.dir).flatMap(({ references }) => references));
    const truth = truthOf(made.dir).filter(({ reconciliation }) => reconciliation !== 'customers-ledger');
    expect(
      truth.flatMap(({ left, right }) => [...left, ...right]).filter((reference) => decoys.has(reference)),
    ).toEqual([]);
  });
});
