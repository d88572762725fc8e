import type { Ageing } from './ageing';
import type { MoneyString } from './money';
import type { Answer, Bilingual, ExceptionKind, Method, ReconciliationName, Role, Stage } from './words';

/**
 * What a report pack says about a locked month: aggregates and the first rows of the long lists, plain data. Its size does
 * not grow with the month. Amounts are decimal strings and never summed across currencies; dates are `YYYY-MM-DD` in the
 * company's zone; times are ISO 8601 in UTC.
 */
export interface ReportModel {
  readonly company: ReportCompany;
  /** YYYY-MM */
  readonly month: string;
  readonly policyVersion: number;
  readonly ruleVersion: string;
  /** Of the figures that were reviewed, approved and locked. */
  readonly figuresHash: string;
  readonly lockedAt: string;
  readonly sales: SalesSection;
  readonly receipts: ReceiptsSection;
  readonly receivables: ReceivablesSection;
  readonly reconciliations: readonly ReconciliationLine[];
  readonly exceptions: ExceptionsSection;
  readonly decisions: DecisionsSection;
  readonly stages: readonly StageLine[];
  readonly batches: readonly BatchLine[];
  /** Rows that were never accepted, and documents still parked when the month was locked. */
  readonly leftOut: { readonly rejectedRows: number; readonly parkedRows: number; readonly deferredRows: number };
  /** What the month was cut off without: estimates that stand in no figure. Absent where nothing was missing. */
  readonly estimates?: readonly EstimateLine[];
  readonly controls: readonly ControlLine[];
  readonly seal: SealLine;
}

/** What may have been in a part of a source that was missing at the cut-off. */
export interface EstimateLine {
  readonly source: string;
  /** The part's key; empty where the source's month was not known at all. */
  readonly part: string;
  readonly title: Bilingual;
  readonly currency: string;
  /** Rows; null where there was nothing to go by. */
  readonly count: number | null;
  readonly amount: MoneyString | null;
  /** The days whose mean it is. */
  readonly basedOn: number;
  readonly how: Bilingual;
  /** What came since: the part's batch, and whether it is parked, admitted or deferred. */
  readonly since: { readonly batch: number; readonly state: string } | null;
}

/** How many rows of a long list the model itself holds; the whole list is streamed. */
export const REPORT_TOP_ROWS = 100;

export interface ReportCompany {
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly timezone: string;
}

/** Sales of one currency: orders approved, delivered or completed; net + tax = gross. */
export interface SalesAmounts {
  readonly currency: string;
  /** Orders; of products, order lines. */
  readonly count: number;
  readonly net: MoneyString;
  readonly tax: MoneyString;
  readonly gross: MoneyString;
}

/** Sales with what came back: netSales = gross − returns, tax included. */
export interface SalesTotal extends SalesAmounts {
  readonly returns: MoneyString;
  readonly netSales: MoneyString;
}

export interface SalesDay extends SalesTotal {
  readonly date: string;
}

/** One product, salesperson or region; key `null`: orders that name none (for products: amounts without an order line). */
export interface RankedSales extends SalesAmounts {
  readonly key: string | null;
  readonly name: string | null;
  /** Of products; null otherwise. */
  readonly quantity: string | null;
}

/** The largest groups of each currency, and the rest in one line, so that the ranking adds up to the total. */
export interface SalesRanking {
  readonly rows: readonly RankedSales[];
  /** Absent where every group is in `rows`. */
  readonly rest: readonly (SalesAmounts & { readonly groups: number })[];
}

export interface SalesSection {
  readonly totals: readonly SalesTotal[];
  readonly days: readonly SalesDay[];
  readonly products: SalesRanking;
  readonly salespeople: SalesRanking;
  readonly regions: SalesRanking;
}

/** received + refunded = amount; refunded is zero or negative. */
export interface ReceiptAmounts {
  readonly currency: string;
  readonly count: number;
  readonly received: MoneyString;
  readonly refunded: MoneyString;
  readonly amount: MoneyString;
}

export interface ReceiptsSection {
  readonly totals: readonly ReceiptAmounts[];
  readonly methods: readonly (ReceiptAmounts & { readonly method: Method })[];
  readonly days: readonly (ReceiptAmounts & { readonly date: string; readonly method: Method })[];
}

/** closing = opening + sales − returns − receipts + adjustments = the buckets + credit. */
export interface ReceivableAmounts extends Ageing {
  readonly currency: string;
  readonly opening: MoneyString;
  readonly sales: MoneyString;
  readonly returns: MoneyString;
  readonly receipts: MoneyString;
  readonly adjustments: MoneyString;
  readonly closing: MoneyString;
}

