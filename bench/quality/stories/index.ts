import type { Story } from '../desk/shop';
import { BOOKINGS } from './bookings';
import { CHANNEL_STORIES } from './channels';
import { CURRENCY } from './currency';
import { FEES } from './fees';
import { INVOICES } from './invoices';
import { LIVE } from './live';
import { OPENINGS } from './openings';
import { PAYOUTS, type BatchStory } from './payouts';
import { RECEIPT_VOUCHERS } from './receipt-vouchers';
import { RECEIPTS } from './receipts';
import { REFERENCES } from './references';
import { RETURNS } from './returns';
import { SMALL } from './small';
import { TRANSFERS } from './transfers';
import { TWINS } from './twins';

/** Everything that may happen to a deal. */
export const STORIES: readonly Story[] = [
  ...REFERENCES,
  ...LIVE,
  ...TWINS,
  ...BOOKINGS,
  ...SMALL,
  ...RETURNS,
  ...INVOICES,
  ...RECEIPTS,
  ...CHANNEL_STORIES,
  ...RECEIPT_VOUCHERS,
  ...TRANSFERS,
  ...CURRENCY,
  ...OPENINGS,
];

/** Everything that may happen to a station's day. */
export const BATCH_STORIES: readonly BatchStory[] = [...PAYOUTS, ...FEES];

/** Tags whose answer the contracts leave open. */
export const OPEN_TAGS: ReadonlySet<string> = new Set(
  [...STORIES, ...BATCH_STORIES].filter(({ isOpen }) => isOpen === true).map(({ tag }) => tag),
);
