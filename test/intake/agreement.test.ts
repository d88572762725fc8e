import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FILE_COLUMNS, type ColumnType, type CsvKind, type FileColumn } from '../../domain/file-columns';
import { csvReader } from '../../sources/csv';
import { readText, type ReadFile } from './reading';
import { testSeed } from '../support/seed';

const SEED = testSeed('INTAKE_SEED');

/** Cells as they are usually, and cells as they should not be. */
const USUAL: Record<ColumnType, string[]> = {
  text: ['华东', 'a "b"', '1', 'N-1', '两件, 共三件', '王五'],
  reference: ['SO-2026 001', 'so_1', '订单-9', 'Ｓ０１', 'R1', 'é-1'],
  date: ['2026-10-05', '2026-10-31', '2026-09-30', '2026/10/5', '2026年10月5日'],
  instant: [
    '2026-10-05 12:30:45',
    '2026-10-05T12:30:45+08:00',
    '2026-10-31',
    '2026-10-31T23:59:59+00:00',
    '2026-11-01 00:00:00',
  ],
  currency: ['CNY', 'CNY', 'USD', 'JPY', 'usd'],
  amount: ['100.00', '-5.50', '0', '45', '45.5', '1,234.50', '999999999999999.99', '0.05', '8'],
  base_amount: ['7.00', '-0.50', '1234567', '(8.00)'],
  decimal: ['1', '0.5', '12.345678', '-3', '1,000'],
  rate: ['0.13', '13%', '0'],
  word: [],
};
const ODD = [
  '',
  ' ',
  '　',
  '合计',
  'total',
  'NaN',
  '1e3',
  '1.239',
  'yesterday',
  '2026-02-30',
  'x\ty',
  'line\nbreak',
  '\\N',
  '\\',
  "'=1+1",
  '=1+1',
  '---',
  ' pad ',
  '\u00a0x\u00a0',
  '\ufeffy',
  '-0',
  '-0.00',
  '007',
  '.5',
  '5.',
  '１２３',
  'a\0b',
  'ﷺ',
  '🙂',
  'XXX',
  '"',
  "'",
  '12345678901234567890',
];

/** Rows whose amounts must add up are given zeros, so that some do. */
function cellOf(column: FileColumn, kind: CsvKind): fc.Arbitrary<string> {
  const isTerm = column.type === 'amount' && /^(invoices|channel)/.test(kind);
  const words = Object.entries(column.words ?? {}).flatMap(([word, chinese]) => [word, word.toUpperCase(), ...chinese]);
  const usual = fc.constantFrom(...(isTerm ? ['0.00', '0.00', '0', '0.0', '7.50'] : USUAL[column.type]), ...words);
  return fc.oneof(
    { arbitrary: usual, weight: 30 },
    { arbitrary: fc.constantFrom(...ODD), weight: 1 },
    { arbitrary: fc.string({ maxLength: 6 }), weight: 1 },
  );
}

function quote(cell: string, always: boolean): string {
  return always || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** A file of a kind: any of its optional columns, some unknown ones, any order, mostly clean rows. */
function fileOf(kind: CsvKind): fc.Arbitrary<string> {
  const { columns } = FILE_COLUMNS[kind];
  return fc
    .record({
      chosen: fc.shuffledSubarray(columns.filter(({ required }) => !required)),
      isChinese: fc.boolean(),
      hasExtra: fc.boolean(),
      quoteAll: fc.boolean(),
      lineEnd: fc.constantFrom('\n', '\r\n'),
    })
    .chain(({ chosen, isChinese, hasExtra, quoteAll, lineEnd }) => {
      const all = [...columns.filter(({ required }) => required), ...chosen].reverse();
      const header = [
        ...all.map(({ name, chinese }) => (isChinese ? (chinese[0] ?? name) : name)),
        ...(hasExtra ? ['备注"一"'] : []),
      ];
      const extra = hasExtra ? [fc.constantFrom('', 'plain', '中文', 'a "q"', 'b\\s')] : [];
      const row = fc.tuple(...all.map((column) => cellOf(column, kind)), ...extra).map((cells) => cells);
      const short = row.map((cells) => cells.slice(1));
      const rows = fc.array(fc.oneof({ arbitrary: row, weight: 40 }, { arbitrary: short, weight: 1 }), {
        minLength: 1,
        maxLength: 30,
      });
      return rows.map((table) =>
        [header, ...table].map((cells) => cells.map((cell) => quote(cell, quoteAll)).join(',')).join(lineEnd),
      );
    });
}

/** What a reading gives, or the refusal it ends with. */
async function outcome(read: () => Promise<ReadFile>): Promise<{ file?: ReadFile; refusal?: unknown }> {
  return read().then(
    (file) => ({ file }),
    (refusal: unknown) => ({ refusal }),
  );
}

describe(`the byte scan and the careful reader (seed ${SEED})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'intake-agreement-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(Object.keys(FILE_COLUMNS) as CsvKind[])('agree on every row of any %s', async (kind) => {
    let fastRows = 0;
    await fc.assert(
      fc.asyncProperty(fileOf(kind), async (text) => {
        const reader = csvReader(kind);
        const careful = await outcome(() => readText(reader, folder, text));
        const fast = await outcome(() => readText(reader, folder, text, { lane: true }));
        fastRows += fast.file?.fastRows ?? 0;
        expect({ ...fast, file: fast.file && { ...fast.file, fastRows: 0 } }).toEqual(careful);
      }),
      { seed: SEED, numRuns: 240 },
    );
    expect(fastRows).toBeGreaterThan(5);
  });

  test('clean rows take the fast way', async () => {
    const rows = Array.from({ length: 500 }, (_, i) => `SO-${i},C1,青禾,2026-10-05,CNY,${i}.00,1.00,已审核,,华东`);
    const text = [
      'order_no,customer_no,customer_name,order_date,currency,gross_amount,tax_amount,status,salesperson,region',
      ...rows,
    ].join('\n');
    expect((await readText(csvReader('orders-csv'), folder, text, { lane: true })).fastRows).toBe(500);
  });
});
