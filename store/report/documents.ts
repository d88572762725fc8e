import type { Queryable } from '../db';
import { notClosedYet } from './not-closed';

/** The formats a report can be had in. */
export const REPORT_FORMATS = ['json', 'html', 'pdf', 'xlsx', 'csv'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** A document of the report pack; its bytes are the evidence with this hash. */
export interface StoredDocument {
  readonly format: ReportFormat;
  /** SHA-256 of the bytes. */
  readonly evidence: string;
  readonly bytes: number;
  /** `qinghe-2026-10.pdf` */
  readonly fileName: string;
  readonly contentType: string;
}

const CONTENT_TYPES: Readonly<Record<ReportFormat, string>> = {
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
};

/** The name and type a document of the pack is served and mailed under. */
export function describeDocument(
  code: string,
  month: string,
  format: ReportFormat,
): { fileName: string; contentType: string } {
  return { fileName: `${code}-${month}.${format}`, contentType: CONTENT_TYPES[format] };
}

interface DocumentRow {
  code: string;
  month: string;
  format: ReportFormat;
  evidence: string;
  bytes: string;
}

/** The documents of a month that are written already, newest version of each. */
export async function storedDocuments(db: Queryable, periodId: number): Promise<StoredDocument[]> {
  const { rows } = await db.query<DocumentRow>(
    `SELECT DISTINCT ON (r.format) c.code, p.month, r.format, r.evidence, e.bytes
       FROM report_document r
       JOIN evidence e ON e.sha256 = r.evidence
       JOIN period p ON p.id = r.period_id
       JOIN company c ON c.id = p.company_id
      WHERE r.period_id = $1 ORDER BY r.format, r.version DESC`,
    [periodId],
  );
  return rows.map(({ code, month, format, evidence, bytes }) => ({
    format,
    evidence,
    bytes: Number(bytes),
    ...describeDocument(code, month, format),
  }));
}

/**
 * The stored report of a closed month in one format.
 * @throws Problem NOT_CLOSED_YET while there is none
 */
export async function reportDocument(db: Queryable, periodId: number, format: ReportFormat): Promise<StoredDocument> {
  const found = (await storedDocuments(db, periodId)).find((document) => document.format === format);
  if (found !== undefined) return found;
  const { rows } = await db.query<{ month: string }>('SELECT month FROM period WHERE id = $1', [periodId]);
  throw notClosedYet(rows[0]?.month ?? '');
}

/**
 * Records a document whose bytes are stored. Idempotent because the month, the format and the version are its key: of two
 * writers the first stays, and as the bytes follow from the locked rows both have the same.
 */
export async function saveReportDocument(
  db: Queryable,
  periodId: number,
  format: ReportFormat,
  evidence: string,
): Promise<void> {
  await db.query(
    `INSERT INTO report_document (period_id, format, version, evidence) VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING`,
    [periodId, format, evidence],
  );
}
