import { bookFee, bookPayout, CHANNEL_NAMES } from './bookkeeping';
import type { Day } from './calendar';
import { CHANNELS, type BankEntry, type Channel, type Decoy, type Movement, type Planted, type Voucher } from './cases';
import type { Fen } from './fen';
import type { World } from './world';

/** A channel's day in sum. */
interface DayTotal {
  gross: Fen;
  fee: Fen;
}

/** What a channel pays out for one settlement day, and how bank and finance show it. */
export interface Payout {
  readonly channel: Channel;
  /** The day of the payments it settles. */
  readonly day: Day;
  readonly payoutNo: string;
  /** What a clerk calls it: its number where the channel's file has a row for it, else the bank's reference. */
  readonly reference: string;
  readonly paidOn: Day;
  readonly gross: Fen;
  readonly fee: Fen;
  readonly net: Fen;
  readonly bankEntry: BankEntry;
  vouchers: Voucher[];
  readonly planted: Planted[];
  readonly decoys: Decoy[];
}

export const PAYOUT_PREFIX: Record<Channel, string> = { alipay: 'ZFB', wechat: 'WX', card: 'POS', cash: 'JC' };
const PAYER: Record<Channel, string> = {
  alipay: '支付宝(中国)网络技术有限公司',
  wechat: '财付通支付科技有限公司',
  card: '银联商务支付股份有限公司',
  cash: '青禾商贸有限公司',
};

/** The number of the payout that settles a day. */
export function payoutNo(world: World, channel: Channel, day: Day): string {
  return `${PAYOUT_PREFIX[channel]}${world.calendar.compact(day)}`;
}

/** Adds up what each channel took on each day; a few numbers a day, however many payments. */
export class ChannelDays {
  private readonly totals = new Map<Channel, Map<Day, DayTotal>>(CHANNELS.map((channel) => [channel, new Map()]));

  add(movement: Movement): void {
    if (!movement.paidOut) return;
    const days = this.totals.get(movement.channel);
    const total = days?.get(movement.at.day) ?? { gross: 0n, fee: 0n };
    total.gross += movement.gross;
    total.fee += movement.fee;
    days?.set(movement.at.day, total);
  }

  /** The payouts that reach the bank in the month or just after it, by channel and day. */
  payouts(world: World): Payout[] {
    return CHANNELS.flatMap((channel) =>
      [...(this.totals.get(channel) ?? [])]
        .filter(([day, total]) => day >= 0 && total.gross !== total.fee)
        .sort(([a], [b]) => a - b)
        .map(([day, total]) => payout(world, channel, day, total)),
    );
  }
}

function payout(world: World, channel: Channel, day: Day, { gross, fee }: DayTotal): Payout {
  const number = payoutNo(world, channel, day);
  const paidOn = day === world.lastDay ? day + 2 : day + 1;
  const net = gross - fee;
  const bankEntry: BankEntry = {
    bankReference: `ICBC${world.calendar.compact(paidOn)}98${CHANNELS.indexOf(channel)}${world.calendar.compact(day).slice(2)}`,
    endToEnd: number,
    day: paidOn,
    amount: net,
    remark: `${channel === 'cash' ? '现金缴存' : `${CHANNEL_NAMES[channel]}结算款 结算日${world.calendar.iso(day)}`} ${number}`,
    counterparty: PAYER[channel],
  };
  const vouchers = [bookPayout(channel, net, paidOn, number)];
  if (channel === 'alipay') vouchers.push(bookFee(channel, fee, day, number));
  if (channel === 'wechat') vouchers.push(dailyFee(world, day, fee));
  const hasRow = channel === 'card' || channel === 'cash';
  const reference = hasRow ? number : bankEntry.bankReference;
  return {
    channel,
    day,
    payoutNo: number,
    reference,
    paidOn,
    gross,
    fee,
    net,
    bankEntry,
    vouchers,
    planted: [],
    decoys: [],
  };
}

/** WeChat's fee names no payout, only its day. */
export function dailyFee(world: World, day: Day, fee: Fen): Voucher {
  const booked = bookFee('wechat', fee, day, world.calendar.iso(day));
  return { ...booked, summary: `${booked.summary} ${world.calendar.iso(day)}` };
}
