import type { CompanySettings } from '../../domain/company';
import type { ObjectMapping } from '../system';
import { ZoneClock } from '../text';
import type { RecordLine } from './file';
import type { RecordsKind } from './kind';
import { Lookups } from './lookups';
import { RecordRow } from './mapped-record';
import { planMapping, type MappingPlan } from './mapping';
import { rowsWithin } from './rows-within';

export interface SampleOf {
  readonly kind: RecordsKind;
  readonly part: string;
  readonly mapping: ObjectMapping | undefined;
  readonly company: CompanySettings;
  readonly month: string;
}

/** How records of a part are read, with the company's mapping. */
export function mappingOf({ kind, part, mapping }: Pick<SampleOf, 'kind' | 'part' | 'mapping'>): MappingPlan {
  const rows = kind.parts[part];
  if (rows === undefined) throw new Error(`${kind.kind} has no part ${part}`);
  return planMapping(kind, part, rows, mapping);
}

/** One record as it would be read: column → value, the empty ones left out. @param related records it refers to */
export function sampleRow(of: SampleOf, line: RecordLine, related: readonly RecordLine[]): Record<string, string> {
  const mapping = mappingOf(of);
  const lookups = new Lookups(mapping.references, mapping.needs, mapping.rows.sum);
  for (const one of related) lookups.add(one);
  const { currency, timezone } = of.company;
  const { each } = mapping.rows;
  const [row = line] = each === undefined ? [line] : rowsWithin(line, each);
  const record = new RecordRow({ mapping, lookups, month: of.month, currency, clock: new ZoneClock(timezone) }, row);
  const ruling = mapping.rows.rule?.(record);
  const cells = record.cells(ruling !== undefined && 'cells' in ruling ? ruling.cells : {});
  const named = cells.map((cell, i) => [mapping.plan.headers[i] ?? '', cell] as const);
  return Object.fromEntries(named.filter(([, cell]) => cell !== ''));
}
