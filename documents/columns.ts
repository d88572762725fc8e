import type { CellKind, Column } from './outline';

/** A column of a report's table. */
export function column(zh: string, en: string, kind: CellKind = 'text', share = 1): Column {
  return { name: { zh, en }, kind, share };
}

/** An amount's column is as wide as a nine-digit amount needs. */
export function amountColumn(zh: string, en: string): Column {
  return column(zh, en, 'amount', 1.3);
}

/** What stands in the first column of a sum. */
export const TOTAL = '合计 Total';

export const CURRENCY = column('币种', 'Ccy', 'text', 0.6);
