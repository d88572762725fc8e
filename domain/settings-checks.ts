import { decimalsOf } from './money';
import type { Expected } from './settings-reader';

/** Says what a setting's text should have been; null where it will do. */
export type Check = (text: string) => Expected | null;

export function matches(pattern: RegExp, zh: string, en: string): Check {
  return (text) => (pattern.test(text) ? null : { zh, en });
}

export function oneOf(words: readonly string[]): Check {
  return (text) => (words.includes(text) ? null : { zh: words.join('、'), en: `one of ${words.join(', ')}` });
}

/** An amount of the currency, as a decimal string. */
export function isAmount(currency: string): Check {
  const decimals = decimalsOf(currency);
  return (text) => {
    const found = /^\d{1,15}(?:\.(\d+))?$/.exec(text);
    if (found && (found[1]?.length ?? 0) <= decimals) return null;
    return { zh: `不为负、至多 ${decimals} 位小数的金额`, en: `an amount, not negative, at most ${decimals} decimals` };
  };
}
