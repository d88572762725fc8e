import { createHash } from 'node:crypto';
import { Problem } from '../domain/problem';
import type { Profile } from '../domain/profile';
import { parseProfile } from '../domain/profile-file';
import { profileNameOf, type FactRelation } from '../domain/words';
import { recordAudit } from './audit';
import type { Queryable } from './db';
import type { Principal } from './sessions';

/** One version of a company's mapping file. */
export interface ProfileView {
  readonly name: string;
  readonly version: number;
  readonly relation: FactRelation;
  readonly channel: string | null;
  /** Login of whoever wrote it. */
  readonly author: string;
  readonly createdAt: Date;
}

/**
 * Adds a mapping file, or a new version of it. The same file as the newest version changes nothing.
 * @returns the newest version, and whether it is a new one
 * @throws Problem PROFILE_INVALID (422), PROFILE_RELATION_FIXED (409)
 */
export async function addProfile(
  db: Queryable,
  person: Principal,
  companyId: number,
  source: string,
): Promise<{ view: ProfileView; isNew: boolean }> {
  const profile = parseProfile(source);
  const sha256 = createHash('sha256').update(source).digest('hex');
  await db.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 2))`, [`profile:${companyId}:${profile.name}`]);
  const before = await newest(db, companyId, profile.name);
  if (before !== undefined && before.sha256 === sha256) return { view: viewOf(before), isNew: false };
  refuseOtherRelation(profile, before);
  const version = (before?.version ?? 0) + 1;
  await db.query(
    `INSERT INTO profile (company_id, name, version, relation, channel, source, content, sha256, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      companyId,
      profile.name,
      version,
      profile.relation,
      profile.channel,
      source,
      JSON.stringify(profile),
      sha256,
      person.personId,
    ],
  );
  await recordAudit(db, {
    companyId,
    actor: person.login,
    action: 'profile.added',
    subject: profile.name,
    detail: { version, relation: profile.relation, sha256 },
  });
  return { view: viewOf(await findProfile(db, companyId, profile.name)), isNew: true };
}

/** The newest version of each of a company's mapping files, by name. */
export async function listProfiles(db: Queryable, companyId: number): Promise<ProfileView[]> {
  const { rows } = await db.query<ProfileRow>(
    `SELECT DISTINCT ON (p.name) ${COLUMNS} FROM profile p JOIN person a ON a.id = p.created_by
      WHERE p.company_id = $1 ORDER BY p.name, p.version DESC`,
    [companyId],
  );
  return rows.map(viewOf);
}

/** A mapping file as it was written. @param version the newest where none is given */
export async function showProfile(
  db: Queryable,
  companyId: number,
  name: string,
  version?: number,
): Promise<ProfileView & { readonly source: string }> {
  const row = await findProfile(db, companyId, name, version);
  return { ...viewOf(row), source: row.source };
}

/** A mapping file as it is read with. @throws Problem PROFILE_NOT_FOUND (404) */
export async function loadProfile(db: Queryable, companyId: number, name: string): Promise<Profile> {
  return (await findProfile(db, companyId, name)).content;
}

/**
 * The version a file of this kind is to be read by; null for a standard kind.
 * @throws Problem PROFILE_NOT_FOUND (404)
 */
export async function profileOfKind(
  db: Queryable,
  companyId: number,
  kind: string,
): Promise<{ readonly id: number; readonly version: number; readonly relation: FactRelation } | null> {
  const name = profileNameOf(kind);
  if (name === null) return null;
  const { id, version, relation } = await findProfile(db, companyId, name);
  return { id, version, relation };
}

interface ProfileRow extends ProfileView {
  readonly id: number;
  readonly sha256: string;
  readonly source: string;
  readonly content: Profile;
}

const COLUMNS = `p.id, p.name, p.version, p.relation, p.channel, p.sha256, p.source, p.content, a.login AS author, p.created_at AS "createdAt"`;

async function newest(
  db: Queryable,
  companyId: number,
  name: string,
  version?: number,
): Promise<ProfileRow | undefined> {
  const { rows } = await db.query<ProfileRow>(
    `SELECT ${COLUMNS} FROM profile p JOIN person a ON a.id = p.created_by
      WHERE p.company_id = $1 AND p.name = $2 AND ($3::int IS NULL OR p.version = $3) ORDER BY p.version DESC LIMIT 1`,
    [companyId, name, version ?? null],
  );
  return rows[0];
}

async function findProfile(db: Queryable, companyId: number, name: string, version?: number): Promise<ProfileRow> {
  const row = await newest(db, companyId, name, version);
  if (row !== undefined) return row;
  const which = version === undefined ? name : `${name} (${version})`;
  throw new Problem(
    'PROFILE_NOT_FOUND',
    {
      zh: `没有映射文件 ${which}；请用 profile list 查看，或用 profile add 新增`,
      en: `there is no profile ${which}; profile list shows them, profile add adds one`,
    },
    404,
  );
}

/** Keys are compared within a kind: rows of two relations under one name could not be. */
function refuseOtherRelation(profile: Profile, before: ProfileRow | undefined): void {
  if (before === undefined || before.relation === profile.relation) return;
  throw new Problem('PROFILE_RELATION_FIXED', {
    zh: `映射文件 ${profile.name} 用于 ${before.relation}，不能改为 ${profile.relation}；请另起名称`,
    en: `profile ${profile.name} is for ${before.relation} and not for ${profile.relation}: give it another name`,
  });
}

function viewOf({ name, version, relation, channel, author, createdAt }: ProfileRow): ProfileView {
  return { name, version, relation, channel, author, createdAt };
}
