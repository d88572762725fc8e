import type { FactRelation } from '../../../domain/words';
import { FACT_RELATIONS } from '../../../domain/words';
import { FileRefused } from '../../reader';
import { HEADER_WITHIN } from '../layout';
import { summaryLabel } from '../frame-rows';
import type { FileRecord } from '../records';
import { samplesOf, type ColumnSample } from './column-sample';
import { meaningsOf, type Meaning } from './dictionary';

/** A table in a file: its header, the rows above and the columns under it. */
export interface FoundTable {
  readonly relation: FactRelation;
  readonly header: FileRecord;
  readonly titles: readonly FileRecord[];
  readonly columns: readonly ColumnSample[];
  /** Columns by meaning; several for the same one in the order of the file. */
  readonly meant: ReadonlyMap<string, readonly ColumnSample[]>;
}

/** A header names at least so many things we know. */
const LEAST_KNOWN = 3;
/** Without these a table is not of the relation, whatever else it has; `a|b`: one of them. */
const ESSENTIAL: Partial<Record<FactRelation, readonly string[]>> = {
  bank_entry: ['booked_on', 'debit|amount', 'balance|counterparty|bank_reference|sign|credit'],
  channel_transaction: ['date', 'gross_amount', 'fee_amount|net_amount|merchant', 'transaction_no|type'],
  ledger_entry: ['posting_date', 'number', 'account', 'debit|amount'],
};

/**
 * Finds the table of a file by the names in its header, and what kind of rows it has.
 * @throws FileRefused NO_HEADER_FOUND
 */
export function findTable(records: readonly FileRecord[], isWorkbook: boolean, asked?: FactRelation): FoundTable {
  const relations = asked === undefined ? FACT_RELATIONS : [asked];
  let best: { table: FoundTable; score: number } | null = null;
  for (const [i, header] of records.slice(0, HEADER_WITHIN).entries()) {
    if (!mayBeHeader(header, relations)) continue;
    const below = records.slice(i + 1).filter(({ cells }) => isEntry(cells, header.cells));
    const columns = samplesOf(header, below, isWorkbook);
    for (const relation of relations) {
      const meant = meaningsIn(columns, meaningsOf(relation));
      const score = scoreOf(relation, meant);
      if (meant.size < LEAST_KNOWN || (best !== null && score <= best.score)) continue;
      best = { score, table: { relation, header, titles: records.slice(0, i), columns, meant } };
    }
  }
  if (best !== null) return best.table;
  throw noHeader();
}

function mayBeHeader({ cells }: FileRecord, relations: readonly FactRelation[]): boolean {
  const names = relations.flatMap((relation) => meaningsOf(relation).flatMap((meaning) => meaning.names));
  const known = cells.map(foldName).filter((cell) => cell !== '' && names.some((name) => name.test(cell)));
  return known.length >= LEAST_KNOWN;
}

function isEntry(cells: readonly string[], header: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell !== '').length;
  return filled > 2 && filled <= header.length && !cells.some((cell) => summaryLabel(cell) !== null);
}

function meaningsIn(columns: readonly ColumnSample[], meanings: readonly Meaning[]): Map<string, ColumnSample[]> {
  const taken = new Set<ColumnSample>();
  const meant = new Map<string, ColumnSample[]>();
  for (const meaning of meanings) {
    const found = meaning.names.flatMap((name) =>
      columns.filter((column) => !taken.has(column) && name.test(foldName(column.name)) && fits(column, meaning)),
    );
    const chosen = meaning.isMany === true ? columns.filter((column) => found.includes(column)) : found.slice(0, 1);
    if (chosen.length === 0) continue;
    for (const column of chosen) taken.add(column);
    meant.set(meaning.name, chosen);
  }
  return meant;
}

/** Dates in forms of their own are told apart later; here a time is not taken for one. */
function fits(column: ColumnSample, { holds }: Meaning): boolean {
  if (column.isEmpty || holds === undefined) return true;
  return holds === 'amount' ? column.isAmount : !column.filled.every((cell) => /^\d{1,2}:\d\d|^\d{5,6}$/.test(cell));
}

function scoreOf(relation: FactRelation, meant: ReadonlyMap<string, unknown>): number {
  const essential = ESSENTIAL[relation] ?? [];
  const has = essential.filter((names) => names.split('|').some((name) => meant.has(name))).length;
  const isWhole = essential.length > 0 && has === essential.length;
  return meant.size + (isWhole ? 10 : 0);
}

/** A name as the dictionary has it. */
export function foldName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\p{Pd}]+/gu, '')
    .replace('帐', '账')
    .replace(/\((元|人民币|rmb|cny)\)$/, '');
}

function noHeader(): FileRefused {
  return new FileRefused('NO_HEADER_FOUND', {
    zh: `前 ${HEADER_WITHIN} 行中没有认得出的表头（如 交易日期、借方发生额、余额；商户号、交易金额、手续费；凭证号、科目编码、借方金额）。请确认文件和编码，或用 --relation 指明内容后再试，或按 docs/profiles.md 手写映射文件。`,
    en: `None of the first ${HEADER_WITHIN} rows is a header that is known (such as 交易日期, 借方发生额, 余额; 商户号, 交易金额, 手续费; 凭证号, 科目编码, 借方金额). Check the file and its encoding, name its contents with --relation, or write the profile by hand (docs/profiles.md).`,
  });
}
