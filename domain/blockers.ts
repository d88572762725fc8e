import type { Bilingual, Role } from './words';
import type { CheckStrength } from './company';

/** Why a close does not go on. Listed with every status, mail and screen; the codes are stable. */
export const BLOCKER_CODES = [
  'PREVIOUS_MONTH_OPEN',
  'NOTHING_COLLECTED',
  'SOURCES_UNSETTLED',
  'SOURCE_INCOMPLETE',
  'BALANCE_GAP',
  'REJECTED_ROWS',
  'OPEN_EXCEPTIONS',
  'PARKED_DOCUMENTS',
  'REVIEW_PENDING',
  'APPROVAL_PENDING',
  'REPORT_MAIL_WAITING',
  'NO_RECIPIENTS',
  'ACTIVITY_FAILED',
] as const;
export type BlockerCode = (typeof BLOCKER_CODES)[number];

export const BLOCKER_NAMES: Record<BlockerCode, Bilingual> = {
  PREVIOUS_MONTH_OPEN: { zh: '上月未结账', en: 'previous month not locked' },
  NOTHING_COLLECTED: { zh: '尚无数据', en: 'nothing collected' },
  SOURCES_UNSETTLED: { zh: '导入未完成', en: 'imports under way' },
  SOURCE_INCOMPLETE: { zh: '数据来源不齐', en: 'sources not complete' },
  BALANCE_GAP: { zh: '账单余额不连续', en: 'balances do not join' },
  REJECTED_ROWS: { zh: '有拒收行', en: 'rejected rows' },
  OPEN_EXCEPTIONS: { zh: '未处理差异', en: 'open exceptions' },
  PARKED_DOCUMENTS: { zh: '待处理迟到单据', en: 'parked documents' },
  REVIEW_PENDING: { zh: '待复核', en: 'review pending' },
  APPROVAL_PENDING: { zh: '待审批', en: 'approval pending' },
  REPORT_MAIL_WAITING: { zh: '报告邮件未送达', en: 'the report’s mail has not left' },
  NO_RECIPIENTS: { zh: '催办无收件人', en: 'nobody to remind' },
  ACTIVITY_FAILED: { zh: '步骤失败', en: 'a step keeps failing' },
};

/** One reason, ready to be written down: who has to act and what clears it. A warning is shown but stops nothing. */
export interface Blocker {
  readonly code: BlockerCode;
  readonly count: number;
  readonly owner: Role;
  readonly severity: 'warn' | 'block';
  readonly remedy: Bilingual;
}

/** A check's strength as a blocker's severity; `off` gives none. */
export function severityOf(strength: CheckStrength): Blocker['severity'] | null {
  return strength === 'off' ? null : strength;
}

export const stops = (blockers: readonly Pick<Blocker, 'severity'>[]): boolean =>
  blockers.some(({ severity }) => severity === 'block');
