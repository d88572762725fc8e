import { isObject, type Json } from './json';

/** Milliseconds since 1970 have eleven to fourteen digits from 1973 on; no date of ours has. */
const EPOCH_MS = /^\d{11,14}$/;

/**
 * A value as a cell: a list of one is its item, an object its name (or its id where it has none), several items stand one behind the other. Nothing is
 * the empty text.
 */
export function cellOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (isObject(value)) return cellOf(value['name'] ?? value['id']);
  return value
    .map(cellOf)
    .filter((text) => text !== '')
    .join('、');
}

/** An instant that stands as milliseconds, in the form our tables have; any other text as it is. */
export function asDate(cell: string): string {
  if (!EPOCH_MS.test(cell)) return cell;
  return new Date(Number(cell)).toISOString().replace('.000Z', 'Z');
}

/** Zeros behind the last decimal say nothing: `100.0100` is `100.01`. */
export function withoutIdleZeros(cell: string): string {
  return /^-?[\d,]+\.\d*0+$/.test(cell) ? cell.replace(/\.?0+$/, '') : cell;
}

/** The id a reference holds: a text, or an object with an id, or a list of one of them. */
export function idOf(value: Json | undefined): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  if (Array.isArray(value)) return value.length === 1 ? idOf(value[0] as Json) : null;
  return isObject(value) ? idOf(value['id']) : null;
}
