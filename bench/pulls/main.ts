import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { Client } from 'pg';
import { PROJECT_ROOT } from '../../worker/config';
import { Product } from '../product';
import { timed } from '../yardstick';

const COMPANY = 'fakes';
const MONTH = '2026-10';
const FAKES_READY = 'Ctrl-C';
const FAKES_MS = 120_000;

interface Pulled {
  readonly system: string;
  readonly orders: number;
  readonly rows: number;
  readonly seconds: number;
  readonly workerMb: number | null;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** A month's records pulled from the fake CRMs by the whole product, size by size: rows a second, and what the worker needs for them. */
async function main(): Promise<void> {
  const { orders, systems } = new Command('bench:pulls')
    .option('--orders <n...>', 'orders the CRMs have, one or several sizes', ['10000'])
    .option('--systems <name...>', 'fxiaoke, zoho', ['fxiaoke', 'zoho'])
    .parse()
    .opts<{ orders: readonly string[]; systems: readonly string[] }>();
  const all: Pulled[] = [];
  for (const size of orders) for (const system of systems) all.push(await pull(system, Number(size)));
  say(
    `\n${'system'.padEnd(10)} ${'orders'.padStart(10)} ${'rows'.padStart(10)} ${'rows/s'.padStart(10)} ${'worker MB'.padStart(10)}`,
  );
  for (const { system, orders: of, rows, seconds, workerMb } of all)
    say(
      [
        system.padEnd(10),
        ...[of, rows, Math.round(rows / seconds), workerMb ?? '-'].map((value) => String(value).padStart(10)),
      ].join(' '),
    );
}

/** Each on a product of its own, so that no size has another's memory. */
async function pull(system: string, orders: number): Promise<Pulled> {
  const dir = mkdtempSync(join(tmpdir(), 'salesclose-pulls-'));
  chmodSync(dir, 0o755); // PostgreSQL's own user passes through
  const folder = join(dir, 'fakes');
  mkdirSync(folder);
  say(`${system}: ${orders} orders …`);
  const fakes = await openFakes(folder, orders);
  const product = await Product.start(join(dir, 'data'));
  try {
    product.command('admin', ['company', 'add', join(folder, 'company.yaml')]);
    product.addPeople(COMPANY);
    product.command('admin', ['source', 'add', COMPANY, join(folder, `${system}.yaml`)]);
    const seconds = await timed(() =>
      Promise.resolve(product.command('preparer', ['source', 'pull', COMPANY, system, MONTH, '--json'])),
    );
    return { system, orders, rows: await rowsKept(product), seconds, workerMb: product.peakMemory('worker') };
  } finally {
    await product.stop();
    fakes.kill('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The fakes are written for tests and stand outside what is built; they compile as they start. */
async function openFakes(folder: string, orders: number): Promise<ChildProcess> {
  const args = ['--folder', folder, '--orders', String(orders), '--month', MONTH, '--unlimited'];
  const fakes = spawn(
    process.execPath,
    [
      '-r',
      join(PROJECT_ROOT, 'test', 'door', 'run-typescript.cjs'),
      join(PROJECT_ROOT, 'test', 'fakes', 'main.ts'),
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let printed = '';
  fakes.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const giveUp = Date.now() + FAKES_MS;
  while (!printed.includes(FAKES_READY)) {
    if (fakes.exitCode !== null || Date.now() > giveUp) throw new Error(`the fakes did not start:\n${printed}`);
    await sleep(100);
  }
  return fakes;
}

/** Rows in the books, and records that only serve others. */
async function rowsKept(product: Product): Promise<number> {
  const client = new Client({ connectionString: product.address('app.url') });
  await client.connect();
  try {
    const { rows } = await client.query<{ rows: number }>(
      'SELECT coalesce(sum(rows), 0)::int AS rows FROM source_part',
    );
    return rows[0]?.rows ?? 0;
  } finally {
    await client.end();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
