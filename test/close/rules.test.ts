import { parseCompanyFile } from '../../domain/company-file';
import { type CloseFacts, judgeApproval, judgeCollect, judgeReview, requiredRoles } from '../../domain/checks';
import { dueReminders, reminderLetter } from '../../domain/reminders';
import { renderDetails, waitingSummary } from '../../workflows/details';
import type { CloseStatus } from '../../workflows/messages';

const company = parseCompanyFile('code: qinghe\nname: 青禾商贸有限公司\n');
const { policy } = company;
const HOUR = 3_600_000;

const READY: CloseFacts = {
  batches: { effective: 3, unsettled: 0, parked: 0 },
  sources: { missing: 0, fetching: false, names: { zh: '', en: '' }, isDue: false },
  balanceGaps: { count: 0, names: { zh: '', en: '' } },
  rejectedRows: 0,
  previousMonthOpen: null,
  openExceptions: 0,
  openOwner: 'preparer',
  amounts: {},
  reviewed: true,
  approvals: [{ role: 'approver', login: 'wang' }],
  rejection: null,
};
const codes = ({ blockers }: { blockers: readonly { code: string; severity: string }[] }): string[] =>
  blockers.map(({ code, severity }) => `${severity} ${code}`);

describe('the rules of a stage', () => {
  it('let a month go on where nothing is in the way', () => {
    expect(judgeCollect(READY, policy)).toEqual({ next: 'cutoff', blockers: [] });
    expect(judgeReview(READY, policy)).toEqual({ next: 'approve', blockers: [] });
    expect(judgeApproval(READY, policy, 'CNY')).toEqual({ next: 'lock', blockers: [] });
  });

  it('hold it in collect for each reason, and only warn where the policy says warn', () => {
    const facts = {
      ...READY,
      batches: { effective: 0, unsettled: 2, parked: 0 },
      rejectedRows: 4,
      previousMonthOpen: '2026-09',
    };
    const judged = judgeCollect(facts, policy);
    expect(judged.next).toBe('collect');
    expect(codes(judged)).toEqual(['block PREVIOUS_MONTH_OPEN', 'block SOURCES_UNSETTLED', 'warn REJECTED_ROWS']);
    expect(judgeCollect({ ...READY, rejectedRows: 4 }, policy).next).toBe('cutoff');
  });

  it('ask for a review only once no check stops it', () => {
    const open = judgeReview({ ...READY, openExceptions: 7, openOwner: 'reviewer', reviewed: false }, policy);
    expect(open).toMatchObject({
      next: 'review',
      blockers: [{ code: 'OPEN_EXCEPTIONS', count: 7, owner: 'reviewer' }],
    });
    expect(codes(judgeReview({ ...READY, reviewed: false }, policy))).toEqual(['block REVIEW_PENDING']);
    const off = { ...policy, checks: { ...policy.checks, open_exceptions: 'off' as const } };
    expect(judgeReview({ ...READY, openExceptions: 7 }, off).next).toBe('approve');
  });

  it('take a month back to review when its review does not stand any more', () => {
    expect(judgeApproval({ ...READY, reviewed: false }, policy, 'CNY').next).toBe('review');
  });

  it('name the roles whose approval is missing', () => {
    const judged = judgeApproval({ ...READY, approvals: [] }, policy, 'CNY');
    expect(judged).toMatchObject({
      next: 'approve',
      blockers: [{ code: 'APPROVAL_PENDING', count: 1, owner: 'approver' }],
    });
    expect(judged.blockers[0]?.remedy.zh).toContain('审批');
  });

  it('ask every tier where an amount has no rate to compare it by', () => {
    const tiers = {
      ...policy,
      approvalTiers: [
        { upTo: '100.00', roles: ['approver' as const] },
        { upTo: null, roles: ['controller' as const] },
      ],
    };
    expect(requiredRoles({ CNY: '100.00' }, tiers, 'CNY')).toEqual(['approver']);
    expect(requiredRoles({ CNY: '100.01' }, tiers, 'CNY')).toEqual(['approver', 'controller']);
    expect(requiredRoles({ USD: '1.00' }, tiers, 'CNY')).toEqual(['approver', 'controller']);
    expect(requiredRoles({ USD: '0' }, tiers, 'CNY')).toEqual(['approver']);
  });
});

