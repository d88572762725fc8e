import { checkInvariants } from '../../store/invariants';
import type { Company, Office } from './office';
import { pictureOf, type Picture } from './picture';

/** Nothing lost, nothing doubled: every invariant holds and the month's rows are those of an undisturbed run. */
export async function expectWhole(office: Office, company: Company, expected: Picture): Promise<void> {
  const found = await checkInvariants(office.pool, company.code, { dataDir: office.stack.dataDir });
  expect(found.filter(({ ok }) => !ok)).toEqual([]);
  expect(found.length).toBeGreaterThan(20);
  expect(await pictureOf(office.pool, await company.periodId())).toEqual(expected);
}

/** How often each thing was recorded that happens once in a close, whatever was killed. */
const ONCE = ['close.started', 'close.reviewed', 'close.approved', 'close.locked', 'close.reported'] as const;

/** A closed month: each decision and each stage once, one seal, one mail that was sent or waits for a person. */
export async function expectClosedOnce(
  office: Office,
  company: Company,
  { resolutions = 1 }: { resolutions?: number } = {},
): Promise<void> {
  const period = await company.periodId();
  const rows = async (sql: string): Promise<unknown[]> => {
    const found = await office.pool.query<{ found: unknown }>(sql, [period]);
    return found.rows.map((row) => row.found);
  };
  expect(await rows(`SELECT kind AS found FROM decision WHERE period_id = $1 ORDER BY decided_at`)).toEqual([
    'start',
    ...Array<string>(resolutions).fill('resolve'),
    ...['review', 'approve'],
  ]);
  expect(await rows('SELECT stage AS found FROM stage_time WHERE period_id = $1 ORDER BY entered_at')).toEqual([
    ...['collect', 'cutoff', 'reconcile', 'review', 'approve', 'lock', 'report'],
  ]);
  const inAudit = `SELECT action AS found FROM audit_entry a JOIN period p ON p.company_id = a.chain WHERE p.id = $1`;
  const once = await rows(`${inAudit} AND action IN ('${ONCE.join("','")}') ORDER BY seq`);
  expect(once).toEqual([...ONCE]);
  expect(await rows(`${inAudit} AND action = 'batch.accepted'`)).toHaveLength(office.sample.files.length);
  expect(await rows('SELECT sequence AS found FROM seal WHERE period_id = $1')).toEqual([1]);
  expect(
    await rows(`SELECT state AS found FROM outbox WHERE dedupe_key LIKE 'report:' || $1::integer || ':%'`),
  ).toEqual(['SENT']);
  expect(
    await rows(
      `SELECT state AS found FROM outbox WHERE period_id = $1 AND kind <> 'mail' AND state <> 'SENT' AND next_at <= now()`,
    ),
  ).toEqual([]);
}
