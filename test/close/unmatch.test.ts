import { transaction } from '../../store/db';
import { takeApart } from '../../store/decisions/unmatch';
import { undoAnswers } from '../../store/decisions/undo';
import type { Principal } from '../../store/sessions';
import { until } from '../support';
import { Office } from './office';

const MONTH = '2026-10';
let office: Office;
let period: number;

beforeEach(async () => {
  office = await Office.open();
  period = await office.fill(MONTH);
  await office.work();
  await office.startClose(period, MONTH);
  await office.knows(MONTH, 'review', 'OPEN_EXCEPTIONS');
});
afterEach(() => office.close());

async function personOf(role: string): Promise<Principal> {
  const { rows } = await office.pool.query<Principal>(
    `SELECT id AS "personId", login, name, is_admin AS "isAdmin" FROM person WHERE login = $1`,
    [`${role}-${office.code}`],
  );
  return rows[0]!;
}

/** Brings the outbox's signal to the close, as the worker does. */
async function deliver(decision: string): Promise<void> {
  const { rows } = await office.pool.query<{ signal: string; args: [object] }>(
    `SELECT payload->>'signal' AS signal, payload->'args' AS args FROM outbox WHERE dedupe_key = $1`,
    [`decision:${decision}`],
  );
  const [sent] = rows;
  await office.handle(MONTH).signal(sent!.signal, ...sent!.args);
}

const runs = (): Promise<number> => office.count('SELECT count(*) FROM reconcile_run WHERE period_id = $1', [period]);
const sales = (): Promise<number> =>
  office.count(
    `SELECT count(*) FROM exception_state WHERE period_id = $1 AND reconciliation = 'orders-ledger' AND state = 'open'`,
    [period],
  );

test('a match taken apart makes the close compare the month again, and so does taking that back', async () => {
  const { rows } = await office.pool.query<{ id: string }>(
    `SELECT id FROM match WHERE period_id = $1 AND reconciliation = 'orders-ledger'`,
    [period],
  );
  const match = rows[0]!.id;
  const asked = { person: await personOf('preparer'), company: office.code, month: MONTH, reason: 'not this one' };
  expect([await runs(), await sales()]).toEqual([1, 1]);

  const apart = await transaction(office.pool, (db) => takeApart(db, { ...asked, matches: [match] }));
  await deliver(apart.decision);
  expect(await until(async () => (await runs()) === 2, 20_000)).toBe(true);
  await office.reaches(MONTH, 'review', 'OPEN_EXCEPTIONS');
  expect(await sales()).toBe(3);

  const back = await transaction(office.pool, (db) => undoAnswers(db, { ...asked, ids: [match] }));
  await deliver(back.decision);
  expect(await until(async () => (await runs()) === 3, 20_000)).toBe(true);
  await office.reaches(MONTH, 'review', 'OPEN_EXCEPTIONS');
  expect(await sales()).toBe(1);
});
