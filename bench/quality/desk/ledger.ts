import { type Calendar, type Day } from '../../../sample/calendar';
import { formatFen, type Fen } from '../../../sample/fen';
import type { Answers } from '../answers';
import { ACCOUNTS, type Currency } from '../company';
import type { Books } from './books';
import type { Numbers } from './numbers';

export interface Line {
  readonly account: string;
  /** debit − credit */
  readonly amount: Fen;
  readonly customer?: string;
  readonly currency?: Currency;
  /** Instead of the voucher's, as are reference and description. */
  readonly rate?: bigint;
  readonly reference?: string | null;
  readonly description?: string;
}

export interface Voucher {
  readonly day: Day;
  readonly reference: string | null;
  readonly description: string;
  readonly lines: readonly Line[];
  /** The business cases it is about. */
  readonly cases: readonly string[];
  /** Red amounts on the usual side instead of swapped sides. */
  readonly red?: boolean;
  /** Of a voucher in foreign currency: base units for one, four decimals, as 7_1234n. */
  readonly rate?: bigint;
}

/** Finance's hand: balanced vouchers in, ledger rows and receivable balances out. */
export class Ledger {
  constructor(
    private readonly books: Books,
    private readonly answers: Answers,
    private readonly numbers: Numbers,
    private readonly calendar: Calendar,
  ) {}

  /** Writes a voucher and gives its entry number. */
  post(voucher: Voucher): string {
    const entry = this.numbers.entry();
    const bases = voucher.rate === undefined ? undefined : baseAmounts(voucher.lines, voucher.rate);
    voucher.lines.forEach((line, index) => this.write(entry, voucher, line, index, bases?.[index]));
    this.answers.record(entry, voucher.cases);
    return entry;
  }

  private write(entry: string, voucher: Voucher, line: Line, index: number, base: Fen | undefined): void {
    const { day, rate } = voucher;
    const currency = line.currency ?? 'CNY';
    const isDebit = line.amount > 0n !== (voucher.red === true);
    const sides = (amount: Fen): [string, string] =>
      isDebit ? [formatFen(amount), '0.00'] : ['0.00', formatFen(-amount)];
    const [debit, credit] = sides(line.amount);
    const [baseDebit, baseCredit] = base === undefined ? ['', ''] : sides(base);
    this.books.ledger.push({
      entry_no: entry,
      line_no: String(index + 1),
      posting_date: this.calendar.iso(day),
      account: line.account,
      customer_no: line.customer ?? '',
      reference: (line.reference === undefined ? voucher.reference : line.reference) ?? '',
      description: line.description ?? voucher.description,
      currency,
      debit,
      credit,
      exchange_rate: rate === undefined ? '' : currency === 'CNY' ? '1' : rateText(line.rate ?? rate),
      base_debit: baseDebit,
      base_credit: baseCredit,
    });
    if (line.account.startsWith(ACCOUNTS.receivable) && this.calendar.contains(day))
      this.answers.move('ledger', line.customer ?? '?', currency, line.amount);
  }
}

/** Base amounts to the fen; what rounding leaves goes to the largest line, as bookkeeping programs do. */
function baseAmounts(lines: readonly Line[], rate: bigint): Fen[] {
  const bases = lines.map((line) =>
    line.currency === 'USD' ? timesRate(line.amount, line.rate ?? rate) : line.amount,
  );
  const rest = bases.reduce((sum, base) => sum + base, 0n);
  const absolute = (value: Fen): Fen => (value < 0n ? -value : value);
  const largest = bases.reduce((best, base, index) => (absolute(base) > absolute(bases[best] ?? 0n) ? index : best), 0);
  return bases.map((base, index) => (index === largest ? base - rest : base));
}

/** An amount at a rate of four decimals, halves away from zero. */
export function timesRate(amount: Fen, rate: bigint): Fen {
  const product = amount * rate * 2n;
  return (product + (product < 0n ? -10_000n : 10_000n)) / 20_000n;
}

function rateText(rate: bigint): string {
  const digits = rate.toString().padStart(5, '0');
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`;
}
