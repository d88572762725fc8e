import type { Stage } from '../domain/words';
import type { BlockerView, CloseView } from '../domain/close-view';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal } from '@temporalio/workflow';

/** The names the outside world uses with Temporal (contracts, section 7). */
export const TASK_QUEUE = 'sales-close';

/** A decision was recorded. Its id is for the reader of a history; the rows are read again, whatever it says. */
export const decisionRecorded = defineSignal<[{ decisionId?: string }]>('decisionRecorded');
/** Documents or resolutions came. */
export const documentArrived = defineSignal<[Record<string, never>]>('documentArrived');
/** A step that keeps failing, or a close that waits, is tried now. */
export const retryRequested = defineSignal<[{ decisionId?: string }]>('retryRequested');

/** A source's month is to be looked at again. */
export const pullRequested = defineSignal<[Record<string, never>]>('pullRequested');

/** Where a close stands, as its workflow last read it from the books. */
export interface CloseStatus {
  readonly company: string;
  readonly period: string;
  readonly stage: Stage;
  readonly blockers: readonly BlockerView[];
  readonly openExceptions: number;
  readonly deadline: CloseView['deadline'];
  /** The step that keeps failing, and its code. */
  readonly failure: { readonly stage: Stage; readonly code: string } | null;
}
export const closeStatus = defineQuery<CloseStatus>('closeStatus');

/** Indexed, plain text: codes and counts only. */
export const SalesCompany = defineSearchAttributeKey('SalesCompany', SearchAttributeType.KEYWORD);
export const SalesPeriod = defineSearchAttributeKey('SalesPeriod', SearchAttributeType.KEYWORD);
export const SalesCloseStage = defineSearchAttributeKey('SalesCloseStage', SearchAttributeType.KEYWORD);
export const SalesOpenExceptions = defineSearchAttributeKey('SalesOpenExceptions', SearchAttributeType.INT);
/** Set by the server on runs that a schedule started: the nominal time, also when caught up or backfilled. */
export const ScheduledStartTime = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);
