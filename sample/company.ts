import type { Role } from '../domain/words';

/** The sample company (contracts, sections 1 and 5). */
export const COMPANY = {
  code: 'qinghe',
  name: '青禾商贸有限公司',
  /** 16-digit partner id and `0156`, as Alipay names an account in its bills. */
  alipayAccount: '20886127845630210156',
  wechatMerchant: '1900000109',
  wechatApp: 'wx8f2ab6c3d94e7015',
  bankAccount: '1202026409900123456',
} as const;

export interface SamplePerson {
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
}

const person = (role: Role, name: string): SamplePerson => ({
  login: role,
  name,
  email: `${role}@qinghe.example`,
  roles: [role],
});

/** One person for each role, the role's name as login. */
export const PEOPLE: readonly SamplePerson[] = [
  person('preparer', '周敏'),
  person('reviewer', '李静'),
  person('approver', '王建国'),
  person('controller', '陈莉'),
  person('cashier', '刘洋'),
  person('auditor', '赵磊'),
  person('admin', '何军'),
];

/** The company file, as a person would write it. */
export const COMPANY_FILE = `code: ${COMPANY.code}
name: ${COMPANY.name}
currency: CNY
timezone: Asia/Shanghai
accounts: {receivable: "1122", revenue: "6001", outputTax: "2221", bank: "1002", channels: "1012", cash: "1001", fees: "6603"}
merchants: {alipay: "${COMPANY.alipayAccount}", wechat: "${COMPANY.wechatMerchant}"}
banks: [{account: "${COMPANY.bankAccount}", currency: CNY}]
policy:
  tolerance: {amount: "0.00", feePerBatch: "1.00", days: 5, writeOff: "1.00"}
  checks: {open_exceptions: block, parked_documents: warn, rejected_rows: warn}
  deadlines: {cutoff: WD1T18:00, review: WD3T18:00, approve: WD4T18:00}
  approvalTiers: [{upTo: null, roles: [approver]}]
  reminders: {every: PT24H, escalateAfter: PT72H}
  recipients: {report: [finance@qinghe.example], blockers: [finance@qinghe.example, sales@qinghe.example]}
`;
