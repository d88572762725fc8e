import type { RowSink } from '../reader';
import { isBroken } from './cells';
import { type ChannelRow, channelValues } from './channel-row';
import { readable } from './column-total';
import type { FundTotals } from './fund-totals';
import { fundType } from './fund-type';
import type { Header } from './header';
import { wholeNumber } from './mangled';
import { brokenText, rejectRow, type RowRejection, wrongCellCount } from './rejection';
import { fenOf, readBalance, type RunningBalance } from './running-balance';

/** Columns that both channels' fund bills have. */
type CommonColumn = 'flowNo' | 'businessNo' | 'type' | 'balance';
type FundHead<K extends string> = Header<K | CommonColumn>;

/** A fund bill while its rows are read. */
export interface FundLines {
  readonly sink: RowSink;
  /** YYYY-MM */
  readonly month: string;
  readonly totals: FundTotals;
  readonly balance: RunningBalance;
}

/** How a channel's bill says what a row moved, and what the row is. */
export interface FundReading<K extends string, A> {
  readonly header: FundHead<K>;
  /** Counts a row, also one that will be rejected: the footer covers it too. */
  readonly count: (cells: readonly string[]) => A;
  /** @throws RowRejection */
  readonly read: (cells: readonly string[], amounts: A) => ChannelRow;
}

/**
 * Takes one row of a fund bill: counted, followed in the running balance, then kept or rejected.
 * @throws FileRefused BALANCE_MISMATCH
 */
export function takeFundLine<K extends string, A extends { readonly moved: string | RowRejection | null }>(
  { sink, month, totals, balance }: FundLines,
  { header, count, read }: FundReading<K, A>,
  { line, lineNo, cells }: { readonly line: string; readonly lineNo: number; readonly cells: readonly string[] },
): void {
  const place = { rowNo: lineNo, line: lineNo, cells: header.record(cells) };
  if (!header.fits(cells)) {
    totals.skipRow();
    balance.skip();
    return rejectRow(sink, wrongCellCount(cells.length, header.names.length), place);
  }
  const amounts = count(cells);
  const stands = readBalance(header.name('balance'), header.cell(cells, 'balance'));
  balance.take(fenOf(amounts.moved), fenOf(stands), lineNo);
  try {
    if (isBroken(line)) throw brokenText(line);
    const row = read(cells, amounts);
    readable(stands);
    sink.keep(lineNo, row.occurredOn.startsWith(month), channelValues(row), row.gross, row.currency);
  } catch (cause) {
    const amount = typeof amounts.moved === 'string' ? amounts.moved : undefined;
    rejectRow(sink, cause, { ...place, amount, currency: 'CNY' });
  }
}

/** What each channel tells of a movement in its own way. */
export interface FundMovement {
  readonly moment: { readonly instant: string; readonly day: string };
  /** Signed. */
  readonly gross: string;
  /** null for a movement of nothing. */
  readonly isIncome: boolean | null;
  readonly merchantReference: string;
  readonly description: string;
  readonly counterparty: string;
}

/**
 * The row of a movement. It goes by the number of the payment it is for, which the trade bill has too; a payout by its own.
 * @throws RowRejection
 */
export function fundRow<K extends string>(
  header: FundHead<K>,
  cells: readonly string[],
  { moment, gross, isIncome, merchantReference, description, counterparty }: FundMovement,
): ChannelRow {
  const word = header.cell(cells, 'type');
  const { type, isTold } = fundType(word, isIncome);
  const flowNo = wholeNumber(header.name('flowNo'), header.cell(cells, 'flowNo'));
  const businessNo = header.cell(cells, 'businessNo');
  const extra = header.extra(cells);
  return {
    rowKey: `${flowNo}/${type}`,
    transactionNo: businessNo === '' ? flowNo : wholeNumber(header.name('businessNo'), businessNo),
    ...{ merchantReference, occurredAt: moment.instant, occurredOn: moment.day, type, currency: 'CNY' },
    ...{ gross, fee: '0.00', net: gross },
    ...(type === 'payout' ? { payoutNo: flowNo } : {}),
    ...{ description, counterparty },
    extra: isTold ? extra : { ...extra, [header.name('type')]: word },
  };
}
