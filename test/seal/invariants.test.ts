import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { evidencePath } from '../../store/evidence';
import { checkInvariants } from '../../store/invariants';
import { testFolder } from '../support';
import { SealedBooks } from './sealed-books';
import { tampered } from './tamper';

let sealed: SealedBooks;

beforeAll(async () => {
  sealed = await SealedBooks.make();
  await sealed.sealedMonth('2026-10', 20);
  await sealed.approvedMonth('2026-11', 20);
});
afterAll(() => sealed.close());

test('everything holds of books nobody touched', async () => {
  const found = await checkInvariants(sealed.pool, 'qinghe');
  expect(found.filter(({ ok }) => !ok)).toEqual([]);
  expect(found.length).toBeGreaterThanOrEqual(20);
  expect(new Set(found.map(({ name }) => name)).size).toBe(found.length);
});

const OPEN = `(SELECT id FROM period WHERE month = '2026-11')`;
const LOCKED = `(SELECT id FROM period WHERE month = '2026-10')`;

test.each<[string, string]>([
  [
    'batch_rows_are_there',
    `DELETE FROM ledger_entry WHERE id = (SELECT max(id) FROM ledger_entry WHERE period_id = ${OPEN})`,
  ],
  [
    'batch_money_is_there',
    `UPDATE batch SET totals = '{"CNY": {"rowsIn": "1", "kept": "1", "rejected": "0", "excluded": "0"}}' WHERE id = 1`,
  ],
  [
    'batch_totals_tie',
    `UPDATE batch SET totals = '{"CNY": {"rowsIn": "9", "kept": "220.00", "rejected": "0", "excluded": "0"}}' WHERE id = 1`,
  ],
  ['rejected_rows_are_there', 'DELETE FROM rejected_row WHERE batch_id = 3'],
  [
    'evidence_counts_once',
    `UPDATE batch SET evidence = (SELECT evidence FROM batch WHERE id = 3), kind = 'orders-csv' WHERE id = 4`,
  ],
  [
    'matches_point_to_rows',
    `UPDATE match SET left_ids = left_ids || 7::bigint WHERE period_id = ${LOCKED} AND id = (SELECT min(id::text)::uuid FROM match WHERE period_id = ${LOCKED})`,
  ],
  [
    'rows_match_once',
    `INSERT INTO match SELECT period_id, reconciliation, gen_random_uuid(), rule, state, certainty, currency, 0, left_ids, '{}' FROM match LIMIT 1`,
  ],
  [
    'exceptions_point_to_rows',
    `UPDATE close_exception SET left_records = '[{"id": "77"}]' WHERE period_id = ${LOCKED}`,
  ],
  ['exceptions_point_to_rows', `UPDATE close_exception SET caused_by = ARRAY[gen_random_uuid()]`],
  [
    'balances_follow_rows',
    `UPDATE customer_balance SET sales = sales + 1, sales_closing = sales_closing + 1 WHERE period_id = ${LOCKED}`,
  ],
  [
    'nothing_after_the_lock',
    `UPDATE decision SET decided_at = now() + interval '1 hour' WHERE period_id = ${LOCKED} AND kind = 'resolve'`,
  ],
  ['guards_stand', `ALTER TABLE match_p1_orders_ledger DISABLE TRIGGER month_is_locked`],
  ['stage_fits_lock', `DELETE FROM seal`],
  [
    'openings_follow_closings',
    `UPDATE customer_balance SET sales_opening = sales_opening + 1, sales_closing = sales_closing + 1 WHERE period_id = ${OPEN}`,
  ],
  ['seals_count_rows', `INSERT INTO opening_balance VALUES (${LOCKED}, 1, false, 'C', 'C', 'CNY', 1, 1)`],
  [
    'decisions_are_audited',
    `INSERT INTO decision (period_id, kind, person_id, role) SELECT ${OPEN}, 'retry', id, 'preparer' FROM person LIMIT 1`,
  ],
  [
    'locked_months_are_approved',
    `UPDATE decision SET figures_hash = 'other' WHERE kind = 'approve' AND period_id = ${LOCKED}`,
  ],
  [
    'duties_are_apart',
    `UPDATE decision SET person_id = (SELECT id FROM person WHERE login = 'qinghe-preparer') WHERE kind = 'review' AND period_id = ${LOCKED}`,
  ],
  ['deciders_had_the_role', `DELETE FROM role_grant WHERE role = 'approver'`],
  [
    'outbox_moves',
    `INSERT INTO outbox (kind, dedupe_key, company_id, payload, next_at) SELECT 'mail', 'x', id, '{}', now() - interval '1 hour' FROM company`,
  ],
  ['replacements_are_single', `UPDATE batch SET state = 'replaced' WHERE id = 3`],
  ['audit_chain_holds', `UPDATE audit_entry SET actor = 'x' WHERE seq = 1`],
])('%s bites', async (name, statement) => {
  const found = await tampered(sealed.database.superuserUrl, [statement], (db) => checkInvariants(db, 'qinghe'));
  expect(found.filter(({ ok }) => !ok).map((invariant) => invariant.name)).toContain(name);
});

test('evidence files that are gone or altered are found', async () => {
  const dataDir = join(testFolder('evidence'), 'data');
  const wrong = async (): Promise<number | undefined> =>
    (await checkInvariants(sealed.pool, 'qinghe', { dataDir })).find(({ name }) => name === 'evidence_is_whole')?.count;
  const files = ['1 orders-csv', '1 ledger-csv', '2 orders-csv', '2 ledger-csv'];
  expect(await wrong()).toBe(files.length);
  for (const bytes of files) {
    const path = evidencePath(dataDir, createHash('sha256').update(bytes).digest('hex'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  expect(await wrong()).toBe(0);
  writeFileSync(evidencePath(dataDir, createHash('sha256').update(files[0]!).digest('hex')), 'altered');
  expect(await wrong()).toBe(1);
});
