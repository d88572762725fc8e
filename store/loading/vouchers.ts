import { Problem } from '../../domain/problem';
import type { Queryable } from '../db';
import { monthOf, own, type LoadedBatch } from './loaded-batch';

/** The cells of a quarantined row that make its voucher's number, and what joins them. */
export interface VoucherCells {
  readonly cells: readonly string[];
  readonly joint: string;
}

/**
 * Refuses the file when a voucher's debit is not its credit: in the company's currency where every line says what it is
 * worth in it, else in each currency. A voucher that lost a line to quarantine is not judged; one that is completed by
 * lines accepted before is judged with them.
 * @param voucher how a quarantined row names its voucher
 * @throws Problem UNBALANCED_VOUCHER
 */
export async function refuseUnbalanced(
  db: Queryable,
  batch: LoadedBatch,
  others: readonly number[],
  voucher: VoucherCells,
): Promise<void> {
  if (!(await mayBeUnbalanced(db, batch))) return;
  const found = await db.query<{ entry: string; debit: string; credit: string; line: number }>(
    `WITH suspect AS (${unbalanced(own(batch), batch)}),
          judged AS (SELECT s.* FROM suspect s
                      WHERE NOT EXISTS (SELECT FROM rejected_row r WHERE r.batch_id = ${batch.id}
                        AND (SELECT string_agg(r.cells ->> name, $3 ORDER BY n) FROM unnest($2::text[]) WITH ORDINALITY AS c (name, n)) = s.entry_no)),
          whole AS (${unbalanced(
            `f.period_id = ${batch.periodId} AND ((f.id >> 32) = ${batch.id} OR (f.id >> 32) = ANY ($1))
             AND EXISTS (SELECT FROM judged j WHERE j.entry_no = f.entry_no)`,
            batch,
          )})
     SELECT w.entry_no AS entry, w.debit::text, w.credit::text, (j.first_id & 4294967295)::int AS line
       FROM whole w JOIN judged j USING (entry_no, month) ORDER BY j.first_id LIMIT 1`,
    [others, voucher.cells, voucher.joint],
  );
  const first = found.rows[0];
  if (!first) return;
  throw new Problem(
    'UNBALANCED_VOUCHER',
    {
      zh: `凭证 ${first.entry} 借方 ${first.debit} 不等于贷方 ${first.credit}（第 ${first.line} 行起）；请更正后重新导出`,
      en: `voucher ${first.entry} debits ${first.debit} but credits ${first.credit} (from line ${first.line}); correct it and export again`,
    },
    422,
    { line: first.line, value: first.entry },
  );
}

/**
 * A quick look that lets clean files pass: no voucher whose sides differ in a currency, or in base amounts, or whose lines
 * of one currency have base amounts only in part. Whatever it finds is judged properly.
 */
async function mayBeUnbalanced(db: Queryable, batch: LoadedBatch): Promise<boolean> {
  const found = await db.query<{ found: boolean }>(
    `SELECT EXISTS (SELECT FROM ledger_entry f WHERE ${own(batch)}
                     GROUP BY f.entry_no, f.currency, ${monthOf('f', 'posting_date', batch.month)}
                    HAVING sum(f.debit - f.credit) <> 0
                        OR coalesce(sum(f.base_debit), 0) <> coalesce(sum(f.base_credit), 0)
                        OR count(coalesce(f.base_debit, f.base_credit)) NOT IN (0, count(*))) AS found`,
  );
  return found.rows[0]?.found ?? false;
}

/** Vouchers, by number and month, whose sides differ among the lines f of `where`. */
export function unbalanced(where: string, { month, currency }: LoadedBatch): string {
  const isBase = `(f.base_debit IS NOT NULL OR f.base_credit IS NOT NULL)`;
  const inBase = (side: 'debit' | 'credit'): string =>
    `sum(CASE WHEN ${isBase} THEN coalesce(f.base_${side}, 0) WHEN f.currency = '${currency}' THEN f.${side} END)`;
  return `SELECT entry_no, month, sum(debit) AS debit, sum(credit) AS credit, min(first_id) AS first_id
            FROM (SELECT f.entry_no, ${monthOf('f', 'posting_date', month)} AS month, f.currency,
                         sum(f.debit) AS debit, sum(f.credit) AS credit, ${inBase('debit')} AS base_debit, ${inBase('credit')} AS base_credit,
                         bool_and(${isBase} OR f.currency = '${currency}') AS has_base, min(f.id) AS first_id
                    FROM ledger_entry f WHERE ${where} GROUP BY 1, 2, 3) per_currency
           GROUP BY entry_no, month
          HAVING CASE WHEN bool_and(has_base) THEN sum(base_debit) <> sum(base_credit) ELSE bool_or(debit <> credit) END`;
}
