import { Problem } from '../../domain/problem';
import { parseSourceFile, type SystemInfo } from '../../domain/source-file';
import { fileSetting, secretFile, secretVariable } from '../../domain/source-secret';
import type { PullState } from '../../domain/source-words';
import type { Bilingual } from '../../domain/words';
import { recordAudit } from '../audit';
import type { Queryable } from '../db';
import type { Principal } from '../sessions';
import { askAgain } from './ask';
import { newestMapping } from './mapping';
import { findSource, SOURCE_COLUMNS, SOURCE_FROM, type SourceRow } from './source-row';

/** The outside systems of this installation, by name. */
export type Systems = Readonly<Record<string, SystemInfo>>;

/** Who changes which company's sources. */
export interface SourceOwner {
  readonly person: Principal;
  readonly companyId: number;
  /** The company's code. */
  readonly company: string;
}

/** A source in a list. */
export interface SourceLine {
  readonly source: string;
  readonly system: string;
  readonly active: boolean;
  /** The newest month that was asked for. */
  readonly month: string | null;
  readonly state: PullState;
  readonly parts: number;
  readonly whole: number;
  /** ISO; when anything of that month moved last. */
  readonly pulledAt: string | null;
}

/** One source with all a person may know of it. */
export interface SourceView {
  readonly source: string;
  readonly system: string;
  readonly title: Bilingual | null;
  readonly active: boolean;
  readonly settings: Readonly<Record<string, string>>;
  /** Where each secret is looked for. Their values are known to the worker alone. */
  readonly secrets: readonly {
    readonly name: string;
    readonly about: Bilingual;
    readonly optional: boolean;
    readonly variable: string;
    /** Below the data folder, or the path its setting names. */
    readonly file: string;
  }[];
  readonly mappingVersion: number | null;
  readonly createdBy: string;
  readonly createdAt: string;
}

/**
 * Adds a source from its file.
 * @throws Problem SOURCE_FILE_INVALID, SOURCE_EXISTS, SOURCE_NAME_TAKEN
 */
export async function addSource(
  db: Queryable,
  owner: SourceOwner,
  file: string,
  systems: Systems,
): Promise<SourceView> {
  const { name, system, settings } = parseSourceFile(file, owner.company, systems);
  await refuseSharedVariables(db, owner, name);
  const added = await db.query(
    `INSERT INTO source (company_id, name, system, settings, created_by) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (company_id, name) DO NOTHING`,
    [owner.companyId, name, system, JSON.stringify(settings), owner.person.personId],
  );
  if (added.rowCount === 0) {
    throw new Problem('SOURCE_EXISTS', {
      zh: `数据来源 ${name} 已存在；修改请用 source set`,
      en: `the source ${name} exists; source set changes it`,
    });
  }
  await record(db, owner, 'source.added', name, { system, settings });
  return showSource(db, owner, name, systems);
}

/**
 * Changes a source's settings. Its name and system stay what they are.
 * @throws Problem SOURCE_FILE_INVALID, SOURCE_NOT_FOUND, SOURCE_DIFFERS
 */
export async function changeSource(
  db: Queryable,
  owner: SourceOwner,
  name: string,
  file: string,
  systems: Systems,
): Promise<SourceView> {
  const before = await findSource(db, owner.companyId, name);
  const given = parseSourceFile(file, owner.company, systems);
  if (given.name !== name || given.system !== before.system) {
    throw new Problem(
      'SOURCE_DIFFERS',
      {
        zh: `文件是 ${given.name}（${given.system}），不是 ${name}（${before.system}）；名称和系统不可更改，请另建来源`,
        en: `the file is for ${given.name} (${given.system}), not ${name} (${before.system}): these stand; add another source`,
      },
      422,
    );
  }
  await db.query('UPDATE source SET settings = $2 WHERE id = $1', [before.sourceId, JSON.stringify(given.settings)]);
  await record(db, owner, 'source.changed', name, { before: before.settings, settings: given.settings });
  return showSource(db, owner, name, systems);
}

