import type { ReportModel } from '../domain/report-model';
import type { Bilingual } from '../domain/words';
import { controlSection, exceptionSection, reconciliationSection } from './outline-checks';
import { receiptSection, receivableSection } from './outline-money';
import { batchSection, decisionSection, sealSection, stageSection, summarySection } from './outline-record';
import { salesSection } from './outline-sales';

/**
 * What a column holds, for every format: `amount`, `quantity` and `count` are numbers and stand right-aligned, `date` is
 * `YYYY-MM-DD`, `time` an ISO instant, `hash` is set in a fixed pitch, `text` is somebody's words and never a formula.
 */
export type CellKind = 'text' | 'amount' | 'quantity' | 'count' | 'date' | 'time' | 'hash';

export interface Column {
  readonly name: Bilingual;
  readonly kind: CellKind;
  /** Relative width. */
  readonly share: number;
}

export interface Row {
  /** As the column's kind says; null: nothing. */
  readonly cells: readonly (string | null)[];
  /** Set apart as a sum of the rows above. */
  readonly total?: boolean;
}

export interface Table {
  readonly name: Bilingual;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Below the table: how it is to be read, or what it leaves out. */
  readonly note?: Bilingual;
}

export type ChartName = 'sales-by-day' | 'exceptions-by-kind';

export interface Section {
  readonly name: Bilingual;
  /** Drawn before the tables. */
  readonly chart?: ChartName;
  readonly tables: readonly Table[];
}

/** The report's content in reading order, without any layout: HTML, PDF and XLSX are three ways to set the same outline. */
export interface Outline {
  readonly title: Bilingual;
  readonly company: string;
  readonly month: string;
  /** Times are shown on the clocks of this zone. */
  readonly timezone: string;
  readonly lockedAt: string;
  readonly sections: readonly Section[];
}

/** Puts the model into the report's sections and tables. */
export function outlineOf(model: ReportModel): Outline {
  return {
    title: { zh: '销售月末结账报告', en: 'Sales close report' },
    company: model.company.name,
    month: model.month,
    timezone: model.company.timezone,
    lockedAt: model.lockedAt,
    sections: [
      summarySection(model),
      salesSection(model),
      receiptSection(model),
      receivableSection(model),
      reconciliationSection(model),
      exceptionSection(model),
      decisionSection(model),
      stageSection(model),
      batchSection(model),
      controlSection(model),
      sealSection(model),
    ],
  };
}
