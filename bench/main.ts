import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection, Client as TemporalClient } from '@temporalio/client';
import { Command } from 'commander';
import { Client } from 'pg';
import { generateSample, type GeneratedSample } from '../sample/generate';
import { Product } from './product';
import { readAlone, type ReadAlone } from './readers';
import { measureYardstick, timed, type Yardstick } from './yardstick';

const COMPANY = 'qinghe';
const MONTH = '2026-10';

interface Flags {
  readonly orders: string;
  readonly seed: string;
  readonly keep?: boolean;
}

interface Measured {
  readonly steps: [string, number][];
  readonly memory: { readonly worker: number | null; readonly api: number | null };
  readonly events: number;
}

/** One month of the sample company closed from the first file to the report, and the same rows by bare COPY, in one run. */
async function main(): Promise<void> {
  const flags = new Command('bench')
    .option('--orders <n>', 'orders of the month', '20000')
    .option('--seed <n>', 'seed', '7')
    .option('--keep', 'leave the data folder')
    .parse()
    .opts<Flags>();
  const dir = mkdtempSync(join(tmpdir(), 'salesclose-bench-'));
  chmodSync(dir, 0o755); // PostgreSQL's own user passes through
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const files = join(dir, 'files');
  say(`generating ${flags.orders} orders …`);
  const sample = await generateSample({
    dir: files,
    orders: Number(flags.orders),
    seed: Number(flags.seed),
    month: MONTH,
  });
  say('reading each file alone …');
  const read = await readAlone(files, sample.files, MONTH);
  const product = await Product.start(join(dir, 'data'));
  try {
    const measured = await closeMonth(product, sample, files, say);
    say('measuring bare COPY plus primary keys of the same rows …');
    const yardstick = await measureYardstick(product.address('owner.url'), join(dir, 'bare'));
    print(say, flags.orders, measured, yardstick);
    printReading(say, read, yardstick);
  } finally {
    await product.stop();
    if (flags.keep === true) say(`kept ${dir}`);
    else rmSync(dir, { recursive: true, force: true });
  }
}

/** Does by the command line what people do, and takes the times. Waiting for people is not in them: they answer at once. */
async function closeMonth(
  product: Product,
  sample: GeneratedSample,
  files: string,
  say: (line: string) => void,
): Promise<Measured> {
  product.command('admin', ['company', 'add', join(files, 'company.yaml')]);
  product.addPeople(COMPANY);
  const steps: [string, number][] = [];
  for (const { file, kind } of sample.files) {
    say(`collect ${file} …`);
    steps.push([
      `collect ${file}`,
      await timed(() =>
        Promise.resolve(product.command('preparer', ['import', COMPANY, MONTH, kind, join(files, file)])),
      ),
    ]);
  }
  const close = ['--reason', 'bench', COMPANY, MONTH];
  const run = async (name: string, work: () => string): Promise<void> => {
    say(`${name} …`);
    steps.push([name, await timed(() => Promise.resolve(work()))]);
  };
  await run('cut-off and reconcile', () =>
    product.command('preparer', ['close', 'start', COMPANY, MONTH, '--until', 'review']),
  );
  await run('resolve every kind', () => resolveAll(product));
  product.command('reviewer', ['close', 'status', COMPANY, MONTH]);
  await run('review', () => product.command('reviewer', ['review', ...close]));
  await untilStage(product, 'approve');
  product.command('approver', ['close', 'status', COMPANY, MONTH]);
  await run('approve, lock and report', () => {
    product.command('approver', ['approve', ...close]);
    return product.command('preparer', ['close', 'start', COMPANY, MONTH, '--until', 'report']);
  });
  steps.push(...(await stageTimes(product)));
  return {
    steps,
    memory: { worker: product.peakMemory('worker'), api: product.peakMemory('api') },
    events: await historyEvents(product),
  };
}

function resolveAll(product: Product): string {
  const found = JSON.parse(
    product.command('preparer', ['exceptions', COMPANY, MONTH, '--json', '--state', 'open']),
  ) as { kind: string }[];
  for (const kind of new Set(found.map((one) => one.kind))) {
    product.command('preparer', ['resolve', COMPANY, MONTH, '--kind', kind, '--action', 'accept', '--reason', 'bench']);
  }
  return '';
}

async function untilStage(product: Product, stage: string): Promise<void> {
  product.command('preparer', ['close', 'start', COMPANY, MONTH, '--until', stage], { allowed: [0, 1] });
  await Promise.resolve();
}

/** Server-side times of the stages that people do not decide. */
async function stageTimes(product: Product): Promise<[string, number][]> {
  const client = new Client({ connectionString: product.address('app.url') });
  await client.connect();
  try {
    const { rows } = await client.query<{ stage: string; seconds: string }>(
      `SELECT stage, sum(extract(epoch FROM coalesce(left_at, (SELECT closed_at FROM period WHERE id = period_id)) - entered_at)) AS seconds
         FROM stage_time WHERE stage IN ('collect', 'cutoff', 'reconcile', 'lock', 'report') GROUP BY stage ORDER BY min(entered_at)`,
    );
    return rows.map(({ stage, seconds }) => [`stage ${stage}`, Number(seconds)]);
  } finally {
    await client.end();
  }
}

async function historyEvents(product: Product): Promise<number> {
  const status = JSON.parse(product.command('preparer', ['close', 'status', COMPANY, MONTH, '--json'])) as {
    workflowId: string;
  };
  const connection = await Connection.connect({
    address: `127.0.0.1:${new URL(product.url).port === '' ? 0 : Number(new URL(product.url).port) + 2}`,
  });
  try {
    const described = await new TemporalClient({ connection }).workflow.getHandle(status.workflowId).describe();
    return described.historyLength;
  } finally {
    await connection.close();
  }
}

function print(say: (line: string) => void, orders: string, measured: Measured, yardstick: Yardstick): void {
  const least = yardstick.copySeconds + yardstick.keySeconds;
  const line = (name: string, seconds: number): void =>
    say(`${name.padEnd(44)} ${seconds.toFixed(2).padStart(9)} s ${(seconds / least).toFixed(2).padStart(7)} ×`);
  say(`\n${orders} orders, ${yardstick.rows} fact rows\n`);
  line('bare COPY of the same rows', yardstick.copySeconds);
  line('primary keys', yardstick.keySeconds);
  line('bare COPY plus primary keys', least);
  for (const [name, seconds] of measured.steps) line(name, seconds);
  line(
    'the whole close',
    measured.steps.filter(([name]) => !name.startsWith('stage ')).reduce((sum, [, seconds]) => sum + seconds, 0),
  );
  say(`\npeak memory: worker ${String(measured.memory.worker)} MB, api ${String(measured.memory.api)} MB`);
  say(`history events of the close: ${measured.events}`);
}

/** Reading by itself, beside what COPY takes to store the same rows. */
function printReading(say: (line: string) => void, read: readonly ReadAlone[], { copyOfRow }: Yardstick): void {
  say(`\n${'reading alone'.padEnd(44)} ${'rows/s'.padStart(11)}   bare COPY of its rows = 1`);
  for (const { file, relation, rows, seconds } of read) {
    const copy = (copyOfRow[relation] ?? 0) * rows;
    const ratio = copy === 0 ? '-' : `${(seconds / copy).toFixed(2)} ×`;
    say(
      `${file.padEnd(44)} ${Math.round(rows / seconds)
        .toString()
        .padStart(11)} ${ratio.padStart(9)}`,
    );
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
