/** Where a module's records are read on. */
export interface Place {
  /** `list` reads what was changed; `deleted`, after it, what was deleted meanwhile. */
  readonly phase: 'list' | 'deleted';
  /** The window begins here, ISO 8601 with zone: changed since. Null: from the very first record. */
  readonly since: string | null;
  /** From 1 on, within the window. */
  readonly page: number;
  /** Beyond the first 2,000 records of a window. */
  readonly token?: string;
  /** Milliseconds since 1970 on this machine's clock; a token is good for a day. */
  readonly tokenUntil?: number;
  /** The last record of the page before: while it stands where it stood, no record has slipped past. */
  readonly seam?: string;
  /** The latest modification seen, in any pull. */
  readonly top: string | null;
  /** When this pull's first answer was given, by the system's clock: what is deleted later is asked for by it. */
  readonly begun: string | null;
  /** The same of the pull before. */
  readonly deletedSince: string | null;
  /** A digest of the fields asked for: with others everything is read again. */
  readonly fields: string;
}

const VERSION = 1;

export function writeCursor(place: Place): string {
  return JSON.stringify({ version: VERSION, ...place });
}

/** Null where it is of another version, or reads other fields: then everything is read again. */
export function readCursor(cursor: string | null, fields: string): Place | null {
  if (cursor === null) return null;
  const place = JSON.parse(cursor) as Place & { version: number };
  return place.version === VERSION && place.fields === fields ? place : null;
}
