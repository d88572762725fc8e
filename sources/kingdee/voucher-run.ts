/** The cells that stand once for a voucher and are blank in its further lines. */
export const VOUCHER_COLUMNS = ['date', 'year', 'period', 'word', 'number'] as const;
export type VoucherColumn = (typeof VOUCHER_COLUMNS)[number];

export interface VoucherHead extends Readonly<Record<VoucherColumn, string>> {
  /** `记-12`, or the number alone where vouchers have no word. */
  readonly entryNo: string;
  /** Tells it from every other voucher of the sheet. */
  readonly key: string;
}

/** A line's voucher, and its place in it where the sheet does not number lines. */
export interface VoucherLine {
  readonly head: VoucherHead;
  readonly place: number;
}

/** Follows the vouchers down the sheet, since blank voucher cells repeat the row above. */
export class VoucherRun {
  head: VoucherHead = headOf({ date: '', year: '', period: '', word: '', number: '' });
  place = 0;

  /** The line that has these cells next; the row above stays as it was. */
  next(cellOf: (column: VoucherColumn) => string): VoucherLine {
    const above = this.head;
    const date = cellOf('date') || above.date;
    const year = cellOf('year') || above.year;
    const period = cellOf('period') || above.period;
    const word = cellOf('word') || above.word;
    const number = cellOf('number') || above.number;
    const isSame = number === above.number && word === above.word && period === above.period;
    const place = isSame ? this.place + 1 : 1;
    if (isSame && date === above.date && year === above.year) return { head: above, place };
    return { head: headOf({ date, year, period, word, number }), place };
  }

  turnTo({ head, place }: VoucherLine): void {
    this.head = head;
    this.place = place;
  }
}

function headOf({ date, year, period, word, number }: Readonly<Record<VoucherColumn, string>>): VoucherHead {
  const entryNo = word === '' ? number : `${word}-${number}`;
  return { date, year, period, word, number, entryNo, key: `${year || date}/${period}/${word}/${number}` };
}
