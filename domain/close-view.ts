import type { BlockerCode } from './blockers';
import type { DeadlineStage } from './deadlines';
import type { Role, Stage } from './words';

/** What travels between activities and the workflow about a close: words, counts and instants, never names or amounts. */
export interface CloseView {
  /** The stage the close is in now, by the books. `open`: it was cancelled. */
  readonly stage: Stage;
  readonly blockers: readonly BlockerView[];
  readonly openExceptions: number;
  /** The deadline this stage works towards. */
  readonly deadline: { readonly stage: DeadlineStage; readonly at: string } | null;
  /** When to look again although nothing was heard (a reminder is due, an import should have settled). ISO. */
  readonly wakeAt: string | null;
  /** Nothing is left to wait for in this stage, which is the last. */
  readonly done?: boolean;
}

export interface BlockerView {
  readonly code: BlockerCode;
  readonly count: number;
  readonly owner: Role;
  readonly severity: 'warn' | 'block';
  /** ISO */
  readonly since: string;
}

/** What a monthly close is started with. */
export interface CloseInput {
  readonly periodId: number;
  /** The company's code. */
  readonly company: string;
  /** YYYY-MM */
  readonly period: string;
}

/** One close per company and month: its workflow id. */
export const closeWorkflowId = (company: string, month: string): string => `sales-close/${company}/${month}`;
export const importWorkflowId = (batchId: number): string => `sales-import/${batchId}`;
