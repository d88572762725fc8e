import type { CompanySettings } from '../../domain/company';
import { Problem } from '../../domain/problem';
import type { SourceMapping } from '../../domain/source-mapping';
import type { Queryable } from '../db';

/** A source as it stands in the books. */
export interface SourceRow {
  readonly sourceId: number;
  readonly companyId: number;
  readonly name: string;
  readonly system: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly active: boolean;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** A source as it is connected: with its company and what the company maps otherwise. */
export interface ConnectedSource extends SourceRow {
  readonly company: CompanySettings;
  readonly mapping: SourceMapping | null;
}

export const SOURCE_COLUMNS = `
  s.id AS "sourceId", s.company_id AS "companyId", s.name, s.system, s.settings, s.active, w.login AS "createdBy",
  s.created_at AS "createdAt"`;
export const SOURCE_FROM = 'FROM source s JOIN person w ON w.id = s.created_by';

/** @throws Problem SOURCE_NOT_FOUND (404) */
export async function findSource(db: Queryable, companyId: number, name: string): Promise<SourceRow> {
  const found = await db.query<SourceRow>(
    `SELECT ${SOURCE_COLUMNS} ${SOURCE_FROM} WHERE s.company_id = $1 AND s.name = $2`,
    [companyId, name],
  );
  return found.rows[0] ?? notFound(name);
}

/**
 * A source with everything it is connected with.
 * @param periodId the month whose policy counts; the newest where there is none
 * @throws Problem SOURCE_NOT_FOUND (404)
 */
export async function readConnected(db: Queryable, sourceId: number, periodId?: number): Promise<ConnectedSource> {
  const found = await db.query<ConnectedSource>(
    `SELECT ${SOURCE_COLUMNS}, y.settings AS company, m.mapping
       ${SOURCE_FROM}
       LEFT JOIN period p ON p.id = $2
       JOIN policy y ON y.company_id = s.company_id
        AND y.version = coalesce(p.policy_version, (SELECT max(version) FROM policy WHERE company_id = s.company_id))
       LEFT JOIN LATERAL (SELECT mapping FROM source_mapping WHERE source_id = s.id ORDER BY version DESC LIMIT 1) m ON true
      WHERE s.id = $1`,
    [sourceId, periodId ?? null],
  );
  return found.rows[0] ?? notFound(String(sourceId));
}

function notFound(name: string): never {
  throw new Problem(
    'SOURCE_NOT_FOUND',
    { zh: `没有数据来源 ${name}；请用 source list 查看`, en: `there is no source ${name}; source list shows them` },
    404,
  );
}
