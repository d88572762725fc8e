import { formatFen, type Fen } from '../../../sample/fen';
import type { Day } from '../../../sample/calendar';
import { ACCOUNTS } from '../company';
import type { Shop } from './shop';
import type { Station } from './stations';
import type { Charge } from './till';

/** What a station took in a day and pays out at its end. Its payout number names its business case. */
export interface Batch {
  readonly station: Station;
  readonly day: Day;
  readonly no: string;
  readonly charges: readonly Charge[];
  readonly gross: Fen;
  readonly fee: Fen;
  readonly net: Fen;
}

export interface CreditOptions {
  readonly amount?: Fen;
  readonly day?: Day;
  readonly remark?: string;
  readonly cases?: readonly string[];
}

export interface PayoutBooking {
  readonly amount?: Fen;
  /** Booked in the same voucher. */
  readonly fee?: Fen;
  readonly day?: Day;
  readonly reference?: string | null;
  readonly description?: string;
  readonly cases?: readonly string[];
}

/** A station's payouts of the month, with their rows in the channel's file. What refunds eat up waits for a later payout. */
export function payoutsOf(shop: Shop, station: Station): readonly Batch[] {
  const batches: Batch[] = [];
  let waiting: readonly Charge[] = [];
  for (let day = 1; day <= shop.desk.calendar.days; day++) {
    waiting = [...waiting, ...(shop.till.waiting.get(`${station.id} ${day}`) ?? [])];
    const batch = batchOf(shop, station, day, waiting);
    if (batch.net <= 0n) continue;
    batches.push(batch);
    waiting = [];
  }
  if (waiting.length > 0) payWithLast(shop, batches, waiting);
  for (const batch of batches) writeBatch(shop, batch);
  return batches;
}

/** What still waits when the month ends goes with earlier payouts, so many as are more than it, all paid on the last day. */
function payWithLast(shop: Shop, batches: Batch[], waiting: readonly Charge[]): void {
  let charges = waiting;
  for (let last = batches.pop(); last !== undefined; last = batches.pop()) {
    charges = [...last.charges, ...charges];
    const batch = batchOf(shop, last.station, shop.desk.calendar.days, charges);
    if (batch.net <= 0n) continue;
    batches.push(batch);
    return;
  }
}

function batchOf({ desk }: Shop, station: Station, day: Day, charges: readonly Charge[]): Batch {
  const sum = (of: (charge: Charge) => Fen): Fen => charges.reduce((total, charge) => total + of(charge), 0n);
  const gross = sum((charge) => charge.gross);
  const fee = sum((charge) => charge.fee);
  const no = `${station.prefix}${desk.calendar.compact(day)}`;
  return { station, day, no, charges, gross, fee, net: gross - fee };
}

/** Payout rows of a channel that books its fees by batch state the batch's figures; the others state the net alone. */
function writeBatch({ desk }: Shop, batch: Batch): void {
  const { station, day, no, charges } = batch;
  const [gross, fee] = station.feeHabit === 'batch' ? [batch.gross, batch.fee] : [batch.net, 0n];
  for (const { row, transaction } of charges) {
    if (station.feeHabit !== 'day') row['payout_no'] = no;
    desk.answers.belongs(transaction, no);
  }
  desk.books.channels[station.channel].push({
    transaction_no: desk.numbers.transaction(station.id, day),
    occurred_at: desk.calendar.time({ day, second: 84_600 }),
    type: 'payout',
    currency: 'CNY',
    gross_amount: formatFen(-gross),
    fee_amount: formatFen(-fee),
    net_amount: formatFen(-batch.net),
    payout_no: no,
  });
}

/** The bank credits a payout, by default whole, the day after, its number in the remark. */
export function credit({ till }: Shop, batch: Batch, options: CreditOptions = {}): string {
  return till.transfer({
    amount: options.amount ?? batch.net,
    day: options.day ?? batch.day + 1,
    counterparty: batch.station.payer,
    remark: options.remark ?? `结算款 ${batch.no}`,
    cases: options.cases ?? [batch.no],
  });
}

/** Books a payout: Dr bank, Dr fees where they are booked with it, Cr the channel. */
export function bookPayout({ desk }: Shop, batch: Batch, options: PayoutBooking = {}): string {
  const amount = options.amount ?? batch.net;
  const fee = options.fee ?? 0n;
  return desk.ledger.post({
    day: options.day ?? batch.day + 1,
    reference: options.reference === undefined ? batch.no : options.reference,
    description: options.description ?? '渠道结算入账',
    cases: options.cases ?? [batch.no],
    lines: [
      { account: ACCOUNTS.bank.CNY, amount },
      ...(fee === 0n ? [] : [{ account: ACCOUNTS.channelFees, amount: fee }]),
      { account: batch.station.account, amount: -amount - fee },
    ],
  });
}

/** Books a fee: Dr fees, Cr the channel. */
export function bookFee(
  { desk }: Shop,
  { station, day, no }: Batch,
  fee: Fen,
  reference: string | null,
  description = '渠道手续费',
): string {
  const lines = [
    { account: ACCOUNTS.channelFees, amount: fee },
    { account: station.account, amount: -fee },
  ];
  return desk.ledger.post({
    day,
    reference,
    description,
    cases: [no, ...(reference === null ? [] : [reference])],
    lines,
  });
}

/** What each day of a batch cost. */
export function feesByDay({ charges }: Batch): ReadonlyMap<Day, Fen> {
  const fees = new Map<Day, Fen>();
  for (const { day, fee } of charges) if (fee !== 0n) fees.set(day, (fees.get(day) ?? 0n) + fee);
  return fees;
}

/** Books a batch's fees by its station's habit, everything in order. */
export function bookFees(shop: Shop, batch: Batch): void {
  const { station, charges, fee, no } = batch;
  if (fee === 0n) return;
  switch (station.feeHabit) {
    case 'line':
      for (const charge of charges) if (charge.fee !== 0n) bookFee(shop, batch, charge.fee, charge.transaction);
      return;
    case 'batch':
      bookFee(shop, batch, fee, no);
      return;
    case 'day':
      for (const [day, ofDay] of feesByDay(batch))
        bookFee(shop, { ...batch, day }, ofDay, null, `微信支付手续费 ${shop.desk.calendar.iso(day)}`);
      return;
    case 'none':
      return;
  }
}
