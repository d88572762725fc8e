import { FACT_RELATIONS } from '../../domain/words';
import type { Queryable } from '../db';

/** A relation the seal covers: the rows of one month, in key order. */
export interface SealedRelation {
  readonly relation: string;
  readonly key: readonly string[];
}

/** Everything a closed month rests on, in the order the seal lists it. */
export const SEALED_RELATIONS: readonly SealedRelation[] = [
  ...FACT_RELATIONS.map((relation) => ({ relation, key: ['id'] })),
  { relation: 'match', key: ['id', 'reconciliation'] },
  { relation: 'close_exception', key: ['id'] },
  { relation: 'customer_balance', key: ['customer_key', 'currency'] },
  { relation: 'batch', key: ['id'] },
  { relation: 'rejected_row', key: ['batch_id', 'row_no'] },
  { relation: 'resolution', key: ['exception_id', 'sequence'] },
  { relation: 'decision', key: ['id'] },
  { relation: 'hand_match', key: ['id'] },
  { relation: 'apart', key: ['reconciliation', 'match_id', 'sequence'] },
  { relation: 'exception_note', key: ['id'] },
  { relation: 'journal_proposal', key: ['number'] },
  { relation: 'journal_line', key: ['number', 'line_no'] },
  { relation: 'figures', key: ['hash'] },
  { relation: 'reconcile_run', key: ['id'] },
];

/**
 * Settings under which a value has one text, whatever the role's or server's own settings are; for the rest of the
 * transaction. The memory is for sorting a million matches by their id.
 */
export async function fixTextForm(db: Queryable): Promise<void> {
  await db.query(`
    SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres';
    SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL work_mem = '192MB'`);
}

/** The relation's columns as they are today, the key first. They are written into the seal: a later column is not in it. */
export async function columnsOf(db: Queryable, { relation, key }: SealedRelation): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute
      WHERE attrelid = format('public.%I', $1::text)::regclass AND attnum > 0 AND NOT attisdropped
      ORDER BY array_position($2::text[], attname::text), attnum`,
    [relation, key],
  );
  return rows.map(({ name }) => name);
}

/**
 * Streams a month's rows in key order as PostgreSQL's COPY text, a line a row: what the block hashes are taken over, and
 * what anybody gets who types the statement into psql.
 */
export async function rowsStatement(
  db: Queryable,
  { relation, key }: SealedRelation,
  columns: readonly string[],
  periodId: number,
): Promise<string> {
  const { rows } = await db.query<{ statement: string }>(
    `SELECT format('COPY (SELECT %s FROM public.%I WHERE period_id = %s ORDER BY %s) TO STDOUT (FORMAT text, ENCODING ''UTF8'')',
        (SELECT string_agg(quote_ident(name), ', ' ORDER BY position) FROM unnest($2::text[]) WITH ORDINALITY c (name, position)),
        $1::text, $4::integer,
        (SELECT string_agg(quote_ident(name) || CASE WHEN a.atttypid = 'text'::regtype THEN ' COLLATE "C"' ELSE '' END, ', ' ORDER BY position)
           FROM unnest($3::text[]) WITH ORDINALITY k (name, position)
           JOIN pg_attribute a ON a.attrelid = format('public.%I', $1::text)::regclass AND a.attname = name)) AS statement`,
    [relation, columns, key, periodId],
  );
  return rows[0]?.statement ?? '';
}
