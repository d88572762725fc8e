import type { ChannelRow } from '../wire/channel-row';
import { readable } from '../wire/column-total';
import { fundRow } from '../wire/fund-lines';
import type { FundTotals } from '../wire/fund-totals';
import type { BeijingClock } from '../wire/moments';
import { missingValue, RowRejection } from '../wire/rejection';
import { EXPENSE, INCOME, type FundHeader } from './fund-columns';

/** What a row moved, already counted into the totals. */
export interface FundAmount {
  /** Canonical and unsigned, or why it cannot be read. */
  readonly size: string | RowRejection;
  /** Signed; null where amount or direction cannot be read. */
  readonly moved: string | null;
}

/** Counts a row, also one that will be rejected: the summary covers it too. */
export function countFundRow(header: FundHeader, cells: readonly string[], totals: FundTotals): FundAmount {
  const direction = header.cell(cells, 'direction');
  if (direction !== INCOME && direction !== EXPENSE) {
    totals.skipRow();
    return { size: '0.00', moved: null };
  }
  const flow = direction === INCOME ? totals.income : totals.expense;
  totals.rows += 1;
  flow.count += 1;
  const size = flow.amount.take(header.name('amount'), header.cell(cells, 'amount'), 'CNY');
  if (typeof size !== 'string') return { size, moved: null };
  return { size, moved: direction === EXPENSE && size !== '0.00' ? `-${size}`.replace(/^--/, '') : size };
}

/**
 * One row of the fund bill.
 * @throws RowRejection
 */
export function readFundRow(
  header: FundHeader,
  cells: readonly string[],
  { size, moved }: FundAmount,
  clock: BeijingClock,
): ChannelRow {
  return fundRow(header, cells, {
    gross: grossOf(header, cells, readable(size), moved),
    isIncome: header.cell(cells, 'direction') === INCOME,
    moment: clock.read(header.name('bookedAt'), header.cell(cells, 'bookedAt')),
    merchantReference: header.cell(cells, 'voucherNo'),
    description: [header.cell(cells, 'name'), header.cell(cells, 'note')].filter(Boolean).join(' '),
    counterparty: '',
  });
}

/** The direction stands beside the amount, which has no sign. */
function grossOf(header: FundHeader, cells: readonly string[], size: string, moved: string | null): string {
  if (moved === null) throw unknownDirection(header.name('direction'), header.cell(cells, 'direction'));
  if (header.cell(cells, 'amount') === '') throw missingValue(header.name('amount'));
  if (!size.startsWith('-')) return moved;
  throw new RowRejection(header.name('amount'), size, 'WRONG_SIGN', {
    zh: `资金账单的金额不带负号，收支由“收支类型”表示；此行为 ${size}。`,
    en: `Amounts of a fund bill have no sign, 收支类型 tells the direction; this row says ${size}.`,
  });
}

function unknownDirection(column: string, direction: string): RowRejection {
  return new RowRejection(column, direction, 'UNKNOWN_TYPE', {
    zh: `收支类型“${direction}”不认识，只有“收入”和“支出”。`,
    en: `The direction ${direction || '(empty)'} is not known; a fund bill has 收入 and 支出.`,
  });
}
