import { FACT_COLUMNS, type FactRow } from '../../domain/explanation/fact-fields';
import type { FactRelation } from '../../domain/words';
import { placeOf, type Ground } from './ground';

interface Raw extends Record<string, unknown> {
  readonly id: string;
  readonly extra: Record<string, unknown> | null;
}

/** Everything a row says, as text. Times are in the company's zone. */
function columnsOf(relation: FactRelation): string {
  const texts = FACT_COLUMNS[relation].map((name) =>
    name.endsWith('_at') ? `to_char(${name}, 'YYYY-MM-DD HH24:MI:SS') AS ${name}` : `${name}::text`,
  );
  return ['id', ...texts, 'extra'].join(', ');
}

/**
 * Rows of a relation that meet a condition, in the order of their files.
 * @param condition SQL whose parameters begin with $2; $1 is the month's id
 */
export async function findFacts(
  { db, periodId }: Ground,
  relation: FactRelation,
  condition: string,
  values: readonly unknown[],
  inPeriod: number = periodId,
): Promise<FactRow[]> {
  const { rows } = await db.query<Raw>(
    `SELECT ${columnsOf(relation)} FROM ${relation} WHERE period_id = $1 AND ${condition} ORDER BY id`,
    [inPeriod, ...values],
  );
  return rows.map(({ id, extra, ...columns }) => ({
    id,
    relation,
    values: columns as Record<string, string | null>,
    extra,
  }));
}

/** The rows with these ids, whatever relation and month of the company they stand in, in the order given. */
export async function factsById(ground: Ground, ids: readonly string[]): Promise<FactRow[]> {
  const groups = new Map<string, { relation: FactRelation; periodId: number; ids: string[] }>();
  for (const id of ids) {
    const { batch } = placeOf(ground, id);
    if (batch === undefined) continue;
    const key = `${batch.relation}:${batch.periodId}`;
    const group = groups.get(key) ?? { relation: batch.relation, periodId: batch.periodId, ids: [] };
    group.ids.push(id);
    groups.set(key, group);
  }
  const found = new Map<string, FactRow>();
  for (const { relation, periodId, ids: some } of groups.values()) {
    const rows = await findFacts(ground, relation, 'id = ANY ($2::bigint[])', [some], periodId);
    for (const row of rows) found.set(row.id, row);
  }
  return ids.flatMap((id) => found.get(id) ?? []);
}
