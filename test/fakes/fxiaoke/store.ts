/** A record as the CRM holds it: null fields are left out of answers. */
export type CrmRecord = Record<string, unknown> & { readonly _id: string };

/** Records made when they are asked for: a million of them take no memory. */
export interface Made {
  readonly count: number;
  readonly idAt: (index: number) => string;
  /** The place of the first id that is greater. */
  readonly indexAfter: (id: string) => number;
  /** null: there is none at this place. */
  readonly make: (index: number) => CrmRecord | null;
  /** The newest last_modified_time of all. */
  readonly newest: number;
  /** Places of the records that refer to another by this field; undefined where it keeps no list of them. */
  readonly placesOf?: (field: string, id: string) => readonly number[] | undefined;
}

export interface Condition {
  readonly field: string;
  readonly operator: string;
  readonly values: readonly string[];
}

const NONE: Made = { count: 0, idAt: () => '', indexAfter: () => 0, make: () => null, newest: 0 };

/** One object: made records, and those that a test has written, changed or removed. */
export class ObjectStore {
  private readonly written = new Map<string, CrmRecord | null>();

  constructor(private readonly made: Made = NONE) {}

  get(id: string): CrmRecord | null {
    const written = this.written.get(id);
    if (written !== undefined) return written;
    const index = this.made.indexAfter(id) - 1;
    return index >= 0 && this.made.idAt(index) === id ? this.made.make(index) : null;
  }

  put(record: CrmRecord): void {
    this.written.set(record._id, record);
  }

  /** Gone without a trace. */
  remove(id: string): void {
    this.written.set(id, null);
  }

  /** Live and invalidated records in the order of their ids that meet all conditions. */
  *find(conditions: readonly Condition[]): Generator<CrmRecord> {
    const after = conditions.find(({ field, operator }) => field === '_id' && operator === 'GT')?.values[0] ?? '';
    for (const record of this.merged(this.madePlaces(conditions, after), after)) {
      if (conditions.every((condition) => meets(record, condition))) yield record;
    }
  }

  *all(): Generator<CrmRecord> {
    yield* this.find([]);
  }

  private *madePlaces(conditions: readonly Condition[], after: string): Generator<number> {
    const { made } = this;
    const since = conditions.find(({ field, operator }) => field === 'last_modified_time' && operator === 'GTE');
    if (since && Number(since.values[0]) > made.newest) return;
    const start = made.indexAfter(after);
    const some = this.namedPlaces(conditions);
    if (some) yield* some.filter((place) => place >= start);
    else for (let place = start; place < made.count; place += 1) yield place;
  }

  private namedPlaces(conditions: readonly Condition[]): number[] | null {
    for (const { field, operator, values } of conditions) {
      if (operator !== 'IN' && operator !== 'EQ') continue;
      if (field === '_id') return places(values.map((id) => this.made.indexAfter(id) - 1));
      const found = values.map((id) => this.made.placesOf?.(field, id));
      if (found[0] !== undefined) return places(found.flatMap((some) => some ?? []));
    }
    return null;
  }

  private *merged(madePlaces: Iterable<number>, after: string): Generator<CrmRecord> {
    const written = [...this.written.keys()].filter((id) => id > after).sort();
    let next = 0;
    for (const place of madePlaces) {
      const id = this.made.idAt(place);
      while ((written[next] ?? '~') < id) yield* this.writtenAt(written[next++]!);
      if (written[next] === id) yield* this.writtenAt(written[next++]!);
      else {
        const record = this.made.make(place);
        if (record) yield record;
      }
    }
    while (next < written.length) yield* this.writtenAt(written[next++]!);
  }

  private *writtenAt(id: string): Generator<CrmRecord> {
    const record = this.written.get(id);
    if (record) yield record;
  }
}

function places(found: readonly number[]): number[] {
  return [...new Set(found)].filter((place) => place >= 0).sort((a, b) => a - b);
}

function meets(record: CrmRecord, { field, operator, values }: Condition): boolean {
  const held = record[field];
  const text = textOf(Array.isArray(held) ? held[0] : held);
  const [first = '', second = ''] = values;
  switch (operator) {
    case 'EQ':
      return text === first;
    case 'N':
      return text !== first;
    case 'IN':
      return text !== null && values.includes(text);
    case 'NIN':
      return text === null || !values.includes(text);
    case 'IS':
      return text === null;
    case 'ISN':
      return text !== null;
    case 'GT':
      return text !== null && compare(text, first) > 0;
    case 'GTE':
      return text !== null && compare(text, first) >= 0;
    case 'LT':
      return text !== null && compare(text, first) < 0;
    case 'LTE':
      return text !== null && compare(text, first) <= 0;
    case 'BETWEEN':
      return text !== null && compare(text, first) >= 0 && compare(text, second) <= 0;
    default:
      throw new Error(`the fake does not know ${operator}`);
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** Times and figures by size, ids by letter. */
function compare(a: string, b: string): number {
  const figures = a.length < 24 && /^-?\d+(\.\d+)?$/.test(a) && /^-?\d+(\.\d+)?$/.test(b);
  if (figures) return Number(a) - Number(b);
  return a < b ? -1 : a > b ? 1 : 0;
}
