import type { AccountMap } from '../company';
import { Decimal, formatAmount } from '../money';
import { referenceKey } from '../reference';
import type { Rule } from '../rules';
import type { Bilingual } from '../words';
import { distinct, feeOf, numbersOf, sharedNumber, sumOf, taxOf, textsOf, type Side } from './side';

/** equal: both sides say the same · differs: they do not · absent: one side does not say it. */
export type Mark = 'equal' | 'differs' | 'absent';

/** One line of two records side by side. */
export interface ComparedField {
  readonly field: string;
  readonly label: Bilingual;
  readonly left: string | null;
  readonly right: string | null;
  readonly mark: Mark;
}

export interface Comparable {
  readonly left: Side;
  readonly right: Side;
  readonly currency: string;
  readonly rule: Rule | undefined;
  readonly accounts: AccountMap;
}

const LABELS = {
  number: { zh: '单号', en: 'number' },
  customer: { zh: '客户', en: 'customer' },
  date: { zh: '日期', en: 'date' },
  month: { zh: '月份', en: 'month' },
  currency: { zh: '币种', en: 'currency' },
  amount: { zh: '金额', en: 'amount' },
  net: { zh: '不含税金额', en: 'net amount' },
  tax: { zh: '税额', en: 'tax' },
  fee: { zh: '手续费', en: 'fee' },
  status: { zh: '状态', en: 'status' },
} satisfies Record<string, Bilingual>;

type FieldName = keyof typeof LABELS;

/** Rules that are certain without a number. */
const WITHOUT_NUMBER = new Set(['fee-of-batch', 'customer-balance', 'by-hand']);

/** The two sides field by field. A side of several records shows sums, and each of its different values once. */
export function compareSides(about: Comparable): ComparedField[] {
  const { left, right, currency, accounts } = about;
  const column = (name: FieldName, of: (side: Side) => string | null, same = sameKey): ComparedField =>
    marked(name, of(left), of(right), same);
  const money = (name: FieldName, of: (side: Side) => Decimal | undefined): ComparedField =>
    column(name, (side) => (isEmpty(side) ? null : amountText(of(side), currency)), sameAmount);
  const amount = (side: Side): Decimal => sumOf(side.records);
  const net = (side: Side): Decimal | undefined => {
    const tax = taxOf(side, accounts);
    return tax === undefined ? undefined : amount(side).sub(tax);
  };
  const fields = [
    compareNumbers(about),
    column('customer', (side) => joined(side.rows.map(({ values }) => values['customer_no']))),
    column('date', (side) => span(side.records.map(({ date }) => date))),
    column('month', (side) => span(side.records.map(({ date }) => date.slice(0, 7)))),
    column('currency', (side) =>
      isEmpty(side) ? null : (joined(side.rows.map(({ values }) => values['currency'])) ?? currency),
    ),
    money('amount', amount),
    money('net', net),
    money('tax', (side) => taxOf(side, accounts)),
    money('fee', (side) => feeOf(side, accounts)),
    column('status', (side) => joined(side.rows.map(({ values }) => values['status']))),
  ];
  return fields.filter(({ left: one, right: other }) => one !== null || other !== null);
}

/** What the facts of a customer's balance say of how it adds up; decimal strings. */
export interface BalanceFacts {
  readonly salesOpening?: string;
  readonly sales?: string;
  readonly returns?: string;
  readonly receipts?: string;
  readonly ledgerOpening?: string;
  readonly postings?: string | number;
}

/** A customer's balance, side by side as it adds up. */
export function compareBalances(
  facts: BalanceFacts,
  currency: string,
  closing: readonly [string | undefined, string | undefined],
): ComparedField[] {
  const line = (
    field: string,
    label: Bilingual,
    left: string | undefined,
    right: string | undefined,
  ): ComparedField => ({
    ...marked('amount', amountText(left, currency), amountText(right, currency), sameAmount),
    field,
    label,
  });
  return [
    line('opening', { zh: '期初', en: 'opening' }, facts.salesOpening, facts.ledgerOpening),
    line('sales', { zh: '销售', en: 'sales' }, facts.sales, undefined),
    line('returns', { zh: '退货', en: 'returns' }, facts.returns, undefined),
    line('receipts', { zh: '收款', en: 'receipts' }, facts.receipts, undefined),
    line('postings', { zh: '应收分录', en: 'receivable postings' }, undefined, facts.postings?.toString()),
    line('closing', { zh: '期末', en: 'closing' }, ...closing),
  ];
}

function compareNumbers({ left, right, rule }: Comparable): ComparedField {
  const shared = sharedNumber(left, right);
  if (shared !== undefined) return { ...marked('number', shared.left, shared.right, sameKey), mark: 'equal' };
  const first = (side: Side): string | null => numbersOf(side)[0] ?? textsOf(side)[0] ?? null;
  const field = marked('number', first(left), first(right), sameKey);
  // A rule may lead through a third document: the posting names the order's invoice, or the receipt of a transaction.
  const isLinked = field.mark === 'differs' && rule?.certainty === 'certain' && !WITHOUT_NUMBER.has(rule.code);
  return isLinked ? { ...field, mark: 'equal' } : field;
}

function marked(
  name: FieldName,
  left: string | null,
  right: string | null,
  same: (one: string, other: string) => boolean,
): ComparedField {
  const mark = left === null || right === null ? 'absent' : same(left, right) ? 'equal' : 'differs';
  return { field: name, label: LABELS[name], left, right, mark };
}

const sameKey = (one: string, other: string): boolean => referenceKey(one) === referenceKey(other);
const sameAmount = (one: string, other: string): boolean => new Decimal(one).eq(other);

function isEmpty({ records }: Side): boolean {
  return records.length === 0;
}

function amountText(amount: Decimal | string | undefined, currency: string): string | null {
  return amount === undefined ? null : formatAmount(amount, currency);
}

function joined(values: readonly (string | null | undefined)[]): string | null {
  const found = distinct(values);
  return found.length === 0 ? null : found.sort().join(' ');
}

/** One day, or the first and the last. */
function span(days: readonly string[]): string | null {
  const sorted = distinct(days).sort();
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return null;
  return first === last ? first : `${first} – ${last}`;
}
