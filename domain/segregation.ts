import { Problem } from './problem';
import { ROLE_NAMES, type Bilingual, type FileKind, type Role } from './words';

/** What a person can do in a company, as rights are given (contracts, section 6). */
export type Action =
  | 'read'
  | 'administer'
  | 'import'
  | 'start'
  | 'retry'
  | 'cancel'
  | 'admit'
  | 'defer'
  | 'resolve'
  | 'review'
  | 'approve'
  | 'reject'
  | 'settle'
  | 'map'
  | 'pull';

/** Which roles may do what, in the order of preference where a person has several. */
export const ROLES_OF_ACTION: Readonly<Record<Action, readonly Role[]>> = {
  read: ['auditor', 'preparer', 'reviewer', 'approver', 'controller', 'cashier', 'admin'],
  administer: ['admin'],
  import: ['preparer', 'cashier'],
  start: ['preparer'],
  retry: ['preparer'],
  cancel: ['preparer'],
  admit: ['preparer'],
  defer: ['preparer'],
  resolve: ['reviewer', 'preparer'],
  review: ['reviewer'],
  approve: ['approver', 'controller'],
  reject: ['approver', 'controller', 'reviewer'],
  settle: ['admin', 'preparer'],
  map: ['admin', 'preparer'],
  pull: ['preparer'],
};

const ACTION_NAMES: Readonly<Record<Action, Bilingual>> = {
  read: { zh: '查看', en: 'read' },
  administer: { zh: '管理公司、人员、制度和计划', en: 'administer companies, people, policy and schedules' },
  import: { zh: '导入', en: 'import' },
  start: { zh: '启动结账', en: 'start the close' },
  retry: { zh: '重试', en: 'retry' },
  cancel: { zh: '取消结账', en: 'cancel the close' },
  admit: { zh: '纳入迟到单据', en: 'admit late documents' },
  defer: { zh: '转入下期', en: 'defer to the next month' },
  resolve: { zh: '处理差异', en: 'resolve exceptions' },
  review: { zh: '复核', en: 'review' },
  approve: { zh: '审批', en: 'approve' },
  reject: { zh: '退回', en: 'reject' },
  settle: { zh: '处置邮件', en: 'settle mails' },
  map: { zh: '编写映射文件', en: 'write profiles' },
  pull: { zh: '拉取数据来源', en: 'pull a source' },
};

/** Files a cashier may import: what the till and its receipts say. */
export const CASHIER_KINDS: readonly FileKind[] = ['channel-csv', 'receipts-csv'];

/** Roles that take part in a month's business; none of them stands beside `admin`. */
export const BUSINESS_ROLES: readonly Role[] = ['preparer', 'reviewer', 'approver', 'controller', 'cashier'];

/** What a person has done in one month so far: the ground of every refusal by person. */
export interface MonthWork {
  /** Imported a file that was kept. */
  readonly imported: boolean;
  readonly started: boolean;
  readonly admitted: boolean;
  /** Resolved an exception in the role of preparer. */
  readonly resolvedAsPreparer: boolean;
  /** Acted as reviewer: reviewed, resolved or rejected in that role. */
  readonly actedAsReviewer: boolean;
  /** Did anything else in the role of preparer: retried, cancelled, deferred. */
  readonly actedAsPreparer: boolean;
}

/**
 * The role in which a person does something; the first that the action prefers. A person who already prepared this
 * month and may not review resolves as preparer, so the record says what he is.
 * @throws Problem ROLE_MISSING (403)
 */
export function roleFor(action: Action, held: readonly Role[], work?: MonthWork): Role {
  const may = ROLES_OF_ACTION[action].filter((role) => held.includes(role));
  const isPreparer = action === 'resolve' && work !== undefined && may.includes('preparer') && didPrepare(work);
  const role = isPreparer ? 'preparer' : may[0];
  if (role === undefined) throw roleMissing(action, ROLES_OF_ACTION[action]);
  return role;
}

