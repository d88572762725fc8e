import type { AccountMap, ApprovalTier, CheckStrength, CompanySettings, Deadline, Policy } from './company';
import { invalidFile } from './file-faults';
import { readMatchRules } from './match-rules';
import { Decimal } from './money';
import { isAmount, matches } from './settings-checks';
import { SettingsReader, type Expected } from './settings-reader';
import type { Role } from './words';
import { readYaml } from './yaml-tree';

/** What a policy is where the file says nothing. */
const DEFAULTS = {
  currency: 'CNY',
  timezone: 'Asia/Shanghai',
  accounts: {
    receivable: '1122',
    revenue: '6001',
    outputTax: '2221',
    bank: '1002',
    channels: '1012',
    cash: '1001',
    fees: '6603',
  },
  tolerance: { amount: '0.00', feePerBatch: '1.00', days: '5', writeOff: '1.00' },
  checks: { open_exceptions: 'block', parked_documents: 'warn', rejected_rows: 'warn' },
  deadlines: { cutoff: 'WD1T18:00', review: 'WD3T18:00', approve: 'WD4T18:00' },
  approvalTiers: [{ upTo: null, roles: ['approver'] }],
  reminders: { every: 'PT24H', escalateAfter: 'PT72H' },
  sources: { atDeadline: 'wait' },
} as const;

/**
 * Reads a company file (contracts, section 5): every fault is found in one pass, defaults fill what is not said.
 * @throws Problem COMPANY_FILE_INVALID with `details.faults`: [{line, path, reason}]
 */
export function parseCompanyFile(source: string): CompanySettings {
  const { tree, faults } = readYaml(source);
  const file = new SettingsReader(tree, '', faults);
  const currency = file.text('currency', isCurrency, DEFAULTS.currency);
  const settings: CompanySettings = {
    code: file.text(
      'code',
      matches(/^[a-z0-9-]{2,32}$/, '2 至 32 个小写字母、数字或连字符', '2 to 32 of a-z, 0-9 and -'),
    ),
    name: file.text('name', isName),
    ...readTaxNo(file),
    currency,
    timezone: file.text('timezone', isZone, DEFAULTS.timezone),
    accounts: readAccounts(file.section('accounts')),
    merchants: readMerchants(file.section('merchants')),
    banks: readBanks(file, currency),
    policy: readPolicy(file.section('policy'), currency),
  };
  file.done();
  if (faults.length > 0) throw invalidFile('COMPANY_FILE_INVALID', { zh: '公司文件', en: 'the company file' }, faults);
  return settings;
}

function readTaxNo(file: SettingsReader): Pick<CompanySettings, 'taxNo'> {
  const taxNo = file.optionalText(
    'taxNo',
    matches(
      /^[0-9A-Za-z]{15,20}$/,
      '统一社会信用代码，15 至 20 位字母或数字',
      'a tax number of 15 to 20 letters and digits',
    ),
  );
  return taxNo === undefined ? {} : { taxNo: taxNo.toUpperCase() };
}

function readAccounts(section: SettingsReader): AccountMap {
  const account = matches(/^[0-9A-Za-z.-]{1,40}$/, '科目编码前缀', 'the prefix of an account number');
  const read = (key: keyof typeof DEFAULTS.accounts): string => section.text(key, account, DEFAULTS.accounts[key]);
  const writeOff = section.optionalText('writeOff', account);
  const accounts = {
    receivable: read('receivable'),
    revenue: read('revenue'),
    outputTax: read('outputTax'),
    bank: read('bank'),
    channels: read('channels'),
    cash: read('cash'),
    fees: read('fees'),
    ...(writeOff === undefined ? {} : { writeOff }),
  };
  section.done();
  return accounts;
}

function readMerchants(section: SettingsReader): CompanySettings['merchants'] {
  const merchant = matches(/^\S{1,64}$/, '商户号，不含空格', 'a merchant number without spaces');
  const alipay = section.optionalText('alipay', merchant);
  const wechat = section.optionalText('wechat', merchant);
  const unionpay = section.optionalText('unionpay', merchant);
  section.done();
  return {
    ...(alipay === undefined ? {} : { alipay }),
    ...(wechat === undefined ? {} : { wechat }),
    ...(unionpay === undefined ? {} : { unionpay }),
  };
}

function readBanks(file: SettingsReader, currency: string): CompanySettings['banks'] {
  return (file.sections('banks') ?? []).map((bank) => {
    const account = bank.text('account', matches(/^[0-9A-Za-z -]{4,40}$/, '银行账号', 'a bank account number'));
    const entry = { account, currency: bank.text('currency', isCurrency, currency) };
    bank.done();
    return entry;
  });
}

function readPolicy(section: SettingsReader, currency: string): Policy {
  const policy: Policy = {
    tolerance: readTolerance(section.section('tolerance'), currency),
    checks: readChecks(section.section('checks')),
    deadlines: readDeadlines(section.section('deadlines')),
    approvalTiers: readTiers(section, currency),
    reminders: readReminders(section.section('reminders')),
    recipients: readRecipients(section.section('recipients')),
    sources: readSourcesPolicy(section.section('sources')),
    rules: readMatchRules(section, currency),
  };
  section.done();
  return policy;
}

function readTolerance(section: SettingsReader, currency: string): Policy['tolerance'] {
  const amount = (key: 'amount' | 'feePerBatch' | 'writeOff'): string =>
    section.text(key, isAmount(currency), DEFAULTS.tolerance[key]);
  const days = matches(/^([0-9]|[12][0-9]|3[01])$/, '0 至 31 的天数', 'days from 0 to 31');
  const tolerance = {
    amount: amount('amount'),
    feePerBatch: amount('feePerBatch'),
    days: Number(section.text('days', days, DEFAULTS.tolerance.days)),
    writeOff: amount('writeOff'),
  };
  section.done();
  return tolerance;
}