export interface ReceivableRow extends ReceivableAmounts {
  readonly customerNo: string;
  readonly customerName: string | null;
}

export interface ReceivablesSection {
  readonly totals: readonly (ReceivableAmounts & { readonly customers: number })[];
  /** The largest closing balances of each currency, by absolute amount. */
  readonly top: readonly ReceivableRow[];
}

export interface ReconciliationLine {
  readonly name: ReconciliationName;
  readonly state: string;
  readonly matched: number;
  readonly exceptions: number;
  /** Of its exceptions, by currency; left − right. */
  readonly differences: readonly {
    readonly currency: string;
    readonly difference: MoneyString;
    readonly absolute: MoneyString;
  }[];
}

/** What became of an exception: an action, matched by hand, cleared together with what caused it, or still open under a policy that allows it. */
export type ExceptionOutcome = Exclude<Answer, 'undo'> | 'cleared' | 'open';

export interface ExceptionKindLine {
  readonly kind: ExceptionKind;
  readonly currency: string;
  readonly count: number;
  /** Sum of left − right. */
  readonly difference: MoneyString;
  /** Sum of the absolute differences. */
  readonly absolute: MoneyString;
  readonly outcomes: readonly {
    readonly outcome: ExceptionOutcome;
    readonly count: number;
    readonly absolute: MoneyString;
  }[];
}

export interface ExceptionRow {
  readonly id: string;
  readonly reconciliation: ReconciliationName;
  readonly kind: ExceptionKind;
  readonly currency: string;
  readonly difference: MoneyString;
  /** References of the two sides; at most the first five, then how many more. */
  readonly left: string;
  readonly right: string;
  readonly explanation: Bilingual;
  readonly outcome: ExceptionOutcome;
  /** Who answered it, by name, and why; null while nobody did. */
  readonly answeredBy: string | null;
  readonly reason: string | null;
}

export interface ExceptionsSection {
  readonly total: number;
  readonly kinds: readonly ExceptionKindLine[];
  /** The largest differences. */
  readonly top: readonly ExceptionRow[];
}

export type DecisionKind =
  'start' | 'cancel' | 'retry' | 'resolve' | 'review' | 'approve' | 'reject' | 'admit' | 'defer';

export interface DecisionLine {
  readonly kind: DecisionKind;
  readonly at: string;
  /** null: the schedule. */
  readonly person: string | null;
  readonly role: string;
  readonly reason: string;
  readonly figuresHash: string | null;
}

/** Answers to exceptions, counted together where one person gave the same answer for the same reason. */
export interface AnswerLine {
  readonly person: string;
  readonly role: Role;
  readonly action: Answer;
  readonly reason: string;
  readonly currency: string;
  readonly count: number;
  readonly absolute: MoneyString;
  readonly firstAt: string;
  readonly lastAt: string;
}

export interface DecisionsSection {
  /** In order of time; without the answers to single exceptions. The newest where there are very many. */
  readonly list: readonly DecisionLine[];
  readonly total: number;
  readonly answers: readonly AnswerLine[];
  readonly answersTotal: number;
}

export interface StageLine {
  readonly stage: Stage;
  readonly enteredAt: string;
  readonly leftAt: string | null;
  /** null where the policy sets none. */
  readonly deadline: string | null;
  readonly late: boolean;
}

export interface BatchLine {
  readonly id: number;
  readonly kind: string;
  readonly channel: string | null;
  readonly file: string;
  readonly state: string;
  readonly rowsIn: number;
  /** Accepted, or parked while the batch is. */
  readonly kept: number;
  readonly rejected: number;
  readonly excluded: number;
  /** By currency, decimal strings: what the file held and what was accepted of it. */
  readonly totals: readonly { readonly currency: string; readonly rowsIn: MoneyString; readonly kept: MoneyString }[];
  /** SHA-256 of the file's bytes. */
  readonly evidence: string;
  readonly importedBy: string | null;
  readonly importedAt: string;
}

/** One figure computed in two ways. A report whose figures differ is not written. */
export interface ControlLine {
  readonly name: Bilingual;
  readonly currency: string;
  readonly reported: MoneyString;
  readonly facts: MoneyString;
}

export interface SealLine {
  readonly sequence: number;
  readonly hash: string;
  /** The seal of the month before; zeros for a company's first. */
  readonly previous: string;
  /** Ed25519 over the hash, base64. */
  readonly signature: string;
  /** SPKI, base64. */
  readonly publicKey: string;
  readonly sealedAt: string;
}
