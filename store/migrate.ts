import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { Problem } from '../domain/problem';

/** prisma/migrations, beside the sources and, copied by the build, beside the compiled files. */
const MIGRATIONS_DIR = join(__dirname, '..', 'prisma', 'migrations');

/** The lock `prisma migrate` takes: the two never run at the same time. */
const PRISMA_MIGRATE_LOCK = 72_707_369;

/** Prisma's own table, column for column, so its tools can read what was applied here. */
const MIGRATIONS_TABLE = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  varchar(36)  PRIMARY KEY NOT NULL,
    checksum            varchar(64)  NOT NULL,
    finished_at         timestamptz,
    migration_name      varchar(255) NOT NULL,
    logs                text,
    rolled_back_at      timestamptz,
    started_at          timestamptz  NOT NULL DEFAULT now(),
    applied_steps_count integer      NOT NULL DEFAULT 0
  )`;

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/**
 * Brings the database up to date: applies each migration that is missing, in order, each in one transaction. What
 * `prisma migrate deploy` does, without its engine binary. Two runs at once wait for each other.
 * @param adminUrl address of the owner's role
 * @param log told the name of each migration before it is applied
 * @returns the names applied now
 * @throws Problem MIGRATION_CHANGED, MIGRATION_UNKNOWN, MIGRATION_UNFINISHED when the database was made by other files
 */
export async function migrate(
  adminUrl: string,
  log: (name: string) => void = () => undefined,
  dir: string = MIGRATIONS_DIR,
): Promise<string[]> {
  return withClient(adminUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_MIGRATE_LOCK]);
    await client.query(MIGRATIONS_TABLE);
    const pending = pendingOf(readMigrations(dir), await readApplied(client));
    for (const migration of pending) {
      log(migration.name);
      await apply(client, migration);
    }
    return pending.map((migration) => migration.name);
  });
}

/**
 * Names of migrations this database still lacks, in order; nothing is changed.
 * @param url any role that may read `_prisma_migrations`
 */
export async function pendingMigrations(url: string, dir: string = MIGRATIONS_DIR): Promise<string[]> {
  return withClient(url, async (client) => {
    const migrations = readMigrations(dir);
    const made = await client.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS made");
    const isMade = (made.rows[0] as { made: boolean }).made;
    return pendingOf(migrations, isMade ? await readApplied(client) : []).map((migration) => migration.name);
  });
}

async function apply(client: Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Problem(
      'MIGRATION_FAILED',
      {
        zh: `数据库升级 ${migration.name} 失败，未作任何更改：${(error as Error).message}`,
        en: `migration ${migration.name} failed and changed nothing: ${(error as Error).message}`,
      },
      500,
    );
  }
}

interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

async function readApplied(client: Client): Promise<AppliedMigration[]> {
  const result = await client.query<AppliedMigration>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return result.rows;
}

function readMigrations(dir: string): Migration[] {
  return readdirSync(dir)
    .filter((name) => existsSync(join(dir, name, 'migration.sql')))
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(dir, name, 'migration.sql'));
      return { name, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') };
    });
}

function pendingOf(migrations: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  const files = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of applied) {
    const file = files.get(row.name);
    if (!file) throw unknownMigration(row.name);
    if (!row.finished) throw unfinishedMigration(row.name);
    if (file.checksum !== row.checksum) throw changedMigration(row.name);
    files.delete(row.name);
  }
  return [...files.values()];
}

function unknownMigration(name: string): Problem {
  return new Problem('MIGRATION_UNKNOWN', {
    zh: `数据库含有本版本没有的升级 ${name}：数据库较新，请使用较新的程序`,
    en: `the database has migration ${name}, which this version has not: it is newer, use a newer salesclose`,
  });
}

function unfinishedMigration(name: string): Problem {
  return new Problem('MIGRATION_UNFINISHED', {
    zh: `升级 ${name} 曾由其他工具开始而未完成：请检查后用 prisma migrate resolve 标记`,
    en: `migration ${name} was begun by another tool and not finished: look into it, then mark it with prisma migrate resolve`,
  });
}

function changedMigration(name: string): Problem {
  return new Problem('MIGRATION_CHANGED', {
    zh: `升级 ${name} 应用之后其文件被改动：请恢复原文件，修改应写成新的升级`,
    en: `migration ${name} was changed after it was applied: restore its file, a change belongs into a new migration`,
  });
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: 'salesclose migrate' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
