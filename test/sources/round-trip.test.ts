import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FILE_COLUMNS } from '../../domain/file-columns';
import { guardFormula } from '../../domain/formula-guard';
import { READERS } from '../../sources';
import { totalLabel } from '../../sources/csv/total-rows';
import { FileRefused, type SourceReader } from '../../sources/reader';
import type { StandardKind } from '../../domain/words';
import { COMPANY, readText } from '../intake/reading';
import { testSeed } from '../support/seed';
import { alipayBill, wechatBill } from './made-files';
import { alipayFundBill, wechatFundBill } from './made-fund-files';

const SEED = testSeed('SOURCES_SEED');
const CHANNEL = READERS['channel-csv'];
const COLUMNS = FILE_COLUMNS['channel-csv'].columns.map(({ name }) => name);
/** What must be the same after the way out and back: all that is told of a transaction, keys and day among it. */
const SAME = CHANNEL.columns.filter((column) => column !== 'row_key' && column !== 'extra');
const REFERENCES = ['transaction_no', 'merchant_reference', 'payout_no'];

type Row = Readonly<Record<string, string | null>>;

function rowOf(reader: SourceReader, values: readonly (string | null)[]): Row {
  return Object.fromEntries(reader.columns.map((column, i) => [column, values[i] ?? null]));
}

/** A record as our exports write it. */
function record(cells: readonly (string | null)[]): string {
  const written = cells.map((cell) => {
    const safe = guardFormula(cell ?? '');
    return /[",\r\n\t]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
  });
  return `${written.join(',')}\r\n`;
}

/** Our own tables take 合计 for a total row and no reference without a letter or digit; a provider's bill may have both. */
function isReferable(row: Row): boolean {
  if (totalLabel(row['transaction_no'] ?? '') !== null) return false;
  return REFERENCES.every((column) => row[column] === null || /[\p{L}\p{N}]/u.test(row[column] ?? ''));
}

describe(`a bill written out as channel-csv and read back (seed ${SEED})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'round-trip-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each<[StandardKind, fc.Arbitrary<string>]>([
    ['alipay-trade', alipayBill],
    ['wechat-trade', wechatBill],
    ['alipay-fund', alipayFundBill],
    ['wechat-fund', wechatFundBill],
  ])('%s has the same values', async (kind, bill) => {
    const reader = READERS[kind];
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(bill, fc.boolean(), async (text, lane) => {
        const read = await readText(reader, folder, text).catch((cause: unknown) => {
          if (cause instanceof FileRefused) return null;
          throw cause;
        });
        const rows = (read?.kept ?? []).map(({ values }) => rowOf(reader, values)).filter(isReferable);
        const csv = record(COLUMNS) + rows.map((row) => record(COLUMNS.map((column) => row[column] ?? null))).join('');
        const back = await readText(CHANNEL, folder, csv, { lane, company: COMPANY });
        const picked = (row: Row): Row => Object.fromEntries(SAME.map((column) => [column, row[column] ?? null]));
        expect(back.rejected).toEqual([]);
        expect(back.kept.map(({ values }) => picked(rowOf(CHANNEL, values)))).toEqual(rows.map(picked));
        compared += rows.length;
      }),
      { seed: SEED, numRuns: 150 },
    );
    expect(compared).toBeGreaterThan(150);
  });
});
