import type { Pool, PoolClient } from 'pg';
import { Problem } from '../domain/problem';
import { transaction } from './db';

/** What the door answers: an HTTP status and a JSON body. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface KeyedRequest {
  readonly personId: number;
  /** The caller's Idempotency-Key. */
  readonly key: string;
  /** SHA-256 of method, path and body, passwords left out. */
  readonly request: string;
}

/**
 * Does `work` once for a key, in one transaction with the record of the key. The same request again gets the first
 * answer without doing anything; a refusal leaves no record, so it may be tried again when its ground is gone.
 * @throws Problem IDEMPOTENCY_KEY_REUSED (422) for the same key with another request
 */
export async function once(
  pool: Pool,
  keyed: KeyedRequest,
  work: (client: PoolClient) => Promise<Answer>,
): Promise<Answer & { readonly replayed: boolean }> {
  return transaction(pool, async (client) => {
    // Two calls with one key at the same time: the second waits and then finds the first one's answer.
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${keyed.personId}:${keyed.key}`]);
    const known = await client.query<{ request: string; status: number; response: unknown }>(
      'SELECT request, status, response FROM idempotency_key WHERE person_id = $1 AND key = $2',
      [keyed.personId, keyed.key],
    );
    const row = known.rows[0];
    if (row !== undefined) {
      if (row.request !== keyed.request) throw keyReused();
      return { status: row.status, body: row.response, replayed: true };
    }
    const answer = await work(client);
    await client.query(
      'INSERT INTO idempotency_key (person_id, key, request, status, response) VALUES ($1, $2, $3, $4, $5)',
      [keyed.personId, keyed.key, keyed.request, answer.status, JSON.stringify(answer.body)],
    );
    return { ...answer, replayed: false };
  });
}

function keyReused(): Problem {
  return new Problem(
    'IDEMPOTENCY_KEY_REUSED',
    {
      zh: '该 Idempotency-Key 已用于另一请求；新的请求请用新的键',
      en: 'this Idempotency-Key was used for another request; take a new key for a new request',
    },
    422,
  );
}
