import type { CompanySettings } from '../domain/company';
import type { SystemInfo } from '../domain/source-file';
import type { SourceMapping } from '../domain/source-mapping';
import type { Bilingual, FileKind } from '../domain/words';

export type { Setting } from '../domain/source-file';
export type { ObjectMapping, SourceMapping } from '../domain/source-mapping';

/** What a connection may use: nothing else comes in from outside. */
export interface Access {
  /** The settings that are no secrets, defaults filled in. */
  readonly settings: Readonly<Record<string, string>>;
  /** Reads a secret anew. @throws SourceStops SECRET_MISSING, SECRET_EXPOSED (its file can be read by others) */
  readonly secret: (name: string) => string;
  /** The company's own mapping of this source, as `source mapping` keeps it; absent where it has none. */
  readonly mapping?: SourceMapping;
  readonly company: CompanySettings;
  readonly now: () => Date;
  /** Ends every request in flight. */
  readonly signal: AbortSignal;
  /** A folder of this pull alone, where files lie until their bytes are kept as evidence. */
  readonly scratch: string;
}

/** A piece of a source's month that arrives or is missing by itself. */
interface PartBase {
  /** Unique in the source's month, stable, readable: `orders`, `trade/2026-10-17`, `statement_20261031.sta`. */
  readonly key: string;
  readonly title: Bilingual;
  /** YYYY-MM-DD in the source's zone, where the part is one day's. */
  readonly day?: string;
  /** It cannot be there before: a bill that is made the next morning. */
  readonly notBefore?: Date;
}

/** Records of one object, page by page, kept as they came; the month's file is made of them. */
export interface RecordsPart extends PartBase {
  readonly nature: 'records';
  /** The kind whose reader maps these records; absent where they only serve others (customers, products). */
  readonly kind?: FileKind;
  /** Keys of parts whose records the file needs beside these. */
  readonly uses?: readonly string[];
}

/** One file, as the system hands it out. */
export interface FilePart extends PartBase {
  readonly nature: 'file';
  readonly kind: FileKind;
}

export type Part = RecordsPart | FilePart;

export interface SourceRecord {
  readonly id: string;
  /** When the system changed it last, ISO 8601 with zone. */
  readonly modifiedAt: string;
  readonly deleted?: true;
  /** The record's JSON as received, figures untouched, on one line; empty where it is deleted. */
  readonly text: string;
}

export interface Page {
  readonly records: readonly SourceRecord[];
  /**
   * Where to go on after this page, also in weeks: the connection's own words, at most 4 kB. After the last page it leads to what has changed
   * since, with an overlap.
   */
  readonly cursor: string;
  /** How many records there are in all, where the system says so: for progress. */
  readonly expected?: number;
}

/** What became of a file part. */
export type Arrival =
  | { readonly state: 'arrived'; readonly path: string; readonly fileName: string; readonly encoding?: string }
  /** The system says that there is nothing for this part, and the time is such that this is final. */
  | { readonly state: 'empty'; readonly reason: Bilingual };

/** One line of `source test`. */
export interface Finding {
  /** What was tried: `sign-in`, an object, a permission. */
  readonly subject: string;
  readonly state: 'ok' | 'warning' | 'missing';
  readonly said: Bilingual;
  /** One row of the object as it would be read: canonical column → value. */
  readonly sample?: Readonly<Record<string, string>>;
}

/** Everything a month is told to hold, and the two natures of getting it. */
export interface Connection {
  /** What a whole month consists of, in the order it is fetched. May ask the system (which files lie there). */
  parts(month: string): Promise<readonly Part[]>;
  /**
   * Signs in, reads one row of each object, says what is mapped to what and which permission is missing. What a person can mend is a finding,
   * not an error.
   */
  test(): AsyncIterable<Finding>;
  /**
   * Pages of a records part from a cursor on; null is the beginning. Ends after the last page; may end without one when nothing has changed.
   * A record may come again, with the same or a later `modifiedAt`; it never stays away because others moved between pages.
   */
  pages(part: RecordsPart, month: string, cursor: string | null): AsyncIterable<Page>;
  /** How many live records the system counts in the month's part; absent where it cannot tell. */
  count?(part: RecordsPart, month: string): Promise<number | undefined>;
  fetch(part: FilePart, month: string): Promise<Arrival>;
  /** Ends what is held open. */
  close(): Promise<void>;
}

/**
 * One outside system. Connecting does nothing yet; everything that goes wrong later is a SourceWaits (try again, and when) or a SourceStops
 * (a person must act); nothing is ever silently partial.
 */
export interface SourceSystem extends SystemInfo {
  connect(access: Access): Connection;
}
