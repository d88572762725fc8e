import type { AccountMap } from '../../domain/company';
import type { ShownRecord } from '../../domain/explain';
import { FACT_SHAPES } from '../../domain/fact-shapes';
import { fieldsOf, type FactRow, type RecordField } from '../../domain/explanation/fact-fields';
import { Decimal, formatAmount } from '../../domain/money';
import type { FileKind, ReconciliationName } from '../../domain/words';
import { placeOf, type Ground } from './ground';
import { originalLines } from './original-lines';

/** A row as a person sees it beside the other: everything its file says, and where in which file it stands. */
export interface DetailRecord extends ShownRecord {
  /** The row's id; batch × 2³² + its number in the file. */
  readonly id: string;
  readonly batch: number;
  readonly kind: FileKind;
  readonly file: string;
  /** Its place among the rows of the file. */
  readonly row: number;
  /** The line of the file; null where a format has no lines. */
  readonly line: number | null;
  /** The line as it came; null where it cannot be shown. */
  readonly original: string | null;
  readonly fields: readonly RecordField[];
}

/** Formats whose rows are numbered by themselves rather than by line. */
const WITHOUT_LINES: readonly FileKind[] = ['camt053', 'mt940'];

const SOURCES = {
  sales_order: 'orders',
  order_line: 'orders',
  sales_return: 'returns',
  receipt: 'receipts',
  invoice: 'invoices',
  ledger_entry: 'ledger',
  channel_transaction: 'channel',
  bank_entry: 'bank',
  opening_balance: 'customers',
} as const;

/** A voucher of a whole month has lines without end; a person reads so many. */
const MOST_SHOWN = 200;

/** Rows with their files and lines. */
export async function showRows(ground: Ground, dataDir: string, rows: readonly FactRow[]): Promise<DetailRecord[]> {
  const shown = rows.slice(0, MOST_SHOWN).flatMap((row) => {
    const { batch, row: number } = placeOf(ground, row.id);
    if (batch === undefined) return [];
    const line = WITHOUT_LINES.includes(batch.kind) ? null : number;
    return [
      {
        batch,
        record: {
          ...recordOf(row),
          id: row.id,
          batch: batch.id,
          kind: batch.kind,
          file: batch.fileName,
          row: number,
          line,
          fields: fieldsOf(row),
        },
      },
    ];
  });
  const texts = new Map<number, Map<number, string>>();
  for (const batch of new Set(shown.map((one) => one.batch))) {
    const lines = shown.flatMap((one) => (one.batch === batch && one.record.line !== null ? [one.record.line] : []));
    texts.set(batch.id, await originalLines(dataDir, batch, lines));
  }
  return shown.map(({ batch, record }) => ({
    ...record,
    original: texts.get(batch.id)?.get(record.line ?? 0) ?? null,
  }));
}

/** One row as lists show it. A payout's row is negative at the channel; what it brings is shown. */
export function recordOf({ relation, values }: FactRow): ShownRecord {
  const shape = FACT_SHAPES[relation];
  const isPayout = values['type'] === 'payout';
  const amount =
    relation === 'ledger_entry'
      ? new Decimal(values['debit'] ?? 0).sub(values['credit'] ?? 0)
      : isPayout || values['type'] === 'fee'
        ? new Decimal(values['net_amount'] ?? 0).neg()
        : new Decimal(values[shape.control] ?? 0);
  return {
    source: SOURCES[relation],
    reference:
      (isPayout ? values['payout_no'] : null) ?? values[shape.label] ?? values['end_to_end'] ?? values['account'] ?? '',
    date: values[shape.date ?? ''] ?? '',
    amount: formatAmount(amount, values['currency'] ?? ''),
  };
}

/**
 * The rows of one side of a match as they are compared: a voucher's lines are one record, with the amount that the reconciliation looks at.
 * @param sign −1 where the other side is a return: its amounts are positive, what books or bills it is negative
 */
export function comparedRecords(
  rows: readonly FactRow[],
  {
    reconciliation,
    accounts,
    sign,
  }: { readonly reconciliation: ReconciliationName; readonly accounts: AccountMap; readonly sign: 1 | -1 },
): ShownRecord[] {
  const vouchers = new Map<string, FactRow[]>();
  const single: ShownRecord[] = [];
  for (const row of rows) {
    if (row.relation !== 'ledger_entry') {
      const record = recordOf(row);
      single.push({ ...record, amount: signed(new Decimal(record.amount), row, sign) });
      continue;
    }
    const key = `${row.values['entry_no'] ?? ''}|${(row.values['posting_date'] ?? '').slice(0, 7)}`;
    vouchers.set(key, [...(vouchers.get(key) ?? []), row]);
  }
  const books = [...vouchers.values()].flatMap((lines) => {
    const [first] = lines;
    if (first === undefined) return [];
    return [{ ...recordOf(first), amount: signed(voucherAmount(lines, reconciliation, accounts), first, sign) }];
  });
  return [...single, ...books];
}

function signed(amount: Decimal, { relation, values }: FactRow, sign: 1 | -1): string {
  const isOther = relation === 'ledger_entry' || relation === 'invoice';
  return formatAmount(isOther ? amount.mul(sign) : amount, values['currency'] ?? '');
}

/** What a voucher books of a sale: receivable, else revenue and tax. Of money: against receivable, else what moved, else fees. */
function voucherAmount(lines: readonly FactRow[], reconciliation: ReconciliationName, accounts: AccountMap): Decimal {
  const sum = (...prefixes: string[]): Decimal | undefined => {
    const on = lines.filter(({ values }) =>
      prefixes.some((prefix) => prefix !== '' && (values['account'] ?? '').startsWith(prefix)),
    );
    return on.length === 0 ? undefined : on.reduce((total, line) => total.add(recordOf(line).amount), new Decimal(0));
  };
  const receivable = sum(accounts.receivable);
  if (reconciliation === 'orders-ledger')
    return receivable ?? (sum(accounts.revenue, accounts.outputTax) ?? new Decimal(0)).neg();
  const money = sum(accounts.bank) ?? sum(accounts.channels, accounts.cash) ?? sum(accounts.fees);
  return receivable?.neg() ?? money ?? new Decimal(0);
}
