import type { ObjectMapping, SourceRecord } from '../system';

/** What the first line of a records file says of it. */
export interface RecordsHeader {
  readonly system: string;
  readonly part: string;
  /** YYYY-MM */
  readonly month: string;
  /** Parts whose records stand before the part's own, in this order. */
  readonly uses: readonly string[];
  /** The company's mapping of the part's object, where it has one. */
  readonly mapping?: ObjectMapping;
}

export const RECORDS_FORMAT = 'records/1';

/** The lines of a records file: its header, the records of the used parts, its own records, its end. Each ends with LF. */
export function headerLine({ system, part, month, uses, mapping }: RecordsHeader): string {
  const header = { salesclose: RECORDS_FORMAT, system, part, month, uses, ...(mapping ? { mapping } : {}) };
  return `${JSON.stringify(header)}\n`;
}

export function recordLine(part: string, { id, modifiedAt, text }: SourceRecord): string {
  const head = JSON.stringify({ part, id, modifiedAt });
  return `${head.slice(0, -1)},"record":${text}}\n`;
}

/** @param lookups records of used parts · @param records the part's own */
export function endLine(lookups: number, records: number): string {
  return `${JSON.stringify({ end: true, lookups, records })}\n`;
}
