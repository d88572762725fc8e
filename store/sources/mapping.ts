import {
  mergeMappings,
  parseSourceMapping,
  renderSourceMapping,
  type SourceMapping,
} from '../../domain/source-mapping';
import { recordAudit } from '../audit';
import type { Queryable } from '../db';
import { findSource } from './source-row';
import type { SourceOwner, Systems } from './sources';

export interface MappingView {
  /** Null while the company maps nothing otherwise. */
  readonly version: number | null;
  /** The company's own, as a file to edit; before there is one, the system's defaults. */
  readonly file: string;
  /** What counts: the defaults with the company's own over them. */
  readonly mapping: SourceMapping;
}

/** The company's newest mapping of a source. */
export async function newestMapping(
  db: Queryable,
  sourceId: number,
): Promise<{ version: number; file: string; mapping: SourceMapping } | null> {
  const found = await db.query<{ version: number; file: string; mapping: SourceMapping }>(
    'SELECT version, file, mapping FROM source_mapping WHERE source_id = $1 ORDER BY version DESC LIMIT 1',
    [sourceId],
  );
  return found.rows[0] ?? null;
}

/** @throws Problem SOURCE_NOT_FOUND */
export async function showMapping(
  db: Queryable,
  companyId: number,
  name: string,
  systems: Systems,
): Promise<MappingView> {
  const { sourceId, system } = await findSource(db, companyId, name);
  const own = await newestMapping(db, sourceId);
  const mapping = mergeMappings(systems[system]?.mapping, own?.mapping);
  return { version: own?.version ?? null, file: own?.file ?? renderSourceMapping(mapping), mapping };
}

/**
 * Gives a source a new version of the company's mapping; the same file as the newest changes nothing. It counts from the next pull on.
 * @throws Problem SOURCE_NOT_FOUND, SOURCE_MAPPING_INVALID
 */
export async function setMapping(
  db: Queryable,
  { person, companyId }: SourceOwner,
  name: string,
  file: string,
  systems: Systems,
): Promise<MappingView> {
  const { sourceId, system } = await findSource(db, companyId, name);
  const mapping = parseSourceMapping(file, systems[system]?.mapping);
  await db.query('SELECT FROM source WHERE id = $1 FOR SHARE', [sourceId]);
  const newest = await newestMapping(db, sourceId);
  if (newest?.file !== file) {
    const version = (newest?.version ?? 0) + 1;
    await db.query(
      'INSERT INTO source_mapping (source_id, version, file, mapping, created_by) VALUES ($1, $2, $3, $4, $5)',
      [sourceId, version, file, JSON.stringify(mapping), person.personId],
    );
    await recordAudit(db, {
      ...{ companyId, actor: person.login, action: 'source.mapped', subject: name },
      detail: { version, objects: Object.keys(mapping.objects) },
    });
  }
  return showMapping(db, companyId, name, systems);
}
