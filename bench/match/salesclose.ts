import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { Pool } from 'pg';
import { createImportActivities } from '../../activities/import-batch';
import { openPool } from '../../store/db';
import { reconcilePeriod } from '../../store/reconcile';
import { openBooks, receive } from './books';
import { timed } from '../yardstick';
import { matchLateRows } from './late';
import { talliesOf, type Findings, type Tallies } from './outcome';
import { StepClock } from './step-clock';
import { MONTH } from './ledger-file';

const COMPANY = `code: match
name: 对账测速
currency: CNY
timezone: Asia/Shanghai
accounts: {receivable: "1122", revenue: "6001", outputTax: "2221", bank: "1002", channels: "1012", cash: "1001", fees: "6603"}
`;

export interface ProductTask {
  /** Application role's address of a migrated database without this company. */
  readonly database: string;
  /** Where evidence is kept. */
  readonly dataDir: string;
  readonly orders: string;
  readonly ledger: string;
}

/** Brings both files into the books as the product does and compares the month: facts, links and exceptions are committed when it is over. */
export async function matchInProduct(task: ProductTask): Promise<Findings> {
  const pool = openPool(task.database, { max: 4 });
  try {
    const periodId = await openBooks(pool, COMPANY, MONTH);
    const parts: [string, number][] = [];
    for (const [kind, file] of [
      ['orders-csv', task.orders],
      ['ledger-csv', task.ledger],
    ] as const) {
      const name = basename(file, '.csv');
      let batchId = 0;
      const receiving = await timed(async () => {
        batchId = await receive(pool, task.dataDir, periodId, {
          kind,
          name: basename(file),
          bytes: createReadStream(file),
        });
      });
      parts.push([`keep the bytes of ${name}`, receiving]);
      parts.push([`read ${name}`, await timed(() => importWhole(pool, task.dataDir, batchId))]);
    }
    const clock = new StepClock();
    const progress = (step: string): void => clock.begin(step);
    parts.push(['match', await timed(() => reconcilePeriod(pool, periodId, { progress }))]);
    clock.end();
    const tallies = await tally(pool, periodId);
    return { parts, steps: clock.steps(), tallies, late: await matchLateRows(pool, periodId) };
  } finally {
    await pool.end();
  }
}

/** @throws Error when the file is refused or a row is rejected: then the books measured are not the books planted */
async function importWhole(pool: Pool, dataDir: string, batchId: number): Promise<void> {
  await createImportActivities({ pool, dataDir }).importBatch({ batchId });
  const { rows } = await pool.query<{ state: string; rejected: number; refusal: unknown }>(
    'SELECT state, rows_rejected AS rejected, refusal FROM batch WHERE id = $1',
    [batchId],
  );
  if (rows[0]?.state !== 'accepted' || rows[0].rejected !== 0)
    throw new Error(`a file was not read whole: ${JSON.stringify(rows[0])}`);
}

/** What was found of orders against the ledger; the customers' balances, which are compared as well, have no counterpart. */
async function tally(pool: Pool, periodId: number): Promise<Tallies> {
  const { rows } = await pool.query<[string, string, string]>({
    text: `SELECT kind, count(*)::text, sum(difference)::text FROM close_exception
            WHERE period_id = $1 AND reconciliation = 'orders-ledger' AND NOT superseded GROUP BY kind
           UNION ALL
           SELECT CASE rule WHEN 'order-no' THEN 'linked by number' WHEN 'near-reference' THEN 'linked by a near number' ELSE 'linked by ' || rule END,
                  count(*)::text, sum(difference)::numeric(30, 2)::text
             FROM match WHERE period_id = $1 AND reconciliation = 'orders-ledger' AND state = 'confirmed' GROUP BY rule`,
    values: [periodId],
    rowMode: 'array',
  });
  return talliesOf(rows.map(([result, count, difference]) => [result, Number(count), difference]));
}
