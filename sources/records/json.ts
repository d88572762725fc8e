import { isLosslessNumber, parse, stringify } from 'lossless-json';
import { Decimal } from '../../domain/money';

/** A JSON value whose numbers are their digits as text. */
export type Json = string | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** An exponent beyond this is no figure of a business document. */
const EXPONENT_MAX = 40;

/**
 * Reads JSON without losing a digit: numbers become the text they are written as, `1.2345678E7` written out.
 * @throws SyntaxError
 */
export function readJson(text: string): Json {
  return parse(text, null, writtenOut) as Json;
}

/** An answer read once: to look into, and to keep parts of it as they came. */
export class ExactJson {
  /** @param value as `lossless-json` reads it */
  private constructor(private readonly value: unknown) {}

  /** @throws SyntaxError */
  static read(text: string): ExactJson {
    return new ExactJson(parse(text));
  }

  at(name: string): ExactJson | null {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return null;
    return new ExactJson((value as Record<string, unknown>)[name]);
  }

  /** The items of a list; null where it is none. */
  items(): ExactJson[] | null {
    return Array.isArray(this.value) ? this.value.map((item) => new ExactJson(item)) : null;
  }

  /** Its JSON on one line, figures untouched. */
  get text(): string {
    return stringify(this.value) as string;
  }

  get plain(): Json {
    return plainOf(this.value);
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function plainOf(value: unknown): Json {
  if (isLosslessNumber(value)) return writtenOut(value.value);
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value !== 'object' || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plainOf(one)]));
}

function writtenOut(digits: string): string {
  const exponent = /[eE]([+-]?\d+)$/.exec(digits)?.[1];
  if (exponent === undefined || Math.abs(Number(exponent)) > EXPONENT_MAX) return digits;
  return new Decimal(digits).toFixed();
}

/** A text of its own. What is cut out of a long text keeps all of it in memory: a name would hold the quarter megabyte it was read with. */
export function ownText(text: string): string {
  return Buffer.from(text).toString();
}
