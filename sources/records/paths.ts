/**
 * Where a value comes from, as a mapping writes it: `order_amount`; through a reference `account_id.account_no`; the first of several that holds
 * something `order_status__r|order_status`; a fixed value `=CNY`.
 */
export interface ValuePath {
  /** Alternatives in order, each the fields from the record on. */
  readonly ways: readonly (readonly string[])[];
  /** The value itself, where it is fixed. */
  readonly fixed?: string;
}

const FIXED = '=';

export function readPath(text: string): ValuePath {
  if (text.startsWith(FIXED)) return { ways: [], fixed: text.slice(FIXED.length) };
  const ways = text.split('|').map((way) => way.trim().split('.'));
  return { ways: ways.filter((way) => way[0] !== '') };
}

/** Part → its fields that refer to records of other parts → that part. */
export type References = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Adds the fields that a path needs of records of other parts. */
export function addNeeds(needs: Map<string, Set<string>>, references: References, part: string, path: ValuePath): void {
  for (const way of path.ways) {
    let at = part;
    for (let i = 0; i + 1 < way.length; i += 1) {
      const next = references[at]?.[way[i] ?? ''];
      if (next === undefined) break;
      const fields = needs.get(next) ?? new Set();
      needs.set(next, fields.add(way[i + 1] ?? ''));
      at = next;
    }
  }
}

/** Where the labels of coded values stand, beside the values. */
export function labelsOf({ ways }: ValuePath, labelOf: (field: string) => string): ValuePath {
  return { ways: ways.map((way) => [...way.slice(0, -1), labelOf(way.at(-1) ?? '')]) };
}
