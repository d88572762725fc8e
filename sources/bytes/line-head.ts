import { copyBytes } from './byte-cells';

const TAB = 0x09;
const LOW_DIGITS = 10;
const LOW = 10 ** LOW_DIGITS;
const HALF_DIGITS = LOW_DIGITS / 2;
const HALF = 10 ** HALF_DIGITS;

/** Writes what stands before a row's values: period_id, id, in_period. id = batch id * 2^32 + line, without a bigint per row. */
export class LineHead {
  private readonly period: Buffer;
  private readonly highs: readonly [Buffer, Buffer];
  private readonly low: number;

  constructor(periodId: number, batchId: number) {
    const base = BigInt(batchId) * 2n ** 32n;
    const high = base / BigInt(LOW);
    this.period = Buffer.from(`${periodId}\t`);
    this.highs = [Buffer.from(String(high)), Buffer.from(String(high + 1n))];
    this.low = Number(base % BigInt(LOW));
  }

  write(out: Buffer, to: number, line: number, inPeriod: boolean): number {
    const low = this.low + line;
    const carries = low >= LOW;
    let at = copyBytes(this.period, 0, this.period.length, out, to);
    const high = this.highs[carries ? 1 : 0];
    at = copyBytes(high, 0, high.length, out, at);
    const rest = carries ? low - LOW : low;
    const upper = Math.floor(rest / HALF);
    writeDigits(out, at, upper);
    writeDigits(out, at + HALF_DIGITS, rest - upper * HALF);
    at += LOW_DIGITS;
    out[at] = TAB;
    out[at + 1] = inPeriod ? 0x74 : 0x66;
    out[at + 2] = TAB;
    return at + 3;
  }
}

function writeDigits(out: Buffer, at: number, value: number): void {
  let rest = value;
  for (let i = HALF_DIGITS - 1; i >= 0; i--) {
    const next = (rest / 10) | 0;
    out[at + i] = 0x30 + rest - next * 10;
    rest = next;
  }
}
