import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { RULE_VERSION, STANDING_RECONCILIATIONS } from '../../domain/rules';
import { RECONCILIATIONS, type FactRelation, type ReconciliationName } from '../../domain/words';
import { transaction } from '../db';
import { takeApart } from './apart';
import { reconcileChannelsLedger } from './channels-ledger';
import { reconcileCustomersLedger } from './customers-ledger';
import { addEarlierMonths } from './earlier';
import { writeExceptions } from './exceptions';
import { createFound, resetMatches } from './found';
import { readInput } from './input';
import { gatherLedger } from './ledger';
import { reconcileOrdersInvoices } from './orders-invoices';
import { reconcileOrdersLedger } from './orders-ledger';
import { reconcileOrdersReceipts } from './orders-receipts';
import { findPools } from './pools';
import { gatherSaleDocuments } from './sale-documents';
import { claimMovements, reconcileReceiptsChannels } from './receipts-channels';
import { createSuggestions } from './suggestions';
import { batchesOf, createEffectiveViews, dropEffectiveViews, type Scope } from './scope';

/** One line of the result: what `close status` shows of a reconciliation. */
export interface ReconciliationResult {
  readonly name: ReconciliationName;
  readonly state: 'done' | 'not_provided';
  readonly matched: number;
  /** Exceptions found, whatever people have said of them. */
  readonly exceptions: number;
}

export interface ReconcileOutcome {
  readonly runId: number;
  /** Equal input (batches, policy, rules), equal result and ids. */
  readonly inputHash: string;
  readonly results: readonly ReconciliationResult[];
}

export interface ReconcileOptions {
  /** Called between steps with the step's name: for heartbeats and progress. */
  readonly progress?: (step: string) => void;
}

/**
 * Compares everything a month has collected, set by set, in one transaction: killed anywhere, nothing has happened.
 * Idempotent because the result is a function of the effective batches, the policy and the rules: with the same input the last run is returned,
 * and a run that is repeated replaces its matches and meets its exceptions again by their ids, with what people said of them.
 * @throws Problem PERIOD_LOCKED
 */
export async function reconcilePeriod(
  pool: Pool,
  periodId: number,
  options: ReconcileOptions = {},
): Promise<ReconcileOutcome> {
  return transaction(pool, (client) => run(client, periodId, options.progress ?? (() => undefined)));
}

/**
 * A hash join of a million rows should not spill; the jit and partial aggregates of nearly distinct keys cost more than they save. What a step
 * leaves behind is guessed at until it is analysed: a wrong guess costs a hash join little and a nested loop or a sort of a million rows everything.
 */
const PLANNING = `SET LOCAL work_mem = '192MB'; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0;
  SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off; SET LOCAL default_statistics_target = 10`;

async function run(client: PoolClient, periodId: number, progress: (step: string) => void): Promise<ReconcileOutcome> {
  // Two runs of one month do not interleave: the second waits, then finds the first one's result.
  await client.query(`SELECT pg_advisory_xact_lock(hashtext('salesclose.reconcile'), $1)`, [periodId]);
  const { scope, policyVersion, hash: inputHash } = await readInput(client, periodId, progress);
  const last = await lastRun(client, periodId);
  if (last?.inputHash === inputHash) return last;

  const startedAt = new Date();
  const states = await compareUnder(scope);
  const results = await countResults(scope, states);
  // Whoever looks at the exceptions next looks at pages of them.
  await client.query(`SELECT analyze_period($1, '{close_exception}')`, [periodId]);
  await client.query(
    `INSERT INTO rule_set (version, rules, sha256) VALUES ($1, $2, $3) ON CONFLICT (version) DO NOTHING`,
    [
      RULE_VERSION,
      JSON.stringify(STANDING_RECONCILIATIONS),
      createHash('sha256').update(JSON.stringify(STANDING_RECONCILIATIONS)).digest('hex'),
    ],
  );
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO reconcile_run (period_id, input_hash, rule_version, policy_version, started_at, finished_at, results)
     VALUES ($1, $2, $3, $4, $5, clock_timestamp(), $6) RETURNING id`,
    [periodId, inputHash, RULE_VERSION, policyVersion, startedAt, JSON.stringify(results)],
  );
  return { runId: rows[0]?.id ?? 0, inputHash, results };
}

/** Compares a month inside the caller's transaction: matches, exceptions and balances are written, the run is not recorded. */
export async function compareUnder(scope: Scope): Promise<States> {
  await scope.client.query(PLANNING);
  const states = await compareAll(scope);
  await writeExceptions(scope);
  await dropEffectiveViews(scope);
  return states;
}

async function lastRun(client: PoolClient, periodId: number): Promise<ReconcileOutcome | undefined> {
  const { rows } = await client.query<ReconcileOutcome>(
    `SELECT id AS "runId", input_hash AS "inputHash", results FROM reconcile_run WHERE period_id = $1 ORDER BY id DESC LIMIT 1`,
    [periodId],
  );
  return rows[0];
}

type States = Record<ReconciliationName, 'done' | 'not_provided'>;

/** The accountant's order: sales, billing, money, channels, customers. A reconciliation without one of its sides is left out. */
async function compareAll(scope: Scope): Promise<States> {
  const has = (...relations: FactRelation[]): boolean => batchesOf(scope, ...relations).length > 0;
  const documents = has('sales_order', 'sales_return');
  const ledger = has('ledger_entry');
  const movements = has('channel_transaction', 'bank_entry');
  const runs: Record<ReconciliationName, boolean> = {
    'orders-ledger': documents && ledger,
    'orders-invoices': documents && has('invoice'),
    'orders-receipts': has('sales_order') && has('receipt'),
    'receipts-channels': has('receipt') && movements,
    'channels-ledger': movements && ledger,
    'customers-ledger': has('sales_order') && ledger,
  };
  const isWhole = scope.rows === undefined;
  await createEffectiveViews(scope);
  await createFound(scope);
  await createSuggestions(scope);
  await gatherSaleDocuments(scope);
  await gatherLedger(scope);
  await addEarlierMonths(scope);
  const pools = await findPools(scope);
  await claimMovements(scope, pools);

  if (runs['orders-ledger']) await reconcileOrdersLedger(scope);
  if (runs['orders-invoices']) await reconcileOrdersInvoices(scope);
  if (runs['orders-receipts']) await reconcileOrdersReceipts(scope);
  if (runs['receipts-channels']) await reconcileReceiptsChannels(scope, pools);
  if (isWhole && ledger) await reconcileChannelsLedger(scope, pools, runs['channels-ledger']);
  await takeApart(scope);
  if (isWhole && runs['customers-ledger']) await reconcileCustomersLedger(scope);

  for (const name of RECONCILIATIONS) if (!runs[name]) await resetMatches(scope, name);
  return Object.fromEntries(RECONCILIATIONS.map((name) => [name, runs[name] ? 'done' : 'not_provided'])) as States;
}

async function countResults(scope: Scope, states: States): Promise<ReconciliationResult[]> {
  const { rows } = await scope.client.query<{ name: ReconciliationName; matched: string; exceptions: string }>(
    `SELECT name, (SELECT count(*) FROM match WHERE period_id = $1 AND reconciliation = name AND state = 'confirmed') AS matched,
            (SELECT count(*) FROM close_exception WHERE period_id = $1 AND reconciliation = name AND NOT superseded) AS exceptions
       FROM unnest($2::text[]) AS name`,
    [scope.periodId, RECONCILIATIONS],
  );
  return rows.map(({ name, matched, exceptions }) => ({
    name,
    state: states[name],
    matched: Number(matched),
    exceptions: Number(exceptions),
  }));
}
