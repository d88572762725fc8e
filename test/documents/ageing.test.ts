import type { Pool } from 'pg';
import { Decimal } from '../../domain/money';
import { transaction } from '../../store/db';
import { buildReport, readScope } from '../../store/report';
import { testPool } from '../support';
import { makeMonth } from './month';

/**
 * The goal: ages computed as a set are those of paying invoice by invoice. The method: random customers whose orders, receipts and
 * openings are put into the books, and the same receipts applied one at a time, to their order first, then to the oldest.
 */
const SEED = Number(process.env['SALESCLOSE_SEED'] ?? 20261031);
const CUSTOMERS = 60;

interface Order {
  readonly no: string;
  readonly date: string;
  readonly amount: number;
  open: number;
}

interface Customer {
  readonly key: string;
  readonly opening: number;
  readonly orders: Order[];
  readonly receipts: { readonly order: string | null; readonly amount: number }[];
}

test(`ages of receivables are those of paying orders one by one (seed ${SEED})`, async () => {
  const books = await testPool();
  const { pool } = books;
  try {
    const customers = randomCustomers(SEED);
    const { periodId } = await makeMonth(pool, {
      orders: 0,
      before: (db, id, batch) => insertCustomers(db, id, batch, customers),
    });
    const model = await transaction(pool, async (client) => buildReport(client, await readScope(client, periodId)));
    const found = new Map(
      model.receivables.top.map((row) => [row.customerNo, [...row.buckets.slice(0, 1), row.buckets[3], row.credit]]),
    );
    expect(found.size).toBe(CUSTOMERS);
    for (const customer of customers) {
      expect([customer.key, found.get(customer.key)]).toEqual([customer.key, paidOneByOne(customer)]);
    }
  } finally {
    await books.close();
  }
}, 60_000);

/** Newest bucket, oldest bucket, credit. All orders of one month are at most 30 days old; the opening is oldest. */
function paidOneByOne({ opening, orders, receipts }: Customer): string[] {
  let old = Math.max(opening, 0);
  let unapplied = Math.max(-opening, 0);
  const open = orders.map((order) => ({ ...order, open: order.amount }));
  for (const { order, amount } of receipts) {
    const named = open.find(({ no }) => no === order);
    const paid = named === undefined ? 0 : Math.min(named.open, amount);
    if (named !== undefined) named.open -= paid;
    unapplied += amount - paid;
  }
  const takeFrom = (owed: number): number => {
    const paid = Math.min(owed, unapplied);
    unapplied -= paid;
    return owed - paid;
  };
  old = takeFrom(old);
  for (const order of open.sort((a, b) => (a.date < b.date ? -1 : 1))) order.open = takeFrom(order.open);
  const newest = open.reduce((sum, order) => sum + order.open, 0);
  return [newest, old, -unapplied].map((cents) => new Decimal(cents === 0 ? 0 : cents).div(100).toFixed(2));
}

function randomCustomers(seed: number): Customer[] {
  const next = generator(seed);
  return Array.from({ length: CUSTOMERS }, (_none, index): Customer => {
    const key = `K${index + 1}`;
    const orders = Array.from({ length: next(5) }, (_order, n): Order => ({
      no: `${key}-${n}`,
      date: `2026-10-${String(1 + next(31)).padStart(2, '0')}`,
      amount: 1 + next(50_000),
      open: 0,
    }));
    const receipts = Array.from({ length: next(5) }, () => ({
      order: next(3) === 0 ? null : (orders[next(Math.max(orders.length, 1))]?.no ?? null),
      amount: 1 + next(40_000),
    }));
    return { key, opening: next(3) === 0 ? next(60_000) - 20_000 : 0, orders, receipts };
  });
}

/** Whole numbers below `limit`, the same for the same seed (mulberry32). */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

async function insertCustomers(
  pool: Pool,
  periodId: number,
  batch: (kind: string) => number,
  customers: readonly Customer[],
): Promise<void> {
  const money = (cents: number): string => new Decimal(cents).div(100).toFixed(2);
  let row = 0;
  for (const { key, opening, orders, receipts } of customers) {
    for (const order of orders) {
      await pool.query(
        `INSERT INTO sales_order (period_id, id, in_period, order_no, order_key, customer_no, customer_key, order_date, currency, gross_amount, tax_amount, status)
         VALUES ($1, ($2::bigint << 32) + $3, true, $4, $4, $5, $5, $6, 'CNY', $7, 0, 'completed')`,
        [periodId, batch('orders-csv'), (row += 1), order.no, key, order.date, money(order.amount)],
      );
    }
    for (const receipt of receipts) {
      row += 1;
      await pool.query(
        `INSERT INTO receipt (period_id, id, in_period, receipt_no, receipt_key, order_no, order_key, customer_no, customer_key, received_at, received_on, method, currency, amount)
         VALUES ($1, ($2::bigint << 32) + $3, true, $4, $4, $5, $5, $6, $6, '2026-10-31T04:00:00Z', '2026-10-31', 'bank', 'CNY', $7)`,
        [periodId, batch('receipts-csv'), row, `R${row}`, receipt.order, key, money(receipt.amount)],
      );
    }
    const sold = orders.reduce((total, order) => total + order.amount, 0);
    const paid = receipts.reduce((total, receipt) => total + receipt.amount, 0);
    await pool.query(`INSERT INTO customer_balance VALUES ($1, $2, 'CNY', $2, NULL, $3, $4, 0, $5, 0, $6, 0, 0, 0)`, [
      periodId,
      key,
      money(opening),
      money(sold),
      money(paid),
      money(opening + sold - paid),
    ]);
  }
}
