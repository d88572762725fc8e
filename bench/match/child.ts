import { spawnSync } from 'node:child_process';
import { matchInDuckdb } from './duckdb';
import type { Outcome } from './outcome';
import { matchInProduct, type ProductTask } from './salesclose';

export type Task =
  | { readonly side: 'duckdb'; readonly orders: string; readonly ledger: string }
  | ({ readonly side: 'salesclose' } & ProductTask);

/** Measures one side in a process of its own, so that neither has the other's memory. */
export function measureApart(task: Task): Outcome {
  const { status, stdout } = spawnSync(process.execPath, [__filename, JSON.stringify(task)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`measuring ${task.side} ended with ${String(status)}`);
  return JSON.parse(stdout) as Outcome;
}

async function main(task: Task): Promise<void> {
  const measured = await (task.side === 'duckdb' ? matchInDuckdb(task) : matchInProduct(task));
  const outcome: Outcome = { ...measured, peakMb: Math.round(process.resourceUsage().maxRSS / 1024) };
  process.stdout.write(JSON.stringify(outcome));
}

if (require.main === module)
  main(JSON.parse(process.argv[2] ?? '') as Task).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
