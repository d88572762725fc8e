import { parse } from 'csv-parse/sync';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { companyFile } from '../../bench/quality/company';
import { filesOf, type PlantedFile } from '../../bench/quality/files';
import { plant, type PlantedMonth } from '../../bench/quality/generate';
import { loadMonth } from '../../bench/quality/load';
import { BATCH_STORIES, OPEN_TAGS, STORIES } from '../../bench/quality/stories';
import { parseCompanyFile } from '../../domain/company-file';
import { Decimal } from '../../domain/money';
import { PROJECT_ROOT } from '../../worker/config';
import { testFolder, testPool } from '../support';

const SEED = 4;
const ORDERS = 400;
const MONTH = plant(SEED, ORDERS);
const FILES = filesOf(MONTH);

const hashOf = (month: PlantedMonth): string =>
  createHash('sha256')
    .update(JSON.stringify([filesOf(month), month.answers.expected, month.answers.pairs, month.answers.decoys]))
    .digest('hex');

function rowsOf(name: string): Record<string, string>[] {
  return parse(fileOf(name).text, { columns: true });
}

function fileOf(name: string): PlantedFile {
  return FILES.find((file) => file.name === name)!;
}

/** Everything that stands in a cell or element of any file. */
function writtenReferences(): Set<string> {
  const csv = FILES.filter(({ kind }) => kind !== 'camt053').flatMap(({ name }) => rowsOf(name));
  const bank = FILES.filter(({ kind }) => kind === 'camt053').flatMap(({ text }) =>
    [...text.matchAll(/<AcctSvcrRef>([^<]+)</g)].map((found) => found[1]!),
  );
  return new Set([...csv.flatMap((row) => Object.values(row)), ...bank]);
}

