import type { JsonObject } from '../records';
import { cellOf, type MappedRecord, type Ruling } from '../records';

/** What every part's rule reads of a record's life; see `standingOf`. */
export const STANDING = { standing: 'life_status', deleted: 'is_deleted' } as const;

const NOT_YET = ['ineffective', 'under_review'];

/** Why a record is no row: it was invalidated or deleted. */
export function goneOf(record: MappedRecord): Ruling | null {
  if (record.cell('standing') === 'invalid') return { exclude: 'INVALIDATED' };
  return ['true', '1'].includes(record.cell('deleted')) ? { exclude: 'DELETED' } : null;
}

/** Whether a record is not in force yet: not submitted, or still being approved. A changed one stands until the change is approved. */
export function isPending(record: MappedRecord): boolean {
  return NOT_YET.includes(record.cell('standing'));
}

/** Why a record does not count: it is gone, or not in force yet. */
export function outOf(record: MappedRecord): Ruling | null {
  return goneOf(record) ?? (isPending(record) ? { exclude: 'NOT_IN_FORCE' } : null);
}

/** The same for a record that is only added up. */
export function counts(record: JsonObject): boolean {
  const standing = cellOf(record['life_status']);
  return standing !== 'invalid' && !NOT_YET.includes(standing) && !['true', '1'].includes(cellOf(record['is_deleted']));
}
