import type { AccountMap } from '../../domain/company';
import type { ExceptionFacts } from '../../domain/explain';
import type { FactRelation, ReconciliationName } from '../../domain/words';
import { literal } from '../reconcile/scope';

/** Where the records of one side are looked for, and what of them is compared. SQL over the relation's columns. */
export interface Place {
  readonly relation: FactRelation;
  /** As exceptions name it. */
  readonly source: string;
  readonly reference: string;
  /** Its numbers as they are compared. */
  readonly keys: readonly string[];
  readonly amount: string;
  readonly date: string;
  readonly customer: string;
  /** Rows that can be the other side at all. */
  readonly where: string;
}

const ORDERS: Place = {
  relation: 'sales_order',
  source: 'orders',
  reference: 'order_no',
  keys: ['order_key'],
  amount: 'gross_amount',
  date: 'order_date',
  customer: 'customer_key',
  where: 'true',
};
const RETURNS: Place = {
  ...ORDERS,
  relation: 'sales_return',
  source: 'returns',
  reference: 'return_no',
  keys: ['return_key', 'order_key'],
  date: 'return_date',
};
const RECEIPTS: Place = {
  relation: 'receipt',
  source: 'receipts',
  reference: 'receipt_no',
  keys: ['receipt_key', 'order_key', 'channel_reference_key'],
  amount: 'amount',
  date: 'received_on',
  customer: 'customer_key',
  where: 'true',
};
const INVOICES: Place = {
  relation: 'invoice',
  source: 'invoices',
  reference: 'invoice_no',
  keys: ['order_key', 'invoice_key'],
  amount: 'gross_amount',
  date: 'issue_date',
  customer: 'customer_key',
  where: 'true',
};
const MOVEMENTS: Place = {
  relation: 'channel_transaction',
  source: 'channel',
  reference: `CASE type WHEN 'payout' THEN coalesce(payout_no, transaction_no) ELSE transaction_no END`,
  keys: ['transaction_key', 'merchant_reference_key'],
  amount: `CASE type WHEN 'payout' THEN -net_amount WHEN 'fee' THEN -net_amount ELSE gross_amount END`,
  date: 'occurred_on',
  customer: 'NULL::text',
  where: 'true',
};
const BANK: Place = {
  relation: 'bank_entry',
  source: 'bank',
  reference: `coalesce(bank_reference, end_to_end, account || ' ' || booked_on)`,
  keys: ['bank_key', 'end_to_end_key'],
  amount: 'amount',
  date: 'booked_on',
  customer: 'NULL::text',
  where: 'true',
};

/** Lines on the accounts that a reconciliation compares: their amount is the document's or the movement's. */
function ledger(accounts: readonly string[]): Place {
  return {
    relation: 'ledger_entry',
    source: 'ledger',
    reference: 'entry_no',
    keys: ['reference_key'],
    amount: 'debit - credit',
    date: 'posting_date',
    customer: 'customer_key',
    where: accounts.map((prefix) => `starts_with(account, ${literal(prefix)})`).join(' OR '),
  };
}

/** Where each side of a reconciliation stands. */
export function placesOf(
  reconciliation: ReconciliationName,
  side: 'left' | 'right',
  { accounts, facts }: { readonly accounts: AccountMap; readonly facts: ExceptionFacts },
): readonly Place[] {
  const isPayment = facts.movement === undefined || facts.movement === 'payment';
  const money = isPayment ? [accounts.bank, accounts.channels, accounts.cash] : [accounts.bank];
  const places: Readonly<Record<ReconciliationName, Readonly<Record<'left' | 'right', readonly Place[]>>>> = {
    'orders-ledger': { left: [ORDERS, RETURNS], right: [ledger([accounts.receivable])] },
    'orders-invoices': { left: [ORDERS, RETURNS], right: [INVOICES] },
    'orders-receipts': { left: [ORDERS], right: [RECEIPTS] },
    'receipts-channels': { left: [RECEIPTS], right: [{ ...MOVEMENTS, where: `type IN ('payment', 'refund')` }, BANK] },
    'channels-ledger': {
      left: [MOVEMENTS, BANK],
      right: [ledger(facts.movement === 'fee' ? [accounts.fees] : money)],
    },
    'customers-ledger': { left: [], right: [] },
  };
  return places[reconciliation][side];
}

/** The place a row stands in. */
export function placeOfRelation(relation: FactRelation): Place | undefined {
  return [ORDERS, RETURNS, RECEIPTS, INVOICES, MOVEMENTS, BANK, ledger([''])].find(
    (place) => place.relation === relation,
  );
}
