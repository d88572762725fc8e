import { Decimal } from 'decimal.js';

/** An amount on the wire and in payloads: a decimal string, never a number. */
export type MoneyString = string;

/** 18 digits and five decimals at most come in; sums of millions of them still fit exactly. */
Decimal.set({ precision: 60, toExpNeg: -40, toExpPos: 60 });

/** Currencies whose smallest unit is not a hundredth (ISO 4217). */
const ODD_DECIMALS: Readonly<Record<string, number>> = {
  BHD: 3,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

/** How many decimals a currency has. */
export function decimalsOf(currency: string): number {
  return ODD_DECIMALS[currency] ?? 2;
}

/** Writes an amount with its currency's decimals; more decimals are kept, never rounded away. */
export function formatAmount(amount: Decimal | MoneyString, currency: string): MoneyString {
  const value = new Decimal(amount);
  return value.toFixed(Math.max(decimalsOf(currency), value.decimalPlaces()));
}

export { Decimal };
