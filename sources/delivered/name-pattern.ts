import { addDays } from '../../domain/periods';

/** What a name says of the time its file is about. */
export interface NameDate {
  /** YYYY-MM-DD */
  readonly day?: string;
  /** YYYY-MM; absent where the pattern holds no date. */
  readonly month?: string;
}

/** A pattern of names, one below the other: `{yyyyMM}/pos_{yyyyMMdd}*.csv` has two. */
export interface NamePattern {
  readonly text: string;
  readonly grain: 'day' | 'month' | 'none';
  /** How many names one below the other it asks for. */
  readonly depth: number;
  /** Whether one name fits at its place, whatever the others are. */
  readonly fits: (index: number, name: string) => boolean;
  /** What the names say, or undefined where they do not fit or name no real date. */
  readonly dateOf: (names: readonly string[]) => NameDate | undefined;
  /** The pattern with this day, or month, filled in; wildcards stay. */
  readonly filledIn: (date: string) => string;
}

/** Why a pattern cannot be used; the text goes into both languages' sentences. */
export class PatternError extends Error {}

type Unit = 'yyyy' | 'yy' | 'MM' | 'dd';
type Token = { readonly text: string } | { readonly wildcard: '*' | '?' } | { readonly unit: Unit };

/** More of them would make matching slow, and the pattern unclear. */
const MOST_WILDCARDS = 3;
const DIGITS: Readonly<Record<Unit, number>> = { yyyy: 4, yy: 2, MM: 2, dd: 2 };
const FORMAT = /^((?:yyyy|yy|MM|dd|[-_. 年月日])+)(?:([+-])(\d{1,2}))?$/;

/**
 * Reads a pattern. `*` stands for any characters and `?` for one, within a name; `{yyyyMMdd}`, `{yyyy-MM-dd}`, `{yyMMdd}`, `{yyyyMM}` and the like
 * for the date; `{yyyyMMdd+1}` for a file named after the day that follows the one it is about. Case does not matter.
 * @param separator what stands between names that lie one below the other
 * @throws PatternError
 */
export function namePattern(text: string, separator: string): NamePattern {
  const reading = new Reading();
  const steps = text
    .normalize('NFC')
    .split(separator)
    .map((step) => reading.tokensOf(step.trim()));
  if (steps.some((tokens) => tokens.length === 0)) throw new PatternError(`empty name in "${text}"`);
  const units = new Set(steps.flat().flatMap((token) => ('unit' in token ? [token.unit] : [])));
  const grain = grainOf(units, text);
  const expressions = steps.map((tokens) => expressionOf(tokens));
  return {
    text,
    grain,
    depth: steps.length,
    fits: (index, name) => expressions[index]?.test(name.normalize('NFC')) ?? false,
    dateOf: (names) => dateIn(steps, expressions, names, grain, reading.shift),
    filledIn: (date) => {
      const shown = grain === 'day' ? addDays(date, reading.shift) : date;
      return steps.map((tokens) => tokens.map((token) => filled(token, shown)).join('')).join(separator);
    },
  };
}

/** Splits steps into tokens and keeps the shift of days that any of them names. */
class Reading {
  shift = 0;

  tokensOf(step: string): Token[] {
    const tokens: Token[] = [];
    for (const [piece] of step.matchAll(/\{[^{}]*\}|[*?]|[^{}*?]+|[{}]/gu)) {
      if (piece === '*' || piece === '?') tokens.push({ wildcard: piece });
      else if (piece.startsWith('{')) tokens.push(...this.dateTokens(piece));
      else if (piece === '}') throw new PatternError(`"}" without "{" in "${step}"`);
      else tokens.push({ text: piece });
    }
    if (tokens.filter((token) => 'wildcard' in token).length > MOST_WILDCARDS) {
      throw new PatternError(`more than ${MOST_WILDCARDS} wildcards in "${step}"`);
    }
    if (step === '.' || step === '..') throw new PatternError(`"${step}"`);
    return tokens;
  }

  private dateTokens(braces: string): Token[] {
    const [, format, sign, days] = FORMAT.exec(braces.slice(1, -1)) ?? [];
    if (format === undefined) throw new PatternError(`"${braces}"`);
    if (days !== undefined) this.shift = sign === '-' ? -Number(days) : Number(days);
    return [...format.matchAll(/yyyy|yy|MM|dd|./gu)].map(([piece]) =>
      piece in DIGITS ? { unit: piece as Unit } : { text: piece },
    );
  }
}

function grainOf(units: ReadonlySet<Unit>, text: string): NamePattern['grain'] {
  if (units.size === 0) return 'none';
  if (!units.has('yyyy') && !units.has('yy')) throw new PatternError(`no year in "${text}"`);
  if (!units.has('MM')) throw new PatternError(`no month in "${text}"`);
  return units.has('dd') ? 'day' : 'month';
}

function expressionOf(tokens: readonly Token[]): RegExp {
  const source = tokens.map((token) => {
    if ('text' in token) return token.text.replace(/[$()*+.?[\\\]^{|}/]/g, '\\$&');
    if ('unit' in token) return `(\\d{${DIGITS[token.unit]}})`;
    return token.wildcard === '*' ? '[^/]*' : '[^/]';
  });
  return new RegExp(`^${source.join('')}$`, 'iu');
}

function dateIn(
  steps: readonly (readonly Token[])[],
  expressions: readonly RegExp[],
  names: readonly string[],
  grain: NamePattern['grain'],
  shift: number,
): NameDate | undefined {
  if (names.length !== steps.length) return undefined;
  const said = new Map<Unit, string>();
  for (const [index, tokens] of steps.entries()) {
    const found = expressions[index]?.exec((names[index] ?? '').normalize('NFC'));
    if (!found) return undefined;
    const units = tokens.flatMap((token) => ('unit' in token ? [token.unit] : []));
    for (const [at, unit] of units.entries()) {
      const value = found[at + 1] ?? '';
      if ((said.get(unit) ?? value) !== value) return undefined;
      said.set(unit, value);
    }
  }
  if (grain === 'none') return {};
  return realDate(said, grain, shift);
}

function realDate(said: ReadonlyMap<Unit, string>, grain: 'day' | 'month', shift: number): NameDate | undefined {
  const year = said.get('yyyy') ?? `20${said.get('yy') ?? ''}`;
  const month = `${year}-${said.get('MM') ?? ''}`;
  const day = `${month}-${said.get('dd') ?? '01'}`;
  const at = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day) return undefined;
  if (grain === 'month') return { month };
  const about = addDays(day, -shift);
  return { day: about, month: about.slice(0, 7) };
}

function filled(token: Token, date: string): string {
  if ('text' in token) return token.text;
  if ('wildcard' in token) return token.wildcard;
  const values = { yyyy: date.slice(0, 4), yy: date.slice(2, 4), MM: date.slice(5, 7), dd: date.slice(8, 10) };
  return values[token.unit];
}
