import { appendFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate, pendingMigrations } from '../../store/migrate';
import { freshDatabase, testFolder, type TestDatabase } from '../support';

const MIGRATIONS = join(__dirname, '../../prisma/migrations');

describe('migrations', () => {
  let database: TestDatabase;
  let dir: string;

  beforeEach(async () => {
    database = await freshDatabase();
    dir = testFolder('migrations');
    cpSync(MIGRATIONS, dir, { recursive: true });
  });
  afterEach(() => database.drop());

  function addMigration(name: string, sql: string): void {
    mkdirSync(join(dir, name));
    writeFileSync(join(dir, name, 'migration.sql'), sql);
  }

  async function query(sql: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: database.adminUrl });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it('are recorded in the shape Prisma gives its own table', async () => {
    const rows = await query('SELECT * FROM _prisma_migrations ORDER BY migration_name');
    const first = rows[0]!;
    const bytes = readFileSync(join(MIGRATIONS, String(first['migration_name']), 'migration.sql'));
    expect(first).toMatchObject({ applied_steps_count: 1, logs: null, rolled_back_at: null });
    expect(first['checksum']).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(first['finished_at']).toBeInstanceOf(Date);
    expect(first['id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('apply what is missing, in order, and nothing twice', async () => {
    addMigration('29990101000001_second', 'ALTER TABLE added ADD COLUMN b integer');
    addMigration('29990101000000_first', 'CREATE TABLE added (a integer)');
    expect(await pendingMigrations(database.adminUrl, dir)).toEqual(['29990101000000_first', '29990101000001_second']);
    expect(await migrate(database.adminUrl, undefined, dir)).toEqual(['29990101000000_first', '29990101000001_second']);
    expect(await migrate(database.adminUrl, undefined, dir)).toEqual([]);
    expect(await pendingMigrations(database.adminUrl, dir)).toEqual([]);
  });

  it('can be counted by the application role, for the doctor', async () => {
    addMigration('29990101000000_first', 'CREATE TABLE added (a integer)');
    expect(await pendingMigrations(database.url, dir)).toEqual(['29990101000000_first']);
  });

  it('change nothing when one fails half way', async () => {
    addMigration('29990101000000_broken', 'CREATE TABLE added (a integer); SELECT no_such_function()');
    await expect(migrate(database.adminUrl, undefined, dir)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
    expect(await query("SELECT to_regclass('added') AS found")).toEqual([{ found: null }]);
    expect(await pendingMigrations(database.adminUrl, dir)).toEqual(['29990101000000_broken']);
  });

  it('are refused when an applied file was changed', async () => {
    addMigration('29990101000000_first', 'CREATE TABLE added (a integer)');
    await migrate(database.adminUrl, undefined, dir);
    appendFileSync(join(dir, '29990101000000_first', 'migration.sql'), '-- a later thought');
    await expect(migrate(database.adminUrl, undefined, dir)).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' });
  });

  it('are refused when the database is newer than the files', async () => {
    addMigration('29990101000000_first', 'CREATE TABLE added (a integer)');
    await migrate(database.adminUrl, undefined, dir);
    rmSync(join(dir, '29990101000000_first'), { recursive: true });
    await expect(migrate(database.adminUrl, undefined, dir)).rejects.toMatchObject({ code: 'MIGRATION_UNKNOWN' });
  });

  it('run once when two programs migrate at the same time', async () => {
    addMigration('29990101000000_first', 'CREATE TABLE added (a integer)');
    const runs = await Promise.all([1, 2, 3].map(() => migrate(database.adminUrl, undefined, dir)));
    expect(runs.flat()).toEqual(['29990101000000_first']);
  });
});
