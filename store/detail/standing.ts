import type { Standing } from '../../domain/explanation/candidates';
import type { FactRow } from '../../domain/explanation/fact-fields';
import { distinct } from '../../domain/explanation/side';
import { FACT_SHAPES } from '../../domain/fact-shapes';
import type { ReconciliationName } from '../../domain/words';
import { factsById } from './facts';
import type { Ground } from './ground';
import type { Hit } from './seek';

interface MatchOf {
  readonly id: string;
  readonly certainty: string;
  readonly mine: readonly string[];
  readonly others: readonly string[];
}

/** What became of candidates in their reconciliation: matched, with whom; in an exception; or nobody's. By candidate id. */
export async function standingsOf(
  ground: Ground,
  reconciliation: ReconciliationName,
  side: 'left' | 'right',
  hits: readonly Hit[],
): Promise<Map<string, Standing>> {
  const found = new Map<string, Standing>();
  if (hits.length === 0) return found;
  const matches = await matchesOf(ground, reconciliation, side, hits);
  const named = new Map((await factsById(ground, matches.flatMap(firstOthers))).map((row) => [row.id, labelOf(row)]));
  for (const { id } of hits) {
    const match = matches.find(({ mine }) => mine.includes(id));
    if (match === undefined) continue;
    const others = distinct(firstOthers(match).map((other) => named.get(other)));
    found.set(id, { state: 'matched', match: match.id, certainty: match.certainty, with: others });
  }
  const rest = hits.filter(({ id }) => !found.has(id));
  for (const [id, standing] of await exceptionsOf(ground, reconciliation, side, rest)) found.set(id, standing);
  return found;
}

/** So many of what it is matched with are named. */
const firstOthers = ({ others }: MatchOf): readonly string[] => others.slice(0, 3);

function labelOf({ relation, values }: FactRow): string {
  return values[FACT_SHAPES[relation].label] ?? '';
}

async function matchesOf(
  { db, periodId }: Ground,
  reconciliation: ReconciliationName,
  side: 'left' | 'right',
  hits: readonly Hit[],
): Promise<MatchOf[]> {
  const [mine, others] = side === 'left' ? ['left_ids', 'right_ids'] : ['right_ids', 'left_ids'];
  const { rows } = await db.query<MatchOf>(
    `SELECT id, certainty, ${mine} AS mine, array_remove(${others}, NULL) AS others FROM match
      WHERE period_id = $1 AND reconciliation = $2 AND state = 'confirmed' AND ${mine} && $3::bigint[] ORDER BY id`,
    [periodId, reconciliation, hits.map(({ id }) => id)],
  );
  return rows;
}

async function exceptionsOf(
  { db, periodId }: Ground,
  reconciliation: ReconciliationName,
  side: 'left' | 'right',
  hits: readonly Hit[],
): Promise<[string, Standing][]> {
  if (hits.length === 0) return [];
  const { rows } = await db.query<{ id: string; kind: string; references: string[] }>(
    `SELECT id, kind, ARRAY(SELECT r->>'reference' || '|' || substr(r->>'date', 1, 7) FROM jsonb_array_elements(${side}_records) r) AS references
       FROM close_exception
      WHERE period_id = $1 AND reconciliation = $2 AND NOT superseded
        AND (${hits.map((_, index) => `${side}_records @> $${index + 3}::jsonb`).join(' OR ')})
      ORDER BY id`,
    [periodId, reconciliation, ...hits.map(({ record }) => JSON.stringify([{ reference: record.reference }]))],
  );
  return hits.flatMap(({ id, record }): [string, Standing][] => {
    const wanted = `${record.reference}|${record.date.slice(0, 7)}`;
    const row = rows.find(({ references }) => references.includes(wanted));
    return row === undefined ? [] : [[id, { state: 'exception', exception: row.id, kind: row.kind }]];
  });
}
