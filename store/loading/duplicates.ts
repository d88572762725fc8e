import { FACT_SHAPES } from '../../domain/fact-shapes';
import type { Queryable } from '../db';
import { firstIdOf } from './batch-sink';
import type { ControlTotals } from './control-totals';
import { rejectIncomplete } from './incomplete-vouchers';
import { cellsOf, currencyOf, monthOf, own, type LoadedBatch } from './loaded-batch';

export { currencyOf, type LoadedBatch } from './loaded-batch';

/**
 * Quarantines rows whose key stands twice in the batch (all but the first) or already counts in one of the other
 * batches, and takes them out of the facts; what is left of their vouchers goes with them where it does not balance.
 * Rows of another month are compared among themselves only.
 * @returns how many
 */
export async function rejectDuplicates(
  db: Queryable,
  batch: LoadedBatch,
  others: readonly number[],
  totals: ControlTotals,
): Promise<{ rows: number; context: number }> {
  const keys = keyExpressions(batch);
  if (!(await hasDuplicates(db, batch, others, keys))) return { rows: 0, context: 0 };
  await quarantine(db, batch, others, keys);
  if (batch.relation === 'ledger_entry') await rejectIncomplete(db, batch, others);
  const moved = await db.query<{ in_period: boolean; currency: string; rows: number; amount: string }>(
    `SELECT in_period, ${currencyOf(batch)} AS currency, count(*)::int AS rows, sum(${FACT_SHAPES[batch.relation].control})::text AS amount
       FROM ${batch.relation} f WHERE ${own(batch)} AND ${isQuarantined(batch)} GROUP BY 1, 2`,
  );
  let context = 0;
  for (const { in_period, currency, rows, amount } of moved.rows) {
    totals.move(in_period ? 'kept' : 'excluded', 'rejected', rows, amount, currency);
    if (!in_period) context += rows;
  }
  const withdrawn = await db.query<{ rows: number }>(
    `SELECT withdraw_unposted($1, $2, ARRAY(SELECT ${firstIdOf(batch.id)} + row_no FROM rejected_row
                                              WHERE batch_id = $1 AND code IN ${CODES})) AS rows`,
    [batch.id, batch.relation],
  );
  return { rows: withdrawn.rows[0]?.rows ?? 0, context };
}

/** Why rows are taken out of the facts again. */
const CODES = `('DUPLICATE_KEY', 'INCOMPLETE_VOUCHER')`;

/** Names for a file that does not tell its own: the relation's columns, without those computed from others. */
export function ownNames(columns: readonly string[]): Record<string, string> {
  const told = columns.filter((column) => !/_key$|^extra$|^received_on$|^occurred_on$/.test(column));
  return Object.fromEntries(told.map((column) => [column, column]));
}

/** A row's key as SQL, for one alias or another. */
type Keys = (alias: string) => string[];

function keyExpressions({ relation, month }: LoadedBatch): Keys {
  const { key, keyByMonth, date } = FACT_SHAPES[relation];
  return (alias) => [
    ...key.map((column) => `${alias}.${column}`),
    ...(keyByMonth && date ? [monthOf(alias, date, month)] : []),
  ];
}

async function hasDuplicates(
  db: Queryable,
  batch: LoadedBatch,
  others: readonly number[],
  keys: Keys,
): Promise<boolean> {
  const found = await db.query<{ found: boolean }>(
    `SELECT EXISTS (SELECT FROM ${batch.relation} f WHERE ${own(batch)} GROUP BY f.in_period, ${keys('f').join(', ')} HAVING count(*) > 1)
         ${others.length > 0 ? `OR EXISTS (${elsewhere(batch, keys)})` : ''} AS found`,
    others.length > 0 ? [others] : [],
  );
  return found.rows[0]?.found ?? false;
}

/** Each row whose key counts in another batch already, with the first such row. $1: the other batches. */
function elsewhere(batch: LoadedBatch, keys: Keys): string {
  const mine = keys('f');
  const same = keys('o').map((theirs, i) => `${theirs} = ${mine[i]}`);
  return `SELECT f.id, min(o.id) AS first_id FROM ${batch.relation} f JOIN ${batch.relation} o
            ON o.period_id = ${batch.periodId} AND (o.id >> 32) = ANY ($1) AND o.in_period AND ${same.join(' AND ')}
           WHERE ${own(batch)} AND f.in_period GROUP BY f.id`;
}

async function quarantine(db: Queryable, batch: LoadedBatch, others: readonly number[], keys: Keys): Promise<void> {
  const { label } = FACT_SHAPES[batch.relation];
  const { names, cells } = cellsOf(batch, '$3');
  const mine = keys('f');
  const named = mine.map((key, i) => `${key} AS k${i}`);
  const same = mine.map((key, i) => `first.k${i} = ${key}`);
  await db.query(
    `WITH elsewhere AS (${elsewhere(batch, keys)}),
          first AS (SELECT min(f.id) AS first_id, f.in_period, ${named.join(', ')} FROM ${batch.relation} f WHERE ${own(batch)}
                     GROUP BY f.in_period, ${mine.join(', ')} HAVING count(*) > 1),
          later AS (SELECT f.id, first.first_id FROM ${batch.relation} f
                      JOIN first ON ${same.join(' AND ')} AND first.in_period = f.in_period
                     WHERE ${own(batch)} AND f.id <> first.first_id),
          twice AS (SELECT id, min(first_id) AS first_id FROM (TABLE elsewhere UNION ALL TABLE later) e GROUP BY id)
     INSERT INTO rejected_row (period_id, batch_id, row_no, line, column_name, value, code, reason_zh, reason_en, cells)
     SELECT ${batch.periodId}, ${batch.id}, f.id & 4294967295, f.id & 4294967295, $2, coalesce(f.${label}, ''), 'DUPLICATE_KEY',
            CASE WHEN first_id >> 32 = ${batch.id} THEN format('与本文件第 %s 行重复', first_id & 4294967295)
                 ELSE format('已在批次 %s 第 %s 行接受', first_id >> 32, first_id & 4294967295) END,
            CASE WHEN first_id >> 32 = ${batch.id} THEN format('stands already on line %s of this file', first_id & 4294967295)
                 ELSE format('accepted already on line %2$s of batch %1$s', first_id >> 32, first_id & 4294967295) END,
            ${cells}
       FROM twice JOIN ${batch.relation} f ON f.id = twice.id AND ${own(batch)}`,
    [others, batch.columnNames[label] ?? label, names],
  );
}

function isQuarantined(batch: LoadedBatch): string {
  return `EXISTS (SELECT FROM rejected_row r WHERE r.batch_id = ${batch.id} AND r.row_no = f.id & 4294967295 AND r.code IN ${CODES})`;
}
