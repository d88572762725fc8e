import { Client } from 'pg';

/** Passwords of the two roles, as `makeRolesAndDatabase` sets them. */
export interface RolePasswords {
  readonly salesclose_owner: string;
  readonly salesclose_app: string;
}

/** Whether the server at this address takes connections and answers. */
export async function databaseAnswers(url: string): Promise<boolean> {
  try {
    await connected(url, (client) => client.query('SELECT 1'));
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes the owner's and the application's role and the database where they are missing, and sets both passwords.
 * @param superuserUrl address of the superuser, in any database of the cluster
 */
export async function makeRolesAndDatabase(
  superuserUrl: string,
  passwords: RolePasswords,
  database: string,
): Promise<void> {
  await connected(superuserUrl, async (client) => {
    for (const role of ['salesclose_owner', 'salesclose_app'] as const) {
      const found = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
      if (found.rowCount === 0) await client.query(`CREATE ROLE ${role} LOGIN`);
      await client.query(`ALTER ROLE ${role} PASSWORD ${client.escapeLiteral(passwords[role])}`);
    }
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (found.rowCount === 0) {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)} OWNER salesclose_owner`);
    }
  });
}

async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
