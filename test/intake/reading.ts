import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompanySettings } from '../../domain/company';
import type { RejectedRow, ReadSummary, RowSink, SourceReader } from '../../sources/reader';

export const COMPANY: CompanySettings = {
  code: 'intake',
  name: '测试公司',
  currency: 'CNY',
  timezone: 'Asia/Shanghai',
  accounts: {
    receivable: '1122',
    revenue: '6001',
    outputTax: '2221',
    bank: '1002',
    channels: '1012',
    cash: '1001',
    fees: '6603',
  },
  merchants: {},
  banks: [],
  policy: {
    tolerance: { amount: '0.00', feePerBatch: '1.00', days: 5, writeOff: '1.00' },
    checks: { open_exceptions: 'block', parked_documents: 'warn', rejected_rows: 'warn' },
    deadlines: {
      cutoff: { workingDay: 1, time: '18:00' },
      review: { workingDay: 3, time: '18:00' },
      approve: { workingDay: 4, time: '18:00' },
    },
    approvalTiers: [{ upTo: null, roles: ['approver'] }],
    reminders: { every: 'PT24H', escalateAfter: 'PT72H' },
    recipients: { report: [], blockers: [] },
  },
};

export interface KeptRow {
  readonly rowNo: number;
  readonly inPeriod: boolean;
  readonly values: readonly (string | null)[];
}

export interface ReadFile {
  readonly kept: KeptRow[];
  readonly rejected: RejectedRow[];
  readonly excluded: { readonly rowNo: number; readonly why: string }[];
  /** Sums of the control amounts of kept and context rows, per currency and fate. */
  readonly tallies: Readonly<Record<string, string>>;
  readonly summary: ReadSummary;
  /** Rows that came as ready lines. */
  readonly fastRows: number;
}

export interface ReadOptions {
  readonly month?: string;
  readonly fileName?: string;
  readonly encoding?: string;
  readonly company?: CompanySettings;
  /** Whether the sink takes ready lines. */
  readonly lane?: boolean;
}

/** Reads a text with a reader into memory, through the lane or with care. */
export async function readText(
  reader: SourceReader,
  folder: string,
  text: string | Buffer,
  options: ReadOptions = {},
): Promise<ReadFile> {
  const path = join(folder, 'file.csv');
  writeFileSync(path, text);
  const { sink, result } = collector(options.lane ?? false);
  const summary = await reader.read(
    {
      path,
      fileName: options.fileName ?? 'file.csv',
      month: options.month ?? '2026-10',
      company: options.company ?? COMPANY,
      ...(options.encoding === undefined ? {} : { encoding: options.encoding }),
    },
    sink,
  );
  return { ...result(), summary };
}

function collector(withLane: boolean): { sink: RowSink; result: () => Omit<ReadFile, 'summary'> } {
  const kept: KeptRow[] = [];
  const rejected: RejectedRow[] = [];
  const excluded: { rowNo: number; why: string }[] = [];
  const sums = new Map<string, bigint>();
  let fastRows = 0;
  const add = (fate: string, currency: string, amount: string): void => {
    const key = `${currency} ${fate}`;
    sums.set(key, (sums.get(key) ?? 0n) + BigInt(amount.replace('.', '')));
  };
  const sink: RowSink = {
    keep(rowNo, inPeriod, values, amount, currency) {
      kept.push({ rowNo, inPeriod, values });
      add(inPeriod ? 'kept' : 'context', currency, amount);
    },
    reject: (row) => void rejected.push(row),
    exclude: (rowNo, why) => void excluded.push({ rowNo, why }),
    room: () => Promise.resolve(),
  };
  const lane: NonNullable<RowSink['lane']> = {
    periodId: 1,
    batchId: 5,
    take: () => Promise.resolve(Buffer.alloc(40 << 10)),
    send(buffer, length, tally) {
      const lines = buffer.toString('utf8', 0, length).split('\n').slice(0, -1);
      fastRows += lines.length;
      kept.push(...lines.map(parseLine));
      for (const { currency, kept: rows, context, keptAmount, contextAmount } of tally) {
        if (rows > 0) add('kept', currency, keptAmount);
        if (context > 0) add('context', currency, contextAmount);
      }
    },
  };
  const result = (): Omit<ReadFile, 'summary'> => ({
    kept: kept.sort((a, b) => a.rowNo - b.rowNo),
    rejected,
    excluded,
    tallies: Object.fromEntries([...sums].sort().map(([key, sum]) => [key, String(sum)])),
    fastRows,
  });
  return { sink: withLane ? { ...sink, lane } : sink, result };
}

/** A COPY line back as values. */
function parseLine(line: string): KeptRow {
  const [, id = '', inPeriod, ...values] = line.split('\t');
  return {
    rowNo: Number(BigInt(id) % 2n ** 32n),
    inPeriod: inPeriod === 't',
    values: values.map((value) => (value === '\\N' ? null : value.replaceAll('\\\\', '\\'))),
  };
}
