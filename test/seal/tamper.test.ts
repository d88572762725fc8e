import type { Fault } from '../../store/audit-verify';
import { SealedBooks } from './sealed-books';
import { tampered } from './tamper';

let sealed: SealedBooks;
let october: number;

beforeAll(async () => {
  sealed = await SealedBooks.make();
  october = await sealed.sealedMonth('2026-10');
});
afterAll(() => sealed.close());

/** The id of a fact of October's batches: 1 the orders, 2 the ledger. */
const fact = (batch: number, row: number): string => String((BigInt(batch) << 32n) + BigInt(row));

test.each<[string, () => string, Partial<Fault>]>([
  [
    'a cell of an order',
    () => `UPDATE sales_order SET gross_amount = 7.51 WHERE id = ${fact(1, 7)}`,
    { code: 'ROW_CHANGED', relation: 'sales_order', block: 0, key: fact(1, 7) },
  ],
  [
    'trailing zeros of an amount',
    () => `UPDATE sales_order SET gross_amount = 7.5 WHERE id = ${fact(1, 7)}`,
    { code: 'ROW_CHANGED', relation: 'sales_order', key: fact(1, 7) },
  ],
  [
    'nothing made an empty text',
    () => `UPDATE sales_order SET region = '' WHERE id = ${fact(1, 50)}`,
    { code: 'ROW_CHANGED', relation: 'sales_order', key: fact(1, 50) },
  ],
  [
    'a deleted order',
    () => `DELETE FROM sales_order WHERE id = ${fact(1, 9)}`,
    { code: 'ROW_MISSING', relation: 'sales_order', key: fact(1, 9) },
  ],
  [
    'the last ledger entry deleted',
    () => `DELETE FROM ledger_entry WHERE id = ${fact(2, 50)}`,
    { code: 'ROW_MISSING', relation: 'ledger_entry', key: fact(2, 50) },
  ],
  [
    'all ledger entries deleted',
    () => 'DELETE FROM ledger_entry',
    { code: 'ROW_MISSING', relation: 'ledger_entry', key: fact(2, 1) },
  ],
  [
    'an order added between',
    () => `UPDATE sales_order SET id = ${fact(1, 8)} + 1000 WHERE id = ${fact(1, 50)}`,
    { code: 'ROW_MISSING', relation: 'sales_order', key: fact(1, 50) },
  ],
  [
    'an order added at the end',
    () => `INSERT INTO sales_order SELECT period_id, ${fact(1, 99)}, in_period, order_no, order_key, customer_no,
      customer_key, customer_name, order_date, currency, gross_amount, tax_amount, status FROM sales_order WHERE id = ${fact(1, 1)}`,
    { code: 'ROW_ADDED', relation: 'sales_order', key: fact(1, 99) },
  ],
  [
    'an order added in front',
    () => `INSERT INTO sales_order SELECT period_id, 5, in_period, order_no, order_key, customer_no,
      customer_key, customer_name, order_date, currency, gross_amount, tax_amount, status FROM sales_order WHERE id = ${fact(1, 1)}`,
    { code: 'ROW_ADDED', relation: 'sales_order', key: '5' },
  ],
  [
    'a row in a relation that was empty',
    () => `INSERT INTO opening_balance VALUES (${october}, 5, true, 'C', 'C', 'CNY', 1, 1)`,
    { code: 'ROW_ADDED', relation: 'opening_balance', key: '5' },
  ],
  [
    'two orders with their contents swapped',
    () => `UPDATE sales_order a SET gross_amount = b.gross_amount, order_no = b.order_no FROM sales_order b
      WHERE a.id IN (${fact(1, 3)}, ${fact(1, 4)}) AND b.id IN (${fact(1, 3)}, ${fact(1, 4)}) AND a.id <> b.id`,
    { code: 'ROW_CHANGED', relation: 'sales_order', key: fact(1, 3) },
  ],
  [
    'a match',
    () => `UPDATE match SET difference = 1 WHERE id = md5('1/2')::uuid`,
    { code: 'ROW_CHANGED', relation: 'match' },
  ],
  [
    'an exception waved away',
    () => 'UPDATE close_exception SET superseded = true',
    { code: 'ROW_CHANGED', relation: 'close_exception' },
  ],
  ['a deleted exception', () => 'DELETE FROM close_exception', { code: 'ROW_MISSING', relation: 'close_exception' }],
  [
    'a balance',
    () => 'UPDATE customer_balance SET customer_name = $$X$$',
    { code: 'ROW_CHANGED', relation: 'customer_balance', key: 'C1 / CNY' },
  ],
  [
    'who approved',
    () => `UPDATE decision SET person_id = 1 WHERE kind = 'approve'`,
    { code: 'ROW_CHANGED', relation: 'decision' },
  ],
  [
    'when it was approved',
    () => `UPDATE decision SET decided_at = decided_at - interval '1 day' WHERE kind = 'approve'`,
    { code: 'ROW_CHANGED', relation: 'decision' },
  ],
  [
    'what was resolved',
    () => `UPDATE resolution SET action = 'write_off'`,
    { code: 'ROW_CHANGED', relation: 'resolution' },
  ],
  [
    'the bytes a batch came from',
    () => `UPDATE batch SET evidence = (SELECT max(sha256) FROM evidence) WHERE id = 1 AND evidence <> (SELECT max(sha256) FROM evidence)
      OR id = 2 AND evidence <> (SELECT max(sha256) FROM evidence)`,
    { code: 'ROW_CHANGED', relation: 'batch' },
  ],
  [
    'a rejected row',
    () => `DELETE FROM rejected_row WHERE batch_id = 1`,
    { code: 'ROW_MISSING', relation: 'rejected_row', key: '1 / 9999' },
  ],
  ['the figures', () => `UPDATE figures SET content = '{"a": 1}'`, { code: 'ROW_CHANGED', relation: 'figures' }],
  [
    'a reconciliation run',
    () => `UPDATE reconcile_run SET results = '[1]'`,
    { code: 'ROW_CHANGED', relation: 'reconcile_run', key: '1' },
  ],
  [
    'a block hash',
    () => `UPDATE seal_block SET sha256 = repeat('0', 64) WHERE relation = 'match'`,
    { code: 'BLOCK_LIST_CHANGED', relation: 'match' },
  ],
  [
    'a row index',
    () => `UPDATE seal_row_index SET checks = '' WHERE relation = 'match'`,
    { code: 'BLOCK_LIST_CHANGED', relation: 'match' },
  ],
  [
    'a row index that is gone',
    () => `DELETE FROM seal_row_index WHERE relation = 'match'`,
    { code: 'BLOCK_LIST_CHANGED', relation: 'match' },
  ],
  ['the lock taken off', () => 'UPDATE period SET locked_at = NULL', { code: 'MONTH_UNLOCKED' }],
  [
    'the time of the lock',
    () => `UPDATE period SET locked_at = locked_at - interval '1 day'`,
    { code: 'MONTH_ROW_CHANGED' },
  ],
  ['the policy behind the month', () => `UPDATE policy SET sha256 = repeat('0', 64)`, { code: 'MONTH_ROW_CHANGED' }],
  [
    'a dropped column',
    () => 'ALTER TABLE receipt DROP COLUMN counterparty',
    { code: 'COLUMN_MISSING', relation: 'receipt' },
  ],
])('the verification finds %s', async (_what, statement, fault) => {
  const { faults: found } = await tampered(sealed.database.superuserUrl, [statement()], (pool) => sealed.verify(pool));
  expect(found[0]).toMatchObject({ month: '2026-10', ...fault });
  expect(found).toHaveLength(1);
});
