/** A record as the API writes it; what is a figure there is a `Figure` here, digit for digit. */
export interface ZohoRecord {
  readonly id: string;
  readonly Modified_Time: string;
  readonly [field: string]: unknown;
}

export interface Deletion {
  readonly id: string;
  readonly deleted_time: string;
}

/** Records that follow from their place: made when asked for, in the order of their modification and of their ids. */
export interface Made {
  readonly size: number;
  /** Milliseconds since 1970, not falling. */
  readonly modifiedAt: (place: number) => number;
  readonly record: (place: number) => ZohoRecord;
  /** The place of an id; -1 where it is none of these. */
  readonly placeOf: (id: string) => number;
}

export interface Wanted {
  /** Changed at or after, milliseconds since 1970. */
  readonly since: number;
  readonly sortBy: 'id' | 'Created_Time' | 'Modified_Time';
  readonly order: 'asc' | 'desc';
}

const NONE: Made = {
  size: 0,
  modifiedAt: () => 0,
  record: () => {
    throw new Error('there is none');
  },
  placeOf: () => -1,
};

/** A module's records: those made by their place, and those that were put in or changed since. */
export class Shelf {
  readonly deletions: Deletion[] = [];
  private readonly gone = new Set<number>();
  private readonly put = new Map<string, ZohoRecord>();
  private sorted: ZohoRecord[] | null = null;

  constructor(private readonly made: Made = NONE) {}

  get(id: string): ZohoRecord | null {
    const own = this.put.get(id);
    const place = this.made.placeOf(id);
    return own ?? (place === -1 || this.gone.has(place) ? null : this.made.record(place));
  }

  /** Puts a record in, or in the place of the one with its id. */
  set(record: ZohoRecord): void {
    const place = this.made.placeOf(record.id);
    if (place !== -1) this.gone.add(place);
    this.put.set(record.id, record);
    this.sorted = null;
  }

  /** @param at null: nothing tells of it, as when a restored record is gone again */
  delete(id: string, at: string | null): void {
    const place = this.made.placeOf(id);
    if (place !== -1) this.gone.add(place);
    this.put.delete(id);
    this.sorted = null;
    if (at !== null) this.deletions.push({ id, deleted_time: at });
  }

  /** Records from an offset on. */
  slice(wanted: Wanted, offset: number, limit: number): { rows: ZohoRecord[]; hasMore: boolean } {
    if (wanted.sortBy === 'Modified_Time' && wanted.order === 'asc') return this.inOrder(wanted.since, offset, limit);
    const all = [...this.all(wanted.since)].sort(by(wanted));
    return { rows: all.slice(offset, offset + limit), hasMore: all.length > offset + limit };
  }

  /** All records changed since, in the order of modification. */
  *all(since: number): Generator<ZohoRecord> {
    let rest = this.changed().filter((record) => Date.parse(record.Modified_Time) >= since);
    for (let place = this.firstSince(since); place < this.made.size; place += 1) {
      if (this.gone.has(place)) continue;
      const at = this.made.modifiedAt(place);
      while (rest[0] && Date.parse(rest[0].Modified_Time) < at) yield rest.shift()!;
      yield this.made.record(place);
    }
    yield* rest;
    rest = [];
  }

  /** How many were changed since; quick where nothing was changed. */
  countSince(since: number): number {
    const made = this.made.size - this.firstSince(since);
    const gone = [...this.gone].filter((place) => this.made.modifiedAt(place) >= since).length;
    return made - gone + this.changed().filter((record) => Date.parse(record.Modified_Time) >= since).length;
  }

  private inOrder(since: number, offset: number, limit: number): { rows: ZohoRecord[]; hasMore: boolean } {
    const first = this.firstSince(since);
    if (this.gone.size === 0 && this.put.size === 0) {
      const [from, to] = [first + offset, Math.min(first + offset + limit, this.made.size)];
      const rows = Array.from({ length: Math.max(0, to - from) }, (_, i) => this.made.record(from + i));
      return { rows, hasMore: to < this.made.size };
    }
    const rows: ZohoRecord[] = [];
    let place = 0;
    for (const record of this.all(since)) {
      if (rows.length === limit) return { rows, hasMore: true };
      if (place >= offset) rows.push(record);
      place += 1;
    }
    return { rows, hasMore: false };
  }

  private changed(): ZohoRecord[] {
    this.sorted ??= [...this.put.values()].sort(by({ since: 0, sortBy: 'Modified_Time', order: 'asc' }));
    return this.sorted;
  }

  /** The first place changed at or after, by halving. */
  private firstSince(since: number): number {
    let [low, high] = [0, this.made.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.made.modifiedAt(middle) < since) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function by({ sortBy, order }: Wanted): (a: ZohoRecord, b: ZohoRecord) => number {
  const key = (record: ZohoRecord): bigint | number =>
    sortBy === 'id' ? BigInt(record.id) : Date.parse(String(record[sortBy]));
  const sign = order === 'asc' ? 1 : -1;
  return (a, b) => {
    const [one, other] = [key(a), key(b)];
    if (one !== other) return one < other ? -sign : sign;
    return BigInt(a.id) < BigInt(b.id) ? -sign : sign;
  };
}
