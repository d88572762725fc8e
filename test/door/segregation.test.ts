import fc from 'fast-check';
import { missingApprovals, requiredApprovals } from '../../domain/approvals';
import { refuseWeakPassword } from '../../domain/passwords';
import type { Problem } from '../../domain/problem';
import {
  refuseByOwnWork,
  refuseConflictingRoles,
  refuseKindBeyondRole,
  roleFor,
  ROLES_OF_ACTION,
  type Action,
  type MonthWork,
} from '../../domain/segregation';
import { FILE_KINDS, ROLES, type Role } from '../../domain/words';

const NOTHING: MonthWork = {
  imported: false,
  started: false,
  admitted: false,
  resolvedAsPreparer: false,
  actedAsReviewer: false,
  actedAsPreparer: false,
};

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'allowed';
  } catch (error) {
    return (error as Problem).code;
  }
};

/** Contracts, section 6, as a table. */
const MAY: Record<Exclude<Action, 'read'>, Role[]> = {
  administer: ['admin'],
  import: ['preparer', 'cashier'],
  start: ['preparer'],
  retry: ['preparer'],
  cancel: ['preparer'],
  admit: ['preparer'],
  defer: ['preparer'],
  resolve: ['preparer', 'reviewer'],
  review: ['reviewer'],
  approve: ['approver', 'controller'],
  reject: ['reviewer', 'approver', 'controller'],
  settle: ['admin', 'preparer'],
  map: ['admin', 'preparer'],
  pull: ['preparer'],
};

test.each(Object.entries(MAY))('%s is for %s and nobody else', (action, roles) => {
  for (const role of ROLES) {
    const expected = roles.includes(role) ? 'allowed' : 'ROLE_MISSING';
    expect([role, codeOf(() => roleFor(action as Action, [role]))]).toEqual([role, expected]);
  }
});

test('everyone with a role reads, nobody without', () => {
  for (const role of ROLES) expect(roleFor('read', [role])).toBe(role);
  expect(codeOf(() => roleFor('read', []))).toBe('ROLE_MISSING');
});

test('an administrator has no business role beside it, of the company or of the installation', () => {
  for (const role of ['preparer', 'reviewer', 'approver', 'controller', 'cashier'] as const) {
    expect(codeOf(() => refuseConflictingRoles('li', ['admin', role], false))).toBe('ROLES_CONFLICT');
    expect(codeOf(() => refuseConflictingRoles('li', [role], true))).toBe('ROLES_CONFLICT');
    expect(codeOf(() => refuseConflictingRoles('li', [role], false))).toBe('allowed');
  }
  expect(codeOf(() => refuseConflictingRoles('li', ['preparer', 'reviewer', 'approver'], false))).toBe('allowed');
});

test.each([
  ['imported', ['review', 'approve']],
  ['started', ['review', 'approve']],
  ['admitted', ['review', 'approve']],
  ['resolvedAsPreparer', ['review', 'approve']],
  ['actedAsReviewer', ['approve']],
  ['actedAsPreparer', ['approve']],
])('who %s this month may not %s', (done, refused) => {
  for (const action of Object.keys(ROLES_OF_ACTION) as Action[]) {
    const expected = refused.includes(action) ? 'SEGREGATION_OF_DUTIES' : 'allowed';
    expect([action, codeOf(() => refuseByOwnWork(action, 'li', { ...NOTHING, [done]: true }))]).toEqual([
      action,
      expected,
    ]);
  }
});

test('the refusal names the person, what he did, and the way out, in both languages', () => {
  try {
    refuseByOwnWork('review', 'li', { ...NOTHING, imported: true, started: true });
    throw new Error('not refused');
  } catch (error) {
    const { reason } = error as Problem;
    expect(reason.zh).toMatch(/li 本月已导入文件、启动结账，不得复核；请由其他人办理/);
    expect(reason.en).toMatch(
      /li imported files, started the close this month and may not review; another person has to/,
    );
  }
});

test('who holds both roles resolves as reviewer, until he prepared the month', () => {
  expect(roleFor('resolve', ['preparer', 'reviewer'], NOTHING)).toBe('reviewer');
  expect(roleFor('resolve', ['preparer', 'reviewer'], { ...NOTHING, imported: true })).toBe('preparer');
});

test('a cashier imports till and receipt files only', () => {
  const allowed = FILE_KINDS.filter((kind) => codeOf(() => refuseKindBeyondRole('cashier', kind)) === 'allowed');
  expect(allowed.sort()).toEqual(['channel-csv', 'receipts-csv']);
  expect(FILE_KINDS.every((kind) => codeOf(() => refuseKindBeyondRole('preparer', kind)) === 'allowed')).toBe(true);
});

describe('approval tiers', () => {
  const tiers = [
    { upTo: '1000.00', roles: ['approver'] },
    { upTo: '5000.00', roles: ['controller'] },
    { upTo: null, roles: ['approver', 'controller'] },
  ] as const;

  test.each([
    ['0', ['approver']],
    ['1000.00', ['approver']],
    ['1000.01', ['approver', 'controller']],
    ['99999', ['approver', 'controller']],
  ])('%s takes %s', (amount, roles) => {
    expect(requiredApprovals(tiers, amount)).toEqual(roles);
  });

  test('one person never counts for two roles, whatever the order of approvals', () => {
    const approvals = fc.array(
      fc.record({ role: fc.constantFrom<Role>('approver', 'controller'), login: fc.constantFrom('a', 'b', 'c') }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(approvals, (given) => {
        const missing = missingApprovals(['approver', 'controller'], given);
        if (new Set(given.map(({ login }) => login)).size < 2) expect(missing.length).toBeGreaterThan(0);
      }),
    );
  });
});

test('passwords are measured by length and by how common they are, not by their make-up', () => {
  const refused = ['short', '12345678', 'Password1', 'salesclose-sample', 'aaaaaaaaaa', 'zhang.wei', 'x'.repeat(129)];
  for (const password of refused)
    expect([password, codeOf(() => refuseWeakPassword(password, 'zhang.wei'))]).toEqual([password, 'PASSWORD_REFUSED']);
  for (const password of ['only lower case words', '一个很长的中文密码', 'x7'.repeat(64)]) {
    expect([password, codeOf(() => refuseWeakPassword(password, 'zhang.wei'))]).toEqual([password, 'allowed']);
  }
});
