import { Client, type Pool } from 'pg';

async function change(client: Client, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    const { rowCount } = await client.query(statement);
    if (rowCount === 0) throw new Error(`changed nothing: ${statement}`);
  }
}

async function asSuperuser<T>(superuserUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query(`SET session_replication_role = 'replica'`);
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Runs statements as a superuser with triggers off: what nobody may do, and what the verification has to find. */
export async function tamper(superuserUrl: string, ...statements: string[]): Promise<void> {
  await asSuperuser(superuserUrl, (client) => change(client, statements));
}

/** The same inside a transaction that is rolled back: `look` sees the spoilt books, the next test whole ones. */
export async function tampered<T>(
  superuserUrl: string,
  statements: readonly string[],
  look: (pool: Pool) => Promise<T>,
): Promise<T> {
  return asSuperuser(superuserUrl, async (client) => {
    await client.query('BEGIN');
    await change(client, statements);
    return look(poolInside(client));
  });
}

/** A pool of one connection that stays in the transaction it is in. */
function poolInside(client: Client): Pool {
  const inside = {
    query: (...args: [never]) =>
      /^(BEGIN|COMMIT|ROLLBACK)/.test(String(args[0])) ? Promise.resolve() : client.query(...args),
    escapeIdentifier: (name: string) => client.escapeIdentifier(name),
    release: () => undefined,
  };
  return { connect: () => Promise.resolve(inside), query: inside.query } as unknown as Pool;
}
