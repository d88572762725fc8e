import type { CompanySettings } from './company';
import type { Profile } from './profile';
import type { Bilingual, FactRelation } from './words';

/** A file larger than this is not tried; it is imported. */
export const TRIAL_BYTES_MAX = 20 * 1024 ** 2;

/** What a file would become, read without being stored. */
export interface Trial {
  /** The encoding of a text; `xlsx`. Null where the file was refused before that was known. */
  readonly form: string | null;
  readonly rowsIn: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly excluded: number;
  /** Of the excluded: rows of another month. */
  readonly otherMonth: number;
  /** What is accepted adds up to, per currency: decimal strings. */
  readonly totals: Readonly<Record<string, string>>;
  /** The first rows, by column of ours. */
  readonly rows: readonly TrialRow[];
  /** The first rejected rows. */
  readonly rejectedRows: readonly {
    readonly line: number;
    readonly column: string;
    readonly value: string;
    readonly code: string;
    readonly reason: Bilingual;
  }[];
  /** The first excluded rows, with a code each. */
  readonly excludedRows: readonly { readonly line: number; readonly why: string }[];
  /** Why the file as a whole would be refused. */
  readonly refusal: { readonly code: string; readonly reason: Bilingual; readonly line: number | null } | null;
}

export interface TrialRow {
  readonly line: number;
  readonly inPeriod: boolean;
  readonly values: Readonly<Record<string, string>>;
}

/** A mapping file made from a file, and what it makes of it. */
export interface Proposal {
  /** YAML, to be looked over and added. */
  readonly yaml: string;
  readonly relation: FactRelation;
  /** What a person has to look at. */
  readonly unsure: readonly Bilingual[];
  /** null: columns are missing, and nothing can be read yet. */
  readonly trial: Trial | null;
}

/** What is known of a file that is looked at. */
export interface TrialFile {
  readonly path: string;
  readonly fileName: string;
  readonly encoding?: string;
  /** How many rows to show. */
  readonly rows: number;
}

/** Looks at files without storing them: the part of `sources/` that the door is handed over. */
export interface FileTrials {
  /** @throws Problem where the file cannot even be opened, or nothing in it is a header: NO_HEADER_FOUND */
  propose(file: TrialFile & { readonly relation?: FactRelation; readonly name?: string }): Promise<Proposal>;
  try(
    file: TrialFile,
    profile: Profile,
    of: { readonly month: string; readonly company: CompanySettings },
  ): Promise<Trial>;
}
