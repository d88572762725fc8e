import type { PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { SealedRows } from '../../domain/seal-content';
import type { Fault } from '../../domain/verify/faults';
import type { LineRange, ListedBlock, RowIndex, SealedSource } from '../../domain/verify/rows';
import type { Queryable } from '../db';

/**
 * A sealed relation as the database has it. Shares no code with the seal's writer but the shape of its content.
 * @param client inside a transaction that fixes the text form of values
 */
export class StoredRelation implements SealedSource {
  private constructor(
    private readonly client: PoolClient,
    private readonly periodId: number,
    private readonly relation: string,
    private readonly select: string,
  ) {}

  /** The relation, or what it lacks by now. */
  static async find(client: PoolClient, periodId: number, sealed: SealedRows): Promise<StoredRelation | Fault> {
    const present = await presentColumns(client, sealed.relation);
    const missing = sealed.columns.find((name) => !present.has(name));
    if (missing !== undefined) return columnMissing(sealed.relation, missing);
    return new StoredRelation(client, periodId, sealed.relation, selectText(client, periodId, sealed, present));
  }

  async blocks(): Promise<ListedBlock[]> {
    const { rows } = await this.client.query<ListedBlock>(
      `SELECT b.block, b.rows, b.first_key AS first, b.last_key AS last, b.sha256,
              encode(sha256(i.keys || i.checks), 'hex') AS index
         FROM seal_block b LEFT JOIN seal_row_index i USING (period_id, relation, block)
        WHERE b.period_id = $1 AND b.relation = $2 ORDER BY b.block`,
      [this.periodId, this.relation],
    );
    return rows;
  }

  async rowIndex(block: number): Promise<RowIndex | undefined> {
    const { rows } = await this.client.query<RowIndex>(
      'SELECT keys, checks FROM seal_row_index WHERE period_id = $1 AND relation = $2 AND block = $3',
      [this.periodId, this.relation, block],
    );
    return rows[0];
  }

  rows(range?: LineRange): AsyncIterable<Uint8Array> {
    const part = range === undefined ? '' : ` OFFSET ${range.offset} LIMIT ${range.limit}`;
    return this.client.query(copyTo(`COPY (${this.select}${part}) TO STDOUT (FORMAT text, ENCODING 'UTF8')`));
  }
}

/** The relation's columns as they are now, and whether each is text; none where the relation is gone. */
async function presentColumns(db: Queryable, relation: string): Promise<Map<string, boolean>> {
  const { rows } = await db.query<{ name: string; isText: boolean }>(
    `SELECT attname AS name, atttypid = 'text'::regtype AS "isText" FROM pg_attribute
      WHERE attrelid = to_regclass(format('public.%I', $1::text)) AND attnum > 0 AND NOT attisdropped`,
    [relation],
  );
  return new Map(rows.map(({ name, isText }) => [name, isText]));
}

/** The statement behind the hashes, from what the seal itself says: columns, key, month. */
function selectText(
  client: PoolClient,
  periodId: number,
  sealed: SealedRows,
  present: ReadonlyMap<string, boolean>,
): string {
  const quoted = (name: string): string => client.escapeIdentifier(name);
  const order = sealed.key.map((name) => quoted(name) + (present.get(name) === true ? ' COLLATE "C"' : ''));
  return `SELECT ${sealed.columns.map(quoted).join(', ')} FROM public.${quoted(sealed.relation)}
           WHERE period_id = ${periodId} ORDER BY ${order.join(', ')}`;
}

function columnMissing(relation: string, column: string): Fault {
  return {
    code: 'COLUMN_MISSING',
    relation,
    zh: `${relation} 缺少封存时的列 ${column}`,
    en: `${relation} lacks the column ${column} it had when the month was sealed`,
  };
}
