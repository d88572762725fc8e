import type { TableKind } from '../../domain/file-columns';
import type { Decimal } from '../../domain/money';
import type { Bilingual } from '../../domain/words';

/** Columns of which the third is the sum of the first and the second, with the refusal when it is not. */
export interface RowEquation {
  readonly terms: readonly [string, string];
  readonly sum: string;
  readonly code: string;
  readonly reason: Bilingual;
}

/** What must hold inside one row. Channels: net = gross - fee, written as a sum. */
export const ROW_EQUATIONS: Partial<Record<TableKind, RowEquation>> = {
  'invoices-csv': {
    terms: ['net_amount', 'tax_amount'],
    sum: 'gross_amount',
    code: 'TAX_SUM_DIFFERS',
    reason: { zh: '不含税金额 + 税额 ≠ 价税合计', en: 'net_amount + tax_amount is not gross_amount' },
  },
  'channel-csv': {
    terms: ['net_amount', 'fee_amount'],
    sum: 'gross_amount',
    code: 'NET_SUM_DIFFERS',
    reason: { zh: '净额 ≠ 交易金额 − 手续费', en: 'net_amount is not gross_amount - fee_amount' },
  },
};

/** The equation a row breaks, if any; a row with an amount that is not known breaks none. */
export function equationFault(
  kind: TableKind,
  amount: (column: string) => Decimal | null,
): { column: string; code: string; reason: Bilingual } | null {
  const equation = ROW_EQUATIONS[kind];
  if (!equation) return null;
  const [first, second] = equation.terms.map(amount);
  const sum = amount(equation.sum);
  if (!first || !second || !sum || first.plus(second).equals(sum)) return null;
  return { column: equation.sum, code: equation.code, reason: equation.reason };
}
