import type { Pool } from 'pg';
import { exceptionId, monthInReview, type House, type TestMonth } from '../door/house';

/** An exception as a test fills it in; what is left out is the same for all. */
export interface Filled {
  readonly reconciliation?: string;
  readonly kind?: string;
  readonly currency?: string;
  readonly difference: string;
  /** `source reference amount`, of 2026-10-05 unless a date stands behind. */
  readonly left?: readonly string[];
  readonly right?: readonly string[];
  readonly facts?: Record<string, unknown>;
  readonly customer?: string;
  /** Numbers of other exceptions. */
  readonly causedBy?: readonly number[];
  readonly suggested?: string;
  readonly owner?: string;
}

/** A month in review with these exceptions, numbered from 1. */
export async function monthOf(house: House, exceptions: readonly Filled[]): Promise<TestMonth> {
  const month = await monthInReview(house.pool, []);
  await fill(house.pool, month.periodId, exceptions);
  return month;
}

async function fill(pool: Pool, periodId: number, exceptions: readonly Filled[]): Promise<void> {
  const rows = exceptions.map((one, i) => ({
    id: exceptionId(i + 1),
    at: i,
    reconciliation: one.reconciliation ?? 'orders-ledger',
    kind: one.kind ?? 'amount_differs',
    currency: one.currency ?? 'CNY',
    difference: one.difference,
    left: (one.left ?? []).map(recordOf),
    right: (one.right ?? []).map(recordOf),
    facts: one.facts ?? {},
    customer: one.customer ?? null,
    causes: (one.causedBy ?? []).map(exceptionId),
    suggested: one.suggested ?? 'adjust',
    owner: one.owner ?? 'preparer',
  }));
  await pool.query(
    `INSERT INTO close_exception (period_id, id, reconciliation, kind, currency, difference, left_records, right_records, rule, facts,
                                  suggested_action, owner, figures_hash, customer_key, caused_by, first_seen_at)
     SELECT $1, id, reconciliation, kind, currency, difference, "left", "right", 'order-no', facts, suggested, owner, 'f' || id, customer, causes,
            timestamptz '2026-11-01' + (at || ' seconds')::interval
       FROM jsonb_to_recordset($2) AS x(id uuid, at integer, reconciliation text, kind text, currency text, difference numeric, "left" jsonb,
              "right" jsonb, facts jsonb, suggested text, owner text, customer text, causes uuid[])`,
    [periodId, JSON.stringify(rows)],
  );
}

function recordOf(text: string): Record<string, string> {
  const [source = '', reference = '', amount = '', date = '2026-10-05'] = text.split(' ');
  return { source, reference, date, amount };
}

/** The numbers of the exceptions a list holds. */
export function numbersOf(rows: readonly { readonly id: string }[]): number[] {
  return rows.map(({ id }) => Number(id.slice(-12)));
}
