import type { ExceptionFacts, ShownRecord } from '../../domain/explain';
import type { FactRow } from '../../domain/explanation/fact-fields';
import { distinct } from '../../domain/explanation/side';
import { FACT_SHAPES } from '../../domain/fact-shapes';
import { referenceKey } from '../../domain/reference';
import type { FactRelation } from '../../domain/words';
import { findFacts } from './facts';
import { placeOf, type Ground } from './ground';
import { recordOf } from './show';

/** Where a shown record's source stands: its relation, and the condition that finds numbers there. A channel goes by its own name. */
interface Whereabouts {
  readonly relation: FactRelation;
  readonly condition: string;
  /** Looked for as references are compared; else as they are shown. */
  readonly isKeyed: boolean;
}
const keyed = (relation: FactRelation, key: string): Whereabouts => ({
  relation,
  condition: `${key} = ANY ($2::text[])`,
  isKeyed: true,
});
const SOURCES: Readonly<Record<string, Whereabouts>> = {
  orders: keyed('sales_order', 'order_key'),
  returns: keyed('sales_return', 'return_key'),
  receipts: keyed('receipt', 'receipt_key'),
  invoices: keyed('invoice', 'invoice_key'),
  ledger: { ...keyed('ledger_entry', 'entry_no'), isKeyed: false },
  bank: {
    ...keyed('bank_entry', `coalesce(bank_reference, end_to_end, account || ' ' || booked_on)`),
    isKeyed: false,
  },
};
const CHANNEL: Whereabouts = {
  relation: 'channel_transaction',
  condition: `(transaction_key = ANY ($2::text[]) OR payout_key = ANY ($2::text[]) AND type = 'payout')`,
  isKeyed: true,
};

/** More records of a side than these are counted, not looked up. */
const MOST = 20;

/**
 * The rows that an exception's records stand for, found by their references: the exception keeps what was shown, not where it came from.
 * A day's fees and a balance are sums and have none.
 */
export async function rowsOfRecords(
  ground: Ground,
  records: readonly ShownRecord[],
  facts: ExceptionFacts,
): Promise<FactRow[]> {
  const bySource = new Map<string, ShownRecord[]>();
  for (const record of records.slice(0, MOST)) {
    const known = bySource.get(record.source);
    if (known === undefined) bySource.set(record.source, [record]);
    else known.push(record);
  }
  const found: FactRow[] = [];
  for (const [source, some] of bySource) found.push(...(await rowsOfSource(ground, source, some, facts)));
  return found;
}

async function rowsOfSource(
  ground: Ground,
  source: string,
  records: readonly ShownRecord[],
  facts: ExceptionFacts,
): Promise<FactRow[]> {
  if (source === 'customers') return [];
  const place = SOURCES[source] ?? CHANNEL;
  const isSum = facts.movement === 'fee' && source !== 'ledger';
  const asked = isSum ? records.filter(({ reference, date }) => reference !== date) : records;
  if (asked.length === 0) return [];
  const here = await lookUp(ground, place, asked);
  const kept = here.filter((row) => asked.some((record) => isRowOf(row, record, isSum)));
  if (kept.length > 0 || source !== 'orders') return kept;
  return earlierOrders(ground, place, asked);
}

async function lookUp(
  ground: Ground,
  { relation, condition, isKeyed }: Whereabouts,
  records: readonly ShownRecord[],
  periodId?: number,
): Promise<FactRow[]> {
  const named = records.map(({ reference }) => (isKeyed ? referenceKey(reference) : reference));
  const rows = await findFacts(ground, relation, condition, [distinct(named)], periodId);
  return rows.filter(({ id }) => placeOf(ground, id).batch?.isEffective === true);
}

/** Numbers of vouchers, banks and channels come again: the month, and for one-line records the day, must be the record's. */
function isRowOf(row: FactRow, record: ShownRecord, isSum: boolean): boolean {
  const { relation, values } = row;
  if (relation === 'channel_transaction' && recordOf(row).reference !== record.reference) return false;
  const day = values[FACT_SHAPES[relation].date ?? ''] ?? '';
  if (isSum) return true;
  return relation === 'ledger_entry' ? day.slice(0, 7) === record.date.slice(0, 7) : day === record.date;
}

/** An order of an earlier month that is booked, billed or paid only now. */
async function earlierOrders(ground: Ground, orders: Whereabouts, records: readonly ShownRecord[]): Promise<FactRow[]> {
  const months = [...new Set(records.map(({ date }) => date.slice(0, 7)))];
  const { rows } = await ground.db.query<{ id: number }>(
    'SELECT id FROM period WHERE company_id = $1 AND month = ANY ($2::text[]) AND id <> $3 ORDER BY month',
    [ground.companyId, months, ground.periodId],
  );
  const found: FactRow[] = [];
  for (const { id } of rows) found.push(...(await lookUp(ground, orders, records, id)));
  return found;
}
