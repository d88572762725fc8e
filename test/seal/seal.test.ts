import { spawnSync } from 'node:child_process';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'pg';
import { canonicalText } from '../../domain/canonical';
import { lockAndSeal } from '../../store/lock';
import { sealKeys } from '../../store/sealing/keys';
import { figuresOf, fillMonth } from './books';
import { SealedBooks } from './sealed-books';

let sealed: SealedBooks;
beforeEach(async () => {
  sealed = await SealedBooks.make();
});
afterEach(() => sealed.close());

test('a month is locked and sealed, and the seal verifies', async () => {
  const periodId = await sealed.approvedMonth('2026-10');
  const made = await sealed.seal(periodId);

  expect(made).toMatchObject({ periodId, sequence: 1, previous: '0'.repeat(64) });
  expect(made.hash).toBe(createHash('sha256').update(canonicalText(made.content)).digest('hex'));
  const orders = made.content.relations.find(({ relation }) => relation === 'sales_order');
  expect(orders).toMatchObject({ rows: 50, blocks: 1, key: ['id'] });
  const verified = await sealed.verify();
  expect(verified.faults).toEqual([]);
  expect(verified).toMatchObject({ ok: true, months: [{ month: '2026-10', ok: true }], audit: { ok: true } });
});

test('the signature is Ed25519 over the hash by the key on disk, whose file only its owner reads', async () => {
  const periodId = await sealed.approvedMonth('2026-10');
  const made = await sealed.seal(periodId);

  const key = createPublicKey(readFileSync(join(sealed.keysDir, 'seal.pub'), 'utf8'));
  expect(verify(null, Buffer.from(made.hash, 'hex'), key, Buffer.from(made.signature, 'base64'))).toBe(true);
  expect(statSync(join(sealed.keysDir, 'seal.key')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(sealed.keysDir, 'seal.key'), 'utf8')).toContain('BEGIN PRIVATE KEY');
});

test('twenty that make the key at once all get the same one', async () => {
  const keys = await Promise.all(Array.from({ length: 20 }, () => sealKeys(sealed.keysDir)));
  expect(new Set(keys.map(({ publicKey }) => publicKey)).size).toBe(1);
});

test('a block hash is what anybody gets from the rows as COPY text', async () => {
  const periodId = await sealed.approvedMonth('2026-10');
  const made = await sealed.seal(periodId);
  const orders = made.content.relations.find(({ relation }) => relation === 'sales_order')!;

  const { rows } = await sealed.pool.query<{ line: string }>(
    `SELECT concat_ws(E'\\t', ${orders.columns.map((name) => `coalesce(${name}::text, '\\N')`).join(', ')}) AS line
       FROM sales_order WHERE period_id = $1 ORDER BY id`,
    [periodId],
  );
  // The boolean is t in COPY and true as text.
  const text = rows.map(({ line }) => `${line.replace('\ttrue\t', '\tt\t')}\n`).join('');
  const block = await sealed.pool.query(
    `SELECT sha256 FROM seal_block WHERE period_id = $1 AND relation = 'sales_order' AND block = 0`,
    [periodId],
  );
  expect(block.rows).toEqual([{ sha256: createHash('sha256').update(text).digest('hex') }]);
});

test('sealing again answers with the same seal', async () => {
  const periodId = await sealed.approvedMonth('2026-10');
  const first = await sealed.seal(periodId);
  expect(await sealed.seal(periodId)).toEqual(first);
  const entries = await sealed.pool.query(`SELECT FROM audit_entry WHERE action = 'close.locked'`);
  expect(entries.rowCount).toBe(1);
});

test('three workers that seal the same month at once make one seal', async () => {
  const periodId = await sealed.approvedMonth('2026-10');
  const seals = await Promise.all([sealed.seal(periodId), sealed.seal(periodId), sealed.seal(periodId)]);
  expect(new Set(seals.map(({ hash }) => hash)).size).toBe(1);
  const entries = await sealed.pool.query(`SELECT FROM audit_entry WHERE action = 'close.locked'`);
  expect(entries.rowCount).toBe(1);
});

test('a month that was locked without a seal gets it', async () => {
  const periodId = await sealed.approvedMonth('2026-10');
  await sealed.pool.query('SELECT lock_period($1)', [periodId]);
  expect(await sealed.verify()).toMatchObject({
    ok: false,
    faults: [{ code: 'MONTH_UNSEALED' }],
  });
  await sealed.seal(periodId);
  expect(await sealed.faults()).toEqual([]);
});

