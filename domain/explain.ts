import { Decimal } from './money';
import { APART, suggestionOf } from './suggested';
import {
  EXCEPTION_KIND_NAMES,
  METHOD_NAMES,
  RECONCILIATION_NAMES,
  type Bilingual,
  type ExceptionKind,
  type Method,
  type ReconciliationName,
} from './words';

/** One side's record as an exception shows it. Amounts are decimal strings, dates YYYY-MM-DD. */
export interface ShownRecord {
  readonly source: string;
  readonly reference: string;
  readonly date: string;
  readonly amount: string;
}

/** Records that may be the other side of an exception, not sure enough to be matched without a person. */
export interface Suggestion {
  readonly rule: string;
  /** How many equally good answers there are. */
  readonly ways: number;
  /** The exceptions to match it with; none where the other side is no exception (an order not paid yet). */
  readonly exceptions: readonly string[];
  readonly references: readonly string[];
}

/** What an exception knows beside its records. Written by the reconciliation that found it. */
export interface ExceptionFacts {
  readonly document?: 'order' | 'return';
  readonly movement?: 'payment' | 'payout' | 'fee' | 'bank';
  readonly status?: string;
  /** The other month's day, of a cut-off difference. */
  readonly bookedElsewhere?: string;
  /** The left record itself is dated in another month. */
  readonly outside?: boolean;
  readonly leftTax?: string;
  readonly rightTax?: string;
  readonly leftCustomer?: string;
  readonly rightCustomer?: string;
  readonly leftCurrency?: string;
  readonly rightCurrency?: string;
  /** How many records stand where one should. */
  readonly postings?: number;
  readonly doubled?: 'left' | 'right';
  readonly ordered?: string;
  readonly paid?: string;
  /** The number a receipt names that no order has. */
  readonly named?: string;
  readonly pool?: string;
  readonly fee?: string;
  readonly bookedFee?: string;
  readonly day?: string;
  readonly bankAmount?: string;
  readonly customer?: string;
  readonly customerName?: string;
  readonly explained?: string;
  readonly openingDifference?: string;
  /** Ids of the receipts that a movement belongs to. */
  readonly receiptIds?: readonly number[];
  /** People took a match apart: nothing is wrong with the numbers, somebody said they do not belong together. */
  readonly apart?: boolean;
  /** What it may belong to, the likeliest first. */
  readonly suggested?: readonly Suggestion[];
}

/** What does not agree, as everybody who tells of it or acts on it sees it. */
export interface Difference {
  readonly reconciliation: ReconciliationName;
  readonly kind: ExceptionKind;
  readonly currency: string;
  /** left − right, decimal string. */
  readonly difference: string;
  readonly left: readonly ShownRecord[];
  readonly right: readonly ShownRecord[];
}

/** An exception as the explanation reads it. */
export interface Explainable extends Difference {
  readonly facts: ExceptionFacts;
  readonly causes: number;
}

const SOURCES: Readonly<Record<string, Bilingual>> = {
  orders: { zh: '订单', en: 'order' },
  returns: { zh: '退货', en: 'return' },
  receipts: { zh: '收款', en: 'receipt' },
  invoices: { zh: '发票', en: 'invoice' },
  ledger: { zh: '凭证', en: 'voucher' },
  bank: { zh: '银行流水', en: 'bank entry' },
  channel: { zh: '渠道流水', en: 'channel transaction' },
  customers: { zh: '客户', en: 'customer' },
};

function sourceName(source: string): Bilingual {
  const method = METHOD_NAMES[source as Method] as Bilingual | undefined;
  return (
    SOURCES[source] ??
    (method === undefined
      ? (SOURCES['channel'] as Bilingual)
      : { zh: `${method.zh}流水`, en: `${method.en} transaction` })
  );
}

/** At most this many records are named; the rest is counted. */
const NAMED_RECORDS = 3;

function names(records: readonly ShownRecord[], language: keyof Bilingual): string {
  const shown = records
    .slice(0, NAMED_RECORDS)
    .map((record) => `${sourceName(record.source)[language]} ${record.reference}`);
  const more = records.length - shown.length;
  const joined = shown.join(language === 'zh' ? '、' : ', ');
  if (more <= 0) return joined;
  return language === 'zh' ? `${joined} 等 ${records.length} 笔` : `${joined} and ${more} more`;
}

