import type { Method } from '../../domain/words';
import { batchesOf, literal, type Scope } from './scope';

/**
 * Which receipts are compared with which movements. A pool is named after its method; methods that share a file without saying
 * which row is whose share the pool `mixed`. A method without a pool has no channel file: its receipts are not compared.
 */
export interface Pools {
  readonly ofMethod: ReadonlyMap<Method, string>;
  readonly ofBatch: ReadonlyMap<number, string>;
}

/** Brings every channel file to the methods it covers: by its own word, or the receipts whose numbers it holds. */
export async function findPools(scope: Scope): Promise<Pools> {
  const methodsOf = new Map<number, readonly Method[]>();
  for (const batch of batchesOf(scope, 'bank_entry')) methodsOf.set(batch.id, ['bank']);
  const unnamed: number[] = [];
  for (const batch of batchesOf(scope, 'channel_transaction')) {
    if (batch.channel === null) unnamed.push(batch.id);
    else methodsOf.set(batch.id, [batch.channel as Method]);
  }
  const seen = unnamed.length === 0 ? new Map<number, Method[]>() : await methodsSeen(scope, unnamed);
  for (const id of unnamed) {
    const covered = new Set([...methodsOf.values()].flat());
    const methods = seen.get(id) ?? (['card', 'cash'] as const).filter((method) => !covered.has(method));
    methodsOf.set(id, methods);
  }
  return poolsOf(methodsOf);
}

function poolsOf(methodsOf: ReadonlyMap<number, readonly Method[]>): Pools {
  const mixed = new Set([...methodsOf.values()].filter((methods) => methods.length > 1).flat());
  const nameOf = (method: Method): string => (mixed.has(method) ? 'mixed' : method);
  const ofMethod = new Map([...methodsOf.values()].flat().map((method) => [method, nameOf(method)]));
  const ofBatch = new Map([...methodsOf].map(([id, [first]]) => [id, first === undefined ? 'unknown' : nameOf(first)]));
  return { ofMethod, ofBatch };
}

/** A channel file that does not say what it is: the methods of the receipts whose numbers stand in it, strays left out. */
async function methodsSeen(scope: Scope, batches: readonly number[]): Promise<Map<number, Method[]>> {
  const { rows } = await scope.client.query<{ batch: number; method: Method }>(
    `WITH hit AS (
       SELECT (c.id >> 32)::integer AS batch, r.method, count(*) AS hits
         FROM eff_channel_transaction c JOIN LATERAL (VALUES (c.transaction_key), (c.merchant_reference_key)) k(key) ON k.key IS NOT NULL
         JOIN (SELECT method, channel_reference_key AS key FROM eff_receipt WHERE channel_reference_key IS NOT NULL
               UNION ALL SELECT method, receipt_key FROM eff_receipt) r ON r.key = k.key
        WHERE (c.id >> 32)::integer = ANY ($1) GROUP BY 1, 2
     )
     SELECT batch, method FROM (SELECT *, sum(hits) OVER (PARTITION BY batch) AS all_hits FROM hit) h
      WHERE hits >= 0.05 * all_hits AND method <> 'other' ORDER BY batch, method`,
    [batches],
  );
  const seen = new Map<number, Method[]>();
  for (const { batch, method } of rows) seen.set(batch, [...(seen.get(batch) ?? []), method]);
  return seen;
}

/** SQL: the pool of a receipt's method. */
export function poolOfMethodSql(pools: Pools, column: string): string {
  const cases = [...pools.ofMethod].map(([method, pool]) => `WHEN ${literal(method)} THEN ${literal(pool)}`);
  return cases.length === 0 ? 'NULL::text' : `CASE ${column} ${cases.join(' ')} END`;
}

/** SQL: the pool of a movement's batch. */
export function poolOfBatchSql(pools: Pools, idColumn: string): string {
  const cases = [...pools.ofBatch].map(([batch, pool]) => `WHEN ${String(batch)} THEN ${literal(pool)}`);
  return cases.length === 0 ? `'unknown'` : `CASE (${idColumn} >> 32)::integer ${cases.join(' ')} ELSE 'unknown' END`;
}
