import type { AccountMap } from './company';
import type { Difference, ExceptionFacts, ShownRecord } from './explain';
import { Decimal, decimalsOf, formatAmount } from './money';
import type { Bilingual, ExceptionKind } from './words';

/**
 * A difference that is to be booked away, as far as a booking depends on it; what a match by hand leaves over is an `amount_differs`. Amounts are decimal
 * strings.
 */
export interface ToBook extends Difference {
  readonly action: 'adjust' | 'write_off';
  readonly facts: ExceptionFacts;
  readonly customer: string | null;
  /** Gross and tax of the document, or of the voucher where there is none: a difference is split like it. */
  readonly document: { readonly gross: string; readonly tax: string } | null;
}

/** A line of a voucher; one of debit and credit is zero. */
export interface JournalLine {
  readonly account: string;
  readonly customer: string | null;
  readonly debit: string;
  readonly credit: string;
}

/** What finance is asked to book, or why nothing is. */
export type Booking = { readonly lines: readonly JournalLine[] } | { readonly none: Bilingual };

type Part = readonly [account: string, amount: Decimal, customer?: string | null];

/**
 * The balanced booking that brings the ledger to what sales, channel or bank say, by the company's accounts: of `adjust` on the accounts the
 * document belongs to, of `write_off` against the account for small differences. Where the ledger is not what is wrong, it says so.
 */
export function bookingFor(about: ToBook, accounts: AccountMap): Booking {
  const parts = about.action === 'write_off' ? writtenOff(about, accounts) : adjusted(about, accounts);
  if (!Array.isArray(parts)) return { none: parts as Bilingual };
  const lines = (parts as readonly Part[]).flatMap((part) => lineOf(part, about.currency));
  return lines.length === 0 ? { none: NOTHING_LEFT } : { lines };
}

function lineOf([account, amount, customer]: Part, currency: string): JournalLine[] {
  if (amount.isZero()) return [];
  const zero = formatAmount('0', currency);
  const shown = formatAmount(amount.abs(), currency);
  const sides = amount.gt(0) ? { debit: shown, credit: zero } : { debit: zero, credit: shown };
  return [{ account, customer: customer ?? null, ...sides }];
}

type Parts = readonly Part[] | Bilingual;

const NOTHING_LEFT: Bilingual = { zh: '金额一致，没有要入账的差额', en: 'the amounts agree: there is nothing to book' };
const OTHER_MONTH: Bilingual = {
  zh: '凭证已在另一会计期间，再记一笔会重复；请更正凭证日期或结转下期',
  en: 'it is booked in another month and a second booking would double it: move the voucher, or carry it over',
};
const CURRENCY: Bilingual = {
  zh: '币种不符不能用差额更正；请在财务系统冲回原凭证并按正确币种重记',
  en: 'a wrong currency is not corrected by a difference: reverse the voucher and book it in the right one',
};
const INVOICES: Bilingual = {
  zh: '订单与发票的差异由开票、红冲或更正发票解决，不记账',
  en: 'orders and invoices are settled by issuing or correcting invoices, not by a booking',
};
const SALES_SIDE: Bilingual = {
  zh: '账上没有错，应更正销售一方的收款；账务差异在渠道与总账中处理',
  en: 'the ledger is not what is wrong here: correct the receipt in sales; the ledger is compared in channels-ledger',
};
const BALANCE: Bilingual = {
  zh: '客户余额随其单据的差异一起解决；其余请核对期初和手工分录',
  en: 'a customer’s balance clears with its documents; for the rest check openings and manual postings',
};
const OUTGOING: Bilingual = {
  zh: '付出的款项用途不明，无法确定对方科目；请在财务系统手工记账',
  en: 'what was paid out, and for what, is not known here: book it by hand',
};

function adjusted(about: ToBook, accounts: AccountMap): Parts {
  if (about.kind === 'date_differs') return OTHER_MONTH;
  if (about.kind === 'currency_differs') return CURRENCY;
  const difference = new Decimal(about.difference);
  switch (about.reconciliation) {
    case 'orders-ledger':
      return adjustedSale(about, difference, accounts);
    case 'orders-invoices':
      return INVOICES;
    case 'orders-receipts':
    case 'receipts-channels':
      return SALES_SIDE;
    case 'channels-ledger':
      return adjustedMoney(about, difference, accounts);
    case 'customers-ledger':
      return BALANCE;
  }
}

