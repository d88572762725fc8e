import type { MoneyString } from '../domain/money';
import { clockIn } from '../domain/periods';
import type { Bilingual } from '../domain/words';

/** A decimal string for people: thousands separated, decimals as they are, a true minus sign. `−1,234.50` */
export function amount(value: MoneyString): string {
  const [whole = '', decimals] = value.replace('-', '').split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const sign = value.startsWith('-') ? '−' : '';
  return decimals === undefined ? `${sign}${grouped}` : `${sign}${grouped}.${decimals}`;
}

/** An amount with its currency in front: `CNY 1,234.50`. */
export function money(value: MoneyString, currency: string): string {
  return `${currency} ${amount(value)}`;
}

/** A whole number with thousands separated. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A point in time on the clocks of a zone, to the minute: `2026-11-03 18:00`. */
export function localTime(iso: string, timeZone: string): string {
  return clockIn(Date.parse(iso), timeZone);
}

/** Chinese first, English beside it, on one line. */
export function both(text: Bilingual): string {
  return `${text.zh} ${text.en}`;
}
