import { Calendar, type Day } from '../../sample/calendar';
import { formatFen, type Fen } from '../../sample/fen';
import { csvLine } from '../../sample/files/csv';
import { TextFile } from '../../sample/files/text-file';

export const MONTH = '2026-10';

export interface Sale {
  readonly orderNo: string;
  readonly customer: string;
  readonly day: Day;
  readonly gross: Fen;
  readonly tax: Fen;
}

export interface Booking extends Omit<Sale, 'orderNo'> {
  readonly reference: string;
  readonly currency: string;
}

/** The ledger file: a voucher is receivable against revenue, and output tax where there is any. */
export class Ledger {
  readonly calendar = new Calendar(MONTH);
  vouchers = 0;
  lines = 0;

  private constructor(private readonly file: TextFile) {}

  static async create(path: string): Promise<Ledger> {
    const file = await TextFile.create(path);
    file.write('entry_no,line_no,posting_date,account,customer_no,reference,currency,debit,credit\n');
    return new Ledger(file);
  }

  book({ customer, day, gross, tax, reference, currency }: Booking): void {
    const entryNo = `PZ${numbered(++this.vouchers)}`;
    const postings: [string, string, Fen, Fen][] = [
      ['1122', customer, gross, 0n],
      ['6001', '', 0n, gross - tax],
    ];
    if (tax > 0n) postings.push(['222101', '', 0n, tax]);
    for (const [index, [account, holder, debit, credit]] of postings.entries())
      this.file.write(
        csvLine([
          ...[entryNo, String(index + 1), this.calendar.iso(day), account, holder, reference, currency],
          ...[formatFen(debit), formatFen(credit)],
        ]),
      );
    this.lines += postings.length;
  }

  drain(): Promise<void> {
    return this.file.drain();
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/** Begins with a zero up to a billion. */
export const numbered = (value: number): string => String(value).padStart(10, '0');
