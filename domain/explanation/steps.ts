import type { Difference, ShownRecord, Suggestion } from '../explain';
import {
  RESOLUTION_ACTION_NAMES,
  type Bilingual,
  type ExceptionKind,
  type ReconciliationName,
  type ResolutionAction,
} from '../words';
import { isTaken, type Judged } from './candidates';

/** What a proposal of steps looks at. */
export interface Settleable extends Difference {
  readonly id: string;
  readonly action: ResolutionAction;
  readonly candidates: readonly Judged[];
  readonly suggested: readonly Suggestion[];
  /** How many exceptions cause it. */
  readonly causes: number;
}

/** What would settle an exception, the likeliest first: concrete, with the records named. */
export function settlingSteps(about: Settleable): Bilingual[] {
  return [...candidateSteps(about), ...STEPS[about.kind](named(about)), answerStep(about)];
}

interface Named {
  readonly reconciliation: ReconciliationName;
  readonly left: string;
  readonly right: string;
  readonly last: string;
  readonly amount: string;
  readonly causes: number;
}

function named({ reconciliation, left, right, currency, difference, causes }: Settleable): Named {
  const list = (records: readonly ShownRecord[]): string =>
    records
      .slice(0, 3)
      .map(({ reference }) => reference)
      .join(' ');
  const amount = `${difference.replace('-', '')} ${currency}`;
  const last = (left.length > right.length ? left : right).at(-1)?.reference ?? '';
  return { reconciliation, left: list(left), right: list(right), last, amount, causes };
}

/** What the machine suggests, else a free record that comes near, is looked at before anything is booked. */
function candidateSteps({ id, candidates, suggested, left, right }: Settleable): Bilingual[] {
  if (left.length > 0 && right.length > 0) return [];
  const own = (left[0] ?? right[0])?.reference ?? '';
  const [first] = suggested;
  if (first !== undefined) return [compareStep(own, first.references.join(' '), together(id, first.exceptions))];
  return candidates
    .filter((one) => !isTaken(one) && (one.slip !== undefined || one.agrees.includes('amount')))
    .slice(0, 2)
    .map(({ record, standing }) => {
      const others = standing.state === 'exception' ? [standing.exception] : [];
      return compareStep(own, `${record.reference} (${record.date}, ${record.amount})`, together(id, others));
    });
}

function compareStep(own: string, other: string, then: Bilingual): Bilingual {
  return {
    zh: `核对 ${other} 是否就是 ${own} 的对方；是则${then.zh}`,
    en: `Check whether ${other} is the other side of ${own}; if so ${then.en}`,
  };
}

/** Exceptions are matched with one another; a record that is in none needs the right number. */
function together(id: string, others: readonly string[]): Bilingual {
  if (others.length === 0) return { zh: '更正单号并重新导入', en: 'correct the number and import again' };
  const command = `match … ${[id, ...others].join(' ')}`;
  return { zh: `人工匹配（${command}）`, en: `match them by hand (${command})` };
}

const BOOKING: Readonly<Record<ReconciliationName, Bilingual>> = {
  'orders-ledger': { zh: '补记应收、收入和销项税', en: 'book receivable, revenue and output tax' },
  'orders-invoices': { zh: '补开或补录发票', en: 'issue or enter the invoice' },
  'orders-receipts': { zh: '补录收款', en: 'enter the receipt' },
  'receipts-channels': { zh: '向渠道或银行查询到账', en: 'ask the channel or bank for the money' },
  'channels-ledger': { zh: '补记资金分录', en: 'book the movement of money' },
  'customers-ledger': { zh: '补记应收', en: 'book the receivable' },
};

const ENTERING: Readonly<Record<ReconciliationName, Bilingual>> = {
  'orders-ledger': { zh: '补录订单或退货', en: 'enter the order or return' },
  'orders-invoices': { zh: '补录订单，或红冲发票', en: 'enter the order, or reverse the invoice' },
  'orders-receipts': { zh: '补录订单', en: 'enter the order' },
  'receipts-channels': { zh: '补录收款单', en: 'enter the receipt' },
  'channels-ledger': { zh: '补齐渠道账单', en: 'bring the channel’s bill' },
  'customers-ledger': { zh: '补录销售单据', en: 'enter the sales document' },
};

type Teller = (about: Named) => readonly Bilingual[];

