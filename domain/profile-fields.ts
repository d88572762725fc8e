import { BANK_ENTRIES, FILE_COLUMNS, type FileColumn, type FileColumns } from './file-columns';
import type { FactRelation } from './words';

const TABLES: ReadonlyMap<FactRelation, FileColumns> = new Map(
  [...Object.values(FILE_COLUMNS), BANK_ENTRIES].map((table) => [table.relation, table] as const),
);

/** The columns of ours that a mapping file of this relation fills. */
export function tableOf(relation: FactRelation): FileColumns {
  const table = TABLES.get(relation);
  if (table === undefined) throw new Error(`no file fills ${relation}`);
  return table;
}

/**
 * Columns that are filled where the mapping file leaves them out: the company's currency, the profile's name as account,
 * a line's place in its voucher, a fee of nothing, and what is left of the gross amount.
 */
const FILLED_BY_ITSELF: Partial<Record<FactRelation, readonly string[]>> = {
  bank_entry: ['account'],
  ledger_entry: ['line_no'],
  channel_transaction: ['fee_amount', 'net_amount'],
};

/** Whether a mapping file must say where the column comes from. */
export function mustBeMapped(relation: FactRelation, column: FileColumn): boolean {
  return column.required && column.type !== 'currency' && !(FILLED_BY_ITSELF[relation] ?? []).includes(column.name);
}

export function isMoney({ type }: FileColumn): boolean {
  return type === 'amount' || type === 'base_amount';
}

export function isTime({ type }: FileColumn): boolean {
  return type === 'date' || type === 'instant';
}
