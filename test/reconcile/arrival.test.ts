import fc from 'fast-check';
import { previewAdmission } from '../../store/arrival/preview';
import { indexMonth } from '../../store/month-indexes';
import { Books } from './books';

const COMPARED = ['orders-ledger', 'orders-invoices', 'orders-receipts', 'receipts-channels'];

/** What finance, billing and payment made of an order. Each part comes in time or late, or not at all. */
const part = <T extends string>(...forms: T[]): fc.Arbitrary<{ form: T; late: boolean }> =>
  fc.record({ form: fc.constantFrom(...forms), late: fc.boolean() });
const story = fc.record({
  late: fc.boolean(),
  customer: fc.constantFrom('C1', 'C2', 'C3'),
  amount: fc.constantFrom('100.00', '200.00', '350.00'),
  booked: part('none', 'by-number', 'in-words', 'nameless', 'with-a-slip', 'other-amount', 'twice', 'by-invoice'),
  billed: part('none', 'by-number', 'nameless', 'other-amount'),
  paid: part('none', 'by-number', 'stray', 'too-much'),
  moved: part('none', 'by-number', 'nameless', 'other-amount'),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

/** Numbers far from one another: a slip in one does not make another. */
const orderNo = (n: number): string => `SO-2026${String((n * 27_644_437 + 1_234_567) % 89_999_999).padStart(8, '0')}`;
const withASlip = (no: string): string => `${no.slice(0, -3)}${no.at(-2) ?? ''}${no.at(-3) ?? ''}${no.at(-1) ?? ''}`;
const more = (amount: string): string => (Number(amount) + 7).toFixed(2);

interface Written {
  readonly late: boolean;
  readonly write: (books: Books) => Promise<unknown>;
}

function recordsOf(told: Story, n: number): Written[] {
  const no = orderNo(n);
  const { amount, customer, booked, billed, paid, moved } = told;
  const whose = { customer_no: customer };
  const sale =
    (voucher: string, ref: string | null, gross: string, words: string | null = null) =>
    (books: Books) =>
      books.sale(`记-${voucher}`, ref, gross, { ...whose, description: words });
  const sales: Record<Story['booked']['form'], Written['write'][]> = {
    none: [],
    'by-number': [sale(`${n}`, no, amount)],
    'in-words': [sale(`${n}`, null, amount, `确认收入 ${no}`)],
    nameless: [sale(`${n}`, null, amount, '确认收入')],
    'with-a-slip': [sale(`${n}`, withASlip(no), amount)],
    'other-amount': [sale(`${n}`, no, more(amount))],
    twice: [sale(`${n}`, no, amount), sale(`${n}B`, no, amount)],
    'by-invoice': [sale(`${n}`, `INV${no}`, amount)],
  };
  const bills: Record<Story['billed']['form'], Written['write'][]> = {
    none: [],
    'by-number': [(books) => books.invoice(`INV${no}`, no, amount, whose)],
    nameless: [(books) => books.invoice(`INV${no}`, null, amount, whose)],
    'other-amount': [(books) => books.invoice(`INV${no}`, no, more(amount), whose)],
  };
  const receipts: Record<Story['paid']['form'], Written['write'][]> = {
    none: [],
    'by-number': [(books) => books.receipt(`R${n}`, no, amount, 'card', { ...whose, channel_reference: `T${no}` })],
    stray: [(books) => books.receipt(`R${n}`, `X${n}-77`, amount, 'card', { ...whose, channel_reference: `T${no}` })],
    'too-much': [
      (books) => books.receipt(`R${n}`, no, more(amount), 'card', { ...whose, channel_reference: `T${no}` }),
    ],
  };
  const movements: Record<Story['moved']['form'], Written['write'][]> = {
    none: [],
    'by-number': [(books) => books.movement(`T${no}`, amount)],
    nameless: [(books) => books.movement(`Q${n}-9`, amount)],
    'other-amount': [(books) => books.movement(`T${no}`, more(amount))],
  };
  return [
    { late: told.late, write: (books) => books.order(no, amount, whose) },
    ...sales[booked.form].map((write) => ({ late: booked.late, write })),
    ...bills[billed.form].map((write) => ({ late: billed.late, write })),
    ...receipts[paid.form].map((write) => ({ late: paid.late, write })),
    ...movements[moved.form].map((write) => ({ late: moved.late, write })),
  ];
}

const found = async (books: Books): Promise<string[]> => {
  const { rows } = await books.pool.query<{ said: string }>(
    `SELECT reconciliation || ' ' || kind || ' ' || difference || ' ' || id AS said FROM close_exception
      WHERE period_id = $1 AND NOT superseded AND reconciliation = ANY ($2) ORDER BY 1`,
    [books.periodId, COMPARED],
  );
  return rows.map(({ said }) => said);
};

describe('late documents against what is open', () => {
  it('are foretold as the whole month finds them once they are admitted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(story, { minLength: 4, maxLength: 9 }), async (stories) => {
        const books = await Books.open();
        try {
          for (const kind of ['orders-csv', 'ledger-csv', 'receipts-csv', 'invoices-csv']) await books.batch(kind);
          await books.batch('channel-csv', 'card');
          const records = stories.flatMap(recordsOf);
          for (const { late, write } of records) if (!late) await write(books);
          await books.reconcile();
          await indexMonth(books.pool, books.periodId);
          const before = await found(books);
          await books.late(async () => {
            for (const { late, write } of records) if (late) await write(books);
          });
          const parked = await books.parked();
          if (parked.length === 0) return;
          const foretold = await previewAdmission(books.pool, books.periodId, parked);
          expect(await found(books)).toEqual(before);
          await books.pool.query(`UPDATE batch SET state = 'admitted' WHERE id = ANY ($1)`, [parked]);
          await books.reconcile();
          const after = await found(books);
          const said = (list: typeof foretold.settled): string[] =>
            list.map((x) => `${x.reconciliation} ${x.kind} ${x.difference} ${x.id}`).sort();
          expect(said(foretold.settled)).toEqual(before.filter((one) => !after.includes(one)));
          expect(said(foretold.raised)).toEqual(after.filter((one) => !before.includes(one)));
        } finally {
          await books.close();
        }
      }),
      {
        numRuns: Number(process.env['ARRIVAL_RUNS'] ?? 8),
        seed: Number(process.env['ARRIVAL_SEED'] ?? 1),
        endOnFailure: true,
      },
    );
  });
});
