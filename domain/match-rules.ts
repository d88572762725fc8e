import { isAmount, matches, oneOf } from './settings-checks';
import type { SettingsReader } from './settings-reader';
import type { ReconciliationName } from './words';

/** How a field is folded before it is compared: as references are, as words without gaps and width, or by its digits alone. */
export type Folding = 'reference' | 'text' | 'digits';

/** How many records a match may have on its left and right. */
export type Shape = '1:1' | '1:N' | 'N:1' | 'N:M';

/** A pass that a company adds to a standing reconciliation. It sees what the standing passes have left open. */
export interface MatchRule {
  /** Stable; every match it makes names it. */
  readonly code: string;
  /** What a clerk reads. */
  readonly name: string;
  readonly reconciliation: RuledReconciliation;
  /** All of them must agree. */
  readonly keys: readonly { readonly left: string; readonly right: string; readonly as: Folding }[];
  readonly shape: Shape;
  /** Decimal strings: the larger of the amount (per currency where named) and the percentage of the left sum. */
  readonly tolerance: {
    readonly amount: string;
    readonly percent: string;
    readonly currencies: Readonly<Record<string, string>>;
  };
  /** How many days the records of one match may lie apart; null: the month. */
  readonly days: number | null;
  /** May it match without a person? Else it suggests. */
  readonly automatic: boolean;
}

/** The reconciliations that rules can be added to: those that bring single records together. */
export type RuledReconciliation = Extract<
  ReconciliationName,
  'orders-ledger' | 'orders-invoices' | 'receipts-channels' | 'channels-ledger'
>;

const DOCUMENT = ['order_no', 'return_no', 'customer_no', 'customer_name', 'salesperson', 'region'];
const POSTING = ['entry_no', 'reference', 'description', 'customer_no'];
const MOVEMENT = ['transaction_no', 'merchant_reference', 'payout_no', 'bank_reference', 'end_to_end'];
const RECEIPT = ['receipt_no', 'order_no', 'customer_no', 'channel_reference', 'description', 'counterparty'];

/** What a rule may compare on each side, by the columns' names in the files. */
export const RULE_FIELDS: Readonly<
  Record<RuledReconciliation, { readonly left: readonly string[]; readonly right: readonly string[] }>
> = {
  'orders-ledger': { left: DOCUMENT, right: POSTING },
  'orders-invoices': { left: DOCUMENT, right: ['invoice_no', 'order_no', 'customer_no', 'original_invoice_no'] },
  'receipts-channels': { left: RECEIPT, right: [...MOVEMENT, 'description', 'counterparty'] },
  'channels-ledger': { left: [...new Set([...MOVEMENT, ...RECEIPT])], right: POSTING },
};

/** In these a posting or invoice belongs to one document; a match of several documents is a person's decision. */
const ONE_DOCUMENT: readonly RuledReconciliation[] = ['orders-ledger', 'orders-invoices'];

/** Reads `policy.rules` of a company file; each fault has its line. */
export function readMatchRules(policy: SettingsReader, currency: string): readonly MatchRule[] {
  const codes = new Set<string>();
  return (policy.sections('rules') ?? []).map((section) => {
    const rule = readRule(section, currency);
    if (codes.has(rule.code))
      section.fault(section.lineOf('code'), 'code', '规则代码重复', 'another rule has this code');
    codes.add(rule.code);
    section.done();
    return rule;
  });
}

function readRule(section: SettingsReader, currency: string): MatchRule {
  const names = Object.keys(RULE_FIELDS) as RuledReconciliation[];
  const reconciliation = section.text('reconciliation', oneOf(names)) as RuledReconciliation;
  const rule: MatchRule = {
    code: section.text(
      'code',
      matches(/^[a-z][a-z0-9-]{1,39}$/, '2 至 40 个小写字母、数字或连字符', '2 to 40 of a-z, 0-9 and -'),
    ),
    name: section.text('name', matches(/^\S.{0,99}$/u, '1 至 100 个字符', '1 to 100 characters')),
    reconciliation,
    keys: readKeys(section, RULE_FIELDS[reconciliation]),
    shape: section.text('shape', oneOf(['1:1', '1:N', 'N:1', 'N:M']), '1:1') as Shape,
    tolerance: readTolerance(section.section('tolerance'), currency),
    days: daysOf(
      section.text(
        'days',
        matches(/^(month|[0-9]|[12][0-9]|3[01])$/, '0 至 31 的天数，或 month', 'days from 0 to 31, or month'),
        'month',
      ),
    ),
    automatic: section.text('automatic', oneOf(['true', 'false']), 'false') === 'true',
  };
  const joinsDocuments = rule.shape === 'N:1' || rule.shape === 'N:M';
  if (rule.automatic && joinsDocuments && ONE_DOCUMENT.includes(reconciliation)) {
    section.fault(
      section.lineOf('automatic'),
      'automatic',
      '此对账中多张单据的匹配只能建议，不能自动确认',
      'in this reconciliation a match of several documents can only be suggested',
    );
  }
  return rule;
}

function daysOf(text: string): number | null {
  return text === 'month' || text === '' ? null : Number(text);
}

function readKeys(
  section: SettingsReader,
  fields: { readonly left: readonly string[]; readonly right: readonly string[] } | undefined,
): MatchRule['keys'] {
  const parts = section.sections('keys') ?? [];
  if (parts.length === 0 || parts.length > 6) {
    section.fault(section.lineOf('keys'), 'keys', '需要 1 至 6 个比较项', '1 to 6 keys are needed');
  }
  return parts.map((part) => {
    const key = {
      left: part.text('left', oneOf(fields?.left ?? [])),
      right: part.text('right', oneOf(fields?.right ?? [])),
      as: part.text('as', oneOf(['reference', 'text', 'digits']), 'reference') as Folding,
    };
    part.done();
    return key;
  });
}

function readTolerance(section: SettingsReader, currency: string): MatchRule['tolerance'] {
  const amount = section.text('amount', isAmount(currency), '0.00');
  const percent = section.text(
    'percent',
    matches(/^(0|[1-9]\d?)(\.\d{1,4})?$/, '0 至 99 的百分数', 'a percentage from 0 to 99'),
    '0',
  );
  const part = section.section('currencies');
  const currencies = Object.fromEntries(part.keys().map((name) => [name, part.text(name, isAmount(name))]));
  part.done();
  section.done();
  return { amount, percent, currencies };
}