/** A return is booked as a sale with the opposite sign. */
function signOf({ facts }: ToBook): Decimal {
  return new Decimal(facts.document === 'return' ? -1 : 1);
}

function sumOf(records: readonly ShownRecord[]): Decimal {
  return records.reduce((sum, { amount }) => sum.plus(amount), new Decimal(0));
}

function adjustedSale(about: ToBook, difference: Decimal, accounts: AccountMap): Parts {
  const { kind, facts, customer } = about;
  const { receivable, revenue, outputTax } = accounts;
  if (kind === 'tax_differs') {
    const tax = new Decimal(facts.leftTax ?? 0).minus(facts.rightTax ?? 0);
    return [
      [revenue, tax],
      [outputTax, tax.neg()],
    ];
  }
  if (kind === 'customer_differs') {
    const amount = sumOf(about.left).mul(signOf(about));
    return [
      [receivable, amount, customer ?? facts.leftCustomer ?? null],
      [receivable, amount.neg(), facts.rightCustomer ?? null],
    ];
  }
  // What was booked for a draft or a cancelled order is reversed whole.
  const amount = (kind === 'status_differs' ? sumOf(about.right).neg() : difference).mul(signOf(about));
  const tax = taxShare(about, amount);
  return [
    [receivable, amount, customer],
    [revenue, amount.minus(tax).neg()],
    [outputTax, tax.neg()],
  ];
}

/** The part of an amount that is tax, as in the document; none where that is not known. */
function taxShare({ document, currency }: ToBook, amount: Decimal): Decimal {
  if (document === null || new Decimal(document.gross).isZero()) return new Decimal(0);
  return amount.mul(document.tax).div(document.gross).toDecimalPlaces(decimalsOf(currency), Decimal.ROUND_HALF_UP);
}

function adjustedMoney(about: ToBook, difference: Decimal, accounts: AccountMap): Parts {
  const { facts, kind } = about;
  const money = moneyAccount(about, accounts);
  if (facts.movement === 'fee')
    return [
      [accounts.fees, difference],
      [money, difference.neg()],
    ];
  if (kind === 'fee_differs')
    return [
      [accounts.fees, difference],
      [accounts.bank, difference.neg()],
    ];
  if (facts.movement === 'payout')
    return [
      [money, difference],
      [accounts.channels, difference.neg()],
    ];
  if (facts.movement === 'bank' && !isIncoming(about)) return OUTGOING;
  return [
    [money, difference],
    [accounts.receivable, difference.neg(), about.customer],
  ];
}

/** Where the money of a movement lies. */
function moneyAccount({ facts, left, right }: ToBook, accounts: AccountMap): string {
  if (facts.movement === 'payout' || facts.movement === 'bank') return accounts.bank;
  const place = facts.pool ?? left[0]?.source ?? right[0]?.source;
  if (facts.movement !== 'fee' && place === 'bank') return accounts.bank;
  return place === 'cash' ? accounts.cash : accounts.channels;
}

function isIncoming({ left, right }: ToBook): boolean {
  return sumOf(left.length > 0 ? left : right).gt(0);
}

/** Kinds of receipts whose small rest may be given up. */
const RESTS: readonly ExceptionKind[] = [
  'amount_differs',
  'overpaid',
  'unapplied_receipt',
  'missing_in_finance',
  'missing_in_sales',
];

function writtenOff(about: ToBook, accounts: AccountMap): Parts {
  const { reconciliation, kind, facts, customer } = about;
  const difference = new Decimal(about.difference);
  const { receivable, fees, writeOff = fees } = accounts;
  if (kind === 'date_differs') return OTHER_MONTH;
  switch (reconciliation) {
    case 'orders-ledger': {
      const amount = difference.mul(signOf(about));
      return [
        [receivable, amount, customer],
        [writeOff, amount.neg()],
      ];
    }
    case 'orders-invoices':
      return INVOICES;
    case 'orders-receipts':
    case 'receipts-channels':
      if (!RESTS.includes(kind)) return SALES_SIDE;
      return [
        [writeOff, difference],
        [receivable, difference.neg(), customer],
      ];
    case 'channels-ledger': {
      const isFee = facts.movement === 'fee' || kind === 'fee_differs';
      const money = moneyAccount(about, accounts);
      const amount = isFee ? difference.neg() : difference;
      return [
        [money, amount],
        [writeOff, amount.neg()],
      ];
    }
    case 'customers-ledger':
      return [
        [receivable, difference, customer],
        [writeOff, difference.neg()],
      ];
  }
}
