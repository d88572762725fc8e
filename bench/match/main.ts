import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { Product } from '../product';
import { measureApart } from './child';
import { disagreements, totalOf, type Outcome } from './outcome';
import { plant, type PlantedFiles } from './plant';
import { describe, describeGrowth, describeLate, describeSteps, type Measured } from './print';

interface Flags {
  readonly orders?: readonly number[];
  readonly seed: string;
  readonly tax?: boolean;
  readonly steps?: boolean;
}

const DEFAULT_ORDERS = 20_000;
/** The yardstick is the quickest of these: what disturbs it would flatter the product. */
const DUCKDB_ROUNDS = 3;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The same two files matched by DuckDB in memory and by the product on a PostgreSQL of its own, size by size. */
async function main(): Promise<void> {
  const flags = new Command('bench:match')
    .option('--orders <n>', `orders of the month, several times for several sizes (default: ${DEFAULT_ORDERS})`, sizes)
    .option('--seed <n>', 'seed', '42')
    .option('--tax', 'vouchers of three lines, with output tax')
    .option('--steps', 'the longest steps of the match')
    .parse()
    .opts<Flags>();
  const all: Measured[] = [];
  for (const orders of flags.orders ?? [DEFAULT_ORDERS]) {
    const measured = await measure(orders, Number(flags.seed), flags.tax === true);
    all.push(measured);
    for (const line of [...describe(measured), ...describeLate(measured)]) say(line);
    if (flags.steps === true) for (const line of describeSteps(measured)) say(line);
  }
  for (const line of describeGrowth(all)) say(line);
  if (
    all.some(({ files, duckdb, product }) => disagreements([files.planted, duckdb.tallies, product.tallies]).length > 0)
  )
    throw new Error('planted, DuckDB and salesclose do not agree');
}

async function measure(orders: number, seed: number, tax: boolean): Promise<Measured> {
  const dir = mkdtempSync(join(tmpdir(), 'salesclose-match-'));
  chmodSync(dir, 0o755); // PostgreSQL's own user passes through
  try {
    const filesDir = join(dir, 'files');
    mkdirSync(filesDir);
    say(`planting ${orders} orders …`);
    const files = await plant({ dir: filesDir, orders, seed, tax });
    say('matching in DuckDB …');
    const duckdb = measureDuckdb(files);
    say('matching in salesclose …');
    return { orders, files, duckdb, product: await measureProduct(join(dir, 'data'), files) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function measureDuckdb({ orders, ledger }: PlantedFiles): Outcome {
  const rounds = Array.from({ length: DUCKDB_ROUNDS }, () => measureApart({ side: 'duckdb', orders, ledger }));
  return rounds.reduce((best, one) => (totalOf(one) < totalOf(best) ? one : best));
}

/** On servers with an empty database, so that no size has another's rows beside it. */
async function measureProduct(dataDir: string, { orders, ledger }: PlantedFiles): Promise<Outcome> {
  const product = await Product.start(dataDir);
  try {
    return measureApart({ side: 'salesclose', database: product.address('app.url'), dataDir, orders, ledger });
  } finally {
    await product.stop();
  }
}

function sizes(text: string, before: readonly number[] = []): readonly number[] {
  const orders = Number(text);
  if (!Number.isSafeInteger(orders) || orders < 1000) throw new RangeError(`not a number of orders from 1000: ${text}`);
  return [...before, orders];
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
