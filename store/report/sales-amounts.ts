import { Decimal, formatAmount } from '../../domain/money';
import type { SalesAmounts } from '../../domain/report-model';

/** A row of sums with its currency's decimals; net is what gross has beyond tax. */
export function salesAmounts(row: { currency: string; count: number; tax: string; gross: string }): SalesAmounts {
  const { currency, count } = row;
  return {
    currency,
    count,
    net: formatAmount(new Decimal(row.gross).minus(row.tax), currency),
    tax: formatAmount(row.tax, currency),
    gross: formatAmount(row.gross, currency),
  };
}

/** What a total has beyond the given parts of it. */
export function remainder(total: SalesAmounts, parts: readonly SalesAmounts[]): SalesAmounts {
  const less = (field: 'tax' | 'gross'): string =>
    parts.reduce((rest, part) => rest.minus(part[field]), new Decimal(total[field])).toFixed();
  return salesAmounts({
    currency: total.currency,
    count: parts.reduce((rest, part) => rest - part.count, total.count),
    tax: less('tax'),
    gross: less('gross'),
  });
}
