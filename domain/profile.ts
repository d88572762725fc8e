import type { FactRelation, Method } from './words';

/** Where a column of ours comes from in somebody else's file. Columns of the file are named as its header names them. */
export type CellSource =
  | { readonly how: 'value'; readonly value: string }
  | { readonly how: 'from'; readonly column: string; readonly sign?: SignColumn; readonly when?: Condition }
  /** The cells that are filled, one behind the other. */
  | { readonly how: 'join'; readonly columns: readonly string[]; readonly with: string }
  /** The first cell that is filled. */
  | { readonly how: 'first'; readonly columns: readonly string[] }
  /** Money out and money in, of which a row has one: in − out. */
  | { readonly how: 'sides'; readonly debit: string; readonly credit: string }
  | { readonly how: 'moment'; readonly date: string; readonly time: string }
  /** The customer's number among auxiliary dimensions: `客户---001---青禾`. */
  | { readonly how: 'dimension'; readonly column: string }
  /** What stands behind a label above the header row: `账号：6222…`. */
  | { readonly how: 'above'; readonly label: string };

/** A column that says whether an amount went out or came in. */
export interface SignColumn {
  readonly column: string;
  readonly out: readonly string[];
  readonly in: readonly string[];
}

/** The cell counts only in rows whose `column` is one of the words. */
export interface Condition {
  readonly column: string;
  readonly words: readonly string[];
}

/**
 * How a company reads one bank's or system's own file: a translation from the file's columns to those of one relation.
 * Written by people as YAML (docs/profiles.md), kept in versions.
 */
export interface Profile {
  readonly name: string;
  readonly relation: FactRelation;
  /** Of a channel's transactions: which channel. */
  readonly channel: Exclude<Method, 'other'> | null;
  /** `utf-8`, `gb18030` or `utf-16`; null: recognised. */
  readonly encoding: string | null;
  /** Of a workbook; null: the first sheet that has the header. */
  readonly sheet: string | null;
  /** null: recognised. */
  readonly separator: ',' | '\t' | ';' | null;
  /** The header row is the first that has all of these. */
  readonly header: readonly string[];
  /** By the column of ours, as docs/files.md names it. */
  readonly columns: Readonly<Record<string, CellSource>>;
  /** Columns whose blank cells repeat the row above. */
  readonly fill: readonly string[];
  /** Rows that are none, beside the usual 合计, 小计, 承前页. */
  readonly skip: readonly Condition[];
  /** Forms of dates beside those every file may have: `dd/MM/yyyy`, `excel-serial`. Empty: the usual ones. */
  readonly dates: readonly string[];
  /** The column of the running balance, which then has to be continuous. */
  readonly balance: string | null;
  /** The column of the merchant's number, and the number it must be. */
  readonly merchant: { readonly column: string; readonly number: string } | null;
  /** The file's words for ours, by column of ours: `[消费, payment]`. */
  readonly words: Readonly<Record<string, readonly (readonly [word: string, ours: string])[]>>;
  /** The columns that tell a row from every other; empty: everything that the row says. */
  readonly key: readonly string[];
}

/** Columns of the file that a source reads. */
export function columnsOfSource(source: CellSource): readonly string[] {
  switch (source.how) {
    case 'value':
    case 'above':
      return [];
    case 'from':
      return [
        source.column,
        ...(source.sign ? [source.sign.column] : []),
        ...(source.when ? [source.when.column] : []),
      ];
    case 'join':
    case 'first':
      return source.columns;
    case 'sides':
      return [source.debit, source.credit];
    case 'moment':
      return [source.date, source.time];
    case 'dimension':
      return [source.column];
  }
}
