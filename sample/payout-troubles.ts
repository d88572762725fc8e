import { bookFee, bookPayout } from './bookkeeping';
import { dailyFee, PAYOUT_PREFIX, type Payout } from './batches';
import { CHANNELS, type Channel, type Planted, type Voucher } from './cases';
import { Topic } from './draws';
import type { Fen } from './fen';
import { mistyped } from './stories/story';
import type { World } from './world';

/** Something that happens to the vouchers of a payout. */
type Trouble = (payout: Payout, world: World, instance: number) => void;

interface Finding {
  readonly story: string;
  readonly left?: readonly string[];
  readonly right: readonly Voucher[];
  readonly difference: Fen;
  readonly zh: string;
  readonly en: string;
}

function plant(of: Payout, kind: Planted['kind'], { story, left, right, difference, zh, en }: Finding): void {
  of.planted.push({
    reconciliation: 'channels-ledger',
    kind,
    left: left ?? [of.reference],
    right,
    also: left?.length === 0 ? [] : [of.payoutNo],
    currency: 'CNY',
    difference,
    story,
    cause: { zh, en },
  });
}

/** The payout's own voucher comes first; this puts others in its place. */
function bookInstead(of: Payout, vouchers: readonly Voucher[]): void {
  of.vouchers = [...vouchers, ...of.vouchers.slice(1)];
}

const notBooked: Trouble = (of) => {
  bookInstead(of, []);
  plant(of, 'missing_in_finance', {
    story: 'payout-not-booked',
    right: [],
    difference: of.net,
    zh: '结算款到账未入账',
    en: 'a payout arrived and was not booked',
  });
};

const bookedAmount: Trouble = (of) => {
  const wrong = bookPayout(of.channel, mistyped(of.net), of.paidOn, of.payoutNo);
  bookInstead(of, [wrong]);
  plant(of, 'amount_differs', {
    story: 'payout-amount',
    right: [wrong],
    difference: of.net - mistyped(of.net),
    zh: '结算款凭证金额录错',
    en: 'the payout’s voucher has a mistyped amount',
  });
};

const bookedTwice: Trouble = (of) => {
  const both = [0, 1].map(() => bookPayout(of.channel, of.net, of.paidOn, of.payoutNo));
  bookInstead(of, both);
  plant(of, 'duplicate', {
    story: 'payout-booked-twice',
    right: both,
    difference: -of.net,
    zh: '同一结算款记了两次',
    en: 'one payout was booked twice',
  });
};

const bookedNextMonth: Trouble = (of, world) => {
  const late = bookPayout(of.channel, of.net, world.lastDay + 2, of.payoutNo);
  bookInstead(of, [late]);
  plant(of, 'date_differs', {
    story: 'payout-booked-next-month',
    right: [late],
    difference: 0n,
    zh: '本月到账的结算款记入下月',
    en: 'a payout of this month was booked in the next',
  });
};

const unknown: Trouble = (of, world) => {
  const amount = of.net / 3n;
  const booked = bookPayout(
    of.channel,
    amount,
    of.paidOn,
    `${PAYOUT_PREFIX[of.channel]}99${world.calendar.compact(of.day)}`,
  );
  of.vouchers.push(booked);
  plant(of, 'missing_in_sales', {
    story: 'payout-unknown',
    left: [],
    right: [booked],
    difference: -amount,
    zh: '凭证所写结算款，渠道与银行都没有',
    en: 'the voucher names a payout that neither channel nor bank knows',
  });
};

const wrongFee: Trouble = (of, world, instance) => {
  const above = 500n + BigInt(instance) * 137n;
  const wrong = bookFeeAs(of, world, of.fee + above);
  plant(of, 'fee_differs', {
    story: 'daily-fee',
    left: [world.calendar.iso(of.day)],
    right: [wrong],
    difference: -above,
    zh: '当日手续费记错',
    en: 'the day’s fee was booked wrong',
  });
};

const roundedFee: Trouble = (of, world, instance) => {
  const rounded = bookFeeAs(of, world, of.fee + 7n + BigInt(instance) * 11n);
  const why = { zh: '手续费逐笔舍入，在容差以内', en: 'rounding of single fees, within the tolerance' };
  of.decoys.push({ story: 'fee-rounded', references: [of.payoutNo, rounded], why });
};

/** Puts another amount into the day's fee voucher. */
function bookFeeAs(of: Payout, world: World, fee: Fen): Voucher {
  const booked = of.channel === 'wechat' ? dailyFee(world, of.day, fee) : bookFee(of.channel, fee, of.day, of.payoutNo);
  of.vouchers = [...of.vouchers.slice(0, 1), booked];
  return booked;
}

/** What happens to a channel's payouts, on days drawn; the last day's payout is the one booked in the next month. */
const TROUBLES: Record<Channel, readonly Trouble[]> = {
  alipay: [wrongFee, wrongFee, notBooked, bookedTwice, unknown, roundedFee, roundedFee, roundedFee],
  wechat: [wrongFee, wrongFee, bookedAmount, bookedNextMonth, roundedFee, roundedFee, roundedFee],
  card: [notBooked, bookedAmount, bookedTwice, bookedNextMonth, unknown],
  cash: [notBooked, bookedAmount],
};

const IN_TRANSIT = { zh: '月末结算款下月到账，为在途资金', en: 'paid next month: in transit' };

/** Lets things go wrong with some of each channel's payouts. */
export function castTroubles(world: World, payouts: readonly Payout[]): void {
  CHANNELS.forEach((channel, i) => {
    const own = payouts.filter((one) => one.channel === channel);
    const draws = world.draws(Topic.Batch, i);
    const free = own.filter((one) => one.net > 10_000n && one.day > 2 && one.day < world.lastDay - 2);
    TROUBLES[channel].forEach((trouble, instance) => {
      const chosen =
        trouble === bookedNextMonth
          ? own.find((one) => one.paidOn === world.lastDay)
          : free.splice(draws.below(Math.max(1, free.length)), 1)[0];
      if (chosen) trouble(chosen, world, instance);
    });
  });
  for (const one of payouts.filter((each) => each.paidOn > world.lastDay)) {
    one.decoys.push({ story: 'in-transit', references: [one.payoutNo], why: IN_TRANSIT });
  }
}
