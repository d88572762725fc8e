import { Decimal } from '../../domain/money';
import type { RecordLine } from './file';
import { isObject, ownText, type Json, type JsonObject } from './json';
import type { References, ValuePath } from './paths';
import { cellOf, idOf } from './values';

/** Records of a used part that are added up by the record they refer to: the splits of a payment. */
export interface Sum {
  readonly part: string;
  readonly by: string;
  readonly of: string;
  /** Which of them count. */
  readonly where: (record: JsonObject) => boolean;
}

export interface Summed {
  readonly count: number;
  readonly total: Decimal;
}

const NOTHING: Summed = { count: 0, total: new Decimal(0) };
const FIGURE = /^-?\d+(\.\d+)?$/;

/**
 * What the used parts say, as far as the mapping asks for it: of each record only the fields needed, so that a hundred thousand customers take some
 * tens of megabytes.
 */
export class Lookups {
  /** Part → id → the fields needed, as JSON: a quarter of what objects take, and nothing of the text they were cut from. */
  private readonly parts = new Map<string, Map<string, string>>();
  private readonly sums = new Map<string, Summed>();

  constructor(
    private readonly references: References,
    private readonly needs: ReadonlyMap<string, ReadonlySet<string>>,
    private readonly sum?: Sum,
  ) {}

  add({ part, id, record }: RecordLine): void {
    const fields = this.needs.get(part);
    if (fields !== undefined) this.partOf(part).set(ownText(id), JSON.stringify(picked(record, fields)));
    if (this.sum?.part === part) this.addUp(this.sum, record);
  }

  /** What refers to the record with this id, added up. */
  sumFor(id: string): Summed {
    return this.sums.get(id) ?? NOTHING;
  }

  /** The first alternative that holds something to show; else the first that holds anything, which a rule may look into. */
  follow(part: string, record: JsonObject, path: ValuePath): Json {
    if (path.fixed !== undefined) return path.fixed;
    const values = path.ways.map((way) => this.walk(part, record, way) ?? null);
    return values.find((value) => cellOf(value) !== '') ?? values.find((value) => value !== null) ?? null;
  }

  private walk(part: string, record: JsonObject, way: readonly string[]): Json | undefined {
    let [at, here]: [string | undefined, JsonObject] = [part, record];
    for (const [i, name] of way.entries()) {
      const value: Json | undefined = here[name];
      const next = way[i + 1];
      if (next === undefined) return value;
      const told = isObject(value) && value[next] !== undefined ? value : undefined;
      at = at === undefined ? undefined : this.references[at]?.[name];
      const found = told ?? (at === undefined ? undefined : this.kept(at, idOf(value) ?? ''));
      if (found === undefined) return undefined;
      here = found;
    }
    return undefined;
  }

  private kept(part: string, id: string): JsonObject | undefined {
    const text = this.parts.get(part)?.get(id);
    return text === undefined ? undefined : (JSON.parse(text) as JsonObject);
  }

  private partOf(part: string): Map<string, string> {
    const known = this.parts.get(part) ?? new Map<string, string>();
    this.parts.set(part, known);
    return known;
  }

  private addUp({ by, of, where }: Sum, record: JsonObject): void {
    const id = idOf(record[by]);
    const figure = cellOf(record[of]).replaceAll(',', '');
    if (id === null || !where(record) || !FIGURE.test(figure)) return;
    const { count, total } = this.sumFor(id);
    this.sums.set(ownText(id), { count: count + 1, total: total.plus(figure) });
  }
}

function picked(record: JsonObject, fields: ReadonlySet<string>): JsonObject {
  const kept: Record<string, Json> = {};
  for (const field of fields) {
    const value = record[field];
    if (value !== undefined && value !== null) kept[field] = value;
  }
  return kept;
}
