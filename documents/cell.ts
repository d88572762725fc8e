import { amount, localTime } from './format';
import type { CellKind } from './outline';

/** Numbers stand right-aligned, negative ones in red. */
export function isNumber(kind: CellKind): boolean {
  return kind === 'amount' || kind === 'quantity' || kind === 'count';
}

/** A cell as people read it, on paper and on screen. */
export function cellText(cell: string, kind: CellKind, timezone: string): string {
  if (isNumber(kind)) return amount(cell);
  return kind === 'time' ? localTime(cell, timezone) : cell;
}