/** Pauses a source, or takes it up again with the months it had not finished. */
export async function setActive(
  db: Queryable,
  owner: SourceOwner,
  name: string,
  active: boolean,
  systems: Systems,
): Promise<SourceView> {
  const { sourceId, active: before } = await findSource(db, owner.companyId, name);
  if (before !== active) {
    await db.query('UPDATE source SET active = $2 WHERE id = $1', [sourceId, active]);
    await record(db, owner, active ? 'source.resumed' : 'source.paused', name, {});
    if (active) await askAgain(db, sourceId);
  }
  return showSource(db, owner, name, systems);
}

export async function showSource(
  db: Queryable,
  { companyId, company }: Pick<SourceOwner, 'companyId' | 'company'>,
  name: string,
  systems: Systems,
): Promise<SourceView> {
  const row = await findSource(db, companyId, name);
  const mapping = await newestMapping(db, row.sourceId);
  const system = systems[row.system];
  return {
    source: row.name,
    system: row.system,
    title: system?.title ?? null,
    active: row.active,
    settings: row.settings,
    secrets: secretsOf(row, company, system),
    mappingVersion: mapping?.version ?? null,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
  };
}

/** The sources of a company, each with its newest month. */
export async function listSources(db: Queryable, companyId: number): Promise<SourceLine[]> {
  const found = await db.query<SourceLine & SourceRow & { movedAt: Date | null }>(
    `SELECT ${SOURCE_COLUMNS}, s.name AS source, u.month, coalesce(u.state, 'none') AS state, coalesce(t.parts, 0) AS parts,
            coalesce(t.whole, 0) AS whole, coalesce(t.moved, u.updated_at) AS "movedAt"
       ${SOURCE_FROM}
       LEFT JOIN LATERAL (SELECT u.*, p.month FROM source_pull u JOIN period p ON p.id = u.period_id
                           WHERE u.source_id = s.id ORDER BY p.month DESC LIMIT 1) u ON true
       LEFT JOIN LATERAL (SELECT count(*)::int AS parts, max(t.updated_at) AS moved,
                                 count(*) FILTER (WHERE t.state IN ('arrived', 'empty', 'unchanged'))::int AS whole
                            FROM source_part t WHERE t.source_id = s.id AND t.period_id = u.period_id) t ON true
      WHERE s.company_id = $1 ORDER BY s.name`,
    [companyId],
  );
  return found.rows.map(({ source, system, active, month, state, parts, whole, movedAt }) => ({
    ...{ source, system, active, month, state, parts, whole },
    pulledAt: movedAt?.toISOString() ?? null,
  }));
}

/** Company `a-b` with source `c` and company `a` with source `b-c` would read each other's variables. */
async function refuseSharedVariables(db: Queryable, { companyId, company }: SourceOwner, name: string): Promise<void> {
  await db.query(`SELECT pg_advisory_xact_lock(hashtext('salesclose.source_names'))`);
  const shared = await db.query(
    `SELECT FROM source s JOIN company c ON c.id = s.company_id
      WHERE c.id <> $1 AND replace(c.code || '-' || s.name, '-', '_') = replace($2 || '-' || $3, '-', '_')`,
    [companyId, company, name],
  );
  if (shared.rowCount === 0) return;
  throw new Problem('SOURCE_NAME_TAKEN', {
    zh: `名称 ${name} 会与另一公司的来源共用密钥变量名，请换一个名称`,
    en: `with the name ${name} its secrets would have the variables of another company's source: choose another`,
  });
}

function secretsOf(row: SourceRow, company: string, system: SystemInfo | undefined): SourceView['secrets'] {
  return (system?.settings ?? [])
    .filter(({ secret }) => secret === true)
    .map(({ name, about, optional }) => {
      const place = { company, source: row.name, setting: name };
      const file = row.settings[fileSetting(name)] ?? secretFile(place);
      return { name, about, optional: optional === true, variable: secretVariable(place), file };
    });
}

async function record(
  db: Queryable,
  { person, companyId }: SourceOwner,
  action: string,
  subject: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await recordAudit(db, { companyId, actor: person.login, action, subject, detail });
}
