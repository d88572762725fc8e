import type { MatchRule } from './match-rules';
import type { Role } from './words';

/** off: not looked at · warn: shown, does not stop · block: stops the close until it is cleared. */
export type CheckStrength = 'off' | 'warn' | 'block';

/** The deadline of a stage: the n-th working day after the month's end, and the time of day in the company's zone. */
export interface Deadline {
  readonly workingDay: number;
  /** HH:MM */
  readonly time: string;
}

/** One step of approval. It applies while the absolute open and written-off amount is above the step before. */
export interface ApprovalTier {
  /** Decimal string; null: no upper bound. */
  readonly upTo: string | null;
  readonly roles: readonly Role[];
}

/** 结账制度: how a company closes. Stored as policy.settings.policy, versioned. */
export interface Policy {
  readonly tolerance: {
    /** Absolute, decimal string: differences up to it are none. */
    readonly amount: string;
    readonly feePerBatch: string;
    readonly days: number;
    readonly writeOff: string;
  };
  readonly checks: {
    readonly open_exceptions: CheckStrength;
    readonly parked_documents: CheckStrength;
    readonly rejected_rows: CheckStrength;
  };
  readonly deadlines: { readonly cutoff: Deadline; readonly review: Deadline; readonly approve: Deadline };
  readonly approvalTiers: readonly ApprovalTier[];
  /** ISO 8601 durations. */
  readonly reminders: { readonly every: string; readonly escalateAfter: string };
  readonly recipients: { readonly report: readonly string[]; readonly blockers: readonly string[] };
  /** What a close does that has no whole data when its cut-off is due; `wait` where an older file says nothing. */
  readonly sources?: { readonly atDeadline: 'wait' | 'provisional' };
  /** Passes of the company's own, behind the standing ones. They count once somebody has approved them. */
  readonly rules?: readonly MatchRule[];
}

/** Which ledger accounts mean what. Accounts match by prefix: 1002 covers 100201. */
export interface AccountMap {
  readonly receivable: string;
  readonly revenue: string;
  readonly outputTax: string;
  readonly bank: string;
  readonly channels: string;
  readonly cash: string;
  readonly fees: string;
  /** Where small differences are written off to; the fees account where the file names none. */
  readonly writeOff?: string;
}

/** A company file as read: defaults filled in, checked. Stored as policy.settings. */
export interface CompanySettings {
  readonly code: string;
  readonly name: string;
  /** 统一社会信用代码: tells the invoices it issued from those it received. */
  readonly taxNo?: string;
  /** ISO 4217; the company's base currency. */
  readonly currency: string;
  /** IANA zone; a period is a month in it. */
  readonly timezone: string;
  readonly accounts: AccountMap;
  readonly merchants: { readonly alipay?: string; readonly wechat?: string; readonly unionpay?: string };
  readonly banks: readonly { readonly account: string; readonly currency: string }[];
  readonly policy: Policy;
}
