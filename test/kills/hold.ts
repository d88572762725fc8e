import { Client } from 'pg';

/** Statement that the product runs into while something it needs is held. */
const WAITING = `SELECT query FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid)) AND application_name LIKE 'salesclose %'`;

/**
 * Holds something in the database that a step needs, from outside, as a stranger's slow transaction would: the step
 * stands still exactly there, for as long as the test wants. A database that is killed lets go by itself.
 */
export class Hold {
  private constructor(
    private readonly holder: Client,
    private readonly watcher: Client,
    private readonly pid: number,
  ) {}

  /**
   * @param urls addresses of the owner's role, which holds, and of the product's, which sees the product's statements
   * @param statement takes the lock, to the end of its transaction
   */
  static async on(urls: { owner: string; app: string }, statement: string): Promise<Hold> {
    const holder = await connected(urls.owner);
    const watcher = await connected(urls.app);
    await holder.query('BEGIN');
    await holder.query(statement);
    const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return new Hold(holder, watcher, rows[0]!.pid);
  }

  /** The product's statements that stand still because of it. */
  async waiting(): Promise<string[]> {
    const { rows } = await this.watcher.query<{ query: string }>(WAITING, [this.pid]);
    return rows.map(({ query }) => query.trim());
  }

  /** Resolves with the first statement of the product that stands still. */
  async caught(withinMs = 90_000): Promise<string> {
    for (const giveUp = Date.now() + withinMs; Date.now() < giveUp;) {
      const [first] = await this.waiting();
      if (first !== undefined) return first;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('nothing of the product came to what is held');
  }

  async release(): Promise<void> {
    await Promise.allSettled([this.holder.end(), this.watcher.end()]);
  }
}

async function connected(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
