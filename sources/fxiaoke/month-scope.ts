import { addDays, daysOf, instantOf } from '../../domain/periods';
import { idOf, type ExactJson } from '../records';
import type { Access } from '../system';
import { textOf } from './answers';
import type { Filter } from './client';
import { CONTEXT, partOf, type ObjectPart } from './parts';

type Mapped = Pick<Access, 'mapping'>;

/** The object a company keeps these records in. */
export function objectOf({ mapping }: Mapped, part: ObjectPart): string {
  return mapping?.objects[part.key]?.object ?? part.object;
}

/** The field that dates a part's records: the mapped one, where a mapping names a plain field for the part's date. */
export function dateFieldOf({ mapping }: Mapped, { key, extent }: ObjectPart): string {
  if (extent.by !== 'dated') throw new Error(`${key} has no date of its own`);
  const mapped = mapping?.objects[key]?.columns[extent.column]?.split('|')[0]?.trim() ?? '';
  return /^\w+$/.test(mapped) ? mapped : extent.field;
}

/** First and last millisecond of a span around a month in the company's zone. */
export function spanOf(month: string, span: 'month' | 'context', zone: string): readonly [number, number] {
  const { first, last } = daysOf(month);
  const [before, after] = span === 'month' ? [0, 0] : [CONTEXT.before, CONTEXT.after];
  return [instantOf(addDays(first, -before), '00:00', zone), instantOf(addDays(last, after + 1), '00:00', zone) - 1];
}

/** Which records of a dated part lie in a span, asked of the system or told by the record. */
export class Dated {
  constructor(
    readonly field: string,
    private readonly span: readonly [number, number],
  ) {}

  get filters(): Filter[] {
    return [{ field: this.field, operator: 'BETWEEN', values: this.span.map(String) }];
  }

  holds(record: ExactJson): boolean {
    const at = Number(textOf(record, this.field) || Number.NaN);
    return at >= this.span[0] && at <= this.span[1];
  }
}

/** The dates that decide for a part: its own, or those of the parents of its records; null where all records count. */
export function datedOf(access: Pick<Access, 'mapping' | 'company'>, part: ObjectPart, month: string): Dated | null {
  const { extent } = part;
  if (extent.by === 'whole') return null;
  const [dated, span] = extent.by === 'dated' ? [part, 'context' as const] : [partOf(extent.of), extent.span];
  return new Dated(dateFieldOf(access, dated), spanOf(month, span, access.company.timezone));
}

/** The id that a reference holds. */
export function referenceOf(record: ExactJson, field: string): string {
  return idOf(record.at(field)?.plain) ?? '';
}
