import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { AUDIT_AND_POSTED, LOCKED_MONTH, LOCK_AND_SEAL, POWER, type Attack, type Targets } from './attack-list';
import { fillMonth } from './books';
import { SealedBooks } from './sealed-books';

let sealed: SealedBooks;
let targets: Targets;

beforeAll(async () => {
  sealed = await SealedBooks.make();
  const { pool, books } = sealed;
  const locked = await sealed.sealedMonth('2026-10');
  const open = await fillMonth(pool, books, '2026-11');
  const batches = await pool.query<{ id: number }>(`SELECT id FROM batch WHERE kind = 'orders-csv' ORDER BY id`);
  targets = {
    company: books.companyId,
    locked,
    open,
    lockedBatch: batches.rows[0]!.id,
    openBatch: batches.rows[1]!.id,
    person: books.people.approver,
  };
});
afterAll(() => sealed.close());

/**
 * Our own refusals, and PostgreSQL's: no right, no such partition or relation, a constraint, a temporary table that may
 * not hang on a permanent one, a trigger function called by hand. Not among them: a mistyped attack.
 */
const REFUSALS = ['SC001', 'SC002', 'SC003', '42501', '42P01', '23514', '42809', '42P16', '0A000', 'P0001'];

async function attacked<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: sealed.database.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
    await client.end();
  }
}

/** A digest of everything the attacks aim at, in both months. */
async function fingerprint(): Promise<unknown> {
  const relations = [
    'sales_order',
    'ledger_entry',
    'match',
    'close_exception',
    'customer_balance',
    'rejected_row',
    'decision',
  ];
  const more = [
    'resolution',
    'figures',
    'reconcile_run',
    'period',
    'seal',
    'seal_block',
    'audit_entry',
    'policy',
    'evidence',
  ];
  const parts = [...relations, ...more].map(
    (relation) =>
      `SELECT '${relation}' AS relation, count(*), md5(string_agg(r::text, '' ORDER BY r::text)) FROM ${relation} r`,
  );
  return (await sealed.pool.query(parts.join(' UNION ALL '))).rows;
}

describe.each<[string, readonly Attack[]]>([
  ['a locked month refuses', LOCKED_MONTH],
  ['the lock and the seal withstand', LOCK_AND_SEAL],
  ['audit entries and posted rows withstand', AUDIT_AND_POSTED],
  ['the application’s role has no more power than it was given:', POWER],
])('%s', (_what, attacks) => {
  test.each(attacks)('%s', async (_title, statements) => {
    const before = await fingerprint();
    const refused = attacked(async (client) => {
      for (const statement of statements(targets)) await client.query(statement);
    });
    const error = await refused.then(
      () => 'nothing was refused',
      (reason: unknown) => (reason as { code: string }).code,
    );
    expect(REFUSALS).toContain(error);
    expect(await fingerprint()).toEqual(before);
  });
});

const orderLine = (t: Targets): string =>
  [
    t.locked,
    (BigInt(t.lockedBatch) << 32n) + 70000n,
    't',
    'X',
    'X',
    'C1',
    'C1',
    '2026-10-05',
    'CNY',
    '1',
    '0',
    'completed',
  ].join('\t');
const COPY_COLUMNS =
  'period_id, id, in_period, order_no, order_key, customer_no, customer_key, order_date, currency, gross_amount, tax_amount, status';

test.each([
  ['COPY', (t: Targets) => `COPY sales_order (${COPY_COLUMNS}) FROM STDIN -- ${t.locked}`, 'SC001'],
  ['COPY that skips bad rows', () => `COPY sales_order (${COPY_COLUMNS}) FROM STDIN WITH (ON_ERROR ignore)`, 'SC001'],
  [
    'COPY straight into a partition',
    (t: Targets) => `COPY sales_order_p${t.locked} (${COPY_COLUMNS}) FROM STDIN`,
    '42501',
  ],
  ['COPY that freezes', () => `COPY sales_order (${COPY_COLUMNS}) FROM STDIN WITH (FREEZE)`, '0A000'],
])('a locked month refuses %s', async (_what, statement, code) => {
  const refused = attacked((client) =>
    pipeline(Readable.from([`${orderLine(targets)}\n`]), client.query(copyFrom(statement(targets)))),
  );
  await expect(refused).rejects.toMatchObject({ code });
});

test('a decision bears the time the database saw it, whatever the writer says', async () => {
  await attacked(async (client) => {
    await client.query('BEGIN');
    const { rows } = await client.query<{ fresh: boolean }>(
      `INSERT INTO decision (period_id, kind, person_id, role, decided_at) VALUES ($1, 'approve', $2, 'approver', '2020-01-01')
       RETURNING decided_at >= now() AS fresh`,
      [targets.open, targets.person],
    );
    expect(rows).toEqual([{ fresh: true }]);
  });
});

test('no function but the application’s doors is open to it', async () => {
  const { rows } = await sealed.pool.query<{ name: string }>(
    `SELECT proname AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
        AND has_function_privilege('salesclose_app', oid, 'EXECUTE') ORDER BY 1`,
  );
  const doors = [
    'analyze_period',
    'index_period',
    'lock_period',
    'open_period',
    'reset_derived',
    'take_apart',
    'withdraw_unposted',
  ];
  expect(rows.map(({ name }) => name)).toEqual(doors);
});

test('at least 120 attacks were tried, and the seal verifies after all of them', async () => {
  const tried = [LOCKED_MONTH, LOCK_AND_SEAL, AUDIT_AND_POSTED, POWER].flat().length;
  expect(tried).toBeGreaterThanOrEqual(120);
  expect(await sealed.faults()).toEqual([]);
});
