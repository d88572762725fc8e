import { step, type Scope } from './scope';
import type { ReconciliationName } from '../../domain/words';

/**
 * `found` collects the exceptions of a run before they are compared with those already known: one row per exception, with
 * the ids of both sides and the facts its explanation needs. Records are looked up by id, unless given (a day's fees have no
 * row of their own).
 */
export async function createFound(scope: Scope): Promise<void> {
  await step(
    scope,
    'exceptions: prepare',
    `CREATE TEMP TABLE found (
       reconciliation text NOT NULL, kind text NOT NULL, rule text NOT NULL, currency text NOT NULL, difference numeric NOT NULL,
       key text NOT NULL, left_ids bigint[] NOT NULL, right_ids bigint[] NOT NULL, customer_key text, facts jsonb NOT NULL DEFAULT '{}',
       left_records jsonb, right_records jsonb
     ) ON COMMIT DROP`,
  );
}

/** Empties what an earlier run matched for this reconciliation. */
export async function resetMatches(scope: Scope, name: ReconciliationName): Promise<void> {
  if (scope.isDryRun === true) return;
  await step(scope, `${name}: reset`, 'SELECT reset_derived($1, $2)', [scope.periodId, name]);
}

/** Columns of `match`, in the order the inserts of every reconciliation fill them. */
export const MATCH_COLUMNS =
  'period_id, reconciliation, id, rule, state, certainty, currency, difference, left_ids, right_ids';

/** Columns of `found`, in the order the inserts of every reconciliation fill them. */
export const FOUND_COLUMNS =
  'reconciliation, kind, rule, currency, difference, key, left_ids, right_ids, customer_key, facts';

/** A match's id: a digest of the reconciliation and the keys of its records. */
export function matchId(name: ReconciliationName, keyExpression: string): string {
  return `md5('${name}|' || ${keyExpression})::uuid`;
}
