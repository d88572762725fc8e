/**
 * What is being gone through: everything of the month; then what was changed since; then what was invalidated since. Children are also gone
 * through by their changed parents, since a parent that moves into the month brings children that nobody touched.
 */
export type Sweep = 'all' | 'parents' | 'changed' | 'gone';

/** Parents whose children are being fetched. */
export interface Batch {
  /** Those of the month first. */
  readonly ids: readonly string[];
  /** How many of them belong to the month. */
  readonly ours: number;
  readonly isLast: boolean;
  /** When one of them was changed last; milliseconds. */
  readonly newest: number;
}

/** A place in a part, as a cursor keeps it. */
export interface Place {
  readonly sweep: Sweep;
  /** The last id seen. */
  readonly after: string;
  /** Changes from this moment on; milliseconds. */
  readonly since: number;
  /** When this round began: the next one takes what has changed since. */
  readonly began: number;
  /** The last parent whose children have all come. */
  readonly parentsAfter: string;
  readonly batch: Batch | null;
}

/** Their clock and ours may differ, and a record may be saved while it is read. */
const OVERLAP_MS = 10 * 60_000;

export function firstPlace(now: number): Place {
  return { sweep: 'all', after: '', since: 0, began: now, parentsAfter: '', batch: null };
}

/** Begins the next sweep; behind the last one stands the round that takes what will have changed. */
export function nextSweep(place: Place, sweeps: readonly Sweep[]): { readonly place: Place; readonly isDone: boolean } {
  const following = sweeps[sweeps.indexOf(place.sweep) + 1];
  const afresh = { after: '', parentsAfter: '', batch: null };
  if (following === undefined) {
    const sweep = sweeps[1] ?? 'changed';
    return { place: { ...afresh, sweep, since: place.began - OVERLAP_MS, began: 0 }, isDone: true };
  }
  const since = place.sweep === 'all' ? place.began - OVERLAP_MS : place.since;
  return { place: { ...afresh, sweep: following, since, began: place.began }, isDone: false };
}

/** @param cursor null or not ours: from the beginning on */
export function readCursor(cursor: string | null, now: number): Place {
  if (cursor === null) return firstPlace(now);
  const place = JSON.parse(cursor) as Place;
  return place.began === 0 ? { ...place, began: now } : place;
}

export function writeCursor(place: Place): string {
  return JSON.stringify(place);
}
