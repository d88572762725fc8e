import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Pool } from 'pg';
import { openPool } from '../../store/db';
import { Product } from '../product';
import { writeMonth } from './files';
import { plant } from './generate';
import { measure } from './measure';
import { list, report } from './print';
import type { Score } from './score';

interface Flags {
  readonly seed: string;
  readonly orders: string;
  readonly list?: boolean;
  readonly database?: string;
  readonly out?: string;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Plants months from seeds, lets the product compare them, and says how well it did. */
async function main(): Promise<void> {
  const flags = new Command('bench:quality')
    .option('--seed <n>', 'seed, several as 1,2,3 or 1-20; 1 to 20 are for tuning, 1000 and above are held out', '1')
    .option('--orders <n>', 'orders of the month', '3000')
    .option('--list', 'every missing, extra, inexact and wrong one')
    .option('--database <url>', 'a migrated database (application role) instead of servers of its own')
    .option('--out <dir>', 'only write files and answers, a folder for each seed')
    .parse()
    .opts<Flags>();
  const seeds = seedsOf(flags.seed);
  const orders = Number(flags.orders);
  if (flags.out !== undefined) {
    for (const seed of seeds) writeMonth(join(flags.out, String(seed)), seed, plant(seed, orders));
    return;
  }
  const dir = mkdtempSync(join(tmpdir(), 'salesclose-quality-'));
  chmodSync(dir, 0o755); // PostgreSQL's own user passes through
  try {
    const { database } = flags;
    const work = (pool: Pool): Promise<void> => measureAll(pool, dir, seeds, orders, flags.list === true);
    await (database === undefined ? onOwnServers(dir, work) : onDatabase(database, work));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measureAll(
  pool: Pool,
  dir: string,
  seeds: readonly number[],
  orders: number,
  isListed: boolean,
): Promise<void> {
  const scores: Score[] = [];
  for (const seed of seeds) {
    const score = await measure(pool, join(dir, 'evidence'), seed, orders);
    scores.push(score);
    if (isListed) for (const line of list(score)) say(`${seed}\t${line}`);
  }
  say(`seed ${seeds.join(', ')}, ${orders} orders`);
  for (const line of report(scores)) say(line);
}

async function onDatabase(url: string, work: (pool: Pool) => Promise<void>): Promise<void> {
  const pool = openPool(url, { max: 4 });
  try {
    await work(pool);
  } finally {
    await pool.end();
  }
}

async function onOwnServers(dir: string, work: (pool: Pool) => Promise<void>): Promise<void> {
  const product = await Product.start(join(dir, 'data'));
  try {
    await onDatabase(product.address('app.url'), work);
  } finally {
    await product.stop();
  }
}

/** `1,2,5-7` */
function seedsOf(text: string): readonly number[] {
  return text.split(',').flatMap((part) => {
    const [first = NaN, last = first] = part.split('-').map(Number);
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || last < first)
      throw new RangeError(`not a seed: ${part}`);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
