import { readAs, trimCell, unreadable, type Reading } from './reading';

const CURRENCIES = new Set(Intl.supportedValuesOf('currency').filter((code) => !/^X[A-Z]{2}$/.test(code)));
/** The X codes that are money of countries; the others are metals, baskets and test codes. */
for (const code of ['XAF', 'XCD', 'XOF', 'XPF']) CURRENCIES.add(code);

export function isCurrency(code: string): boolean {
  return CURRENCIES.has(code);
}

/** An ISO 4217 code; BAD_CURRENCY otherwise. */
export function readCurrency(text: string): Reading<string> {
  const code = trimCell(text).toUpperCase();
  if (isCurrency(code)) return readAs(code);
  return unreadable(
    'BAD_CURRENCY',
    `“${code.slice(0, 40)}”不是 ISO 4217 币种代码，例如 CNY、USD`,
    `"${code.slice(0, 40)}" is not an ISO 4217 currency code such as CNY or USD`,
  );
}