/** Sums are shown as the records have them; money stays text, so a sum is taken from difference and one side only where there is one record. */
function amountOf(records: readonly ShownRecord[]): string | undefined {
  return records.length === 1 ? records[0]?.amount : undefined;
}

function withAmount(records: readonly ShownRecord[], currency: string, language: keyof Bilingual): string {
  const amount = amountOf(records);
  const named = names(records, language);
  if (amount === undefined) return named;
  return language === 'zh'
    ? `${named}（${records[0]?.date ?? ''}，${amount} ${currency}）`
    : `${named} (${records[0]?.date ?? ''}, ${amount} ${currency})`;
}

const STATUS_NAMES: Readonly<Record<string, Bilingual>> = {
  draft: { zh: '草稿', en: 'a draft' },
  approved: { zh: '已审核', en: 'approved' },
  delivered: { zh: '已发货', en: 'delivered' },
  completed: { zh: '已完成', en: 'completed' },
  cancelled: { zh: '已取消', en: 'cancelled' },
};

type Teller = (about: Explainable, say: { left: Bilingual; right: Bilingual }) => Bilingual;

/** What the right side of each reconciliation lacks when nothing is found there, and the left side likewise. */
const LACKING: Readonly<Record<ReconciliationName, { right: Bilingual; left: Bilingual }>> = {
  'orders-ledger': {
    right: { zh: '总账没有对应的应收和收入分录', en: 'the ledger has no receivable or revenue posting for it' },
    left: { zh: '销售没有对应的订单或退货', en: 'sales has no order or return for it' },
  },
  'orders-invoices': {
    right: { zh: '没有对应的发票', en: 'there is no invoice for it' },
    left: { zh: '销售没有对应的订单或退货', en: 'sales has no order or return for it' },
  },
  'orders-receipts': {
    right: { zh: '没有对应的收款', en: 'there is no receipt for it' },
    left: { zh: '没有对应的订单', en: 'there is no order for it' },
  },
  'receipts-channels': {
    right: { zh: '渠道账单中没有这笔款', en: 'the channel’s bill does not have it' },
    left: { zh: '销售没有登记这笔收款', en: 'sales has no receipt for it' },
  },
  'channels-ledger': {
    right: { zh: '总账没有对应的分录', en: 'the ledger has no posting for it' },
    left: { zh: '渠道和银行都没有这笔款', en: 'neither channel nor bank has it' },
  },
  'customers-ledger': {
    right: { zh: '总账没有这个客户', en: 'the ledger does not have this customer' },
    left: { zh: '销售没有这个客户', en: 'sales does not have this customer' },
  },
};

