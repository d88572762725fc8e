import type { StandardKind } from '../../domain/words';
import { recordsReader, type RecordsKind } from '../records';
import type { SourceReader } from '../reader';
import { OBJECTS, type ObjectPart } from './objects';

export type ZohoKind = Extract<StandardKind, `zoho-${string}`>;

/** An object whose records are rows. */
type RowsPart = ObjectPart & Required<Pick<ObjectPart, 'kind' | 'as' | 'rows'>>;

/** How the records of a part become rows. */
export function kindOf({ key, kind, as, rows }: RowsPart): RecordsKind {
  return { kind, system: 'zoho', as, parts: { [key]: rows }, references: {} };
}

export function isRowsPart(object: ObjectPart): object is RowsPart {
  return object.kind !== undefined && object.as !== undefined && object.rows !== undefined;
}

/** The reader of a records file that Zoho's records were written to. */
export function zohoReader(kind: ZohoKind): SourceReader {
  const object = OBJECTS.filter(isRowsPart).find((one) => one.kind === kind);
  if (object === undefined) throw new Error(`Zoho has no part of ${kind}`);
  return recordsReader(kindOf(object));
}
