import { claimBank, reportBank } from './channel-bank';
import { reportBookings } from './channel-booking-differences';
import { claimBookings } from './channel-bookings';
import { reconcileFees } from './channel-fees';
import { reconcilePayouts } from './channel-payouts';
import { resetMatches } from './found';
import type { Pools } from './pools';
import type { Scope } from './scope';

/**
 * What moved at channels and banks against what finance booked: payments and refunds by the receipts they belong to, payouts, fees,
 * bank entries. Without channel files only the bookings of receipts are found out, for the customers' balances. A difference that receipts-channels
 * has as well is told here again: the ledger's clerk has another document to correct.
 */
export async function reconcileChannelsLedger(scope: Scope, pools: Pools, movementsGiven: boolean): Promise<void> {
  await resetMatches(scope, 'channels-ledger');
  await claimBookings(scope);
  if (!movementsGiven) return;
  await reportBookings(scope, pools);
  await reconcilePayouts(scope, pools);
  await claimBank(scope);
  await reportBank(scope);
  await reconcileFees(scope, pools);
}
