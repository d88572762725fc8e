import type { PartState } from '../../domain/source-words';
import type { Bilingual, FileKind } from '../../domain/words';
import type { Queryable } from '../db';
import type { Pull, Trouble } from './pull';

/** A part as its system names it. */
export interface ListedPart {
  readonly key: string;
  readonly nature: 'records' | 'file';
  readonly kind?: FileKind;
  readonly title: Bilingual;
  readonly day?: string;
}

/** How far a part is. */
export interface PartRow {
  readonly key: string;
  readonly state: PartState;
  /** The last round it was whole in. */
  readonly round: number;
  readonly cursor: string | null;
  readonly pass: number;
  readonly rereading: boolean;
  readonly revision: number;
  readonly filed: number;
  readonly rows: number;
  readonly batchId: number | null;
  readonly evidence: string | null;
  readonly attempts: number;
  readonly nextTryAt: Date | null;
  readonly code: string | null;
  readonly said: Bilingual | null;
}

const PART_COLUMNS = `
  key, state, round, cursor, pass, rereading, revision, filed, rows, batch_id AS "batchId", evidence, attempts, next_try_at AS "nextTryAt", code,
  CASE WHEN said_zh IS NOT NULL THEN jsonb_build_object('zh', said_zh, 'en', said_en) END AS said`;

/**
 * Writes down what the month consists of now. A part that was never here and is no longer listed goes; one that has arrived stays.
 */
export async function keepParts(
  db: Queryable,
  { sourceId, periodId }: Pull,
  parts: readonly ListedPart[],
): Promise<void> {
  await db.query(
    `INSERT INTO source_part AS t (source_id, period_id, key, position, nature, kind, title_zh, title_en, day, state)
     SELECT $1, $2, n.key, n.position, n.nature, n.kind, n.zh, n.en, n.day::date, 'waiting'
       FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) WITH ORDINALITY AS n(key, nature, kind, zh, en, day, position)
     ON CONFLICT (source_id, period_id, key) DO UPDATE
        SET position = excluded.position, nature = excluded.nature, kind = excluded.kind, title_zh = excluded.title_zh,
            title_en = excluded.title_en, day = excluded.day
      WHERE (t.position, t.nature, t.kind, t.title_zh, t.title_en, t.day)
            IS DISTINCT FROM (excluded.position, excluded.nature, excluded.kind, excluded.title_zh, excluded.title_en, excluded.day)`,
    [
      ...[sourceId, periodId, parts.map(({ key }) => key), parts.map(({ nature }) => nature)],
      ...[
        parts.map(({ kind }) => kind ?? null),
        parts.map(({ title }) => title.zh),
        parts.map(({ title }) => title.en),
      ],
      parts.map(({ day }) => day ?? null),
    ],
  );
  await db.query(
    `DELETE FROM source_part WHERE source_id = $1 AND period_id = $2 AND key <> ALL ($3) AND batch_id IS NULL AND rows = 0`,
    [sourceId, periodId, parts.map(({ key }) => key)],
  );
  // What is here and is no longer listed is as whole as it will be.
  await db.query(
    `UPDATE source_part SET round = (SELECT round FROM source_pull u WHERE u.source_id = $1 AND u.period_id = $2)
      WHERE source_id = $1 AND period_id = $2 AND key <> ALL ($3) AND state IN ('arrived', 'empty', 'unchanged')`,
    [sourceId, periodId, parts.map(({ key }) => key)],
  );
}

/** The parts of a month by their keys. */
export async function readParts(db: Queryable, { sourceId, periodId }: Pull): Promise<ReadonlyMap<string, PartRow>> {
  const found = await db.query<PartRow>(
    `SELECT ${PART_COLUMNS} FROM source_part WHERE source_id = $1 AND period_id = $2`,
    [sourceId, periodId],
  );
  return new Map(found.rows.map((row) => [row.key, row]));
}

/** @returns the part as it stands now */
export async function readPart(db: Queryable, { sourceId, periodId }: Pull, key: string): Promise<PartRow> {
  const found = await db.query<PartRow>(
    `SELECT ${PART_COLUMNS} FROM source_part WHERE source_id = $1 AND period_id = $2 AND key = $3`,
    [sourceId, periodId, key],
  );
  return found.rows[0] as PartRow;
}

const IS_NEW = `(begun_at IS NULL OR state IN ('arrived', 'empty', 'unchanged'))`;

/** A part that is worked on now. Rows and pages are counted from here, unless an earlier try is gone on with. */
export async function startPart(db: Queryable, { sourceId, periodId }: Pull, key: string): Promise<void> {
  await db.query(
    `UPDATE source_part SET state = 'fetching', updated_at = now(), next_try_at = NULL,
            begun_at = CASE WHEN ${IS_NEW} THEN now() ELSE begun_at END,
            pages = CASE WHEN ${IS_NEW} THEN 0 ELSE pages END, rows = CASE WHEN ${IS_NEW} THEN 0 ELSE rows END
      WHERE source_id = $1 AND period_id = $2 AND key = $3`,
    [sourceId, periodId, key],
  );
}

/** What came of a part that is whole, or whose file was refused. */
export interface PartEnd {
  readonly state: Exclude<PartState, 'waiting' | 'fetching'>;
  readonly rows?: number;
  readonly code?: string;
  readonly said?: Bilingual;
  /** Of records: the revision that stands in a batch now. */
  readonly filed?: number;
}

export async function settlePart(
  db: Queryable,
  { sourceId, periodId, round }: Pull,
  key: string,
  end: PartEnd,
): Promise<void> {
  const isWhole = end.state !== 'stopped';
  await db.query(
    `UPDATE source_part SET state = $4, round = CASE WHEN $5 THEN $6 ELSE round END, rows = coalesce($7, rows), code = $8, said_zh = $9, said_en = $10,
            filed = coalesce($11, filed), revision = CASE WHEN $11::int IS NULL THEN revision ELSE $11 + 1 END,
            attempts = 0, next_try_at = NULL, updated_at = now()
      WHERE source_id = $1 AND period_id = $2 AND key = $3`,
    [
      ...[sourceId, periodId, key, end.state, isWhole, round, end.rows ?? null],
      ...[end.code ?? null, end.said?.zh ?? null, end.said?.en ?? null, end.filed ?? null],
    ],
  );
}

/** A part that did not come, and why. */
export async function notePartTrouble(
  db: Queryable,
  { sourceId, periodId }: Pull,
  key: string,
  trouble: Trouble,
): Promise<void> {
  await db.query(
    `UPDATE source_part SET state = $4, code = $5, said_zh = $6, said_en = $7, next_try_at = $8, attempts = attempts + 1, updated_at = now()
      WHERE source_id = $1 AND period_id = $2 AND key = $3`,
    [sourceId, periodId, key, trouble.state, trouble.code, trouble.said.zh, trouble.said.en, trouble.nextTryAt],
  );
}
