import { Decimal, decimalsOf } from '../../domain/money';
import { FileRefused } from '../reader';

interface OpenVoucher {
  readonly name: string;
  readonly line: number;
  /** Debit less credit so far, in the smallest unit of the base currency. */
  difference: bigint;
}

/** More vouchers out of balance than this, and the sheet is not one of vouchers. */
const MAX_OPEN = 10_000;

/**
 * Checks that debit is credit in each voucher, in base currency. A voucher that balances is forgotten as soon as
 * another begins, so memory stays flat; one that does not yet is kept, since its lines need not stand together.
 */
export class Vouchers {
  private readonly open = new Map<string, OpenVoucher>();
  private current: OpenVoucher | null = null;
  private currentKey = '';
  private readonly doubtful = new Set<string>();
  count = 0;

  /** @param currency the base currency */
  constructor(private readonly currency: string) {}

  /** @param amounts debit and credit of the line in base currency */
  add(key: string, name: string, line: number, amounts: { debit: string; credit: string }): void {
    if (this.current === null || key !== this.currentKey) this.turnTo(key, name, line);
    const { current } = this;
    if (current !== null) current.difference += units(amounts.debit) - units(amounts.credit);
  }

  /** A line of the voucher went to quarantine: whether the voucher balances cannot be judged. */
  doubt(name: string): void {
    this.doubtful.add(name);
  }

  /** @throws FileRefused UNBALANCED_VOUCHER naming the first */
  finish(): void {
    this.leave();
    for (const voucher of this.open.values()) {
      if (!this.doubtful.has(voucher.name)) throw unbalanced(voucher, this.currency);
    }
    this.open.clear();
  }

  private turnTo(key: string, name: string, line: number): void {
    this.leave();
    const known = this.open.get(key);
    this.open.delete(key);
    if (known === undefined) this.count += 1;
    this.current = known ?? { name, line, difference: 0n };
    this.currentKey = key;
  }

  private leave(): void {
    const { current } = this;
    this.current = null;
    if (current === null || current.difference === 0n) return;
    this.open.set(this.currentKey, current);
    if (this.open.size > MAX_OPEN) this.finish();
  }
}

/** A canonical amount, which has all decimals of its currency, as a whole number of its smallest unit. */
function units(amount: string): bigint {
  return amount === '0.00' ? 0n : BigInt(amount.replace('.', ''));
}

function unbalanced({ name, line, difference }: OpenVoucher, currency: string): FileRefused {
  const decimals = decimalsOf(currency);
  const amount = new Decimal(difference.toString()).div(new Decimal(10).pow(decimals)).toFixed(decimals);
  return new FileRefused(
    'UNBALANCED_VOUCHER',
    {
      zh: `凭证 ${name}（第 ${line} 行起）借贷不平，差额 ${amount}。请在金蝶中检查该凭证后重新导出。`,
      en: `Voucher ${name} (from line ${line}) does not balance: debit less credit is ${amount}. Check it in Kingdee and export again.`,
    },
    { line, value: name },
  );
}
