import { Context } from '@temporalio/activity';
import type { Pool } from 'pg';
import type { CloseView } from '../domain/close-view';
import type { ExceptionRow, ReceivableRow, ReportModel } from '../domain/report-model';
import { renderReportMail } from '../documents/mail-report';
import { renderReportCsv } from '../documents/report-csv';
import { renderReportHtml } from '../documents/report-html';
import { renderReportJson } from '../documents/report-json';
import { renderReportPdf } from '../documents/report-pdf';
import { renderReportXlsx, SHEET_ROWS_MAX } from '../documents/report-xlsx';
import { transaction } from '../store/db';
import { storeEvidence } from '../store/evidence';
import type { Mail } from '../store/outbox';
import {
  buildReport,
  describeDocument,
  fileReport,
  isFiled,
  lookAtReportMail,
  readScope,
  streamLargestExceptions,
  streamReceivables,
  type ReportFormat,
  type ReportScope,
  type StoredDocument,
} from '../store/report';
import { step } from './errors';

export interface ReportActivities {
  /**
   * Writes the report pack of a locked month, keeps it as evidence and queues its mail.
   * Idempotent because the rows are locked, so the same documents come out again; a month that has its documents is left
   * as it is, so there is one mail.
   */
  writeReport(input: { readonly periodId: number }): Promise<void>;
  /** Idempotent because it reads the mails as they stand and rewrites one blocker. */
  assessReport(input: { readonly periodId: number }): Promise<CloseView>;
}

/** @param resources.dataDir where evidence is kept */
export function createReportActivities(resources: ReportResources): ReportActivities {
  return {
    assessReport: ({ periodId }) => step(() => lookAtReportMail(resources.pool, periodId)),
    writeReport: ({ periodId }) =>
      isActivity() ? step(() => writeReport(resources, periodId)) : writeReport(resources, periodId),
  };
}

interface ReportResources {
  readonly pool: Pool;
  readonly dataDir: string;
}

/** What one reading of the month gives: the model, the longer lists that a workbook has room for, and the CSV, stored already. */
interface Reading {
  readonly scope: ReportScope;
  readonly model: ReportModel;
  readonly customers: readonly ReceivableRow[];
  readonly exceptions: readonly ExceptionRow[];
  readonly csv: string;
}

async function writeReport(resources: ReportResources, periodId: number): Promise<void> {
  const { pool } = resources;
  if (await isFiled(pool, await readScope(pool, periodId))) return;
  const reading = await readMonth(resources, periodId);
  const evidence = await storeDocuments(resources, reading);
  await transaction(pool, async (client) => {
    await fileReport(client, periodId, evidence, (documents) => mailOf(reading, documents));
  });
}

/** One transaction, so that model, lists and CSV tell of the same rows. */
async function readMonth(resources: ReportResources, periodId: number): Promise<Reading> {
  return transaction(resources.pool, async (client) => {
    const scope = await readScope(client, periodId);
    const model = await buildReport(client, scope);
    const customers: ReceivableRow[] = [];
    const csv = await store(resources, scope, 'csv', renderReportCsv(keepFirst(streamReceivables(client), customers)));
    const exceptions: ExceptionRow[] = [];
    for await (const row of streamLargestExceptions(client, scope, SHEET_ROWS_MAX)) exceptions.push(row);
    return { scope, model, customers, exceptions, csv };
  });
}

/** Passes all rows on and keeps as many of the first as a sheet holds. */
async function* keepFirst<Row>(rows: AsyncIterable<Row>, kept: Row[]): AsyncGenerator<Row> {
  for await (const row of rows) {
    if (kept.length < SHEET_ROWS_MAX) kept.push(row);
    yield row;
  }
}

async function storeDocuments(resources: ReportResources, reading: Reading): Promise<[ReportFormat, string][]> {
  const { scope, model, customers, exceptions, csv } = reading;
  const whole = {
    ...model,
    receivables: { ...model.receivables, top: customers },
    exceptions: { ...model.exceptions, top: exceptions },
  };
  const save = async (format: ReportFormat, bytes: Buffer): Promise<[ReportFormat, string]> => [
    format,
    await store(resources, scope, format, [bytes]),
  ];
  return [
    ['csv', csv],
    await save('json', renderReportJson(model)),
    await save('html', renderReportHtml(model)),
    await save('xlsx', await renderReportXlsx(whole)),
    await save('pdf', await renderReportPdf(model)),
  ];
}

async function store(
  { pool, dataDir }: ReportResources,
  { company, month }: ReportScope,
  format: ReportFormat,
  content: AsyncIterable<string> | readonly Buffer[],
): Promise<string> {
  const { fileName } = describeDocument(company.code, month, format);
  return (await storeEvidence(pool, dataDir, bytesOf(content), fileName)).sha256;
}

async function* bytesOf(content: AsyncIterable<string> | readonly Buffer[]): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) yield typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
}

/** PDF and workbook go with the mail; the rest is fetched. Null where the policy names nobody. */
function mailOf({ scope, model }: Reading, documents: readonly StoredDocument[]): Mail | null {
  const to = scope.settings.policy.recipients.report;
  if (to.length === 0) return null;
  const attachments = documents
    .filter(({ format }) => format === 'pdf' || format === 'xlsx')
    .map(({ fileName, evidence, contentType }) => ({ name: fileName, evidence, type: contentType }));
  return { to, ...renderReportMail(model), attachments };
}

/** Whether Temporal runs this; a tool or a test may call it straight. */
function isActivity(): boolean {
  try {
    return Context.current() !== undefined;
  } catch {
    return false;
  }
}
