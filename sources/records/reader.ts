import { RELATION_OF_KIND } from '../../domain/words';
import { CarefulRow, type RowOutcome } from '../csv/careful-row';
import { valueColumns } from '../csv/column-plan';
import {
  FileRefused,
  type ReadContext,
  type ReadSummary,
  type RejectedRow,
  type RowSink,
  type SourceReader,
} from '../reader';
import { readAmount, ZoneClock } from '../text';
import { wrongKind } from '../wire/refusal';
import { openRecords, type RecordLine } from './file';
import type { RecordsKind, Ruling } from './kind';
import type { RecordsHeader } from './lines';
import { Lookups } from './lookups';
import { RecordRow, type Reading } from './mapped-record';
import { planMapping, shapeOf } from './mapping';
import { rowsWithin } from './rows-within';

/**
 * The reader of the records of one system as rows of one of our own kinds. A row stands on its record's line; codes and reasons are those of our
 * CSV kinds. Memory is that of the fields needed of the used parts.
 * @throws (from read) FileRefused WRONG_KIND, WRONG_MONTH, RECORDS_BROKEN, MISSING_FOOTER, FOOTER_MISMATCH, ROW_BELOW_FOOTER, UNDECODABLE
 */
export function recordsReader(kind: RecordsKind): SourceReader {
  return {
    kind: kind.kind,
    relation: RELATION_OF_KIND[kind.kind],
    columns: valueColumns(shapeOf(kind)),
    read: (context, sink) => readRecords(kind, context, sink),
  };
}

async function readRecords(kind: RecordsKind, context: ReadContext, sink: RowSink): Promise<ReadSummary> {
  const { header, records } = await openRecords(context.path);
  const reading = readingOf(kind, header, context);
  const rows = new Rows(reading, sink);
  for await (const block of records) {
    for (const line of block) {
      if (line.part === header.part) rows.take(line);
      else reading.lookups.add(line);
    }
    await sink.room();
  }
  const { mapping } = reading;
  const paths = [...mapping.paths.keys()].filter((name) =>
    mapping.plan.columns.some(({ column }) => column.name === name),
  );
  return { detected: { part: header.part, columns: paths, unknownColumns: mapping.idle }, rowsIn: rows.rowsIn };
}

function readingOf(kind: RecordsKind, header: RecordsHeader, { month, company }: ReadContext): Reading {
  const rows = header.system === kind.system ? kind.parts[header.part] : undefined;
  if (rows === undefined) {
    throw wrongKind(
      `文件是 ${header.system} 的 ${header.part}，不是 ${kind.kind}`,
      `the file holds ${header.part} of ${header.system}, which is not ${kind.kind}`,
    );
  }
  if (header.month !== month) throw wrongMonth(header.month, month);
  const mapping = planMapping(kind, header.part, rows, header.mapping);
  const lookups = new Lookups(mapping.references, mapping.needs, rows.sum);
  return { mapping, lookups, month, currency: company.currency, clock: new ZoneClock(company.timezone) };
}

/** Where a row stands. */
type RowPlace = Pick<RejectedRow, 'rowNo' | 'line'>;

/** Takes the part's own records to the sink: one row each, or one for each line in them. */
class Rows {
  rowsIn = 0;
  private numbered = 0;
  private readonly careful: CarefulRow;
  private readonly names: readonly string[];

  constructor(
    private readonly reading: Reading,
    private readonly sink: RowSink,
  ) {
    const { mapping, month, currency, clock } = reading;
    this.careful = new CarefulRow(mapping.plan, { month, currency, clock });
    this.names = mapping.plan.headers;
  }

  take(line: RecordLine): void {
    const { each } = this.reading.mapping.rows;
    if (each === undefined) {
      this.row(line, line.line);
      return;
    }
    const rows = rowsWithin(line, each);
    for (const row of rows) this.row(row, this.next());
    if (rows.length > 0) return;
    this.rowsIn += 1;
    this.sink.exclude(this.next(), 'NO_LINES');
  }

  /** Rows that stand in one record are numbered through: its line is no number of theirs. */
  private next(): number {
    this.numbered += 1;
    return this.numbered;
  }

  private row(line: RecordLine, rowNo: number): void {
    this.rowsIn += 1;
    const at = { rowNo, line: line.line };
    const record = new RecordRow(this.reading, line);
    const ruling: Ruling = this.reading.mapping.rows.rule?.(record) ?? { cells: {} };
    const cells = record.cells('cells' in ruling ? ruling.cells : {});
    if ('exclude' in ruling) this.exclude(rowNo, ruling.exclude, cells, record.currency);
    else if ('reject' in ruling) this.reject(at, cells, this.careful.reject(cells, this.faultOf(cells, ruling)));
    else this.hand(at, cells, this.careful.read(cells));
  }

  private hand(at: RowPlace, cells: readonly string[], outcome: RowOutcome): void {
    switch (outcome.verdict) {
      case 'keep':
        this.sink.keep(at.rowNo, outcome.inPeriod, outcome.values, outcome.amount, outcome.currency);
        return;
      case 'reject':
        this.reject(at, cells, outcome);
        return;
      case 'total':
      case 'blank':
        this.sink.exclude(at.rowNo, 'TOTAL_ROW');
    }
  }

  private reject(
    at: RowPlace,
    cells: readonly string[],
    { fault, amount, currency }: Extract<RowOutcome, { verdict: 'reject' }>,
  ): void {
    const named = cells.map((cell, i) => [this.names[i] ?? '', cell.replaceAll('\0', '\ufffd')] as const);
    const worth = amount === undefined || currency === undefined ? {} : { amount, currency };
    this.sink.reject({ ...at, ...fault, cells: Object.fromEntries(named), ...worth });
  }

  private faultOf(cells: readonly string[], { reject }: Extract<Ruling, { reject: unknown }>) {
    const value = cells[this.names.indexOf(reject.column)] ?? '';
    return { column: reject.column, value, code: reject.code, reason: reject.reason };
  }

  private exclude(rowNo: number, why: string, cells: readonly string[], currency: string): void {
    const worth = readAmount(cells[this.names.indexOf(this.careful.control)] ?? '', currency);
    if (worth.ok) this.sink.exclude(rowNo, why, worth.value, currency);
    else this.sink.exclude(rowNo, why);
  }
}

function wrongMonth(found: string, month: string): FileRefused {
  return new FileRefused('WRONG_MONTH', {
    zh: `文件是 ${found} 的记录，不是 ${month}，请导入到它自己的月份`,
    en: `the file holds the records of ${found}, not of ${month}; import it into its own month`,
  });
}