const STEPS: Readonly<Record<ExceptionKind, Teller>> = {
  missing_in_finance: ({ reconciliation, left, amount }) => [
    { zh: `确认 ${left} 真实有效`, en: `Confirm that ${left} is genuine` },
    {
      zh: `${BOOKING[reconciliation].zh}：${left}，${amount}，并写明单号`,
      en: `For ${left}, ${amount}: ${BOOKING[reconciliation].en}, and name the number`,
    },
  ],
  missing_in_sales: ({ reconciliation, right, amount }) => [
    { zh: `查明 ${right} 所附单据（${amount}）`, en: `Find the document behind ${right} (${amount})` },
    {
      zh: `属于销售的：${ENTERING[reconciliation].zh}；多记的：冲回 ${right}`,
      en: `If it belongs to sales: ${ENTERING[reconciliation].en}; if it should not be there, reverse ${right}`,
    },
  ],
  amount_differs: ({ reconciliation, left, right, amount, causes }) =>
    reconciliation === 'customers-ledger'
      ? [
          causes > 0
            ? { zh: `先处理列出的 ${causes} 项差异`, en: `Settle the exceptions named (${causes}) first` }
            : { zh: '核对期初余额和手工分录', en: 'Check the opening balance and manual postings' },
        ]
      : [
          { zh: `对照原始单据核对 ${left} 与 ${right}`, en: `Hold ${left} and ${right} against the documents` },
          { zh: `更正错的一方，差 ${amount}`, en: `Correct the side that is wrong, by ${amount}` },
        ],
  date_differs: ({ left, right }) => [
    { zh: `确认 ${left} 与 ${right} 应归属的月份`, en: `Decide which month ${left} and ${right} belong to` },
    { zh: '改到同一月份，或结转下期', en: 'Move the booking to that month, or carry it over' },
  ],
  duplicate: ({ left, right, last }) => [
    {
      zh: `确认 ${left} 与 ${right} 不是两笔真实业务`,
      en: `Confirm that ${left} and ${right} are not two genuine sales`,
    },
    { zh: `冲回或作废多余的一笔（${last}）`, en: `Reverse or void the one too many (${last})` },
  ],
  currency_differs: ({ left, right }) => [
    {
      zh: `按单据确定 ${left} 的币种和汇率，更正 ${right}`,
      en: `Settle currency and rate of ${left} by its document and correct ${right}`,
    },
  ],
  customer_differs: ({ left, right }) => [
    {
      zh: `按单据确定客户，更正 ${left} 或 ${right} 的客户`,
      en: `Settle the customer by the document and correct ${left} or ${right}`,
    },
  ],
  status_differs: ({ left, right }) => [
    { zh: `${left} 若有效，更正其状态`, en: `If ${left} is valid, correct its status` },
    { zh: `若无效，冲回或退款：${right}`, en: `If it is not, reverse or refund ${right}` },
  ],
  tax_differs: ({ left, right }) => [
    {
      zh: `核对 ${left} 的税率，更正 ${right} 的税额`,
      en: `Check the rate of ${left} and correct the tax of ${right}`,
    },
  ],
  fee_differs: ({ left, right, amount }) => [
    { zh: `按渠道账单核对 ${left} 的手续费`, en: `Check the fees of ${left} against the channel’s bill` },
    {
      zh: `补记或冲回手续费 ${amount}${right === '' ? '' : `（${right}）`}`,
      en: `Book or reverse fees of ${amount}${right === '' ? '' : ` (${right})`}`,
    },
  ],
  unapplied_receipt: ({ right, amount }) => [
    {
      zh: `问客户 ${right}（${amount}）付的是哪张订单，补上订单号`,
      en: `Ask the customer which order ${right} (${amount}) pays and add its number`,
    },
  ],
  overpaid: ({ left, right, amount }) => [
    { zh: `核对 ${right} 是否有一笔属于另一订单`, en: `Check whether one of ${right} belongs to another order` },
    {
      zh: `退回 ${left} 多收的 ${amount}，或转作预收`,
      en: `Refund the ${amount} too much on ${left}, or carry it as an advance`,
    },
  ],
  unbilled: ({ left, amount }) => [
    { zh: `为 ${left} 开票（${amount}）`, en: `Issue the invoice of ${left} (${amount})` },
  ],
  billed_not_delivered: ({ left, right }) => [
    {
      zh: `确认 ${left} 已发货并更新状态，或红冲 ${right}`,
      en: `Confirm the delivery of ${left} and its status, or reverse ${right}`,
    },
  ],
};

/** The answer that closes it, as the command line takes it. */
function answerStep({ id, action }: Settleable): Bilingual {
  const advised = RESOLUTION_ACTION_NAMES[action];
  return {
    zh: `然后记下处理：${advised.zh}（resolve … ${id} --action ${action}）`,
    en: `Then record the answer: ${advised.en} (resolve … ${id} --action ${action})`,
  };
}
