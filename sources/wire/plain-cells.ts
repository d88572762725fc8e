import { unitsOf } from '../bytes/byte-cells';
import type { CellRow } from '../bytes/cell-row';
import { NO_CELL } from '../bytes/line-scanner';
import type { Header } from './header';

const TAB = 0x09;
const SPACE = 0x20;
const BACKTICK = 0x60;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;

/** The cells that a table's reader looks into. */
export function packedCells<K extends string>(header: Header<K>): Int32Array {
  const used = Object.values<number>(header.cellPlaces).filter((cell) => cell !== NO_CELL);
  return Int32Array.from([...used, ...header.extraColumns.map(({ cell }) => cell)]);
}

/**
 * Takes the plain packing off some cells of a row by moving their ends: spaces and TABs around them, one leading
 * backtick. What else `cleanCell` takes off, the cells' readers refuse: they are to vouch for every byte.
 */
export function unpackCells({ bytes, starts, ends }: CellRow, cells: Int32Array): void {
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i] as number;
    let start = starts[cell] as number;
    let end = ends[cell] as number;
    while (end > start && isBlank(bytes[end - 1] as number)) end--;
    while (start < end && isBlank(bytes[start] as number)) start++;
    if (start < end && bytes[start] === BACKTICK) {
      start++;
      while (start < end && isBlank(bytes[start] as number)) start++;
    }
    starts[cell] = start;
    ends[cell] = end;
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

/** Whether a cell is zero as an amount, which says nothing: `0`, `0.00`, `-0.0`. */
export function isZeroText(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start] === MINUS ? start + 1 : start;
  if (bytes[first] !== ZERO || first >= end) return false;
  if (end === first + 1) return true;
  if (bytes[first + 1] !== DOT || end === first + 2) return false;
  for (let i = first + 2; i < end; i++) if (bytes[i] !== ZERO) return false;
  return true;
}

/** An empty cell is zero; zeros beyond the currency's decimals are padding. NaN where it is no plain amount. */
export function paddedUnits({ bytes, starts, ends }: CellRow, cell: number, decimals: number): number {
  const start = starts[cell] as number;
  let end = ends[cell] as number;
  if (start === end) return 0;
  let dot = end - 1;
  while (dot > start && bytes[dot] !== DOT) dot--;
  const kept = dot + 1 + decimals;
  if (dot > start) while (end > kept && bytes[end - 1] === ZERO) end--;
  return unitsOf(bytes, start, end, decimals);
}
