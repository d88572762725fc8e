import { createHash } from 'node:crypto';
import { addDays } from '../../domain/periods';
import { shareOf, type Fen } from '../../sample/fen';

/** Something that moved money in a merchant's account at a channel. */
export interface Movement {
  readonly type: 'payment' | 'refund' | 'withdrawal';
  /** `YYYY-MM-DD HH:mm:ss` in Beijing. */
  readonly at: string;
  /** Digits that are the payment's own, a refund's too. */
  readonly serial: string;
  readonly orderNo: string;
  /** Signed from the merchant's account. */
  readonly amount: Fen;
  /** A positive cost. */
  readonly fee: Fen;
  readonly goods: string;
  readonly payer: string;
}

const OPENED = '2026-01-01';
const OPENING: Fen = 1_000_000n;
const GOODS = ['白茶礼盒', '乌龙茶 250g', '普洱（熟）', '紫砂壶', '茶点组合'];
const PAYERS = ['安', '博', '陈', '丁', '鄂'];

/** A shop whose days follow from a seed alone: the same seed sells the same, whoever asks and when. */
export class Shop {
  private readonly balances = new Map<string, Fen>([[OPENED, OPENING]]);

  constructor(
    private readonly seed: string,
    /** Days on which nothing happens. */
    readonly quiet: ReadonlySet<string> = new Set(),
  ) {}

  movementsOn(day: string): Movement[] {
    if (this.quiet.has(day)) return [];
    const count = 3 + this.draw(day, 'count', 6);
    const payments = Array.from({ length: count }, (_, i) => this.payment(day, i));
    const refund = this.draw(day, 'refund', 3) === 0 ? payments.slice(0, 1).map(refundOf) : [];
    const isMonday = new Date(`${day}T00:00:00Z`).getUTCDay() === 1;
    return [...payments, ...refund, ...(isMonday ? [this.withdrawal(day)] : [])];
  }

  /** The account's balance at midnight before a day. */
  balanceBefore(day: string): Fen {
    const known = this.balances.get(day);
    if (known !== undefined) return known;
    const before = addDays(day, -1);
    const moved = this.movementsOn(before).reduce((sum, { amount, fee }) => sum + amount - fee, 0n);
    const balance = this.balanceBefore(before) + moved;
    this.balances.set(day, balance);
    return balance;
  }

  private payment(day: string, i: number): Movement {
    const amount = BigInt(500 + this.draw(day, `amount ${i}`, 50_000));
    const minute = String(this.draw(day, `minute ${i}`, 60)).padStart(2, '0');
    return {
      type: 'payment',
      at: `${day} ${String(9 + i).padStart(2, '0')}:${minute}:07`,
      serial: `${day.replaceAll('-', '')}${String(i + 1).padStart(4, '0')}`,
      orderNo: `SO-${day.slice(0, 4)}-${day.slice(5, 7)}${day.slice(8)}${String(i + 1).padStart(2, '0')}`,
      amount,
      fee: shareOf(amount, 60),
      goods: GOODS[this.draw(day, `goods ${i}`, GOODS.length)]!,
      payer: PAYERS[this.draw(day, `payer ${i}`, PAYERS.length)]!,
    };
  }

  private withdrawal(day: string): Movement {
    const amount = -BigInt(100 * (1 + this.draw(day, 'withdrawal', 90)));
    const serial = `${day.replaceAll('-', '')}9999`;
    return {
      type: 'withdrawal',
      at: `${day} 23:30:00`,
      serial,
      orderNo: '',
      amount,
      fee: 0n,
      goods: '',
      payer: '招商银行',
    };
  }

  /** A number from 0 up to `below` that follows from seed, day and what it is for. */
  private draw(day: string, what: string, below: number): number {
    return createHash('sha256').update(`${this.seed}/${day}/${what}`).digest().readUInt32BE(0) % below;
  }
}

function refundOf(payment: Movement): Movement {
  const at = `${payment.at.slice(0, 10)} 22:15:00`;
  return { ...payment, type: 'refund', at, amount: -(payment.amount / 2n), fee: 0n };
}