describe('reminders', () => {
  const since = Date.parse('2026-11-02T01:00:00Z');
  const deadline = since + 30 * HOUR;
  const at = (hours: number) => dueReminders({ since, now: since + hours * HOUR, deadline }, policy.reminders);

  it('come each day, once at the deadline, and escalate after three days', () => {
    expect(at(0)).toEqual({ due: [], nextAt: since + 24 * HOUR });
    expect(at(25).due.map(({ kind }) => kind)).toEqual(['reminder']);
    expect(at(25).nextAt).toBe(deadline);
    expect(at(31).due.map(({ kind }) => kind)).toEqual(['reminder', 'overdue']);
    expect(at(73).due.map(({ kind }) => kind)).toEqual(['reminder', 'overdue', 'escalation']);
  });

  it('keep their keys when asked again, and after a pause only the newest is due', () => {
    expect(at(26).due).toEqual(at(25).due);
    expect(at(240).due.filter(({ kind }) => kind === 'reminder').length).toBe(1);
    expect(at(49).due[0]?.key).not.toBe(at(25).due[0]?.key);
  });

  it('do not announce a deadline that had passed before the stage began', () => {
    const { due } = dueReminders({ since, now: since + HOUR, deadline: since - HOUR }, policy.reminders);
    expect(due).toEqual([]);
  });

  it('say in both languages where the close stands, who has to act and how', () => {
    const { blockers } = judgeReview({ ...READY, openExceptions: 7, reviewed: false }, policy);
    const letter = reminderLetter(
      'reminder',
      { company, month: '2026-10', stage: 'review', waiting: { since, now: since, deadline } },
      blockers,
    );
    expect(letter.subject).toBe('[qinghe 2026-10] 结账待办 · close waiting');
    expect(letter.text).toContain('青禾商贸有限公司 2026-10 停在“复核”，自 2026-11-02 09:00 (Asia/Shanghai)');
    expect(letter.text).toContain('未处理差异 7（经办）');
    expect(letter.text).toContain('open exceptions, 7 (preparer): resolve each');
  });
});

describe('what the operator reads', () => {
  const status: CloseStatus = {
    company: 'qinghe',
    period: '2026-10',
    stage: 'review',
    openExceptions: 7,
    blockers: [
      { code: 'OPEN_EXCEPTIONS', count: 7, owner: 'preparer', severity: 'block', since: '2026-11-03T01:02:03.000Z' },
    ],
    deadline: { stage: 'review', at: '2026-11-04T10:00:00.000Z' },
    failure: null,
  };

  it('says stage, deadline and blockers in words', () => {
    const details = renderDetails(status);
    expect(details).toContain('### 复核 review');
    expect(details).toContain('复核期限 review due: 2026-11-04 10:00 UTC');
    expect(details).toContain('| ⛔ 未处理差异 open exceptions | 7 | 经办 preparer | 2026-11-03 01:02 UTC |');
    expect(waitingSummary(status)).toBe('复核：等待未处理差异 · review waits: open exceptions (7)');
    expect(Buffer.byteLength(waitingSummary(status))).toBeLessThan(200);
  });

  it('names the step that keeps failing and how to try it again', () => {
    const details = renderDetails({ ...status, blockers: [], failure: { stage: 'lock', code: 'DISK_FULL' } });
    expect(details).toContain('step "lock" keeps failing: `DISK_FULL`');
    expect(details).toContain('retryRequested');
    expect(details).toContain('nothing blocks');
  });
});