const TELLERS: Readonly<Record<ExceptionKind, Teller>> = {
  missing_in_finance: ({ reconciliation }, { left }) => ({
    zh: `${left.zh}：${LACKING[reconciliation].right.zh}。请查明是否漏记，漏记则补记；不应入账则说明原因。`,
    en: `${left.en}: ${LACKING[reconciliation].right.en}. Find out whether it was left out: then book it; if it should not be booked, say why.`,
  }),
  missing_in_sales: ({ reconciliation }, { right }) => ({
    zh: `${right.zh}：${LACKING[reconciliation].left.zh}。请查明单号是否写错、单据是否漏录；财务多记则冲回。`,
    en: `${right.en}: ${LACKING[reconciliation].left.en}. Check for a wrong number or a document not entered; if finance booked too much, reverse it.`,
  }),
  amount_differs: (about, say) =>
    about.reconciliation === 'customers-ledger'
      ? tellBalance(about)
      : {
          zh: `${say.left.zh}与${say.right.zh}金额不符，相差 ${about.difference} ${about.currency}${bankNote(about, 'zh')}。请核对原始单据，更正错的一方。`,
          en: `${say.left.en} and ${say.right.en} have different amounts, by ${about.difference} ${about.currency}${bankNote(about, 'en')}. Check the documents and correct the side that is wrong.`,
        },
  date_differs: ({ facts }, { left, right }) => ({
    zh: `${left.zh}与${right.zh}不在同一会计期间${facts.bookedElsewhere === undefined ? '' : `（另一方在 ${facts.bookedElsewhere}）`}。属跨期差异，请调整入账期间或结转下期。`,
    en: `${left.en} and ${right.en} are not in the same month${facts.bookedElsewhere === undefined ? '' : ` (the other side is dated ${facts.bookedElsewhere})`}. It is a cut-off difference: move the booking or carry it over.`,
  }),
  duplicate: ({ facts }, { left, right }) => ({
    zh:
      facts.doubled === 'left'
        ? `${left.zh}重复登记，对方只有 ${right.zh}。请作废多余的一笔。`
        : `${left.zh || '同一单据'}被重复登记 ${facts.postings ?? 2} 次：${right.zh}。请冲回多余的一笔。`,
    en:
      facts.doubled === 'left'
        ? `${left.en} stand twice for ${right.en}. Void the one too many.`
        : `${left.en || 'One document'} is recorded ${facts.postings ?? 2} times: ${right.en}. Reverse the one too many.`,
  }),
  currency_differs: ({ facts }, { left, right }) => ({
    zh: `${left.zh}的币种是 ${facts.leftCurrency ?? '?'}，${right.zh}的币种是 ${facts.rightCurrency ?? '?'}。请更正币种。`,
    en: `${left.en} is in ${facts.leftCurrency ?? '?'}, ${right.en} in ${facts.rightCurrency ?? '?'}. Correct the currency.`,
  }),
  customer_differs: ({ facts }, { left, right }) => ({
    zh: `${left.zh}的客户是 ${facts.leftCustomer ?? '?'}，${right.zh}记在客户 ${facts.rightCustomer ?? '?'} 名下。请更正客户，否则两个客户的余额都不对。`,
    en: `${left.en} is customer ${facts.leftCustomer ?? '?'}’s, ${right.en} names customer ${facts.rightCustomer ?? '?'}. Correct the customer, or both balances are wrong.`,
  }),
  status_differs: ({ reconciliation, facts }, { left, right }) => {
    const status = STATUS_NAMES[facts.status ?? ''] ?? { zh: facts.status ?? '', en: facts.status ?? '' };
    const done =
      reconciliation === 'orders-receipts'
        ? { zh: '却已收款', en: 'but paid' }
        : reconciliation === 'orders-invoices'
          ? { zh: '却已开票', en: 'but billed' }
          : { zh: '却已入账', en: 'but booked' };
    return {
      zh: `${left.zh}是${status.zh}状态，${done.zh}：${right.zh}。请冲回、退款，或更正订单状态。`,
      en: `${left.en} is ${status.en} ${done.en}: ${right.en}. Reverse or refund it, or correct the order’s status.`,
    };
  },
  tax_differs: ({ facts, currency }, { left, right }) => ({
    zh: `${left.zh}与${right.zh}含税金额一致，税额不符：销售 ${facts.leftTax ?? '?'}，财务 ${facts.rightTax ?? '0'} ${currency}。请核对税率。`,
    en: `${left.en} and ${right.en} agree on the gross amount but not on tax: sales ${facts.leftTax ?? '?'}, finance ${facts.rightTax ?? '0'} ${currency}. Check the rate.`,
  }),
  fee_differs: ({ facts, currency, difference }, { left }) => ({
    zh: `${left.zh}：渠道收取手续费 ${facts.fee ?? '?'}，账上手续费 ${facts.bookedFee ?? '0'}，相差 ${difference} ${currency}。请补记或更正手续费。`,
    en: `${left.en}: the channel charged fees of ${facts.fee ?? '?'}, booked are ${facts.bookedFee ?? '0'}, a difference of ${difference} ${currency}. Book or correct the fees.`,
  }),
  unapplied_receipt: ({ facts }, { right }) => ({
    zh: `${right.zh}${facts.named === undefined ? '没有写明订单' : `写的订单 ${facts.named} 不存在`}，未能核销。请找到所付订单，或作为预收结转。`,
    en: `${right.en} ${facts.named === undefined ? 'names no order' : `names order ${facts.named}, which does not exist`}. Find the order it pays, or carry it as an advance.`,
  }),
  overpaid: ({ facts, currency, difference }, { left, right }) => ({
    zh: `${left.zh}应收 ${facts.ordered ?? '?'}，已收 ${facts.paid ?? '?'}（${right.zh}），多收 ${difference.replace('-', '')} ${currency}。请退款或转作预收。`,
    en: `${left.en} is for ${facts.ordered ?? '?'} but ${facts.paid ?? '?'} was received (${right.en}): ${difference.replace('-', '')} ${currency} too much. Refund it or carry it as an advance.`,
  }),
  unbilled: ({ facts }, { left }) =>
    facts.document === 'return'
      ? {
          zh: `${left.zh}没有对应的红字发票。请开具红字发票，或结转下期。`,
          en: `${left.en} has no red invoice. Issue one, or carry it over.`,
        }
      : {
          zh: `${left.zh}已交付但没有发票。请开票，或结转下期。`,
          en: `${left.en} is delivered but not billed. Issue the invoice, or carry it over.`,
        },
  billed_not_delivered: (_about, { left, right }) => ({
    zh: `${left.zh}尚未发货，却已开票：${right.zh}。请确认发货，或红冲发票。`,
    en: `${left.en} is not delivered yet but billed: ${right.en}. Confirm the delivery, or reverse the invoice.`,
  }),
};

