import type { Queryable } from './db';

/** What the database says of itself and of what waits to leave it. */
export interface StoreHealth {
  readonly serverVersion: string;
  readonly now: Date;
  /** The application's role may do what only the owner may: the guards do not hold against it. */
  readonly roleIsTooStrong: boolean;
  readonly encrypted: boolean;
  readonly outbox: OutboxHealth;
  /** People who sign in with the password everybody knows. */
  readonly samplePeople: number;
}

export interface OutboxHealth {
  readonly pending: number;
  /** Age of the oldest entry that should have left by now, or could not leave when it was tried. */
  readonly oldestSeconds: number;
  /** Why the oldest entry that was tried could not leave; null where none was tried in vain. */
  readonly lastError: string | null;
  readonly failed: number;
  /** Mails handed over without an answer: a person settles them. */
  readonly uncertain: number;
}

/** What waits in the outbox: old entries mean that the worker, Temporal or the mail server is away. */
export async function outboxHealth(db: Queryable): Promise<OutboxHealth> {
  const found = await db.query<OutboxHealth>(
    `SELECT count(*) FILTER (WHERE state IN ('PENDING', 'SENDING'))::int AS pending,
            coalesce(extract(epoch FROM now() - min(created_at)
              FILTER (WHERE state = 'PENDING' AND (next_at <= now() OR attempts > 0))), 0)::int AS "oldestSeconds",
            (array_agg(last_error ORDER BY id) FILTER (WHERE state IN ('PENDING', 'SENDING') AND last_error IS NOT NULL))[1] AS "lastError",
            count(*) FILTER (WHERE state = 'FAILED')::int AS failed,
            count(*) FILTER (WHERE state = 'UNCERTAIN')::int AS uncertain
       FROM outbox WHERE state <> 'SENT'`,
  );
  return found.rows[0] as OutboxHealth;
}

export async function storeHealth(db: Queryable): Promise<StoreHealth> {
  const found = await db.query<Omit<StoreHealth, 'outbox'>>(
    `SELECT current_setting('server_version') AS "serverVersion", clock_timestamp() AS now,
            (SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user)
              OR has_schema_privilege('public', 'CREATE')
              OR EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user)
              OR has_table_privilege('audit_entry', 'UPDATE') AS "roleIsTooStrong",
            coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS encrypted,
            (SELECT count(*) FROM person WHERE is_sample AND disabled_at IS NULL)::int AS "samplePeople"`,
  );
  return { ...(found.rows[0] as Omit<StoreHealth, 'outbox'>), outbox: await outboxHealth(db) };
}
