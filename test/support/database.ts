import { randomBytes } from 'node:crypto';
import { Client, type Pool } from 'pg';
import { openPool } from '../../store/db';
import { databaseAddress, databaseSecrets } from '../../worker/stack/secrets';
import { required } from './environment';

/** A database of one test: all migrations applied, no rows. */
export interface TestDatabase {
  readonly name: string;
  /** Address of the application's role, what the product uses. */
  readonly url: string;
  /** Address of the owner's role: migrations, and attacks that need more than the application may. */
  readonly adminUrl: string;
  readonly superuserUrl: string;
  /** Ends all connections and drops it. */
  drop(): Promise<void>;
}

/** Makes a database from the migrated template in about a tenth of a second. */
export async function freshDatabase(): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE salesclose_template OWNER salesclose_owner`);
  return {
    name,
    url: addressOf('salesclose_app', name),
    adminUrl: addressOf('salesclose_owner', name),
    superuserUrl: addressOf('postgres', name),
    drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/**
 * A pool of the application's role on a database of its own. The test closes it: `await close()`.
 */
export async function testPool(): Promise<{ pool: Pool; database: TestDatabase; close(): Promise<void> }> {
  const database = await freshDatabase();
  const pool = openPool(database.url, { max: 5 });
  const close = async (): Promise<void> => {
    await pool.end();
    await database.drop();
  };
  return { pool, database, close };
}

function addressOf(role: 'salesclose_app' | 'salesclose_owner' | 'postgres', database: string): string {
  const secrets = databaseSecrets(required('SALESCLOSE_TEST_DIR'));
  return databaseAddress(secrets, role, Number(required('SALESCLOSE_TEST_POSTGRES_PORT')), database);
}

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: addressOf('postgres', 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
