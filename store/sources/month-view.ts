import { expectedEnd } from '../../domain/source-patience';
import type { PartState, PullState } from '../../domain/source-words';
import type { Bilingual } from '../../domain/words';
import type { Queryable } from '../db';

/** A part of a month as people see it. Instants are ISO, UTC. */
export interface PartView {
  readonly part: string;
  readonly title: Bilingual;
  readonly kind: string | null;
  /** YYYY-MM-DD, where it is one day's. */
  readonly day: string | null;
  readonly state: PartState;
  readonly rows: number;
  readonly pages: number;
  /** Records there are in all, where the system says so. */
  readonly expected: number | null;
  /** While it is fetched: when it will be whole, at the pace so far. */
  readonly expectedEnd: string | null;
  readonly batch: number | null;
  readonly attempts: number;
  readonly nextTryAt: string | null;
  /** Why it waits or has stopped; of an empty part, what the system says. */
  readonly code: string | null;
  readonly said: Bilingual | null;
  readonly updatedAt: string;
}

/** A source's month as people see it. */
export interface SourceMonth {
  readonly source: string;
  readonly system: string;
  readonly active: boolean;
  readonly state: PullState;
  readonly round: number;
  /** Login of whoever asked for it last; null: the close. */
  readonly askedBy: string | null;
  readonly askedAt: string | null;
  readonly nextTryAt: string | null;
  /** What is wrong with the source as a whole. */
  readonly problem: { readonly code: string; readonly reason: Bilingual } | null;
  /** Every part is whole. */
  readonly complete: boolean;
  readonly whole: number;
  readonly parts: readonly PartView[];
}

/** Every source of a company in one month, each with its parts in their order; only one where it is named. */
export async function sourceMonths(
  db: Queryable,
  of: { readonly companyId: number; readonly month: string; readonly source?: string },
  now = new Date(),
): Promise<SourceMonth[]> {
  const found = await db.query<MonthRow>(
    `SELECT s.id, s.name AS source, s.system, s.active, coalesce(u.state, 'none') AS state, coalesce(u.round, 0) AS round,
            w.login AS "askedBy", u.asked_at AS "askedAt", CASE u.state WHEN 'waiting' THEN u.next_try_at END AS "nextTryAt", u.code,
            u.said_zh AS zh, u.said_en AS en, p.id AS "periodId"
       FROM source s LEFT JOIN period p ON p.company_id = s.company_id AND p.month = $2
       LEFT JOIN source_pull u ON u.source_id = s.id AND u.period_id = p.id LEFT JOIN person w ON w.id = u.asked_by
      WHERE s.company_id = $1 AND ($3::text IS NULL OR s.name = $3) ORDER BY s.name`,
    [of.companyId, of.month, of.source ?? null],
  );
  const parts = await readPartRows(db, found.rows[0]?.periodId ?? null);
  return found.rows.map((row) => {
    const own = parts.filter(({ sourceId }) => sourceId === row.id).map(({ part }) => viewOfPart(part, now));
    const whole = own.filter(({ state }) => state === 'arrived' || state === 'empty' || state === 'unchanged').length;
    return {
      ...{ source: row.source, system: row.system, active: row.active, state: row.state, round: row.round },
      askedBy: row.askedBy,
      askedAt: row.askedAt?.toISOString() ?? null,
      nextTryAt: row.nextTryAt?.toISOString() ?? null,
      problem:
        row.code === null ? null : { code: row.code, reason: { zh: row.zh ?? row.code, en: row.en ?? row.code } },
      complete: row.state === 'complete' && own.length === whole,
      ...{ whole, parts: own },
    };
  });
}

interface MonthRow {
  readonly id: number;
  readonly source: string;
  readonly system: string;
  readonly active: boolean;
  readonly state: PullState;
  readonly round: number;
  readonly askedBy: string | null;
  readonly askedAt: Date | null;
  readonly nextTryAt: Date | null;
  readonly code: string | null;
  readonly zh: string | null;
  readonly en: string | null;
  readonly periodId: number | null;
}

type PartViewRow = Omit<PartView, 'expectedEnd' | 'nextTryAt' | 'updatedAt'> & {
  readonly nextTryAt: Date | null;
  readonly begunAt: Date | null;
  readonly updatedAt: Date;
};

async function readPartRows(
  db: Queryable,
  periodId: number | null,
): Promise<{ readonly sourceId: number; readonly part: PartViewRow }[]> {
  const { rows } = await db.query<PartViewRow & { sourceId: number }>(
    `SELECT source_id AS "sourceId", key AS part, jsonb_build_object('zh', title_zh, 'en', title_en) AS title, kind, day, state, rows, pages,
            expected, batch_id AS batch, attempts, next_try_at AS "nextTryAt", code,
            CASE WHEN said_zh IS NOT NULL THEN jsonb_build_object('zh', said_zh, 'en', said_en) END AS said, begun_at AS "begunAt",
            updated_at AS "updatedAt"
       FROM source_part WHERE period_id = $1 ORDER BY source_id, position, key`,
    [periodId],
  );
  return rows.map(({ sourceId, ...part }) => ({ sourceId, part }));
}

function viewOfPart({ begunAt, nextTryAt, updatedAt, ...part }: PartViewRow, now: Date): PartView {
  const isMoving = part.state === 'fetching' && begunAt !== null;
  return {
    ...part,
    expectedEnd: isMoving ? (expectedEnd(begunAt, now, part.rows, part.expected)?.toISOString() ?? null) : null,
    nextTryAt: nextTryAt?.toISOString() ?? null,
    updatedAt: updatedAt.toISOString(),
  };
}
