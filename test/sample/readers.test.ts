import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCompanyFile } from '../../domain/company-file';
import type { SampleFile } from '../../sample/outputs';
import { READERS } from '../../sources';
import { make, type Made } from './made';

let made: Made;
beforeAll(async () => {
  made = await make();
});
afterAll(() => made.remove());

interface Counted {
  kept: number;
  context: number;
  readonly rejected: unknown[];
  readonly excluded: string[];
}

/** Reads a file of the sample with the product's own reader. */
async function read({ file, kind }: SampleFile): Promise<Counted> {
  const company = parseCompanyFile(readFileSync(join(made.dir, 'company.yaml'), 'utf8'));
  const counted: Counted = { kept: 0, context: 0, rejected: [], excluded: [] };
  await READERS[kind].read(
    { path: join(made.dir, file), fileName: file, month: '2026-10', company },
    {
      keep: (_rowNo, inPeriod) => {
        if (inPeriod) counted.kept++;
        else counted.context++;
      },
      reject: (row) => void counted.rejected.push(row),
      exclude: (_rowNo, why) => void counted.excluded.push(why),
      room: () => Promise.resolve(),
    },
  );
  return counted;
}

it('is read by the product without a rejected row, every file of it', async () => {
  for (const file of made.result.files) {
    const counted = await read(file);
    expect({ ...file, rejected: counted.rejected, any: counted.kept > 0 }).toEqual({
      ...file,
      rejected: [],
      any: true,
    });
  }
});

it('has rows of the neighbour months as context, and one bank entry that is not booked', async () => {
  const counts = new Map(
    await Promise.all(made.result.files.map(async (file) => [file.file, await read(file)] as const)),
  );
  for (const name of ['orders.csv', 'receipts.csv', 'invoices.csv', 'card.csv', 'bank.camt053.xml', 'vouchers.csv']) {
    expect([name, (counts.get(name)?.context ?? 0) > 0]).toEqual([name, true]);
  }
  expect(counts.get('bank.camt053.xml')?.excluded).toEqual(['NOT_BOOKED']);
});
