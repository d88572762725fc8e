import type { PoolClient } from 'pg';
import type { Queryable } from '../db';
import type { PartRow } from './parts';
import type { Pull } from './pull';
import { within } from './pull-lock';

/** A record as its system gave it. */
export interface PulledRecord {
  readonly id: string;
  /** ISO 8601 with zone. */
  readonly modifiedAt: string;
  readonly deleted?: true;
  readonly text: string;
}

export interface PulledPage {
  readonly records: readonly PulledRecord[];
  readonly cursor: string;
  readonly expected?: number;
}

/** Where a part's records stand, and which pass and revision reads them now. */
export type RecordsPlace = Pick<PartRow, 'key' | 'pass' | 'revision'>;

/**
 * Keeps a page and the cursor behind it in one transaction. The state that was modified last wins; a deletion marks, and wins over what
 * is as old as itself. A record that comes again as it was changes nothing.
 */
export async function savePage(client: PoolClient, pull: Pull, part: RecordsPlace, page: PulledPage): Promise<void> {
  await within(client, async () => {
    if (page.records.length > 0) await upsert(client, pull, part, page.records);
    await client.query(
      `UPDATE source_part SET cursor = $4, pages = pages + 1, rows = rows + $5, expected = coalesce($6, expected), updated_at = now()
        WHERE source_id = $1 AND period_id = $2 AND key = $3`,
      [pull.sourceId, pull.periodId, part.key, page.cursor, page.records.length, page.expected ?? null],
    );
  });
}

async function upsert(
  client: PoolClient,
  { sourceId, periodId }: Pull,
  { key, pass, revision }: RecordsPlace,
  records: readonly PulledRecord[],
): Promise<void> {
  await client.query(
    `INSERT INTO source_record AS r (source_id, period_id, part, record_id, modified_at, deleted, body, revision, pass)
     SELECT DISTINCT ON (n.id) $1::int, $2::int, $3::text, n.id, n.modified_at, n.deleted, n.body, $4::int, $5::int
       FROM unnest($6::text[], $7::timestamptz[], $8::boolean[], $9::text[]) WITH ORDINALITY AS n(id, modified_at, deleted, body, place)
      ORDER BY n.id, n.modified_at DESC, n.deleted DESC, n.place DESC
     ON CONFLICT (source_id, period_id, part, record_id) DO UPDATE
        SET pass = excluded.pass,
            revision = CASE WHEN ${IS_NEWER} AND ${DIFFERS} THEN excluded.revision ELSE r.revision END,
            modified_at = CASE WHEN ${IS_NEWER} THEN excluded.modified_at ELSE r.modified_at END,
            body = CASE WHEN ${IS_NEWER} THEN excluded.body ELSE r.body END,
            deleted = CASE WHEN ${IS_NEWER} THEN excluded.deleted ELSE r.deleted END
      WHERE r.pass <> excluded.pass OR (${IS_NEWER} AND (r.modified_at <> excluded.modified_at OR ${DIFFERS}))`,
    [
      ...[sourceId, periodId, key, revision, pass],
      records.map(({ id }) => id),
      records.map(({ modifiedAt }) => modifiedAt),
      records.map(({ deleted }) => deleted === true),
      // PostgreSQL has no place for a NUL character.
      records.map(({ text }) => text.replaceAll('\u0000', '\ufffd')),
    ],
  );
}

/** What a later pass meets alive has been restored, though restoring is no modification. */
const IS_NEWER = `((excluded.modified_at, excluded.deleted) >= (r.modified_at, r.deleted) OR (excluded.pass > r.pass AND r.deleted AND NOT excluded.deleted))`;
const DIFFERS = '(excluded.deleted, excluded.body) IS DISTINCT FROM (r.deleted, r.body)';

/** Begins to read a part's records from the beginning, over those that are here. */
export async function beginPass(db: Queryable, { sourceId, periodId }: Pull, key: string): Promise<void> {
  await db.query(
    `UPDATE source_part SET cursor = NULL, pass = pass + 1, rereading = true, pages = 0, rows = 0, begun_at = now(), updated_at = now()
      WHERE source_id = $1 AND period_id = $2 AND key = $3`,
    [sourceId, periodId, key],
  );
}

/** Ends a pass from the beginning: what it did not meet is no longer there. */
export async function endPass(client: PoolClient, { sourceId, periodId }: Pull, part: RecordsPlace): Promise<void> {
  await within(client, async () => {
    await client.query(
      `UPDATE source_record SET deleted = true, revision = $4, pass = $5
        WHERE source_id = $1 AND period_id = $2 AND part = $3 AND pass < $5 AND NOT deleted`,
      [sourceId, periodId, part.key, part.revision, part.pass],
    );
    await client.query(
      'UPDATE source_part SET rereading = false WHERE source_id = $1 AND period_id = $2 AND key = $3',
      [sourceId, periodId, part.key],
    );
  });
}

/** Live records of a part; only those changed after a revision where one is given. */
export async function countLive(db: Queryable, { sourceId, periodId }: Pull, key: string, since = 0): Promise<number> {
  const found = await db.query<{ live: number }>(
    `SELECT count(*)::int AS live FROM source_record
      WHERE source_id = $1 AND period_id = $2 AND part = $3 AND NOT deleted AND revision > $4`,
    [sourceId, periodId, key, since],
  );
  return found.rows[0]?.live ?? 0;
}
