import type { Pool, PoolClient } from 'pg';
import type { BalanceSpan } from '../domain/balance-gaps';
import { FACT_SHAPES } from '../domain/fact-shapes';
import { relationOfBatch } from '../domain/words';
import { Problem } from '../domain/problem';
import { transaction, type Queryable } from './db';
import { holdPeriod, otherBatches, takeBatch, type BatchState, type BatchToLoad } from './loading/batch-row';
import { BatchSink } from './loading/batch-sink';
import { ownNames, rejectDuplicates, type LoadedBatch } from './loading/duplicates';
import { startProgress, surviveLoss } from './loading/progress';
import { refuseBatch, settleBatch, tieOut } from './loading/settle';
import { refuseUnbalanced, type VoucherCells } from './loading/vouchers';
import { enqueueArrival } from './outbox';

export { findBatch, type BatchToLoad } from './loading/batch-row';

/** A file that can be read into a sink, and the columns it fills. */
export interface BatchSource {
  readonly columns: readonly string[];
  read(sink: BatchSink): Promise<{
    readonly detected: Readonly<Record<string, unknown>>;
    readonly balances?: readonly BalanceSpan[];
    readonly channel?: string;
    readonly rowsIn?: number;
    readonly columnNames?: Readonly<Record<string, string>>;
    readonly voucher?: VoucherCells;
  }>;
}

export interface LoadOptions {
  /** A file this load may write, when many rows are rejected. */
  readonly spoolPath: string;
  /** Aborting it rolls the load back. */
  readonly signal?: AbortSignal;
}

export interface LoadResult {
  readonly batchId: number;
  readonly state: BatchState;
  readonly rowsIn: number;
}

type Batch = BatchToLoad & LoadedBatch;

/**
 * Loads a received batch in one transaction: facts, quarantine, totals, state, audit entry and the news to the month's close
 * commit together or not at all. A batch that is settled already is left as it is. A file that is refused leaves its reason only.
 * @throws Problem PERIOD_LOCKED when the month no longer takes even a refusal
 */
export async function loadBatch(
  pool: Pool,
  found: BatchToLoad,
  source: BatchSource,
  options: LoadOptions,
): Promise<LoadResult> {
  const batch: Batch = {
    ...found,
    relation: relationOfBatch(found),
    currency: found.settings.currency,
    timezone: found.settings.timezone,
    columnNames: {},
  };
  return transaction(pool, async (client) => {
    surviveLoss(client);
    // A million keys are looked through for doubles in memory rather than on disk.
    await client.query(`SET LOCAL work_mem = '160MB'; SET LOCAL jit = off`);
    const state = await takeBatch(client, batch.id);
    if (state !== 'received') return { batchId: batch.id, state, rowsIn: batch.rowsIn };
    const { isCutOff } = await holdPeriod(client, batch.periodId, batch.month);
    const result = await loadOrRefuse(pool, client, batch, source, { ...options, isCutOff });
    await enqueueArrival(client, batch.periodId);
    return result;
  });
}

async function loadOrRefuse(
  pool: Pool,
  client: PoolClient,
  batch: Batch,
  source: BatchSource,
  options: LoadOptions & { readonly isCutOff: boolean },
): Promise<LoadResult> {
  await client.query('SAVEPOINT load');
  try {
    return await load(pool, client, batch, source, options);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT load');
    await refuseBatch(client, batch, error);
    return { batchId: batch.id, state: 'refused', rowsIn: 0 };
  }
}

async function load(
  pool: Pool,
  client: PoolClient,
  batch: Batch,
  source: BatchSource,
  options: LoadOptions & { readonly isCutOff: boolean },
): Promise<LoadResult> {
  await refuseSameBytes(client, batch);
  if (batch.replaces !== null) await replaceBatch(client, batch, batch.replaces, options.isCutOff);
  const { sink, summary } = await readInto(pool, client, batch, source, options);
  refuseWrongMonth(sink, batch);
  await client.query('SELECT analyze_period($1, $2)', [batch.periodId, [batch.relation]]);
  await client.query('SELECT pg_advisory_xact_lock(hashtext($1), $2)', [
    `salesclose.keys.${batch.kind}`,
    batch.periodId,
  ]);
  const columnNames = summary.columnNames ?? ownNames(source.columns);
  const context = await checkRows(client, { ...batch, columnNames }, sink, summary);
  const state = options.isCutOff ? 'parked' : 'accepted';
  await settleBatch(client, batch, {
    state,
    totals: sink.totals,
    detected: {
      ...summary.detected,
      otherMonth: context,
      ...(await toldBalances(client, batch, summary.balances ?? [])),
    },
    channel: summary.channel ?? null,
  });
  return { batchId: batch.id, state, rowsIn: sink.totals.rowsIn };
}