function readChecks(section: SettingsReader): Policy['checks'] {
  // A bare `off` is a word in YAML 1.2, so all three read as written.
  const strength = matches(/^(off|warn|block)$/, 'off、warn 或 block', 'off, warn or block');
  const read = (key: keyof Policy['checks']): CheckStrength =>
    section.text(key, strength, DEFAULTS.checks[key]) as CheckStrength;
  const checks = {
    open_exceptions: read('open_exceptions'),
    parked_documents: read('parked_documents'),
    rejected_rows: read('rejected_rows'),
  };
  section.done();
  return checks;
}

const DEADLINE = /^WD([0-9]|1[0-9]|2[0-3])T(([01][0-9]|2[0-3]):[0-5][0-9])$/;

function readDeadlines(section: SettingsReader): Policy['deadlines'] {
  const deadline = matches(
    DEADLINE,
    '形如 WD3T18:00：月末后第 3 个工作日 18:00',
    'like WD3T18:00, the 3rd working day after month end, 18:00',
  );
  const read = (key: keyof Policy['deadlines']): Deadline => {
    const found = DEADLINE.exec(section.text(key, deadline, DEFAULTS.deadlines[key]));
    return { workingDay: Number(found?.[1]), time: found?.[2] ?? '' };
  };
  const deadlines = { cutoff: read('cutoff'), review: read('review'), approve: read('approve') };
  const order = (at: Deadline): number => at.workingDay * 10_000 + Number(at.time.replace(':', ''));
  if (order(deadlines.cutoff) > order(deadlines.review)) {
    section.fault(section.lineOf('review'), 'review', '不得早于关账期限', 'must not be before the cut-off');
  }
  if (order(deadlines.review) > order(deadlines.approve)) {
    section.fault(section.lineOf('approve'), 'approve', '不得早于复核期限', 'must not be before the review');
  }
  section.done();
  return deadlines;
}

function readTiers(policy: SettingsReader, currency: string): readonly ApprovalTier[] {
  const role = matches(/^(approver|controller)$/, 'approver 或 controller', 'approver or controller');
  const parts = policy.sections('approvalTiers');
  if (parts === undefined) return DEFAULTS.approvalTiers;
  const fault = (part: SettingsReader | undefined, zh: string, en: string): void =>
    policy.fault(part?.lineOf('upTo') ?? policy.lineOf('approvalTiers'), 'approvalTiers', zh, en);
  if (parts.length === 0) fault(undefined, '至少需要一级审批', 'at least one tier is needed');
  let below: Decimal | undefined;
  return parts.map((part, i) => {
    const upTo = part.optionalText('upTo', isAmount(currency)) ?? null;
    const roles = part.texts('roles', role, []) as readonly Role[];
    if (roles.length === 0) fault(part, '每级至少一个角色', 'each tier needs a role');
    if ((upTo === null) !== (i === parts.length - 1)) {
      fault(
        part,
        '只有最后一级的 upTo 为空（不设上限）',
        'the last tier, and only it, has upTo: null (no upper bound)',
      );
    }
    if (upTo !== null && below?.gte(upTo)) fault(part, '各级上限须递增', 'tiers must rise');
    if (upTo !== null) below = new Decimal(upTo);
    part.done();
    return { upTo, roles };
  });
}

function readReminders(section: SettingsReader): Policy['reminders'] {
  const duration = matches(
    /^P(?=\d|T\d)(\d{1,3}D)?(T(?=\d)(\d{1,4}H)?(\d{1,4}M)?(\d{1,4}S)?)?$/,
    'ISO 8601 时长，如 PT24H',
    'an ISO 8601 duration like PT24H',
  );
  const reminders = {
    every: section.text('every', duration, DEFAULTS.reminders.every),
    escalateAfter: section.text('escalateAfter', duration, DEFAULTS.reminders.escalateAfter),
  };
  section.done();
  return reminders;
}

function readRecipients(section: SettingsReader): Policy['recipients'] {
  const recipients = {
    report: section.texts('report', isMailAddress, []),
    blockers: section.texts('blockers', isMailAddress, []),
  };
  section.done();
  return recipients;
}

function readSourcesPolicy(section: SettingsReader): NonNullable<Policy['sources']> {
  const words = matches(/^(wait|provisional)$/, 'wait 或 provisional', 'wait or provisional');
  const atDeadline = section.text('atDeadline', words, DEFAULTS.sources.atDeadline);
  section.done();
  return { atDeadline: atDeadline === 'provisional' ? 'provisional' : 'wait' };
}

function isName(text: string): Expected | null {
  const isFine = text.trim() !== '' && text.length <= 200 && !/\p{Cc}/u.test(text);
  return isFine ? null : { zh: '1 至 200 个字符', en: '1 to 200 characters' };
}

function isCurrency(text: string): Expected | null {
  const isKnown = Intl.supportedValuesOf('currency').includes(text);
  return isKnown ? null : { zh: 'ISO 4217 币种代码，如 CNY', en: 'an ISO 4217 code like CNY' };
}

function isZone(text: string): Expected | null {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return /^[+-]/.test(text) ? { zh: '地区时区名', en: 'a zone by its name' } : null;
  } catch {
    return { zh: 'IANA 时区，如 Asia/Shanghai', en: 'an IANA zone like Asia/Shanghai' };
  }
}

/** One plain address, nothing a mail header could read otherwise. */
export function isMailAddress(text: string): Expected | null {
  const isPlain =
    text.length <= 254 &&
    /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*$/.test(text);
  return isPlain ? null : { zh: '一个邮箱地址', en: 'one plain mail address' };
}
