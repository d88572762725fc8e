import type { PoolClient } from 'pg';
import type { CompanySettings } from '../../domain/company';
import type { MatchRule } from '../../domain/match-rules';
import { nextMonth } from '../../domain/periods';
import type { FactRelation } from '../../domain/words';
import { FACT_RELATIONS } from '../../domain/words';

/** A batch whose rows count: accepted, or parked and admitted. */
export interface EffectiveBatch {
  readonly id: number;
  readonly kind: string;
  readonly relation: FactRelation;
  readonly channel: string | null;
  readonly fileName: string;
}

/** One run over one month: everything the reconciliations need to know beside the rows. */
export interface Scope {
  readonly client: PoolClient;
  readonly periodId: number;
  readonly companyId: number;
  /** YYYY-MM */
  readonly month: string;
  readonly settings: CompanySettings;
  /** The company's approved rules, in the order of its file. */
  readonly rules: readonly MatchRule[];
  readonly batches: readonly EffectiveBatch[];
  /** Results go to temporary tables of the same names; the month's own are left as they are. */
  readonly isDryRun?: boolean;
  /** A temporary table with the `id` of the rows that take part, where not all do. What needs the whole month is left out: balances, and channels against the ledger. */
  readonly rows?: string;
  /** Called between steps, so that a long run is seen to be alive. */
  readonly progress: (step: string) => void;
}

/** Quotes a literal for SQL text that cannot take parameters (views). */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** First day of the month and of the next one, as `YYYY-MM-DD`. */
export function monthBounds(month: string): { first: string; next: string } {
  return { first: `${month}-01`, next: `${nextMonth(month)}-01` };
}

/** The batches that fill the given relations. */
export function batchesOf(scope: Scope, ...relations: readonly FactRelation[]): readonly EffectiveBatch[] {
  return scope.batches.filter((batch) => relations.includes(batch.relation));
}

/** Runs one statement of a run and reports the step. */
export async function step(scope: Scope, name: string, sql: string, values: readonly unknown[] = []): Promise<number> {
  scope.progress(name);
  const result = await scope.client.query(sql, [...values]);
  return result.rowCount ?? 0;
}

/**
 * Makes a temporary view `eff_<relation>` for each fact relation: the month's effective rows. The batch filter is left out where every batch
 * of the month counts, so the planner sees a plain scan of one partition.
 */
export async function createEffectiveViews(scope: Scope): Promise<void> {
  const { rows } = await scope.client.query<{ ineffective: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM batch WHERE period_id = $1 AND rows_kept + rows_excluded > 0
                      AND state NOT IN ('accepted', 'admitted', 'received', 'refused')) AS ineffective`,
    [scope.periodId],
  );
  const ids = scope.batches.map((batch) => batch.id).join(',');
  const filter = rows[0]?.ineffective === true ? ` AND (id >> 32) = ANY ('{${ids}}'::bigint[])` : '';
  const part = scope.rows === undefined ? '' : ` AND id IN (SELECT id FROM ${scope.rows})`;
  for (const relation of FACT_RELATIONS) {
    const told = relation === 'channel_transaction' ? toldOnce(scope) : '';
    await scope.client.query(
      `CREATE OR REPLACE TEMP VIEW ${effective(relation)} AS SELECT * FROM ${relation} WHERE period_id = ${scope.periodId}${filter}${told}${part}`,
    );
  }
}

/** Bills of an account's movements. They repeat the payments, refunds and fees that the channel's trade bill tells better. */
const FUND_BILLS: readonly string[] = ['alipay-fund', 'wechat-fund'];

/**
 * SQL: of a fund bill only the payouts count where the channel has told the rest otherwise; and what no trade bill knows (a deposit, a top-up), whose own word
 * for it the row keeps.
 */
function toldOnce(scope: Scope): string {
  const bills = batchesOf(scope, 'channel_transaction');
  const told = new Set(bills.filter(({ kind }) => !FUND_BILLS.includes(kind)).map(({ channel }) => channel));
  const again = bills.filter(({ kind, channel }) => FUND_BILLS.includes(kind) && told.has(channel)).map(({ id }) => id);
  return again.length === 0
    ? ''
    : ` AND (type = 'payout' OR extra ? '业务类型' OR (id >> 32) <> ALL ('{${again.join(',')}}'::bigint[]))`;
}

/** Temporary views outlive the transaction on a pooled connection; nothing may depend on the tables when the run is over. */
export async function dropEffectiveViews(scope: Scope): Promise<void> {
  await scope.client.query(`DROP VIEW ${FACT_RELATIONS.map(effective).join(', ')}`);
}

/** The view of a relation's effective rows in this run. */
export function effective(relation: FactRelation): string {
  return `eff_${relation}`;
}
