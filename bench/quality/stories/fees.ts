import type { Fen } from '../../../sample/fen';
import { TOLERANCE } from '../company';
import { bookFee, bookPayout, credit, feesByDay, type Batch } from '../desk/payouts';
import type { Shop } from '../desk/shop';
import type { FeeHabit } from '../desk/stations';
import type { BatchStory } from './payouts';

/** The payout is in order; the fees are the story's. */
const fees = (
  tag: string,
  weight: number,
  habit: FeeHabit,
  tell: (shop: Shop, batch: Batch) => void,
  more: { fits?: (batch: Batch) => boolean; isOpen?: true } = {},
): BatchStory => ({
  ...{ tag, weight, ...(more.isOpen === undefined ? {} : { isOpen: more.isOpen }) },
  fits: (batch) =>
    batch.station.feeHabit === habit && batch.day <= 28 && feesByDay(batch).size === 1 && (more.fits?.(batch) ?? true),
  tell: (shop, batch) => {
    credit(shop, batch);
    bookPayout(shop, batch);
    tell(shop, batch);
  },
});

/** So many fen too much or too little. */
function off({ desk }: Shop, least: Fen, most: Fen): Fen {
  const by = BigInt(desk.draws.between(Number(least), Number(most)));
  return desk.draws.below(2) === 0 ? by : -by;
}

const inside = (shop: Shop): Fen => off(shop, 1n, TOLERANCE.feePerBatch);
const outside = (shop: Shop): Fen => BigInt(shop.desk.draws.between(Number(TOLERANCE.feePerBatch) + 1, 900));
const manyCharges = ({ charges }: Batch): boolean => charges.filter(({ fee }) => fee > 0n).length >= 3;

/** Each line's fee as somebody else rounds it: a fen more or less. */
function lineByLine(shop: Shop, batch: Batch, by: (index: number) => Fen): readonly (readonly [string, string])[] {
  return batch.charges
    .filter(({ fee }) => fee > 1n)
    .map(({ fee, transaction }, index) => [transaction, bookFee(shop, batch, fee + by(index), transaction)] as const);
}

function oneLineWrong(shop: Shop, batch: Batch): void {
  const difference = outside(shop);
  const [wrong] = lineByLine(shop, batch, (index) => (index === 0 ? difference : 0n));
  if (wrong === undefined) return;
  const told = { difference: -difference, left: [wrong[0]], right: [wrong[1]] };
  shop.desk.answers.expect('channels-ledger', 'fee_differs', told);
}

/** No line is far off; together they are. */
function linesAddUp(shop: Shop, batch: Batch): void {
  const lines = lineByLine(shop, batch, () => 40n);
  const told = {
    difference: -40n * BigInt(lines.length),
    left: lines.map(([transaction]) => transaction).sort(),
    right: lines.map(([, entry]) => entry).sort(),
  };
  shop.desk.answers.expect('channels-ledger', 'fee_differs', told);
}

function dayBooked(shop: Shop, batch: Batch, by: Fen): string {
  const day = shop.desk.calendar.iso(batch.day);
  return bookFee(shop, batch, batch.fee + by, null, `${day} 微信手续费`);
}

export const FEES: readonly BatchStory[] = [
  fees('fee-lines-rounded', 18, 'line', (shop, batch) => {
    lineByLine(shop, batch, (index) => (index % 2 === 0 ? 1n : -1n));
  }),
  fees('fee-line-wrong', 14, 'line', oneLineWrong),
  fees('fee-lines-add-up', 12, 'line', linesAddUp, { fits: manyCharges, isOpen: true }),
  fees(
    'fee-batch-inside',
    14,
    'batch',
    (shop, batch) => {
      bookFee(shop, batch, batch.fee + inside(shop), batch.no);
    },
    { fits: ({ fee }) => fee > TOLERANCE.feePerBatch },
  ),
  fees('fee-batch-outside', 14, 'batch', (shop, batch) => {
    const difference = outside(shop);
    const right = [bookFee(shop, batch, batch.fee + difference, batch.no)];
    shop.desk.answers.expect('channels-ledger', 'fee_differs', { difference: -difference, left: [batch.no], right });
  }),
  fees(
    'fee-batch-not-booked',
    10,
    'batch',
    ({ desk }, batch) => {
      const told = { difference: batch.fee, left: [batch.no], orKind: 'fee_differs' } as const;
      desk.answers.expect('channels-ledger', 'missing_in_finance', told);
    },
    { fits: ({ fee }) => fee > 2n * TOLERANCE.feePerBatch, isOpen: true },
  ),
  fees('fee-day-inside', 18, 'day', (shop, batch) => void dayBooked(shop, batch, inside(shop)), {
    fits: ({ fee }) => fee > TOLERANCE.feePerBatch,
  }),
  fees('fee-day-outside', 18, 'day', (shop, batch) => {
    const difference = outside(shop);
    const right = [dayBooked(shop, batch, difference)];
    const left = [shop.desk.calendar.iso(batch.day)];
    shop.desk.answers.expect('channels-ledger', 'fee_differs', { difference: -difference, left, right });
  }),
  fees('fee-day-in-words', 10, 'day', (shop, batch) => {
    bookFee(shop, batch, batch.fee, null, `10月${batch.day}日微信手续费`);
  }),
  {
    tag: 'fee-with-payout',
    weight: 14,
    fits: ({ station, day }) => station.feeHabit === 'batch' && day <= 28,
    tell: (shop, batch) => {
      credit(shop, batch);
      shop.desk.answers.pair('channels-ledger', batch.no, bookPayout(shop, batch, { fee: batch.fee }));
    },
  },
];
