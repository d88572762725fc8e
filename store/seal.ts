import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { canonicalText } from '../domain/canonical';
import type { SealContent, SealedRows } from '../domain/seal-content';
import type { Queryable } from './db';
import { blocksOf, type Block } from './sealing/blocks';
import type { SealKeys } from './sealing/keys';
import { SEALED_RELATIONS, columnsOf, fixTextForm, rowsStatement, type SealedRelation } from './sealing/relations';

/** A month's seal as it stands on the report and in the mail. */
export interface Seal {
  readonly periodId: number;
  readonly sequence: number;
  readonly previous: string;
  /** SHA-256 of the content's canonical text, hex. */
  readonly hash: string;
  /** Ed25519 over the 32 bytes of the hash, base64. */
  readonly signature: string;
  /** SPKI, base64. */
  readonly publicKey: string;
  readonly content: SealContent;
  /** ISO 8601, UTC. */
  readonly sealedAt: string;
}

/** Two of them keep two cores busy; more would only wait. */
const READERS = 2;

/** Read first, since they are the longest. */
const LONG_RELATIONS = ['ledger_entry', 'sales_order', 'match'];

/** The month's seal, or null while it has none. */
export async function sealOf(db: Queryable, periodId: number): Promise<Seal | null> {
  const { rows } = await db.query<Seal>(
    `SELECT period_id AS "periodId", sequence, previous, hash, signature, public_key AS "publicKey", content,
            to_char(sealed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "sealedAt"
       FROM seal WHERE period_id = $1`,
    [periodId],
  );
  return rows[0] ?? null;
}

/**
 * Hashes every row of a month that the same transaction has just locked, and writes the signed seal.
 * The rows are read by other connections: whoever could still change them is kept out by the lock, and this transaction
 * has changed none, so what they see is what is locked.
 * @param client the transaction that locked the month
 */
export async function writeSeal(pool: Pool, client: PoolClient, periodId: number, keys: SealKeys): Promise<Seal> {
  const relations = await sealRows(pool, client, periodId);
  const content = await composeContent(client, periodId, relations);
  const hash = createHash('sha256').update(canonicalText(content), 'utf8').digest('hex');
  await client.query(
    `INSERT INTO seal (period_id, company_id, sequence, previous, content, hash, signature, public_key, sealed_at)
     SELECT id, company_id, $2, $3, $4, $5, $6, $7, clock_timestamp() FROM period WHERE id = $1`,
    [periodId, content.sequence, content.previous, JSON.stringify(content), hash, keys.sign(hash), keys.publicKey],
  );
  const seal = await sealOf(client, periodId);
  if (!seal) throw new Error(`the seal of period ${periodId} was not written`);
  return seal;
}

async function sealRows(pool: Pool, client: PoolClient, periodId: number): Promise<SealedRows[]> {
  const isLong = ({ relation }: SealedRelation): number => (LONG_RELATIONS.includes(relation) ? 0 : 1);
  const waiting = [...SEALED_RELATIONS].sort((left, right) => isLong(left) - isLong(right));
  const sealed = new Map<string, SealedRows>();
  const readers = Array.from({ length: READERS }, () =>
    withReader(pool, async (reader) => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        sealed.set(next.relation, await sealRelation(reader, client, periodId, next));
      }
    }).catch((error: unknown) => {
      waiting.length = 0;
      throw error;
    }),
  );
  // All of them end before an error goes on: none may still write when the transaction is rolled back.
  const ends = await Promise.allSettled(readers);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return SEALED_RELATIONS.map(({ relation }) => sealed.get(relation)).filter((entry) => entry !== undefined);
}

/** One read-only transaction on a connection of its own; after an error the connection is thrown away. */
async function withReader(pool: Pool, work: (reader: PoolClient) => Promise<void>): Promise<void> {
  const reader = await pool.connect();
  try {
    await reader.query('BEGIN READ ONLY');
    await fixTextForm(reader);
    await work(reader);
    await reader.query('COMMIT');
  } catch (error) {
    reader.release(true);
    throw error;
  }
  reader.release();
}

async function sealRelation(
  reader: PoolClient,
  writer: PoolClient,
  periodId: number,
  relation: SealedRelation,
): Promise<SealedRows> {
  const columns = await columnsOf(reader, relation);
  const statement = await rowsStatement(reader, relation, columns, periodId);
  const root = createHash('sha256');
  let rows = 0;
  let blocks = 0;
  for await (const block of blocksOf(reader.query(copyTo(statement)), relation.key.length)) {
    await writeBlock(writer, periodId, relation.relation, block);
    root.update(blockLine(block), 'utf8');
    rows += block.rows;
    blocks += 1;
  }
  return { ...relation, columns, rows, blocks, root: root.digest('hex') };
}

function blockLine(block: Block): string {
  const index = createHash('sha256').update(block.keys).update(block.checks).digest('hex');
  return `${[block.block, block.rows, block.firstKey, block.lastKey, block.sha256, index].join('\t')}\n`;
}

async function writeBlock(client: PoolClient, periodId: number, relation: string, block: Block): Promise<void> {
  await client.query(
    `WITH block AS (INSERT INTO seal_block (period_id, relation, block, rows, first_key, last_key, sha256)
                    VALUES ($1, $2, $3, $4, $5, $6, $7))
     INSERT INTO seal_row_index (period_id, relation, block, keys, checks) VALUES ($1, $2, $3, $8, $9)`,
    [
      periodId,
      relation,
      block.block,
      block.rows,
      block.firstKey,
      block.lastKey,
      block.sha256,
      block.keys,
      block.checks,
    ],
  );
}

/** The audit chain is held from here to the commit: the seal names its very last entry before `close.locked`. */
async function composeContent(client: PoolClient, periodId: number, relations: SealedRows[]): Promise<SealContent> {
  await client.query(
    `SELECT pg_advisory_xact_lock(hashtext('salesclose.audit'), company_id) FROM period WHERE id = $1`,
    [periodId],
  );
  const { rows } = await client.query<Omit<SealContent, 'relations' | 'auditHead'> & { seq: string; head: string }>(
    `SELECT c.code AS company, p.month AS period, coalesce(s.sequence, 0) + 1 AS sequence,
            coalesce(s.hash, repeat('0', 64)) AS previous, p.figures_hash AS "figuresHash",
            p.policy_version AS "policyVersion", y.sha256 AS "policyHash",
            (SELECT rule_version FROM reconcile_run WHERE period_id = p.id ORDER BY id DESC LIMIT 1) AS "ruleVersion",
            to_char(p.locked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "lockedAt",
            coalesce(a.seq, 0)::text AS seq, coalesce(encode(a.hash, 'hex'), repeat('0', 64)) AS head
       FROM period p
       JOIN company c ON c.id = p.company_id
       JOIN policy y ON y.company_id = p.company_id AND y.version = p.policy_version
       LEFT JOIN LATERAL (SELECT sequence, hash FROM seal WHERE company_id = p.company_id ORDER BY sequence DESC LIMIT 1) s ON true
       LEFT JOIN LATERAL (SELECT seq, hash FROM audit_entry WHERE chain = p.company_id ORDER BY seq DESC LIMIT 1) a ON true
      WHERE p.id = $1`,
    [periodId],
  );
  const row = rows[0];
  if (!row) throw new Error(`period ${periodId} has no policy: its close never started`);
  const { seq, head, ...facts } = row;
  return { ...facts, relations, auditHead: { seq, hash: head } };
}
