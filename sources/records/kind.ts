import type { CsvKind } from '../../domain/file-columns';
import type { Bilingual, StandardKind } from '../../domain/words';
import type { Json } from './json';
import type { Summed, Sum } from './lookups';
import type { References } from './paths';

/** How the records of one system become rows of one of our own kinds. */
export interface RecordsKind {
  readonly kind: StandardKind;
  readonly system: string;
  /** The own kind whose columns, words, signs and equations these rows have. */
  readonly as: CsvKind;
  /** The parts that a file of this kind may be made of: payments and refunds are both receipts. */
  readonly parts: Readonly<Record<string, PartRows>>;
  readonly references: References;
  /** Columns our tables ask for and this system may not know; empty means not known. */
  readonly unknown?: readonly string[];
  /** The field that holds the label of a coded value, where the system writes one beside it. */
  readonly labelOf?: (field: string) => string;
}

/** What a part's records give: the system's own defaults, over which a company's mapping lies. */
export interface PartRows {
  /** Column → path. Columns that our kind does not have are there for the rule alone. */
  readonly columns: Readonly<Record<string, string>>;
  /** Column → value or label in the system → our word. */
  readonly words?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What else the rule reads: name → path. */
  readonly reads?: Readonly<Record<string, string>>;
  readonly sum?: Sum;
  /** Columns whose paths lead through a reference to another part, whatever the field is that a company maps: column → that part. */
  readonly leads?: Readonly<Record<string, string>>;
  readonly each?: Each;
  readonly rule?: Rule;
}

/** Records that hold their rows in a list: an order with its lines. */
export interface Each {
  /** The field of the list; the first of several that the record has. */
  readonly lists: readonly string[];
  /** The name under which a row finds the record it stands in. */
  readonly around: string;
}

/** A record as its part's rule sees it. */
export interface MappedRecord {
  /** A mapped column or a name of `reads`; empty where the record says nothing. */
  cell(name: string): string;
  /** The same as it came: a list, an object, or a text. */
  value(name: string): Json;
  /** Our word for the same, by the mapping; unmapped as it is. */
  word(name: string): string;
  /** The same as a day of the company's zone; null where it is none. */
  day(name: string): string | null;
  /** What the records that refer to this one add up to. */
  sum(): Summed;
  /** YYYY-MM, of the file. */
  readonly month: string;
  readonly currency: string;
}

/** What a rule says: cells of its own, that the record is no row and why (a code), or what is wrong with it. */
export type Ruling =
  | { readonly cells: Readonly<Record<string, string>> }
  | { readonly exclude: string }
  | { readonly reject: { readonly column: string; readonly code: string; readonly reason: Bilingual } };

export type Rule = (record: MappedRecord) => Ruling;
