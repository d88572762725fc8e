import { decimalsOf } from '../../domain/money';
import { ExactSum } from '../bytes/exact-sum';
import { FileRefused } from '../reader';
import type { VoucherHead } from './voucher-run';

interface OpenVoucher {
  readonly head: VoucherHead;
  readonly line: number;
  /** Debit less credit so far, in the smallest unit of the base currency. */
  readonly difference: ExactSum;
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
  private readonly doubtful = new Set<string>();
  count = 0;

  /** @param currency the base currency */
  constructor(private readonly currency: string) {}

  /** The voucher's difference so far, to add debit less credit of the line to. */
  at(head: VoucherHead, line: number): ExactSum {
    if (this.current === null || head.key !== this.current.head.key) this.current = this.turnTo(head, line);
    return this.current.difference;
  }

  /** A line of the voucher went to quarantine: whether the voucher balances cannot be judged. */
  doubt(name: string): void {
    this.doubtful.add(name);
  }

  /** @throws FileRefused UNBALANCED_VOUCHER naming the first */
  finish(): void {
    this.leave();
    for (const voucher of this.open.values()) {
      if (!this.doubtful.has(voucher.head.entryNo)) throw unbalanced(voucher, this.currency);
    }
    this.open.clear();
  }

  private turnTo(head: VoucherHead, line: number): OpenVoucher {
    this.leave();
    const known = this.open.get(head.key);
    if (known === undefined) this.count += 1;
    else this.open.delete(head.key);
    return known ?? { head, line, difference: new ExactSum() };
  }

  private leave(): void {
    const { current } = this;
    this.current = null;
    if (current === null || current.difference.isZero) return;
    this.open.set(current.head.key, current);
    if (this.open.size > MAX_OPEN) this.finish();
  }
}

function unbalanced({ head, line, difference }: OpenVoucher, currency: string): FileRefused {
  const name = head.entryNo;
  const amount = difference.text(decimalsOf(currency));
  return new FileRefused(
    'UNBALANCED_VOUCHER',
    {
      zh: `凭证 ${name}（第 ${line} 行起）借贷不平，差额 ${amount}。请在金蝶中检查该凭证后重新导出。`,
      en: `Voucher ${name} (from line ${line}) does not balance: debit less credit is ${amount}. Check it in Kingdee and export again.`,
    },
    { line, value: name },
  );
}
