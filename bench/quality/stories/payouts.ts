import { bookFees, bookPayout, credit, type Batch } from '../desk/payouts';
import type { Shop } from '../desk/shop';

/** What happens to a batch. Its charges are booked; fees, bank credit and voucher are the story's. */
export interface BatchStory {
  readonly tag: string;
  /** How often, against the other stories that fit. */
  readonly weight: number;
  readonly isOpen?: true;
  readonly fits: (batch: Batch) => boolean;
  /** @param next the station's batch of the day after; only for stories of two. */
  tell(shop: Shop, batch: Batch, next: Batch): void;
  /** It takes the station's next batch as well. */
  readonly takesNext?: true;
}

const early = ({ day }: Batch): boolean => day <= 25;

function pairOf(shop: Shop, batch: Batch, entry: string): void {
  shop.desk.answers.pair('channels-ledger', batch.no, entry);
}

/** Fees as usual, the rest as told. */
const payout = (
  tag: string,
  weight: number,
  tell: (shop: Shop, batch: Batch) => void,
  fits: (batch: Batch) => boolean = early,
): BatchStory => ({
  ...{ tag, weight, fits },
  tell: (shop, batch) => {
    bookFees(shop, batch);
    tell(shop, batch);
  },
});

/** Two days' payouts together; both days' fees as usual. */
const twoPayouts = (
  tag: string,
  weight: number,
  tell: (shop: Shop, batch: Batch, next: Batch) => void,
  isOpen?: true,
): BatchStory => ({
  ...{ tag, weight, fits: early, takesNext: true, ...(isOpen === undefined ? {} : { isOpen }) },
  tell: (shop, batch, next) => {
    bookFees(shop, batch);
    bookFees(shop, next);
    tell(shop, batch, next);
  },
});

function splitCredits(shop: Shop, batch: Batch, vouchers: 'one' | 'each'): void {
  const part = batch.net / 3n;
  const amounts = [part, batch.net - part];
  for (const [index, amount] of amounts.entries())
    credit(shop, batch, { amount, day: batch.day + 1 + index, remark: `结算款 ${batch.no} ${index + 1}/2` });
  if (vouchers === 'one') return pairOf(shop, batch, bookPayout(shop, batch, { day: batch.day + 2 }));
  for (const [index, amount] of amounts.entries())
    pairOf(shop, batch, bookPayout(shop, batch, { amount, day: batch.day + 1 + index }));
}

function mergedCredit(shop: Shop, batch: Batch, next: Batch): void {
  const amount = batch.net + next.net;
  const cases = [batch.no, next.no];
  const at = { amount, day: next.day + 1, cases };
  const remark = `结算款 ${batch.no}、${next.no}`;
  const reference = credit(shop, batch, { ...at, remark });
  const byBank = shop.desk.draws.below(2) === 0;
  const entry = bookPayout(shop, batch, {
    ...at,
    reference: byBank ? reference : null,
    description: byBank ? '渠道结算入账' : remark,
  });
  for (const one of [batch, next]) pairOf(shop, one, entry);
}

/** The voucher of one day's payout names the other day's, which has its own. */
function namesLivePayout(shop: Shop, batch: Batch, next: Batch): void {
  const { answers } = shop.desk;
  for (const one of [batch, next]) credit(shop, one);
  const entry = bookPayout(shop, batch, { reference: next.no });
  const own = bookPayout(shop, next);
  pairOf(shop, batch, entry);
  pairOf(shop, next, own);
  answers.expect('channels-ledger', 'missing_in_finance', { difference: batch.net, left: [batch.no], may: true });
  const right = [entry, own].sort();
  answers.expect('channels-ledger', 'amount_differs', { difference: -batch.net, left: [next.no], right, may: true });
}

/** The bank says nothing but whose money it is, or finance says nothing, or neither. */
function named(shop: Shop, batch: Batch, byBank: boolean, byFinance: boolean): void {
  credit(shop, batch, byBank ? {} : { remark: '结算款' });
  pairOf(shop, batch, bookPayout(shop, batch, byFinance ? {} : { reference: null }));
}

export const PAYOUTS: readonly BatchStory[] = [
  payout(
    'payout-in-transit',
    1000,
    (shop, batch) => {
      credit(shop, batch);
      bookPayout(shop, batch, { day: shop.desk.draws.between(32, 33) });
    },
    ({ day }) => day === 31,
  ),
  payout('payout-split', 4, (shop, batch) => splitCredits(shop, batch, 'one')),
  payout('payout-split-vouchers', 4, (shop, batch) => splitCredits(shop, batch, 'each')),
  twoPayouts('payout-merged', 8, mergedCredit),
  twoPayouts('payout-live', 4, namesLivePayout, true),
  payout('payout-bank-nameless', 5, (shop, batch) => named(shop, batch, false, true)),
  payout('payout-voucher-nameless', 5, (shop, batch) => named(shop, batch, true, false)),
  payout('payout-nameless', 4, (shop, batch) => named(shop, batch, false, false)),
  payout('payout-by-bank-reference', 5, (shop, batch) => {
    pairOf(shop, batch, bookPayout(shop, batch, { reference: credit(shop, batch) }));
  }),
  payout('payout-edit', 5, (shop, batch) => {
    credit(shop, batch);
    const reference = batch.no.replace('2026', '2062');
    pairOf(shop, batch, bookPayout(shop, batch, { reference }));
  }),
  payout('payout-not-booked', 3, (shop, batch) => {
    credit(shop, batch);
    const told = { difference: batch.net, left: [batch.no] };
    shop.desk.answers.expect('channels-ledger', 'missing_in_finance', told);
  }),
  payout('payout-amount', 3, (shop, batch) => {
    credit(shop, batch);
    const right = [bookPayout(shop, batch, { amount: batch.net + 4_321n })];
    const told = { difference: -4_321n, left: [batch.no], right };
    shop.desk.answers.expect('channels-ledger', 'amount_differs', told);
  }),
  payout('payout-booked-twice', 3, (shop, batch) => {
    credit(shop, batch);
    const right = [bookPayout(shop, batch), bookPayout(shop, batch, { day: batch.day + 3 })].sort();
    const told = { difference: -batch.net, left: [batch.no], right };
    shop.desk.answers.expect('channels-ledger', 'duplicate', told);
  }),
  payout(
    'payout-booked-next-month',
    20,
    (shop, batch) => {
      credit(shop, batch);
      const right = [bookPayout(shop, batch, { day: 33 })];
      shop.desk.answers.expect('channels-ledger', 'date_differs', { left: [batch.no], right });
    },
    ({ day }) => day === 29 || day === 30,
  ),
  payout('payout-unknown', 3, (shop, batch) => {
    credit(shop, batch);
    pairOf(shop, batch, bookPayout(shop, batch));
    const amount = shop.desk.amounts.alone(shop.desk.draws);
    const reference = shop.desk.numbers.foreign(batch.station.prefix);
    const right = [bookPayout(shop, batch, { amount, reference, cases: [] })];
    shop.desk.answers.expect('channels-ledger', 'missing_in_sales', { difference: -amount, right });
  }),
];
