import type { Pool } from 'pg';
import type { ShownRecord } from '../domain/explain';
import { formatAmount } from '../domain/money';
import { RELATION_OF_KIND, type FactRelation, type FileKind, type ReconciliationName } from '../domain/words';
import { streamRows } from './cursor';

/** One match as API and CLI show it (contracts, section 2). */
export interface MatchView {
  readonly id: string;
  readonly reconciliation: ReconciliationName;
  readonly rule: string;
  readonly state: 'confirmed' | 'suggested';
  readonly certainty: string;
  readonly currency: string;
  readonly difference: string;
  readonly left: readonly ShownRecord[];
  readonly right: readonly ShownRecord[];
}

interface StoredMatch extends Omit<MatchView, 'left' | 'right'> {
  readonly left_ids: readonly string[];
  readonly right_ids: readonly string[];
}

/** Records are looked up this many matches at a time. */
const PAGE = 2_000;

/** The month's matches in a stable order, with the records of both sides, streamed in constant memory. */
export async function* streamMatches(
  pool: Pool,
  periodId: number,
  filter: { readonly reconciliation?: ReconciliationName | undefined } = {},
): AsyncGenerator<MatchView> {
  const relations = await relationsOfBatches(pool, periodId);
  const rows = streamRows<StoredMatch>(
    pool,
    `SELECT id, reconciliation, rule, state, certainty, currency, difference, left_ids, right_ids FROM match
      WHERE period_id = $1 AND ($2::text IS NULL OR reconciliation = $2) ORDER BY reconciliation, left_ids, id`,
    [periodId, filter.reconciliation ?? null],
  );
  let page: StoredMatch[] = [];
  for await (const row of rows) {
    page.push(row);
    if (page.length < PAGE) continue;
    yield* showPage(pool, periodId, relations, page);
    page = [];
  }
  yield* showPage(pool, periodId, relations, page);
}

async function* showPage(
  pool: Pool,
  periodId: number,
  relations: ReadonlyMap<string, FactRelation>,
  page: readonly StoredMatch[],
): AsyncGenerator<MatchView> {
  const records = await lookUp(
    pool,
    periodId,
    relations,
    page.flatMap((match) => [...match.left_ids, ...match.right_ids]),
  );
  const shown = (ids: readonly string[], currency: string): ShownRecord[] =>
    ids.flatMap((id) => {
      const record = records.get(id);
      return record === undefined ? [] : [{ ...record, amount: formatAmount(record.amount, currency) }];
    });
  for (const { left_ids: left, right_ids: right, ...match } of page) {
    yield {
      ...match,
      difference: formatAmount(match.difference, match.currency),
      left: shown(left, match.currency),
      right: shown(right, match.currency),
    };
  }
}

/** Which relation a fact id's batch filled; batches of earlier months too, for receipts that pay an earlier order. */
async function relationsOfBatches(pool: Pool, periodId: number): Promise<Map<string, FactRelation>> {
  const { rows } = await pool.query<{ id: number; kind: FileKind }>(
    `SELECT b.id, b.kind FROM batch b JOIN period p ON p.id = b.period_id WHERE p.company_id = (SELECT company_id FROM period WHERE id = $1)`,
    [periodId],
  );
  return new Map(rows.map(({ id, kind }) => [String(id), RELATION_OF_KIND[kind]]));
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

async function lookUp(
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
