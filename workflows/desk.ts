import type { CloseInput, CloseView } from '../domain/close-view';
import type { Stage } from '../domain/words';
import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  ContinueAsNew,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { renderDetails, waitingSummary } from './details';
import * as messages from './messages';
import { noteFailure } from './steps';

/** A waiting run ends and carries on as a new one at this many events. */
const EVENTS_WHILE_WAITING = 150;
/** So does a run in the middle of a step, when signals pour in: the step is done again, which changes nothing. */
const EVENTS_AT_WORK = 240;

/** The pause between two looks: after rows came, and after a person decided. */
const ARRIVAL_PACE_MS = 30_000;
const DECISION_PACE_MS = 2_000;
const RETRY_BY_ITSELF_MS = 10 * 60_000;

/** How long to wait without hearing anything. In `collect` imports settle, so looks begin close together. */
const PATIENCE_MS = { collect: 2_000, otherwise: 60 * 60_000, longest: 10 * 60_000 };

/** The little that a run hands to the next one of the same close. */
export interface Carried {
  readonly lookedAt: number;
  readonly urgent: boolean;
}

/**
 * The desk a close is worked at: what was heard (signals), what is shown (query, details, search attributes), how long
 * to wait, and what to do when a step fails. Signals only say that something is to be read.
 */
export class Desk {
  private status: messages.CloseStatus;
  /** A person decided something, or asked to try again. */
  private urgent: boolean;
  private arrived = false;
  private retryAsked = false;
  private lookedAt: number;

  constructor(
    readonly input: CloseInput,
    private readonly carried?: Carried,
  ) {
    this.urgent = carried?.urgent ?? false;
    this.lookedAt = carried?.lookedAt ?? 0;
    const { company, period } = input;
    this.status = { company, period, stage: 'open', blockers: [], openExceptions: 0, deadline: null, failure: null };
    this.listen();
  }

  private listen(): void {
    setHandler(messages.decisionRecorded, () => {
      this.urgent = true;
    });
    setHandler(messages.retryRequested, () => {
      this.urgent = true;
      this.retryAsked = true;
    });
    setHandler(messages.documentArrived, () => {
      this.arrived = true;
    });
    setHandler(messages.closeStatus, () => this.status);
  }

  /** Does one step until it succeeds. One that keeps failing blocks the close, it does not end it. */
  async does<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const done = await this.withinHistory(work());
        this.show({ failure: null });
        return done;
      } catch (error) {
        if (isCancellation(error) || error instanceof ContinueAsNew) throw error;
        await this.waitOut(stage, codeOf(error));
      }
    }
  }

  /** Does the one step of a stage; gives the stage the books are in then. */
  async step(stage: Stage, work: () => Promise<CloseView>): Promise<Stage> {
    return this.see(await this.does(stage, work));
  }

  /** Looks at the books, and again whenever they may say something else, until the close may leave the stage. */
  async until(stage: 'collect' | 'review' | 'approve' | 'report', look: () => Promise<CloseView>): Promise<Stage> {
    if (this.carried && this.lookedAt === this.carried.lookedAt) await this.pace();
    let patience = stage === 'collect' ? PATIENCE_MS.collect : PATIENCE_MS.otherwise;
    for (let followUp = false; ;) {
      this.urgent = this.arrived = false;
      this.lookedAt = Date.now();
      const view = await this.does(stage, look);
      if (this.see(view) !== stage || view.done) return view.stage;
      const wake = view.wakeAt === null ? Infinity : Date.parse(view.wakeAt) - Date.now();
      await this.wait(
        () => this.urgent || this.arrived,
        Math.min(wake, patience, followUp ? ARRIVAL_PACE_MS : Infinity),
      );
      // Others may have come in the half minute in which one signal speaks for all: one more look follows.
      followUp = this.arrived;
      if (this.urgent || this.arrived) await this.pace();
      if (stage === 'collect') patience = Math.min(patience * 2, PATIENCE_MS.longest);
    }
  }

  /**
   * Ends this run and goes on as a new one, with an empty history.
   * @param urgent look at the books at once
   */
  carryOn(urgent = this.urgent): Promise<never> {
    const carried: Carried = { lookedAt: this.lookedAt, urgent };
    return continueAsNew<(input: CloseInput, carried: Carried) => Promise<unknown>>(this.input, carried);
  }

  /** Keeps two looks apart: a flood of signals is one piece of news. */
  private async pace(): Promise<void> {
    await this.wait(() => this.urgent, this.lookedAt + ARRIVAL_PACE_MS - Date.now());
    await this.wait(() => false, this.lookedAt + DECISION_PACE_MS - Date.now());
  }

  private async wait(heard: () => boolean, ms: number): Promise<void> {
    if (ms <= 0 || heard()) return;
    const summary = waitingSummary(this.status);
    await condition(() => heard() || historyIsLong(EVENTS_WHILE_WAITING), Math.ceil(ms), { summary });
    if (historyIsLong(EVENTS_WHILE_WAITING)) await this.carryOn();
  }

  private async withinHistory<T>(work: Promise<T>): Promise<T> {
    let outcome: { value: T } | { error: unknown } | undefined;
    void work.then(
      (value) => (outcome = { value }),
      (error: unknown) => (outcome = { error }),
    );
    await condition(() => outcome !== undefined || historyIsLong(EVENTS_AT_WORK));
    if (outcome === undefined) return this.carryOn();
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  /** A step failed for good: says so in the books, and waits for somebody to help or for better times. */
  private async waitOut(stage: Stage, code: string): Promise<void> {
    this.show({ failure: { stage, code } });
    const { periodId } = this.input;
    await this.withinHistory(noteFailure({ periodId, stage, code }));
    // What could be written down shows that the database is back.
    if (code === 'DATABASE_AWAY') return;
    await this.wait(() => this.retryAsked, RETRY_BY_ITSELF_MS);
    this.retryAsked = false;
  }

  private see({ stage, blockers, openExceptions, deadline }: CloseView): Stage {
    this.show({ stage, blockers, openExceptions, deadline });
    return stage;
  }

  /** Shows what changed: to queries, in the details, and in the index of closes. */
  show(change: Partial<messages.CloseStatus>): void {
    const before = this.status;
    this.status = { ...before, ...change };
    setCurrentDetails(renderDetails(this.status));
    if (before.stage === this.status.stage && before.openExceptions === this.status.openExceptions) return;
    upsertSearchAttributes([
      { key: messages.SalesCloseStage, value: this.status.stage },
      { key: messages.SalesOpenExceptions, value: this.status.openExceptions },
    ]);
  }
}

const historyIsLong = (events: number): boolean => workflowInfo().historyLength >= events;

function codeOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) return cause.type ?? 'UNKNOWN';
  return cause instanceof Error ? cause.name : 'UNKNOWN';
}