async function readInto(
  pool: Pool,
  client: PoolClient,
  batch: Batch,
  source: BatchSource,
  options: LoadOptions,
): Promise<{ sink: BatchSink; summary: Awaited<ReturnType<BatchSource['read']>> }> {
  const place = { periodId: batch.periodId, batchId: batch.id };
  const sink = new BatchSink(client, place, { relation: batch.relation, columns: source.columns }, options);
  const progress = startProgress(pool, batch.id, () => sink.totals.rowsIn);
  try {
    const summary = await source.read(sink);
    const rows = await sink.finish(client);
    if (rows !== sink.totals.rows.kept + sink.context)
      throw new Error(`COPY took ${rows} rows of batch ${batch.id}, not those handed over`);
    return { sink, summary };
  } catch (error) {
    await sink.abort();
    throw error;
  } finally {
    await progress.stop();
    await sink.rejections.remove();
  }
}

/** @returns the rows of another month that are left */
async function checkRows(
  client: PoolClient,
  batch: Batch,
  sink: BatchSink,
  { rowsIn, voucher }: Awaited<ReturnType<BatchSource['read']>>,
): Promise<number> {
  const { totals } = sink;
  // Keys are told apart by hashing; sorting text by its collation takes several times as long.
  await client.query(
    `SET LOCAL work_mem = '128MB'; SET LOCAL enable_sort = off; SET LOCAL enable_nestloop = off; SET LOCAL max_parallel_workers_per_gather = 0`,
  );
  const others = await otherBatches(client, batch);
  const duplicates = await rejectDuplicates(client, batch, others, totals);
  const context = sink.context - duplicates.context;
  if (batch.relation === 'ledger_entry') await refuseUnbalanced(client, batch, others, voucher ?? voucherCells(batch));
  await client.query(
    'SET LOCAL enable_sort = DEFAULT; SET LOCAL enable_nestloop = DEFAULT; SET LOCAL max_parallel_workers_per_gather = DEFAULT',
  );
  await tieOut(client, batch, totals, { context, rowsIn });
  return context;
}

/** What accounts held at the file's ends, with the days of its rows: files of one account must join. */
async function toldBalances(
  client: PoolClient,
  { id, periodId, relation }: Batch,
  balances: readonly BalanceSpan[],
): Promise<{ readonly balances?: readonly BalanceSpan[]; readonly days?: { from: string; to: string } }> {
  const { date } = FACT_SHAPES[relation];
  if (balances.length === 0 || date === null) return {};
  const found = await client.query<{ from: string | null; to: string | null }>(
    `SELECT min(${date}) AS from, max(${date}) AS to FROM ${relation} WHERE period_id = $1 AND id >= $2::bigint << 32 AND id < ($2::bigint + 1) << 32`,
    [periodId, id],
  );
  const { from = null, to = null } = found.rows[0] ?? {};
  return from === null || to === null ? {} : { balances, days: { from, to } };
}

/** The same bytes that count already would be the same rows again. The door answers this; here two uploads race. */
async function refuseSameBytes(db: Queryable, batch: BatchToLoad): Promise<void> {
  const found = await db.query<{ id: number }>(
    `SELECT id FROM batch WHERE period_id = $1 AND kind = $2 AND evidence = $3 AND id <> $4 AND id IS DISTINCT FROM $5
        AND state IN ('accepted', 'admitted', 'parked') LIMIT 1`,
    [batch.periodId, batch.kind, batch.evidence, batch.id, batch.replaces],
  );
  const other = found.rows[0]?.id;
  if (other === undefined) return;
  throw new Problem('ALREADY_IMPORTED', {
    zh: `同样的文件已是批次 ${other}，不再重复导入`,
    en: `the same bytes are batch ${other} already and are not imported twice`,
  });
}

async function replaceBatch(db: Queryable, batch: BatchToLoad, old: number, isCutOff: boolean): Promise<void> {
  if (isCutOff) {
    throw new Problem('REPLACES_AFTER_CUTOFF', {
      zh: `${batch.month} 已关账，不能再替换批次；请不带 --replaces 导入，文件将列为迟到单据`,
      en: `${batch.month} is cut off: a batch is replaced before that only; import without --replaces and the file is parked`,
    });
  }
  const replaced = await db.query(
    `UPDATE batch SET state = 'replaced' WHERE id = $1 AND period_id = $2 AND kind = $3 AND state IN ('accepted', 'admitted')`,
    [old, batch.periodId, batch.kind],
  );
  if (replaced.rowCount === 1) return;
  throw new Problem('NOT_REPLACEABLE', {
    zh: `批次 ${old} 不是本月有效的 ${batch.kind} 批次，不能被替换`,
    en: `batch ${old} is not an effective ${batch.kind} batch of this month and cannot be replaced`,
  });
}

function refuseWrongMonth(sink: BatchSink, batch: BatchToLoad): void {
  if (sink.totals.rows.kept > 0 || sink.context === 0) return;
  throw new Problem('WRONG_MONTH', {
    zh: `文件中没有一行属于 ${batch.month}；请确认月份，或导入到对应的月份`,
    en: `no row of the file belongs to ${batch.month}; check the month, or import the file into its own`,
  });
}

/** The cells that make a voucher's number in a quarantined row. */
function voucherCells(batch: Batch): VoucherCells {
  const cells =
    batch.kind === 'kingdee-vouchers' ? ['凭证字', '凭证号'] : [batch.columnNames['entry_no'] ?? 'entry_no'];
  return { cells, joint: '-' };
}
