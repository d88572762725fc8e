import type { Pool, PoolClient } from 'pg';
import { Problem } from '../../domain/problem';
import type { ReconciliationName } from '../../domain/words';
import { transaction } from '../db';
import { compareAside, type ChangedException } from '../reconcile/dry-run';
import { batchesIn, readInput } from '../reconcile/input';
import type { EffectiveBatch } from '../reconcile/scope';
import { BY_NUMBER, gatherNeighbourhood } from './neighbourhood';

/** What admitting parked batches would do, reconciliation by reconciliation, where numbers and what is open decide. */
export interface AdmissionPreview {
  readonly batches: readonly number[];
  /** Rows of these batches that are compared. */
  readonly rows: number;
  readonly reconciliations: readonly {
    readonly name: ReconciliationName;
    /** Matches a late row takes part in. */
    readonly matched: number;
    /** Open exceptions that would no longer be there, or be others. */
    readonly settled: number;
    /** Exceptions there would be instead, or of the late rows. */
    readonly raised: number;
  }[];
  readonly settled: readonly ChangedException[];
  readonly raised: readonly ChangedException[];
}

/** So many of each are listed; all are counted. */
const LISTED = 200;

/**
 * Matches parked batches against what is open, as they would be matched once admitted; nothing is written.
 * @throws Problem NOT_PARKED, PERIOD_NOT_FOUND, PERIOD_LOCKED
 */
export async function previewAdmission(
  pool: Pool,
  periodId: number,
  late: readonly number[],
  progress: (step: string) => void = () => undefined,
): Promise<AdmissionPreview> {
  return transaction(pool, async (client) => {
    await client.query(`SET LOCAL jit = off; SET LOCAL work_mem = '64MB'`);
    const { scope } = await readInput(client, periodId, progress);
    const parked = await parkedBatches(client, periodId, late);
    const effective = scope.batches.map(({ id }) => id);
    await gatherNeighbourhood(client, { periodId, late, effective });
    await compareAside({ ...scope, batches: [...scope.batches, ...parked], rows: 'near_row' });
    return outcome(client, periodId, late);
  });
}

async function parkedBatches(
  client: PoolClient,
  periodId: number,
  asked: readonly number[],
): Promise<readonly EffectiveBatch[]> {
  const parked = (await batchesIn(client, periodId, ['parked'])).filter(({ id }) => asked.includes(id));
  if (parked.length > 0 && asked.every((id) => parked.some((batch) => batch.id === id))) return parked;
  throw new Problem(
    'NOT_PARKED',
    {
      zh: '其中有批次不是本月的待处理迟到单据。parked 命令列出现有的',
      en: 'one of the batches is not parked in this month; the command parked lists those that are',
    },
    404,
  );
}

/** SQL: exceptions of a table that do not stand in the other one as they are. */
const notIn = (other: string): string =>
  `NOT EXISTS (SELECT 1 FROM ${other} o WHERE o.period_id = x.period_id AND o.id = x.id AND NOT o.superseded AND o.kind = x.kind AND o.difference = x.difference)`;

/**
 * A late row may also end a doubt between two that came in time: every open exception whose rows were compared again is looked at. A row that was certain
 * of its match is here for its numbers alone; what was found of it without the rest of its match says nothing.
 */
const changes = (periodId: number): string => `
  CREATE TEMP TABLE compared_row ON COMMIT DROP AS
   SELECT f.reconciliation, i.id AS exception, unnest(f.left_ids || f.right_ids) AS id FROM identified i JOIN found f ON f.ctid = i.found;
  CREATE TEMP TABLE settled ON COMMIT DROP AS SELECT x.* FROM public.close_exception x
   WHERE x.period_id = ${String(periodId)} AND NOT x.superseded AND x.id IN (SELECT exception FROM open_row) AND ${notIn('pg_temp.close_exception')};
  CREATE TEMP TABLE raised ON COMMIT DROP AS SELECT x.* FROM pg_temp.close_exception x WHERE ${notIn('public.close_exception')}
    AND x.id IN (SELECT r.exception FROM compared_row r JOIN near_row n USING (id) WHERE n.late
                 UNION ALL SELECT r.exception FROM compared_row r JOIN open_row USING (reconciliation, id)
                 UNION ALL SELECT r.exception FROM compared_row r JOIN probable_row USING (reconciliation, id));
  CREATE TEMP TABLE late_match ON COMMIT DROP AS SELECT DISTINCT m.reconciliation, m.id
    FROM (SELECT reconciliation, id, unnest(left_ids || right_ids) AS row FROM pg_temp.match WHERE state = 'confirmed') m JOIN near_row n ON n.id = m.row WHERE n.late`;

/** What came of the late rows: counted and, the largest first, listed. */
async function outcome(client: PoolClient, periodId: number, late: readonly number[]): Promise<AdmissionPreview> {
  await client.query(changes(periodId));
  const counted = await client.query<{ rows: number }>('SELECT count(*)::int AS rows FROM near_row WHERE late');
  const { rows: reconciliations } = await client.query<AdmissionPreview['reconciliations'][number]>(
    `SELECT name, (SELECT count(*)::int FROM late_match WHERE reconciliation = name) AS matched,
            (SELECT count(*)::int FROM settled WHERE reconciliation = name) AS settled,
            (SELECT count(*)::int FROM raised WHERE reconciliation = name) AS raised
       FROM unnest($1::text[]) AS name`,
    [BY_NUMBER],
  );
  return {
    batches: late,
    rows: counted.rows[0]?.rows ?? 0,
    reconciliations,
    settled: await list(client, 'settled'),
    raised: await list(client, 'raised'),
  };
}

async function list(client: PoolClient, table: 'settled' | 'raised'): Promise<ChangedException[]> {
  const { rows } = await client.query<ChangedException>(
    `SELECT id, reconciliation, kind, currency, difference::text,
            ARRAY(SELECT r->>'reference' FROM jsonb_array_elements(left_records || right_records) r) AS references
       FROM ${table} ORDER BY abs(difference) DESC, id LIMIT ${String(LISTED)}`,
  );
  return rows;
}
