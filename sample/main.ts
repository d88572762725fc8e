import { Command, InvalidArgumentError } from 'commander';
import { generateSample } from './generate';

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
}

interface Flags {
  readonly out: string;
  readonly orders: number;
  readonly seed: number;
  readonly month: string;
}

async function main(): Promise<void> {
  const command = new Command('sample')
    .description('writes the sample company 青禾商贸 with planted differences and their answers')
    .requiredOption('--out <dir>', 'the folder the files go to')
    .option('--orders <n>', 'orders of the month', wholeNumber, 3000)
    .option('--seed <n>', 'the same seed gives the same bytes', wholeNumber, 20261001)
    .option('--month <YYYY-MM>', 'the month', '2026-10')
    .parse();
  const { out, orders, seed, month } = command.opts<Flags>();
  await generateSample({ dir: out, orders, seed, month, log: (line) => process.stdout.write(`${line}\n`) });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
