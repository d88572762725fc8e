const FOLD_AT = 2 ** 52;

/**
 * Adds integers that are each exact in a double (units of the smallest coin, at most 15 digits) and stays exact
 * whatever their number: the running sum is folded into a big integer before it could lose a unit.
 */
export class ExactSum {
  private running = 0;
  private folded = 0n;

  add(units: number): void {
    this.running += units;
    if (this.running > FOLD_AT || this.running < -FOLD_AT) {
      this.folded += BigInt(this.running);
      this.running = 0;
    }
  }

  /** Adds an integer of any size. */
  addLarge(units: bigint): void {
    this.folded += units;
  }

  get isZero(): boolean {
    return this.folded === 0n ? this.running === 0 : this.folded === BigInt(-this.running);
  }

  /** The sum so far as a decimal string. */
  text(decimals: number): string {
    const units = this.folded + BigInt(this.running);
    const digits = String(units < 0n ? -units : units).padStart(decimals + 1, '0');
    const whole = digits.slice(0, digits.length - decimals);
    const sign = units < 0n ? '-' : '';
    return decimals === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-decimals)}`;
  }

  /** The same, and begins again at zero. */
  take(decimals: number): string {
    const sum = this.text(decimals);
    this.running = 0;
    this.folded = 0n;
    return sum;
  }
}
