import { encode } from 'iconv-lite';
import { journalCsv, journalKingdee } from '../../domain/journal-sheet';
import { kingdeeVouchers } from '../../sources/kingdee';
import { csvReader } from '../../sources/csv';
import { resolveExceptions, type ResolveRequest } from '../../store/decisions/resolve';
import { undoAnswers } from '../../store/decisions/undo';
import { openProposals, type ProposalView } from '../../store/journal/read';
import { readBytes } from '../sources/collect';
import { Desk } from './desk';

let desk: Desk;
beforeEach(async () => {
  desk = await Desk.open();
});
afterEach(() => desk.close());

const adjust = (which: ResolveRequest['which'], action: ResolveRequest['action'] = 'adjust') =>
  desk.as('preparer', resolveExceptions, { which, action, reason: 'book it' });
const proposals = (): Promise<ProposalView[]> => openProposals(desk.books.pool, desk.periodId);
const linesOf = (proposal: ProposalView | undefined): string[] =>
  (proposal?.lines ?? []).map(({ account, customer, debit, credit }) =>
    [account, customer ?? '-', debit, credit].join(' '),
  );

test('an adjustment proposes what finance left out, with the order’s own tax and customer, and goes with its answer', async () => {
  const { books } = desk;
  await books.order('SO10001', '109.00', { tax_amount: '9.00', customer_no: 'KH-7' });
  await books.sale('V9', 'SO90000', '20.00');
  await desk.compare();
  const [missing, unknown] = await desk.ids('orders-ledger', 'SO10001', 'V9');
  const { journal } = await adjust({ exceptions: [missing!, unknown!] });
  expect(journal).toEqual({ proposals: 2, notBooked: [] });
  const byReference = new Map((await proposals()).map((one) => [one.reference, one]));
  expect(linesOf(byReference.get('SO10001'))).toEqual([
    '1122 KH-7 109.00 0.00',
    '6001 - 0.00 100.00',
    '2221 - 0.00 9.00',
  ]);
  expect(linesOf(byReference.get('V9'))).toEqual(['1122 C1 0.00 20.00', '6001 - 17.70 0.00', '2221 - 2.30 0.00']);
  expect(byReference.get('SO10001')).toMatchObject({
    exception: missing,
    date: '2026-10-31',
    currency: 'CNY',
    action: 'adjust',
  });

  await desk.as('reviewer', undoAnswers, { ids: [missing!], reason: 'no' });
  expect((await proposals()).map(({ reference }) => reference)).toEqual(['V9']);
  await adjust({ exceptions: [missing!] }, 'carry_over');
  await adjust({ exceptions: [missing!] });
  expect((await proposals()).map(({ number, reference }) => [number, reference])).toEqual([
    [byReference.get('V9')!.number, 'V9'],
    [3, 'SO10001'],
  ]);
});

test('money that moved and is not booked goes to the customer of its receipt', async () => {
  const { books } = desk;
  await books.order('SO10001', '50.00', { customer_no: 'KH-7' });
  await books.receipt('SK10001', 'SO10001', '50.00', 'card', { channel_reference: 'T100', customer_no: 'KH-7' });
  await books.movement('T100', '50.00');
  await books.batch('ledger-csv');
  await desk.compare();
  await adjust({ filter: { reconciliation: 'channels-ledger' } });
  expect((await proposals()).map(linesOf)).toEqual([['1012 - 50.00 0.00', '1122 KH-7 0.00 50.00']]);
});

test('a proposal falls away with its answer when the figures change', async () => {
  const { books } = desk;
  await books.order('SO10001', '113.00');
  await books.batch('ledger-csv');
  await desk.compare();
  await adjust({ filter: { kind: 'missing_in_finance' } });
  expect(await proposals()).toHaveLength(1);
  await books.sale('V1', 'SO10001', '100.00');
  await books.batch('returns-csv');
  await desk.compare();
  expect(await proposals()).toEqual([]);
});

test('where nothing is to be booked the answer says why, and proposes nothing', async () => {
  await desk.books.order('SO10001', '113.00');
  await desk.books.batch('invoices-csv');
  await desk.compare();
  const { journal } = await adjust({ filter: { kind: 'unbilled' } });
  expect(journal).toMatchObject({
    proposals: 0,
    notBooked: [{ count: 1, reason: { zh: expect.stringContaining('开票') } }],
  });
  expect(await proposals()).toEqual([]);
});

