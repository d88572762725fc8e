import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Client, Pool } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { fillMonth } from './books';
import { SealedBooks } from './sealed-books';

let sealed: SealedBooks;
let periodId: number;
beforeEach(async () => {
  sealed = await SealedBooks.make();
  periodId = await sealed.approvedMonth('2026-10');
});
afterEach(() => sealed.close());

const insertMatch = (id: number): string =>
  `INSERT INTO match VALUES (${id}, 'orders-ledger', gen_random_uuid(), 'r', 'suggested', 'possible', 'CNY', 0, '{}', '{}')`;

async function connected(): Promise<Client> {
  const client = new Client({ connectionString: sealed.database.url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const WRITES: [string, (client: Client) => Promise<unknown>][] = [
  [
    'a fact',
    (client) =>
      client.query(
        `INSERT INTO receipt (period_id, id, in_period, receipt_no, receipt_key, customer_no,
     customer_key, received_at, received_on, method, currency, amount)
     VALUES ($1, 1, true, 'R', 'R', 'C', 'C', now(), '2026-10-01', 'cash', 'CNY', 1)`,
        [periodId],
      ),
  ],
  ['a match', (client) => client.query(insertMatch(periodId))],
  [
    'a COPY',
    (client) =>
      pipeline(
        Readable.from([
          `${periodId}\torders-ledger\t6ba7b810-9dad-11d1-80b4-00c04fd430c8\tr\tsuggested\tpossible\tCNY\t0\t{}\t{}\n`,
        ]),
        client.query(copyFrom('COPY match FROM STDIN')),
      ),
  ],
  [
    'a change of an exception',
    (client) => client.query('UPDATE close_exception SET superseded = true WHERE period_id = $1', [periodId]),
  ],
  [
    'a decision',
    (client) =>
      client.query(`INSERT INTO decision (period_id, kind, role) VALUES ($1, 'retry', 'preparer')`, [periodId]),
  ],
  [
    'a rejected row',
    (client) =>
      client.query(
        `INSERT INTO rejected_row SELECT period_id, batch_id, 5, 5, '', '', '', '', '', '{}' FROM rejected_row LIMIT 1`,
      ),
  ],
  ['emptying the matches', (client) => client.query(`SELECT reset_derived($1, 'orders-ledger')`, [periodId])],
];

describe.each(['READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'])(
  'a %s transaction from before the lock',
  (level) => {
    test.each(WRITES)('may not write %s after it', async (_what, write) => {
      const client = await connected();
      await client.query(`BEGIN ISOLATION LEVEL ${level}`);
      // The snapshot is taken, and the plans are cached, while the month is open.
      await client.query('SELECT (SELECT count(*) FROM match), (SELECT count(*) FROM period WHERE locked_at IS NULL)');
      await client.query('SELECT count(*) FROM sales_order WHERE period_id = $1', [periodId]);
      await sealed.seal(periodId);
      const code = await write(client).then(
        () => 'written',
        (error: unknown) => (error as { code: string }).code,
      );
      await client.end();
      // 40001: the month's row changed under the older snapshot.
      expect(['SC001', '40001']).toContain(code);
      expect(await sealed.faults()).toEqual([]);
    });
  },
);

test('a writer that is still at it when the lock comes is waited for, and its row is in the seal', async () => {
  const client = await connected();
  await client.query('BEGIN');
  await client.query(insertMatch(periodId));
  const sealing = sealed.seal(periodId);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await client.query('COMMIT');
  await client.end();
  const matches = (await sealing).content.relations.find(({ relation }) => relation === 'match');
  expect(matches).toMatchObject({ rows: 50 });
  expect(await sealed.faults()).toEqual([]);
});

test('fifty concurrent writers against the lock: every row they committed is in the seal, none comes after', async () => {
  const writers = new Pool({ connectionString: sealed.database.url, max: 50 });
  let locked = false;
  const committed: number[] = [];
  const refusals = new Set<string>();
  const write = async (): Promise<void> => {
    let done = 0;
    for (;;) {
      try {
        await writers.query(insertMatch(periodId));
        if (locked) throw new Error('a row was committed after the lock');
        done += 1;
      } catch (error) {
        const { code = '' } = error as { code?: string };
        if (code === '') throw error;
        refusals.add(code);
        break;
      }
    }
    committed.push(done);
  };
  const running = Promise.all(Array.from({ length: 50 }, write));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const made = await sealed.seal(periodId);
  locked = true;
  await running;
  await writers.end();

  const written = committed.reduce((sum, count) => sum + count, 0);
  expect(written).toBeGreaterThan(50);
  expect([...refusals]).toEqual(['SC001']);
  const matches = made.content.relations.find(({ relation }) => relation === 'match')!;
  expect(matches.rows).toBe(49 + written);
  const { rows } = await sealed.pool.query('SELECT count(*)::int AS count FROM match WHERE period_id = $1', [periodId]);
  expect(rows).toEqual([{ count: matches.rows }]);
  expect(await sealed.faults()).toEqual([]);
});

test('readers are not kept waiting while the month is locked and hashed', async () => {
  const locker = await connected();
  await locker.query('BEGIN');
  await locker.query('SELECT lock_period($1)', [periodId]);
  const reader = await connected();
  await reader.query(`SET statement_timeout = '2s'`);
  const { rows } = await reader.query('SELECT count(*)::int AS count FROM sales_order WHERE period_id = $1', [
    periodId,
  ]);
  expect(rows).toEqual([{ count: 50 }]);
  await locker.end();
  await reader.end();
});

test('another month is written to while one is locked', async () => {
  const other = await fillMonth(sealed.pool, sealed.books, '2026-11');
  const locker = await connected();
  await locker.query('BEGIN');
  await locker.query('SELECT lock_period($1)', [periodId]);
  const writer = await connected();
  await writer.query(`SET lock_timeout = '2s'`);
  await expect(writer.query(insertMatch(other))).resolves.toMatchObject({ rowCount: 1 });
  await locker.end();
  await writer.end();
});
