import { Decimal } from '../../domain/money';
import { readPaddedAmount } from './column-total';
import { RowRejection, unreadableCell } from './rejection';

/** An amount of a bank statement: digits without a sign, the direction beside it. */
export interface SignedAmount {
  /** Exact and signed, for the balance; null where the digits cannot be read. */
  readonly moved: Decimal | null;
  /** Signed, with the currency's decimals, for the row; or why the row cannot have it. */
  readonly value: string | RowRejection;
}

/** @param text digits with a point; CAMT allows five decimals, of which those beyond the currency's must be zeros */
export function signedAmount(column: string, text: string, currency: string, isCredit: boolean): SignedAmount {
  if (!/^\d+(\.\d+)?$/.test(text)) return { moved: null, value: badAmount(column, text) };
  const size = new Decimal(text);
  const read = readPaddedAmount(text, currency);
  return {
    moved: isCredit ? size : size.neg(),
    value: read.ok ? withSign(read.value, isCredit || size.isZero()) : unreadableCell(column, text, read),
  };
}

function withSign(amount: string, isCredit: boolean): string {
  return isCredit ? amount : `-${amount}`;
}

function badAmount(column: string, text: string): RowRejection {
  return new RowRejection(column, text, 'BAD_AMOUNT', {
    zh: `“${text.slice(0, 40)}”不是可识别的金额；对账单的金额不带正负号。`,
    en: `"${text.slice(0, 40)}" is not an amount; statements give amounts without a sign.`,
  });
}
