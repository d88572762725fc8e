import type { StandingApproval } from './approvals';
import type { Policy } from './company';
import type { MoneyString } from './money';
import type { Bilingual, Role, Stage } from './words';
import { missingApprovals, requiredApprovals } from './approvals';
import { type Blocker, severityOf, stops } from './blockers';
import { Decimal } from './money';
import { ROLE_NAMES } from './words';

/** What the books say about a month: all that is needed to decide whether its close may go on. */
export interface CloseFacts {
  /** Batches whose rows count (accepted or admitted), that still load, and that wait parked. */
  readonly batches: { readonly effective: number; readonly unsettled: number; readonly parked: number };
  /** What the company's sources still owe this month, and whether the cut-off is due. */
  readonly sources: {
    readonly missing: number;
    /** They are fetched at this moment. */
    readonly fetching: boolean;
    /** The first of them by name. */
    readonly names: Bilingual;
    readonly isDue: boolean;
  };
  /** Places where an account's bills or statements do not join, the first of them named. */
  readonly balanceGaps: { readonly count: number; readonly names: Bilingual };
  /** Rows in quarantine, of batches that count. */
  readonly rejectedRows: number;
  /** The month before, when it is not locked and this is not the company's first. */
  readonly previousMonthOpen: string | null;
  readonly openExceptions: number;
  /** The role most of the open exceptions wait for. */
  readonly openOwner: Role;
  /** Absolute open and written-off differences by currency. */
  readonly amounts: Readonly<Record<string, MoneyString>>;
  /** A reviewer reviewed exactly the figures that stand, after the last rejection. */
  readonly reviewed: boolean;
  /** Approvals of exactly the figures that stand, after the last rejection, by none who reviewed them. */
  readonly approvals: readonly StandingApproval[];
  /** The last rejection, where no review came after it. */
  readonly rejection: { readonly by: string; readonly reason: string } | null;
}

/** Where the close goes and what stops it there. */
export interface Judgement {
  readonly next: Stage;
  readonly blockers: readonly Blocker[];
}

/** 收集: something is here, all of it has settled, no source owes anything, the month before is locked. */
export function judgeCollect(facts: CloseFacts, policy: Policy): Judgement {
  return judge('collect', 'cutoff', [
    previousMonthOpen(facts),
    nothingCollected(facts),
    unsettled(facts),
    sourceIncomplete(facts, policy),
    balanceGap(facts),
    rejectedRows(facts, policy),
  ]);
}

/** 复核: no check stops it, and a reviewer has reviewed these figures. */
export function judgeReview(facts: CloseFacts, policy: Policy): Judgement {
  const checks = [
    openExceptions(facts, policy),
    parkedDocuments(facts, policy),
    balanceGap(facts),
    rejectedRowsLate(facts, policy),
  ];
  const waiting = stops(present(checks)) ? null : reviewPending(facts);
  return judge('review', 'approve', [...checks, waiting]);
}

/** 审批: each role the amount asks for has approved these figures, each by another person. */
export function judgeApproval(facts: CloseFacts, policy: Policy, baseCurrency: string): Judgement {
  if (!facts.reviewed) return { next: 'review', blockers: judgeReview(facts, policy).blockers };
  const missing = missingApprovals(requiredRoles(facts.amounts, policy, baseCurrency), facts.approvals);
  const checks = [
    warning(openExceptions(facts, policy)),
    parkedDocuments(facts, policy),
    rejectedRowsLate(facts, policy),
  ];
  return judge('approve', 'lock', [...checks, approvalPending(missing)]);
}

/**
 * The roles that must approve. An amount in a currency without a rate here cannot be compared with the tiers' bounds, so
 * it asks for every tier.
 */
export function requiredRoles(amounts: CloseFacts['amounts'], policy: Policy, baseCurrency: string): readonly Role[] {
  const { [baseCurrency]: amount = '0', ...foreign } = amounts;
  const comparable = Object.values(foreign).every((other) => new Decimal(other).isZero());
  if (comparable) return requiredApprovals(policy.approvalTiers, amount);
  return [...new Set(policy.approvalTiers.flatMap(({ roles }) => roles))];
}

function judge(stage: Stage, next: Stage, found: readonly (Blocker | null)[]): Judgement {
  const blockers = present(found);
  return { next: stops(blockers) ? stage : next, blockers };
}

const present = (found: readonly (Blocker | null)[]): Blocker[] => found.filter((blocker) => blocker !== null);

/** The same blocker, shown only: what stopped an earlier stage is known here and stops nothing any more. */
const warning = (blocker: Blocker | null): Blocker | null => blocker && { ...blocker, severity: 'warn' };

function previousMonthOpen({ previousMonthOpen: month }: CloseFacts): Blocker | null {
  if (month === null) return null;
  return block('PREVIOUS_MONTH_OPEN', 1, 'preparer', {
    zh: `先完成 ${month} 的结账；该月锁定后本月自动继续`,
    en: `close ${month} first; this month goes on by itself once that one is locked`,
  });
}

function nothingCollected({ batches }: CloseFacts): Blocker | null {
  if (batches.effective > 0 || batches.unsettled > 0) return null;
  return block('NOTHING_COLLECTED', 1, 'preparer', {
    zh: '请导入本月的文件（salesclose import）；到齐后执行 salesclose close retry 或等待自动继续',
    en: 'import this month’s files (salesclose import); the close goes on by itself, or at once with salesclose close retry',
  });
}