function bankNote({ facts, currency }: Explainable, language: keyof Bilingual): string {
  if (facts.bankAmount === undefined) return '';
  return language === 'zh'
    ? `（银行实际到账 ${facts.bankAmount} ${currency}）`
    : ` (the bank received ${facts.bankAmount} ${currency})`;
}

function tellBalance({ facts, left, right, difference, currency, causes }: Explainable): Bilingual {
  const customer = [facts.customer, facts.customerName].filter((part) => part !== undefined).join(' ');
  const whole = new Decimal(facts.explained ?? 0).eq(difference);
  const rest = facts.explained === undefined || causes === 0 ? '' : facts.explained;
  const opening =
    facts.openingDifference === undefined
      ? { zh: '', en: '' }
      : {
          zh: `期初即相差 ${facts.openingDifference}。`,
          en: ` The openings already differ by ${facts.openingDifference}.`,
        };
  const why =
    causes === 0
      ? {
          zh: `没有找到造成差异的单据，请核对期初和手工分录。`,
          en: 'No document was found to cause it: check the openings and manual postings.',
        }
      : whole
        ? {
            zh: `差异全部由列出的 ${causes} 项差异造成，随它们一起解决。`,
            en: `The exceptions named (${causes}) cause all of it; it clears with them.`,
          }
        : {
            zh: `列出的 ${causes} 项差异解释了其中 ${rest}，其余请核对期初和手工分录。`,
            en: `The exceptions named (${causes}) explain ${rest} of it; for the rest check the openings and manual postings.`,
          };
  return {
    zh: `客户 ${customer} 的应收余额：销售 ${amountOf(left) ?? '?'}，总账 ${amountOf(right) ?? '?'}，相差 ${difference} ${currency}。${opening.zh}${why.zh}`,
    en: `Customer ${customer}’s receivable: sales ${amountOf(left) ?? '?'}, ledger ${amountOf(right) ?? '?'}, a difference of ${difference} ${currency}.${opening.en} ${why.en}`,
  };
}

/** Says in both languages what does not agree and what would settle it, for a clerk who sees nothing else. */
export function explain(about: Explainable): Bilingual {
  const say = {
    left: { zh: withAmount(about.left, about.currency, 'zh'), en: withAmount(about.left, about.currency, 'en') },
    right: { zh: withAmount(about.right, about.currency, 'zh'), en: withAmount(about.right, about.currency, 'en') },
  };
  const told = TELLERS[about.kind](about, say);
  const hints = [...(about.facts.apart === true ? [APART] : []), ...suggestionOf(about.facts)];
  return {
    zh: [told.zh, ...hints.map((hint) => hint.zh)].join(''),
    en: [told.en, ...hints.map((hint) => hint.en)].join(' '),
  };
}

/** A one-line title: `订单与总账 · 金额不符`. */
export function exceptionTitle(reconciliation: ReconciliationName, kind: ExceptionKind): Bilingual {
  const name = RECONCILIATION_NAMES[reconciliation];
  const what = EXCEPTION_KIND_NAMES[kind];
  return { zh: `${name.zh} · ${what.zh}`, en: `${name.en} · ${what.en}` };
}
