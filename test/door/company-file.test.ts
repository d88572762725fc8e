import { parseCompanyFile } from '../../domain/company-file';
import type { Problem } from '../../domain/problem';

const faultsOf = (source: string): { line: number; path: string }[] => {
  try {
    parseCompanyFile(source);
    return [];
  } catch (error) {
    const { code, details } = error as Problem;
    expect(code).toBe('COMPANY_FILE_INVALID');
    return (details['faults'] as { line: number; path: string }[]).map(({ line, path }) => ({ line, path }));
  }
};

test('a company file of two lines gets a whole policy', () => {
  const { currency, timezone, accounts, policy } = parseCompanyFile('code: qinghe\nname: 青禾商贸有限公司\n');
  expect({ currency, timezone }).toEqual({ currency: 'CNY', timezone: 'Asia/Shanghai' });
  expect(accounts.receivable).toBe('1122');
  expect(policy).toEqual({
    tolerance: { amount: '0.00', feePerBatch: '1.00', days: 5, writeOff: '1.00' },
    checks: { open_exceptions: 'block', parked_documents: 'warn', rejected_rows: 'warn' },
    deadlines: {
      cutoff: { workingDay: 1, time: '18:00' },
      review: { workingDay: 3, time: '18:00' },
      approve: { workingDay: 4, time: '18:00' },
    },
    approvalTiers: [{ upTo: null, roles: ['approver'] }],
    reminders: { every: 'PT24H', escalateAfter: 'PT72H' },
    recipients: { report: [], blockers: [] },
    sources: { atDeadline: 'wait' },
    rules: [],
  });
});

test('numbers without quotes keep the text they were written in', () => {
  const { accounts, merchants, policy } = parseCompanyFile(
    'code: ab\nname: x\naccounts: {cash: 0101}\nmerchants: {wechat: 1900000109, unionpay: 0898310148}\npolicy: {tolerance: {amount: 0.10}}\n',
  );
  expect([accounts.cash, merchants.wechat, merchants.unionpay, policy.tolerance.amount]).toEqual([
    '0101',
    '1900000109',
    '0898310148',
    '0.10',
  ]);
});

test('unknown keys are refused with their line, at every depth', () => {
  const source = `code: ab
name: x
colour: red
policy:
  tolerance:
    amounts: "1.00"
  checks: {open_exceptions: warn,
           open: block}
`;
  expect(faultsOf(source)).toEqual([
    { line: 3, path: 'colour' },
    { line: 6, path: 'policy.tolerance.amounts' },
    { line: 8, path: 'policy.checks.open' },
  ]);
});

test.each([
  ['a code with capitals', 'code: AB\nname: x', 1, 'code'],
  ['an unknown currency', 'code: ab\nname: x\ncurrency: RMB', 3, 'currency'],
  ['an unknown zone', 'code: ab\nname: x\ntimezone: Asia/Peking', 3, 'timezone'],
  ['a negative tolerance', 'code: ab\nname: x\npolicy: {tolerance: {amount: -1}}', 3, 'policy.tolerance.amount'],
  [
    'more decimals than the currency has',
    'code: ab\nname: x\npolicy: {tolerance: {amount: 0.001}}',
    3,
    'policy.tolerance.amount',
  ],
  ['an exponent', 'code: ab\nname: x\npolicy: {tolerance: {amount: 1e3}}', 3, 'policy.tolerance.amount'],
  [
    'a strength that is none',
    'code: ab\nname: x\npolicy: {checks: {rejected_rows: stop}}',
    3,
    'policy.checks.rejected_rows',
  ],
  ['a deadline that is none', 'code: ab\nname: x\npolicy: {deadlines: {review: D3}}', 3, 'policy.deadlines.review'],
  [
    'a role that does not approve',
    'code: ab\nname: x\npolicy: {approvalTiers: [{upTo: null, roles: [preparer, approver]}]}',
    3,
    'policy.approvalTiers[0].roles[0]',
  ],
  [
    'a recipient that is no address',
    'code: ab\nname: x\npolicy: {recipients: {report: ["a@b.cn, c@d.cn"]}}',
    3,
    'policy.recipients.report[0]',
  ],
  ['a duration that is none', 'code: ab\nname: x\npolicy: {reminders: {every: 24h}}', 3, 'policy.reminders.every'],
  ['a list where a mapping belongs', 'code: ab\nname: x\npolicy: [1]', 3, 'policy'],
])('%s is refused with its line', (_name, source, line, path) => {
  expect(faultsOf(source)).toEqual([{ line, path }]);
});

test('deadlines that run backwards and tiers that fall are refused', () => {
  const backwards = 'code: ab\nname: x\npolicy:\n  deadlines:\n    cutoff: WD5T18:00\n';
  expect(faultsOf(backwards).map(({ path }) => path)).toEqual(['policy.deadlines.review']);
  const falling = `code: ab
name: x
policy:
  approvalTiers:
    - {upTo: "500.00", roles: [approver]}
    - {upTo: "100.00", roles: [approver]}
    - {upTo: null, roles: [controller]}
`;
  expect(faultsOf(falling)).toEqual([{ line: 6, path: 'policy.approvalTiers' }]);
});

test('broken YAML, keys given twice and an empty file are faults, never a crash', () => {
  expect(faultsOf('code: ab\ncode: cd\nname: x').map(({ line }) => line)).toEqual([2]);
  expect(faultsOf('code: [ab\nname: x').length).toBeGreaterThan(0);
  expect(faultsOf('').map(({ path }) => path)).toEqual(['code', 'name']);
  expect(faultsOf('a: &x 1\ncode: *x\nname: x').some(({ path }) => path === 'code')).toBe(true);
});
