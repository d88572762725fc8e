import { FileRefused } from '../reader';
import { readPaddedAmount } from './column-total';
import { missingValue, unreadableCell, type RowRejection } from './rejection';

interface Step {
  /** In fen, signed; null where it could not be read. */
  readonly moved: bigint | null;
  readonly balance: bigint | null;
}

/** The order a bill's rows stand in, as their balances tell it. */
export type BalanceOrder = 'oldest first' | 'newest first' | 'either';

/**
 * Follows the balance that stands in every row of a bill: each is the one before it and what the row moved. Bills stand
 * oldest or newest first; the order that fits is taken. A row that could not be read leaves a gap, which proves nothing.
 */
export class RunningBalance {
  private first: Step | null = null;
  private previous: Step | null = null;
  private fitsForward = true;
  private fitsBackward = true;

  /** @throws FileRefused BALANCE_MISMATCH at the row that leaves neither order possible */
  take(moved: bigint | null, balance: bigint | null, line: number): void {
    const step = { moved, balance };
    const { previous } = this;
    this.first ??= step;
    this.previous = step;
    if (previous === null || previous.balance === null || balance === null) return;
    if (moved !== null && previous.balance + moved !== balance) this.fitsForward = false;
    if (previous.moved !== null && balance + previous.moved !== previous.balance) this.fitsBackward = false;
    if (!this.fitsForward && !this.fitsBackward) throw balanceBroken(previous.balance, step, line);
  }

  /** A row of which neither amount nor balance can be told. */
  skip(): void {
    this.previous = null;
  }

  /** What the account held before the first movement in time and after the last; null where either row could not be read. */
  get span(): { readonly opening: string; readonly closing: string } | null {
    const [oldest, newest] = this.order === 'newest first' ? [this.previous, this.first] : [this.first, this.previous];
    const { balance = null, moved = null } = oldest ?? {};
    const closing = newest?.balance ?? null;
    if (balance === null || moved === null || closing === null) return null;
    return { opening: yuan(balance - moved), closing: yuan(closing) };
  }

  get order(): BalanceOrder {
    if (this.fitsForward && this.fitsBackward) return 'either';
    return this.fitsForward ? 'oldest first' : 'newest first';
  }
}

/** The balance of a row in canonical form, or why the row cannot have it. */
export function readBalance(column: string, text: string): string | RowRejection {
  if (text === '') return missingValue(column);
  const read = readPaddedAmount(text, 'CNY');
  return read.ok ? read.value : unreadableCell(column, text, read);
}

/** `12.30` in fen; null where it is no amount of two decimals. */
export function fenOf(amount: unknown): bigint | null {
  return typeof amount === 'string' && /^-?\d+\.\d\d$/.test(amount) ? BigInt(amount.replace('.', '')) : null;
}

function balanceBroken(before: bigint, { moved, balance }: Step, line: number): FileRefused {
  const [from, by, to] = [before, moved, balance].map(yuan);
  return new FileRefused(
    'BALANCE_MISMATCH',
    {
      zh: `第 ${line} 行的账户余额 ${to} 与上一行的余额 ${from}、本行发生额 ${by} 不连续，账单缺行或被改动。请重新下载。`,
      en: `The balance ${to} at line ${line} does not follow ${from} of the line above with ${by} moved: rows are missing or changed. Download the bill again.`,
    },
    { line, value: to ?? '' },
  );
}

function yuan(fen: bigint | null): string {
  if (fen === null) return '?';
  const digits = String(fen < 0n ? -fen : fen).padStart(3, '0');
  return `${fen < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
