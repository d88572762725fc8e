import { FACT_SHAPES } from '../../domain/fact-shapes';
import type { Queryable } from '../db';
import { cellsOf, monthOf, own, type LoadedBatch } from './loaded-batch';
import { unbalanced } from './vouchers';

/** Why a line is rejected; %s is its voucher. */
const INCOMPLETE = {
  code: 'INCOMPLETE_VOUCHER',
  zh: '凭证 %s 有分录因重复被拒收，其余分录借贷不平，一并拒收',
  en: 'voucher %s lost a line as a duplicate, and what is left does not balance',
};

/**
 * Quarantines what is left of vouchers that lost a line as DUPLICATE_KEY, where it does not balance together with the
 * lines accepted before: half a voucher would never balance in the books. The lines still stand among the facts.
 * @param others the batches whose lines count
 */
export async function rejectIncomplete(db: Queryable, batch: LoadedBatch, others: readonly number[]): Promise<void> {
  const { label } = FACT_SHAPES[batch.relation];
  const { names, cells } = cellsOf(batch, '$3');
  const month = monthOf('f', 'posting_date', batch.month);
  const rejected = `(SELECT row_no FROM rejected_row WHERE batch_id = ${batch.id})`;
  const isLeft = `(f.id & 4294967295) NOT IN ${rejected}`;
  await db.query(
    `WITH touched AS (SELECT DISTINCT f.entry_no, ${month} AS month FROM ledger_entry f WHERE ${own(batch)} AND (f.id & 4294967295) IN ${rejected}),
          broken AS (${unbalanced(
            `f.period_id = ${batch.periodId} AND ((f.id >> 32) = ANY ($1) OR ((f.id >> 32) = ${batch.id} AND ${isLeft}))
             AND EXISTS (SELECT FROM touched t WHERE t.entry_no = f.entry_no AND t.month = ${month})`,
            batch,
          )})
     INSERT INTO rejected_row (period_id, batch_id, row_no, line, column_name, value, code, reason_zh, reason_en, cells)
     SELECT ${batch.periodId}, ${batch.id}, f.id & 4294967295, f.id & 4294967295, $2, f.entry_no, $4, format($5, f.entry_no), format($6, f.entry_no),
            ${cells}
       FROM ledger_entry f JOIN broken b ON b.entry_no = f.entry_no AND b.month = ${month}
      WHERE ${own(batch)} AND ${isLeft}`,
    [others, batch.columnNames[label] ?? label, names, INCOMPLETE.code, INCOMPLETE.zh, INCOMPLETE.en],
  );
}