test('the database takes no proposal that does not balance, whoever writes it', async () => {
  await desk.books.order('SO10001', '113.00');
  await desk.books.batch('ledger-csv');
  await desk.compare();
  await adjust({ filter: { kind: 'missing_in_finance' } });
  const { pool } = desk.books;
  await expect(
    pool.query(`INSERT INTO journal_line VALUES ($1, 1, 9, '6603', NULL, 1, 0)`, [desk.periodId]),
  ).rejects.toMatchObject({ code: 'SC002' });
  await expect(pool.query('UPDATE journal_line SET debit = 2')).rejects.toMatchObject({ code: '42501' });
});

test('a foreign sale is proposed in its currency, with the rate the month’s ledger last used', async () => {
  const { books } = desk;
  await books.order('SO10001', '113.00', { currency: 'USD' });
  await books.sale('V1', 'OTHER', '50.00', { currency: 'USD', exchange_rate: '7.10', posting_date: '2026-10-02' });
  await books.sale('V2', 'OTHER2', '50.00', { currency: 'USD', exchange_rate: '7.123', posting_date: '2026-10-20' });
  await desk.compare();
  await adjust({ filter: { kind: 'missing_in_finance', currency: 'USD' } });
  const [proposal, ...others] = await proposals();
  expect(others).toEqual([]);
  expect(proposal).toMatchObject({ currency: 'USD', rate: '7.123' });
  const { kept } = await readBytes(kingdeeVouchers, encode(journalKingdee([proposal!], 'CNY'), 'gb18030'));
  expect(
    kept.map((row) => [
      row['account'],
      row['currency'],
      row['debit'],
      row['credit'],
      row['base_debit'],
      row['base_credit'],
    ]),
  ).toEqual([
    ['1122', 'USD', '113.00', '0.00', '804.90', '0.00'],
    ['6001', 'USD', '0.00', '100.00', '0.00', '712.30'],
    ['2221', 'USD', '0.00', '13.00', '0.00', '92.60'],
  ]);
  expect(() => journalKingdee([{ ...proposal!, rate: null }], 'CNY')).toThrow(/JOURNAL_RATE_MISSING/);
});

/** Vouchers that a ledger could not read as they are: formulas, commas, many lines. */
const HARD: readonly ProposalView[] = Array.from({ length: 30 }, (_, i) => ({
  number: i + 1,
  exception: null,
  match: null,
  action: 'adjust',
  date: '2026-10-31',
  currency: 'CNY',
  rate: null,
  reference: i % 2 === 0 ? `SO-2026 ${i}` : `=SUM(A${i})`,
  description: `调整 "订单", 与总账 ${i}`,
  lines: [
    { account: '1122', customer: `KH-${i}`, debit: `${i + 1}.13`, credit: '0.00' },
    { account: '6001', customer: null, debit: '0.00', credit: `${i + 1}.00` },
    { account: '2221', customer: null, debit: '0.00', credit: '0.13' },
  ],
}));

const READERS = [
  ['kingdee-vouchers', kingdeeVouchers, encode(journalKingdee(HARD, 'CNY'), 'gb18030')],
  ['ledger-csv', csvReader('ledger-csv'), Buffer.from(journalCsv(HARD))],
] as const;

test.each(READERS)('the exported %s is read back by the product as it was written', async (_kind, reader, bytes) => {
  const { kept, rejected, excluded, inPeriod } = await readBytes(reader, bytes);
  expect([rejected, excluded]).toEqual([[], []]);
  expect(inPeriod).toEqual(Array(90).fill(true));
  const wanted = HARD.flatMap(({ reference, lines }) =>
    lines.map(({ account, customer, debit, credit }) => [account, customer, debit, credit, reference]),
  );
  expect(
    kept.map((row) => [row['account'], row['customer_no'], row['debit'], row['credit'], unguarded(row['reference'])]),
  ).toEqual(wanted);
  expect(new Set(kept.map((row) => row['entry_no'])).size).toBe(30);
});

/** Text that a spreadsheet would run is led by an apostrophe; our own files are read without it, Kingdee's as they are. */
function unguarded(text: string | null | undefined): string | undefined {
  return text?.replace(/^'(?==)/, '');
}