test('the seals of two months are chained, and other text settings of a connection do not matter', async () => {
  for (const month of ['2026-10', '2026-11']) {
    const periodId = await sealed.approvedMonth(month);
    await sealed.seal(periodId);
  }
  const { rows } = await sealed.pool.query<{ previous: string; hash: string }>(
    'SELECT previous, hash FROM seal ORDER BY sequence',
  );
  expect(rows[1]!.previous).toBe(rows[0]!.hash);

  const elsewhere = new Pool({
    connectionString: sealed.database.url,
    options: '-c TimeZone=Asia/Shanghai -c DateStyle=German',
  });
  expect(await sealed.faults(elsewhere)).toEqual([]);
  await elsewhere.end();
});

test('a column that is added later does not break an old seal', async () => {
  const periodId = await sealed.approvedMonth('2026-10');
  await sealed.seal(periodId);
  const owner = new Pool({ connectionString: sealed.database.adminUrl });
  await owner.query(`ALTER TABLE sales_order ADD COLUMN channel text DEFAULT 'shop'`);
  await owner.end();
  expect(await sealed.faults()).toEqual([]);
});

test.each<[string, string, RegExp]>([
  [
    'a row more than its batch counted',
    `INSERT INTO sales_order SELECT period_id, id + 1000, in_period, 'SOX', 'SOX', customer_no, customer_key, customer_name,
       order_date, currency, 0, 0, status FROM sales_order LIMIT 1`,
    /^CONTROL_TOTALS_DIFFER/,
  ],
  [
    'an exception nobody answered',
    `INSERT INTO close_exception (period_id, id, reconciliation, kind, currency, difference, left_records, right_records,
       rule, facts, suggested_action, owner, figures_hash)
     SELECT period_id, gen_random_uuid(), reconciliation, kind, currency, 1, '[]', '[]', rule, '{}', 'accept', owner, 'h' FROM close_exception`,
    /^OPEN_EXCEPTIONS/,
  ],
  ['figures that are not those of the rows', `UPDATE period SET figures_hash = figures_hash`, /^FIGURES_DIFFER/],
])('a month with %s is not locked, and nothing of the attempt stays', async (_what, statement, code) => {
  const periodId = await sealed.approvedMonth('2026-10');
  await sealed.pool.query(statement);
  const figuresHash = code.source.includes('FIGURES') ? () => Promise.resolve('other') : figuresOf;
  await expect(lockAndSeal(sealed.pool, { periodId, keysDir: sealed.keysDir, figuresHash })).rejects.toThrow(code);
  const { rows } = await sealed.pool.query(
    'SELECT locked_at, (SELECT count(*)::int FROM seal_block) AS blocks FROM period',
  );
  expect(rows).toEqual([{ locked_at: null, blocks: 0 }]);
});

test('a month without approval is not locked', async () => {
  const periodId = await fillMonth(sealed.pool, sealed.books, '2026-10');
  await expect(sealed.seal(periodId)).rejects.toThrow(/^PERIOD_NOT_READY/);
});

test('a process killed inside the seal leaves nothing half done, and the next one seals', async () => {
  const periodId = await sealed.approvedMonth('2026-10', 30_000);
  for (const moment of [20, 60, 120, 200]) {
    killedSealer(sealed.database.url, periodId, sealed.keysDir, moment);
    const { rows } = await sealed.pool.query<{ whole: boolean }>(
      `SELECT (locked_at IS NULL) = (NOT EXISTS (SELECT FROM seal) AND NOT EXISTS (SELECT FROM seal_block)) AS whole FROM period`,
    );
    expect(rows).toEqual([{ whole: true }]);
  }
  const made = await sealed.seal(periodId);
  expect(made.content.relations[0]).toMatchObject({ relation: 'sales_order', rows: 30_000, blocks: 3 });
  expect(await sealed.faults()).toEqual([]);
});

/** Seals in a process of its own and kills it with SIGKILL `moment` ms after the month's row is held. */
function killedSealer(url: string, periodId: number, keys: string, moment: number): void {
  const script = `
    const { lockAndSeal } = require('./store/lock');
    const { openPool } = require('./store/db');
    const figuresHash = async (db, id) => {
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${moment});
      const { rows } = await db.query('SELECT figures_hash AS hash FROM period WHERE id = $1', [id]);
      return rows[0].hash;
    };
    lockAndSeal(openPool(${JSON.stringify(url)}), { periodId: ${periodId}, keysDir: ${JSON.stringify(keys)}, figuresHash });`;
  const { signal } = spawnSync(process.execPath, ['-r', './test/seal/typescript.cjs', '-e', script], {
    timeout: 30_000,
  });
  expect(signal).toBe('SIGKILL');
}
