import type { Fen } from '../../../sample/fen';
import type { Deal } from '../desk/desk';
import type { Shop } from '../desk/shop';
import { stationOf, type Station } from '../desk/stations';

/** A payment at a station whose voucher is still to be written. */
export interface Paid {
  readonly deal: Deal;
  readonly station: Station;
  readonly day: number;
  readonly receipt: string;
  readonly transaction: string;
}

/** How receipt and channel of one payment name each other. Undefined: as they should. Null: not at all. */
export interface Names {
  /** What the receipt calls the transaction. */
  readonly channelReference?: (shop: Shop, transaction: string) => string | null;
  readonly merchantReference?: null;
  readonly charged?: (amount: Fen) => Fen;
}

/** A deal is paid at a station; how receipt and channel name each other is the story's. */
export function paid(
  shop: Shop,
  names: Names = {},
  deal: Deal = shop.unpaid(),
  station = stationOf(shop.desk.draws),
): Paid {
  const { till } = shop;
  const { customer, gross: amount } = deal;
  const day = deal.day + 1;
  const receipt = till.receipt({ amount, day, customer, method: station.channel, orderNo: deal.no, cases: [deal.no] });
  const transaction = till.charge(station, {
    ...{ amount: names.charged?.(amount) ?? amount, day, cases: [receipt] },
    merchantReference: names.merchantReference === null ? null : receipt,
  });
  const reference = names.channelReference === undefined ? transaction : names.channelReference(shop, transaction);
  if (reference !== null) till.nameChannel(reference);
  return { deal, station, day, receipt, transaction };
}

/** Books it; how the voucher names it is the story's. */
export function booked(shop: Shop, { deal, station, day, receipt }: Paid, how: Partial<Booking> = {}): string {
  const { customer, gross } = deal;
  return shop.till.book({
    amount: how.amount ?? gross,
    day: how.day ?? day,
    account: station.account,
    customer,
    reference: how.reference === undefined ? receipt : how.reference,
    cases: how.cases ?? [receipt],
    description: how.description ?? '收款',
  });
}

export interface Booking {
  readonly amount: Fen;
  readonly day: number;
  readonly reference: string | null;
  readonly description: string;
  readonly cases: readonly string[];
}
