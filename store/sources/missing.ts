import type { MissingPart, PartState, PullState } from '../../domain/source-words';
import type { Bilingual } from '../../domain/words';
import type { Queryable } from '../db';

/** What a month still lacks of its sources. */
export interface Missing {
  readonly count: number;
  /** Of these, parts nobody has to act on: they are fetched at this moment. */
  readonly fetching: boolean;
  readonly first: readonly MissingPart[];
}

const NAMED_MOST = 20;

/** The parts of a month that its active sources owe, by their day. */
export async function readMissing(db: Queryable, periodId: number): Promise<Missing> {
  const found = await db.query<{
    source: string;
    part: string | null;
    title: Bilingual;
    state: PartState | PullState;
    total: number;
  }>(
    `SELECT source, part, jsonb_build_object('zh', title_zh, 'en', title_en) AS title, state, (count(*) OVER ())::int AS total
       FROM missing_parts($1) ORDER BY source, day NULLS FIRST, part LIMIT ${NAMED_MOST}`,
    [periodId],
  );
  if (found.rows.length === 0) return { count: 0, fetching: false, first: [] };
  const pulls = await db.query(
    `SELECT FROM source_pull u JOIN source s ON s.id = u.source_id AND s.active WHERE u.period_id = $1 AND u.state IN ('asked', 'fetching') LIMIT 1`,
    [periodId],
  );
  return {
    count: found.rows[0]?.total ?? 0,
    fetching: pulls.rowCount === 1,
    first: found.rows.map(({ source, part, title, state }) => ({ source, part, title, state })),
  };
}
