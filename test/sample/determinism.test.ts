import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { effectsOf, vouchersOf } from '../../sample/balances';
import { Plot } from '../../sample/stories';
import { World } from '../../sample/world';
import { make } from './made';

const SEED = 20261001;

/** name → SHA-256 of every file in a folder */
function digests(dir: string): Record<string, string> {
  const names = readdirSync(dir).sort();
  return Object.fromEntries(
    names.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(dir, name)))
        .digest('hex'),
    ]),
  );
}

describe('what is generated', () => {
  it('has the same bytes for the same seed, and others for another seed', async () => {
    const [first, again, other] = [
      await make({ orders: 600 }),
      await make({ orders: 600 }),
      await make({ orders: 600, seed: 7 }),
    ];
    try {
      expect(digests(again.dir)).toEqual(digests(first.dir));
      expect(digests(other.dir)['orders.csv']).not.toBe(digests(first.dir)['orders.csv']);
      expect(digests(other.dir)['company.yaml']).toBe(digests(first.dir)['company.yaml']);
    } finally {
      for (const made of [first, again, other]) made.remove();
    }
  });

  it('is refused when the orders are too few for every story', async () => {
    await expect(make({ orders: 50 })).rejects.toThrow(/at least \d+ orders/);
  });

  it('knows any order from seed and number alone, in whatever order they are asked for', () => {
    const forwards = new Plot(new World(SEED, 3000, '2026-10'));
    const backwards = new Plot(new World(SEED, 3000, '2026-10'));
    const last = [2999, 1500, 700, 0].map((index) => backwards.caseAt(index));
    expect([0, 700, 1500, 2999].map((index) => forwards.caseAt(index)).reverse()).toEqual(last);
  });
});

describe('an order without a story', () => {
  const world = new World(SEED, 3000, '2026-10');
  const plot = new Plot(world);
  const cases = Array.from({ length: world.orders }, (_, index) => plot.caseAt(index));

  it('does the same to its customer’s balance in sales and in the ledger', () => {
    const uneven = cases.filter(
      (one) => one.planted.length === 0 && effectsOf(one, world.lastDay).some(({ sales, ledger }) => sales !== ledger),
    );
    expect(uneven.map((one) => one.order.orderNo)).toEqual([]);
  });

  it('has only vouchers whose debit is their credit, as has every other', () => {
    const off = cases
      .flatMap(vouchersOf)
      .filter(({ postings }) => postings.reduce((rest, { debit, credit }) => rest + debit - credit, 0n) !== 0n);
    expect(off.map(({ summary, named }) => `${summary} ${named}`)).toEqual([]);
  });

  it('names its documents by numbers that no other document has', () => {
    const numbers = cases.flatMap((one) => [
      ...one.payments.flatMap((paid) => paid.receipts.map(({ receiptNo }) => receiptNo)),
      ...one.invoices.map(({ invoiceNo }) => invoiceNo),
      ...one.payments.flatMap((paid) => paid.bankEntries.map(({ bankReference }) => bankReference)),
      ...one.payments.flatMap((paid) =>
        paid.movements.filter(({ type }) => type === 'payment').map(({ transactionNo }) => transactionNo),
      ),
    ]);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