/** @throws Problem ROLE_MISSING when the role may import, but not this kind */
export function refuseKindBeyondRole(role: Role, kind: string): void {
  if (role !== 'cashier' || CASHIER_KINDS.some((known) => known === kind)) return;
  throw new Problem(
    'ROLE_MISSING',
    {
      zh: `出纳只能导入现金和收银文件（${CASHIER_KINDS.join('、')}）；${kind} 请由经办导入`,
      en: `a cashier imports cash and till files only (${CASHIER_KINDS.join(', ')}); ask a preparer to import ${kind}`,
    },
    403,
  );
}

/**
 * Refuses roles that do not stand beside each other.
 * @param isAdmin an installation administrator
 * @throws Problem ROLES_CONFLICT (409)
 */
export function refuseConflictingRoles(login: string, roles: readonly Role[], isAdmin: boolean): void {
  const business = roles.filter((role) => BUSINESS_ROLES.includes(role));
  if (business.length === 0 || !(isAdmin || roles.includes('admin'))) return;
  const names = (language: 'zh' | 'en'): string => business.map((role) => ROLE_NAMES[role][language]).join(', ');
  throw new Problem('ROLES_CONFLICT', {
    zh: `不相容职务：管理员 ${login} 不得兼任 ${names('zh')}；请另建登录名`,
    en: `segregation of duties: administrator ${login} cannot also be ${names('en')}; use another login for it`,
  });
}

/**
 * Refuses what a person may not do because of what he did in the same month, whatever his roles.
 * @throws Problem SEGREGATION_OF_DUTIES (403), its reason says what he did
 */
export function refuseByOwnWork(action: Action, login: string, work: MonthWork): void {
  const grounds = groundsAgainst(action, work);
  if (grounds.length === 0) return;
  const did = (language: 'zh' | 'en'): string =>
    grounds.map((ground) => ground[language]).join(language === 'zh' ? '、' : ', ');
  throw new Problem(
    'SEGREGATION_OF_DUTIES',
    {
      zh: `不相容职务分离：${login} 本月已${did('zh')}，不得${ACTION_NAMES[action].zh}；请由其他人办理`,
      en: `segregation of duties: ${login} ${did('en')} this month and may not ${ACTION_NAMES[action].en}; another person has to`,
    },
    403,
  );
}

function groundsAgainst(action: Action, work: MonthWork): Bilingual[] {
  const grounds: [boolean, Bilingual][] = [];
  if (action === 'review' || action === 'approve') {
    grounds.push(
      [work.imported, { zh: '导入文件', en: 'imported files' }],
      [work.started, { zh: '启动结账', en: 'started the close' }],
      [work.admitted, { zh: '纳入迟到单据', en: 'admitted late documents' }],
      [work.resolvedAsPreparer, { zh: '以经办身份处理差异', en: 'resolved exceptions as preparer' }],
    );
  }
  if (action === 'approve') {
    grounds.push(
      [work.actedAsReviewer, { zh: '担任复核', en: 'acted as reviewer' }],
      [work.actedAsPreparer, { zh: '担任经办', en: 'acted as preparer' }],
    );
  }
  return grounds.filter(([isSo]) => isSo).map(([, ground]) => ground);
}

function didPrepare(work: MonthWork): boolean {
  return work.imported || work.started || work.admitted || work.resolvedAsPreparer || work.actedAsPreparer;
}

function roleMissing(action: Action, roles: readonly Role[]): Problem {
  const names = (language: 'zh' | 'en'): string => roles.map((role) => ROLE_NAMES[role][language]).join(' / ');
  return new Problem(
    'ROLE_MISSING',
    {
      zh: `${ACTION_NAMES[action].zh}需要角色：${names('zh')}；请管理员授权或请有此角色的人办理`,
      en: `to ${ACTION_NAMES[action].en} takes the role ${names('en')}; ask an administrator for it, or someone who has it`,
    },
    403,
    { roles },
  );
}
