import type { ReportModel } from '../domain/report-model';

/** The model as one JSON document: amounts are strings, names as in the model. For programs, and for comparing two reports. */
export function renderReportJson(model: ReportModel): Buffer {
  return Buffer.from(`${JSON.stringify(model, null, 2)}\n`, 'utf8');
}
