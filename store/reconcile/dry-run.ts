import type { Pool } from 'pg';
import type { CompanySettings } from '../../domain/company';
import { RECONCILIATIONS, type ReconciliationName } from '../../domain/words';
import { transaction } from '../db';
import { compareUnder } from './index';
import { readInput } from './input';
import type { Scope } from './scope';

/** An exception that would be there, or would no longer be. */
export interface ChangedException {
  readonly id: string;
  readonly reconciliation: ReconciliationName;
  readonly kind: string;
  readonly currency: string;
  readonly difference: string;
  readonly references: readonly string[];
}

/** What other settings would make of a month. */
export interface DryRun {
  readonly reconciliations: readonly {
    readonly name: ReconciliationName;
    readonly matched: { readonly now: number; readonly then: number };
    readonly exceptions: { readonly now: number; readonly then: number };
  }[];
  readonly appearing: { readonly count: number; readonly first: readonly ChangedException[] };
  readonly disappearing: { readonly count: number; readonly first: readonly ChangedException[] };
}

/** Compares inside the caller's transaction with results in temporary tables that stand before the real ones. */
export async function compareAside(scope: Scope): Promise<void> {
  await scope.client.query(
    `CREATE TEMP TABLE match (LIKE public.match) ON COMMIT DROP;
     CREATE TEMP TABLE close_exception (LIKE public.close_exception INCLUDING DEFAULTS) ON COMMIT DROP;
     CREATE TEMP TABLE customer_balance (LIKE public.customer_balance INCLUDING DEFAULTS) ON COMMIT DROP;`,
  );
  await compareUnder({ ...scope, isDryRun: true });
}

/** So many of the changes are listed; the rest is counted. */
const LISTED = 200;

/**
 * Compares a month under settings that are not in force, a locked month as well, and says what would change. Nothing is written: the results go to
 * temporary tables that stand before the real ones.
 * @throws Problem PERIOD_NOT_FOUND, RULE_TOO_WIDE
 */
export async function dryRun(
  pool: Pool,
  periodId: number,
  settings: CompanySettings,
  progress: (step: string) => void = () => undefined,
): Promise<DryRun> {
  return transaction(pool, async (client) => {
    const { scope } = await readInput(client, periodId, progress, settings);
    await compareAside(scope);
    const counts = await client.query<{
      name: ReconciliationName;
      matched_now: string;
      matched_then: string;
      exceptions_now: string;
      exceptions_then: string;
    }>(
      `SELECT name, (SELECT count(*) FROM public.match WHERE period_id = $1 AND reconciliation = name AND state = 'confirmed') AS matched_now,
              (SELECT count(*) FROM pg_temp.match WHERE reconciliation = name AND state = 'confirmed') AS matched_then,
              (SELECT count(*) FROM public.close_exception WHERE period_id = $1 AND reconciliation = name AND NOT superseded) AS exceptions_now,
              (SELECT count(*) FROM pg_temp.close_exception WHERE reconciliation = name) AS exceptions_then
         FROM unnest($2::text[]) AS name`,
      [periodId, RECONCILIATIONS],
    );
    const changes = async (those: string, without: string): Promise<DryRun['appearing']> => {
      const { rows } = await client.query<ChangedException & { count: string }>(
        `SELECT count(*) OVER () AS count, id, reconciliation, kind, currency, difference::text,
                ARRAY(SELECT r->>'reference' FROM jsonb_array_elements(left_records || right_records) r) AS references
           FROM ${those} e WHERE period_id = $1 AND NOT superseded
            AND NOT EXISTS (SELECT 1 FROM ${without} o WHERE o.period_id = $1 AND o.id = e.id AND NOT o.superseded AND o.kind = e.kind AND o.difference = e.difference)
          ORDER BY abs(difference) DESC, id LIMIT ${LISTED}`,
        [periodId],
      );
      return {
        count: Number(rows[0]?.count ?? 0),
        first: rows.map(({ id, reconciliation, kind, currency, difference, references }) => ({
          id,
          reconciliation,
          kind,
          currency,
          difference,
          references,
        })),
      };
    };
    return {
      reconciliations: counts.rows.map((row) => ({
        name: row.name,
        matched: { now: Number(row.matched_now), then: Number(row.matched_then) },
        exceptions: { now: Number(row.exceptions_now), then: Number(row.exceptions_then) },
      })),
      appearing: await changes('pg_temp.close_exception', 'public.close_exception'),
      disappearing: await changes('public.close_exception', 'pg_temp.close_exception'),
    };
  });
}
