import type { TableKind } from '../../domain/file-columns';
import type { Bilingual } from '../../domain/words';

/** Which sign the gross amount of a row has, by the word of a column or for every row. Zero has either. */
interface RowSigns {
  readonly column: string;
  /** null: all rows alike. */
  readonly by: string | null;
  readonly signs: Readonly<Record<string, 1 | -1>>;
  readonly reason: Bilingual;
}

const EVERY = '';

/** What the records mean: a word without a sign may stand with any amount. */
export const ROW_SIGNS: Partial<Record<TableKind, RowSigns>> = {
  'returns-csv': {
    column: 'gross_amount',
    by: null,
    signs: { [EVERY]: 1 },
    reason: { zh: '退货金额应为正数', en: "a return's amount is positive" },
  },
  'invoices-csv': {
    column: 'gross_amount',
    by: 'kind',
    signs: { blue: 1, red: -1 },
    reason: {
      zh: '蓝字发票的价税合计应为正数，红字发票应为负数',
      en: 'a blue invoice is positive, a red one negative',
    },
  },
  'channel-csv': {
    column: 'gross_amount',
    by: 'type',
    signs: { payment: 1, refund: -1, payout: -1 },
    reason: {
      zh: '支付的交易金额应为正数，退款与结算应为负数',
      en: 'a payment is positive, refunds and payouts are negative',
    },
  },
};

/** The sign that the amount of a row with this word has; 0 where it may have any. */
export function signOf({ signs }: RowSigns, word: string | null): 1 | -1 | 0 {
  return signs[word ?? EVERY] ?? 0;
}

/** The sign a row breaks, if any. */
export function signFault(
  kind: TableKind,
  value: (column: string) => string | null,
): { column: string; code: string; reason: Bilingual } | null {
  const rule = ROW_SIGNS[kind];
  if (!rule) return null;
  const amount = value(rule.column) ?? '0';
  const sign = signOf(rule, rule.by === null ? null : value(rule.by));
  const isWrong = /[1-9]/.test(amount) && sign === (amount.startsWith('-') ? 1 : -1);
  return isWrong ? { column: rule.column, code: 'WRONG_SIGN', reason: rule.reason } : null;
}
