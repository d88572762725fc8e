import { Decimal } from '../money';
import type { Bilingual } from '../words';

/** A line of an order, as far as a difference may come from it. Decimal strings. */
export interface OrderLine {
  readonly lineNo: string;
  readonly product: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly discount: string;
  readonly gross: string;
}

interface Amounts {
  /** What is still to be explained of left − right. */
  readonly rest: Decimal;
  readonly left: Decimal;
  readonly right: Decimal;
}

/**
 * What of an order's lines makes up the difference: the other side adds up the lines, leaves out a discount or a line, or has another
 * quantity of one. Undefined where none of them fits to the cent, or several do.
 */
export function linesPart(lines: readonly OrderLine[], { rest, left, right }: Amounts): Bilingual | undefined {
  if (lines.length === 0 || rest.isZero()) return undefined;
  const gross = Decimal.sum(0, ...lines.map((line) => line.gross));
  if (gross.eq(right) && !gross.eq(left))
    return {
      zh: `订单行合计 ${gross.toFixed()}，与表头不符`,
      en: `the order’s lines add up to ${gross.toFixed()}, its head does not`,
    };
  const discount = Decimal.sum(0, ...lines.map((line) => line.discount));
  if (!discount.isZero() && discount.neg().eq(rest))
    return { zh: `折扣 ${discount.toFixed()} 没有扣除`, en: `the discount of ${discount.toFixed()} was not taken off` };
  return (
    only(lines.filter((line) => rest.eq(line.gross)).map(leftOut)) ??
    only(lines.flatMap((line) => otherQuantity(line, rest)))
  );
}

function leftOut({ lineNo, product, gross }: OrderLine): Bilingual {
  return { zh: `缺第 ${lineNo} 行 ${product}（${gross}）`, en: `line ${lineNo} ${product} (${gross}) is left out` };
}

/** A whole number of pieces more or less, at the line's price after its discount or before it. */
function otherQuantity({ lineNo, product, quantity, unitPrice, gross }: OrderLine, rest: Decimal): Bilingual[] {
  const pieces = new Decimal(quantity);
  if (!pieces.isInteger() || pieces.lte(1)) return [];
  for (const price of [new Decimal(unitPrice), new Decimal(gross).div(pieces)]) {
    if (price.isZero()) continue;
    const off = rest.div(price);
    if (!off.isInteger() || off.gte(pieces) || off.lt(pieces.neg())) continue;
    const other = pieces.sub(off).toFixed();
    return [
      {
        zh: `第 ${lineNo} 行 ${product} 按 ${other} 件而不是 ${pieces.toFixed()} 件计算`,
        en: `line ${lineNo} ${product} was counted as ${other} instead of ${pieces.toFixed()} pieces`,
      },
    ];
  }
  return [];
}

/** Two explanations are none. */
function only<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined;
}
