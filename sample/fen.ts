/** An amount in fen, hundredths of a yuan: exact, and fast enough for millions of rows. */
export type Fen = bigint;

/** `-123456n` → `-1234.56` */
export function formatFen(amount: Fen): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(3, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** numerator / denominator, halves away from zero. */
function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  const absolute = numerator < 0n ? -numerator : numerator;
  const quotient = (absolute * 2n + denominator) / (denominator * 2n);
  return numerator < 0n ? -quotient : quotient;
}

/** The tax inside an amount with tax: gross / (1 + rate) × rate, to the fen. `percent` 13 means 13 %. */
export function taxInside(gross: Fen, percent: number): Fen {
  return divideHalfUp(gross * BigInt(percent), BigInt(100 + percent));
}

/** A share of an amount in ten-thousandths, to the fen: 60 is 0.60 %. */
export function shareOf(amount: Fen, tenThousandths: number): Fen {
  return divideHalfUp(amount * BigInt(tenThousandths), 10_000n);
}
