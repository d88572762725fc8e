import type { Pool } from 'pg';
import type { ShownRecord } from '../domain/explain';
import { relationOfBatch, type FactRelation, type FileKind } from '../domain/words';

/** The records behind fact ids, by id; their amounts as stored. Ids whose batch is another company's are left out. */
export async function recordsOf(
  pool: Pool,
  periodId: number,
  relations: ReadonlyMap<string, FactRelation>,
  ids: readonly string[],
): Promise<Map<string, ShownRecord>> {
  const wanted = new Map<FactRelation, string[]>();
  for (const id of ids) {
    const relation = relations.get(String(BigInt(id) >> 32n));
    if (relation === undefined) continue;
    const list = wanted.get(relation);
    if (list === undefined) wanted.set(relation, [id]);
    else list.push(id);
  }
  const found = new Map<string, ShownRecord>();
  for (const [relation, some] of wanted) {
    const columns = RECORDS[relation];
    if (columns === undefined) continue;
    const { rows } = await pool.query<ShownRecord & { id: string }>(
      `SELECT id, ${columns} FROM ${relation} WHERE id = ANY ($1::bigint[])
          AND period_id IN (SELECT id FROM period WHERE company_id = (SELECT company_id FROM period WHERE id = $2))`,
      [some, periodId],
    );
    for (const { id, ...record } of rows) found.set(id, record);
  }
  return found;
}

/** Which relation a fact id's batch filled; batches of earlier months too, for receipts that pay an earlier order. */
export async function relationsOfBatches(pool: Pool, periodId: number): Promise<Map<string, FactRelation>> {
  const { rows } = await pool.query<{ id: number; kind: FileKind; relation: FactRelation | null }>(
    `SELECT b.id, b.kind, b.relation FROM batch b JOIN period p ON p.id = b.period_id WHERE p.company_id = (SELECT company_id FROM period WHERE id = $1)`,
    [periodId],
  );
  return new Map(rows.map((batch) => [String(batch.id), relationOfBatch(batch)]));
}

/** How a record of each relation is shown. A payout's row is negative at the channel; what it brings is shown. */
const RECORDS: Readonly<Partial<Record<FactRelation, string>>> = {
  sales_order: `'orders' AS source, order_no AS reference, order_date AS date, gross_amount AS amount`,
  sales_return: `'returns' AS source, return_no AS reference, return_date AS date, gross_amount AS amount`,
  receipt: `'receipts' AS source, receipt_no AS reference, received_on AS date, amount`,
  invoice: `'invoices' AS source, invoice_no AS reference, issue_date AS date, gross_amount AS amount`,
  ledger_entry: `'ledger' AS source, entry_no AS reference, posting_date AS date, debit - credit AS amount`,
  channel_transaction: `'channel' AS source, CASE type WHEN 'payout' THEN coalesce(payout_no, transaction_no) ELSE transaction_no END AS reference,
                        occurred_on AS date, CASE type WHEN 'payout' THEN -net_amount ELSE gross_amount END AS amount`,
  bank_entry: `'bank' AS source, coalesce(bank_reference, end_to_end, account) AS reference, booked_on AS date, amount`,
};