describe('a planted month', () => {
  it('is the same for the same seed and size, and another for another seed', () => {
    expect(hashOf(plant(SEED, ORDERS))).toBe(hashOf(MONTH));
    expect(hashOf(plant(SEED + 1, ORDERS))).not.toBe(hashOf(MONTH));
  });

  it('tells every story of a deal at least twice, each under a tag of its own', () => {
    const told = new Map<string, number>();
    for (const tag of MONTH.answers.tags.values()) told.set(tag, (told.get(tag) ?? 0) + 1);
    expect(STORIES.filter(({ tag }) => (told.get(tag) ?? 0) < 2).map(({ tag }) => tag)).toEqual([
      'opening',
      'opening-differs',
    ]);
    const tags = [...STORIES, ...BATCH_STORIES].map(({ tag }) => tag);
    expect(new Set(tags).size).toBe(tags.length);
  });

  it('has only vouchers that balance, in base amounts where they have them', () => {
    const sums = new Map<string, Decimal>();
    for (const row of rowsOf('ledger.csv')) {
      const inBase = row['base_debit'] !== '';
      const key = `${row['entry_no']!} ${inBase ? 'base' : row['currency']!}`;
      const amount = new Decimal(row[inBase ? 'base_debit' : 'debit']!).sub(row[inBase ? 'base_credit' : 'credit']!);
      sums.set(key, (sums.get(key) ?? new Decimal(0)).add(amount));
    }
    expect([...sums].filter(([, sum]) => !sum.isZero()).map(([key]) => key)).toEqual([]);
    expect(sums.size).toBeGreaterThan(ORDERS);
  });

  it('names in its answers only records that stand in the files', () => {
    const written = writtenReferences();
    const days = /^2026-10-\d\d$/;
    const { expected, pairs, decoys } = MONTH.answers;
    const named = [
      ...expected.flatMap(({ left, right }) => [...left, ...right]),
      ...pairs.flatMap(({ left, right }) => [left, right]),
      ...decoys.flatMap(({ references }) => references),
    ];
    expect(named.filter((reference) => !written.has(reference) && !days.test(reference))).toEqual([]);
    expect(named.length).toBeGreaterThan(1000);
  });

  it('works out every customer’s balance as the files have it', () => {
    const differences = new Map<string, Decimal>();
    const add = (customer: string, currency: string, amount: Decimal.Value, sign: 1 | -1): void => {
      const key = `${customer} ${currency}`;
      differences.set(key, (differences.get(key) ?? new Decimal(0)).add(new Decimal(amount).mul(sign)));
    };
    const inMonth = (text: string | undefined): boolean => text!.startsWith('2026-10');
    for (const row of rowsOf('openings.csv')) {
      add(row['customer_no']!, row['currency']!, row['sales_amount']!, 1);
      add(row['customer_no']!, row['currency']!, row['ledger_amount']!, -1);
    }
    for (const row of rowsOf('orders.csv'))
      if (inMonth(row['order_date']) && !['draft', 'cancelled'].includes(row['status']!))
        add(row['customer_no']!, row['currency']!, row['gross_amount']!, 1);
    for (const row of rowsOf('returns.csv')) add(row['customer_no']!, row['currency']!, row['gross_amount']!, -1);
    for (const row of rowsOf('receipts.csv'))
      if (inMonth(row['received_at'])) add(row['customer_no']!, row['currency']!, row['amount']!, -1);
    for (const row of rowsOf('ledger.csv')) {
      if (row['account'] !== '1122' || !inMonth(row['posting_date'])) continue;
      add(row['customer_no']!, row['currency']!, row['debit']!, -1);
      add(row['customer_no']!, row['currency']!, row['credit']!, 1);
    }
    const differing = [...differences]
      .filter(([, sum]) => sum.abs().gt('0.05'))
      .map(([key, sum]) => [key, sum.toFixed(2)]);
    const told = MONTH.answers.expected
      .filter(({ reconciliation }) => reconciliation === 'customers-ledger')
      .map(({ left, currency, difference }) => [`${left[0]!} ${currency}`, difference]);
    expect(told.sort()).toEqual(differing.sort());
  });

  it('keeps mistyped numbers out of the living ones', () => {
    const live = new Set(rowsOf('orders.csv').map((row) => row['order_no']!));
    const mistyped = rowsOf('ledger.csv').filter(({ entry_no: entry, reference }) => {
      const tag = MONTH.answers.tags.get(entry!);
      return reference !== '' && (tag === 'reference-edit' || tag === 'reference-transposed');
    });
    const sales = mistyped.filter(
      ({ account, line_no: line, reference }) => account === '1122' && line === '1' && reference!.startsWith('SO'),
    );
    expect(sales.length).toBeGreaterThan(2);
    expect(sales.filter(({ reference }) => live.has(reference!))).toEqual([]);
  });

  it('has a company file that is read', () => {
    expect(parseCompanyFile(companyFile(SEED)).policy.tolerance).toEqual({
      amount: '0.05',
      feePerBatch: '1.00',
      days: 5,
      writeOff: '1.00',
    });
  });

  it('is imported whole: no file refused, no row rejected', async () => {
    const { pool, close } = await testPool();
    try {
      const { files } = await loadMonth(pool, testFolder('quality'), SEED, MONTH);
      expect(files.filter(({ state, rejected }) => state !== 'accepted' || rejected > 0)).toEqual([]);
      expect(files.map(({ name }) => name)).toEqual(FILES.map(({ name }) => name));
    } finally {
      await close();
    }
  });

  it('has an answer in the README for every tag, the open ones marked', () => {
    const readme = readFileSync(join(PROJECT_ROOT, 'bench', 'quality', 'README.md'), 'utf8');
    const told = [...readme.matchAll(/`([a-z-]+)`( \*)?/g)].map(([, tag, mark]) => `${tag!}${mark ?? ''}`);
    const tags = [...STORIES, ...BATCH_STORIES].map(({ tag }) => (OPEN_TAGS.has(tag) ? `${tag} *` : tag));
    expect(tags.filter((tag) => !told.includes(tag))).toEqual([]);
  });
});