function unsettled({ batches, sources }: CloseFacts): Blocker | null {
  const count = batches.unsettled + (sources.fetching ? sources.missing : 0);
  if (count === 0) return null;
  return block('SOURCES_UNSETTLED', count, 'preparer', {
    zh: '文件正在读取或拉取，完成后自动继续',
    en: 'files are still being read or fetched; the close goes on when they have settled',
  });
}

/** It holds the close, but for a policy that goes on without what is missing once the cut-off is due. */
function sourceIncomplete({ sources }: CloseFacts, policy: Policy): Blocker | null {
  if (sources.missing === 0) return null;
  const isProvisional = policy.sources?.atDeadline === 'provisional';
  const { zh, en } = sources.names;
  const blocker = block('SOURCE_INCOMPLETE', sources.missing, 'preparer', {
    zh: `缺少 ${zh}。会自动重试；原因与进度见 source status，处理后执行 source pull${isProvisional ? '；到关账期限仍缺则按估计暂结' : ''}`,
    en: `missing: ${en}. It is tried again by itself; source status says why, and source pull tries now${isProvisional ? '; at the cut-off the close goes on with an estimate' : ''}`,
  });
  return isProvisional && sources.isDue ? warning(blocker) : blocker;
}

/** A day's statement may be missing. It is said, and stops nothing: a bank may have begun anew, and the reconciliation finds what is missing. */
function balanceGap({ balanceGaps: { count, names } }: CloseFacts): Blocker | null {
  if (count === 0) return null;
  return warning(
    block('BALANCE_GAP', count, 'preparer', {
      zh: `${names.zh}；其间可能缺少账单，请补导入`,
      en: `${names.en}; a bill or statement between them may be missing: import it`,
    }),
  );
}

function rejectedRows({ rejectedRows: count }: CloseFacts, policy: Policy): Blocker | null {
  const severity = severityOf(policy.checks.rejected_rows);
  if (severity === null || count === 0) return null;
  return {
    code: 'REJECTED_ROWS',
    count,
    owner: 'preparer',
    severity,
    remedy: {
      zh: '用 salesclose rejected 查看拒收行；在来源更正后，以 import --replaces <批次> 重新导入整个文件',
      en: 'look at them with salesclose rejected; correct them in their source and import the whole file again with import --replaces <batch>',
    },
  };
}

/** From the cut-off on no batch is replaced: what is corrected comes as a late document. */
function rejectedRowsLate(facts: CloseFacts, policy: Policy): Blocker | null {
  const blocker = warning(rejectedRows(facts, policy));
  return (
    blocker && {
      ...blocker,
      remedy: {
        zh: '用 salesclose rejected --csv 导出拒收行，更正后另行 import：已关账，会列为迟到单据，用 admit 纳入本月或 defer 转入下月',
        en: 'export them with salesclose rejected --csv, correct them and import that file: after the cut-off it is parked, admit it into this month or defer it to the next',
      },
    }
  );
}

function openExceptions({ openExceptions: count, openOwner }: CloseFacts, policy: Policy): Blocker | null {
  const severity = severityOf(policy.checks.open_exceptions);
  if (severity === null || count === 0) return null;
  return {
    code: 'OPEN_EXCEPTIONS',
    count,
    owner: openOwner,
    severity,
    remedy: {
      zh: '逐条处理差异：接受、调整、结转下期、核销或争议（salesclose resolve）',
      en: 'resolve each: accept, adjust, carry over, write off or dispute (salesclose resolve)',
    },
  };
}

function parkedDocuments({ batches }: CloseFacts, policy: Policy): Blocker | null {
  const severity = severityOf(policy.checks.parked_documents);
  if (severity === null || batches.parked === 0) return null;
  return {
    code: 'PARKED_DOCUMENTS',
    count: batches.parked,
    owner: 'preparer',
    severity,
    remedy: {
      zh: '关账后到达的单据：纳入本月或转入下月（salesclose parked admit|defer）',
      en: 'documents that came after the cut-off: admit them or send them to the next month (salesclose parked admit|defer)',
    },
  };
}

function reviewPending({ reviewed, rejection }: CloseFacts): Blocker | null {
  if (reviewed) return null;
  if (rejection === null) {
    return block('REVIEW_PENDING', 1, 'reviewer', {
      zh: '复核人核对数字后执行 salesclose review',
      en: 'a reviewer looks at the figures and runs salesclose review',
    });
  }
  return block('REVIEW_PENDING', 1, 'reviewer', {
    zh: `被 ${rejection.by} 退回：${rejection.reason}。处理后重新复核（salesclose review）`,
    en: `rejected by ${rejection.by}: ${rejection.reason}. Deal with it, then review again (salesclose review)`,
  });
}

function approvalPending(missing: readonly Role[]): Blocker | null {
  const [first] = missing;
  if (first === undefined) return null;
  return block('APPROVAL_PENDING', missing.length, first, {
    zh: `待 ${missing.map((role) => ROLE_NAMES[role].zh).join('、')} 审批（salesclose approve），各须不同的人`,
    en: `waits for ${missing.map((role) => ROLE_NAMES[role].en).join(', ')} (salesclose approve), each another person`,
  });
}

function block(code: Blocker['code'], count: number, owner: Role, remedy: Bilingual): Blocker {
  return { code, count, owner, severity: 'block', remedy };
}
