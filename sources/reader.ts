import type { CompanySettings } from '../domain/company';
import type { FactRelation, FileKind } from '../domain/words';
import type { BalanceSpan } from '../domain/balance-gaps';
import type { Bilingual } from '../domain/words';
import { Problem } from '../domain/problem';

/** What a reader may know beside the bytes. */
export interface ReadContext {
  /** The evidence file on disk. */
  readonly path: string;
  /** The name the file was given by the person who imported it. */
  readonly fileName: string;
  /** YYYY-MM, the month the file is imported into. */
  readonly month: string;
  readonly company: CompanySettings;
  /** `utf-8`, `gb18030` or `utf-16` when the person said so; recognised otherwise. */
  readonly encoding?: string;
}

/** A row that cannot be accepted. */
export interface RejectedRow {
  /** Unique in the batch; for text files the line. */
  readonly rowNo: number;
  readonly line: number;
  /** The column as the file names it. */
  readonly column: string;
  readonly value: string;
  readonly code: string;
  readonly reason: Bilingual;
  /** The row as read, by column name, to correct and resubmit. */
  readonly cells: Readonly<Record<string, string>>;
  /** What it was worth where that could be read, for the control totals. */
  readonly amount?: string;
  readonly currency?: string;
}

/**
 * Where a reader puts rows. `keep` and `copy` only fill buffers; a reader awaits `room()` between chunks, so memory
 * stays flat whatever the file.
 */
export interface RowSink {
  /**
   * One accepted row, or one of another month kept as context (`inPeriod` false, counted excluded).
   * `values` stand in the order of the reader's `columns`; null is NULL. `amount` is the row's control amount.
   */
  keep(rowNo: number, inPeriod: boolean, values: readonly (string | null)[], amount: string, currency: string): void;
  reject(row: RejectedRow): void;
  /** A row that is read but not kept: a total row, an entry not booked. `why` is a code. */
  exclude(rowNo: number, why: string, amount?: string, currency?: string): void;
  /** Resolves when there is room for more. */
  room(): Promise<void>;
  /** Present where rows are loaded: a faster way in, for a reader that can write them as the database takes them. */
  readonly lane?: CopyLane;
}

/** Rows in PostgreSQL's COPY text form, for files whose number of rows makes a call and strings per row too slow. */
export interface CopyLane {
  /** A line is period_id, id (= batchId * 2^32 + rowNo), in_period, then the reader's columns. */
  readonly periodId: number;
  readonly batchId: number;
  /** An empty buffer to fill; waits while all are on their way to the database. */
  take(): Promise<Buffer>;
  /** Gives it back with whole lines in its first `length` bytes, and what they hold. */
  send(buffer: Buffer, length: number, tally: readonly LineTally[]): void;
}

/** The rows of one currency in a buffer of lines. */
export interface LineTally {
  readonly currency: string;
  readonly kept: number;
  /** Rows of another month. */
  readonly context: number;
  /** Sums of the control amount, decimal strings. */
  readonly keptAmount: string;
  readonly contextAmount: string;
}

/** What a reader tells of the file as a whole. */
export interface ReadSummary {
  /** How it was read: encoding, columns found, unknown columns, footer figures tied out. Shown to people. */
  readonly detected: Readonly<Record<string, unknown>>;
  /** What accounts held at the beginning and end of the file, in its order, where it says so: files of one account must join. */
  readonly balances?: readonly BalanceSpan[];
  /** alipay, wechat, card, cash, bank, where the file itself says it. */
  readonly channel?: string;
  /** Rows read, when the reader counts them apart from what it hands over: the intake ties the two out. */
  readonly rowsIn?: number;
  /** How the file names the relation's columns, for rows that are rejected after they were loaded. */
  readonly columnNames?: Readonly<Record<string, string>>;
  /** The cells of a rejected row that make its voucher's number, and what joins them. */
  readonly voucher?: { readonly cells: readonly string[]; readonly joint: string };
}

/** One file kind: its wire format to canonical rows, and nothing else. */
export interface SourceReader {
  readonly kind: FileKind;
  readonly relation: FactRelation;
  /** Columns of the relation that `values` fill, without period_id, id, in_period. */
  readonly columns: readonly string[];
  /**
   * Reads the whole file once, in bounded memory.
   * @throws FileRefused when the file as a whole is not what it should be: nothing of it is accepted
   */
  read(context: ReadContext, sink: RowSink): Promise<ReadSummary>;
}

/** The whole file is refused: wrong kind, merchant, month; no footer; totals that do not tie; bytes that are no text. */
export class FileRefused extends Problem {
  constructor(code: string, reason: Bilingual, where: { line?: number; column?: string; value?: string } = {}) {
    super(code, reason, 422, where);
  }
}
