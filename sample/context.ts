import type { Method } from '../domain/words';
import type { OrderCase } from './cases';
import { ordinaryCase } from './ordinary';
import type { World } from './world';

/** How many orders of each neighbour month stand in the files. */
const NEIGHBOURS = 8;

const METHODS: readonly Method[] = ['card', 'bank', 'card', 'bank'];

/**
 * The last orders of the month before, numbered after the month's own. Half were paid then; one in four is paid in the
 * sample's month; the rest stays open and is in the openings.
 */
export function ordersBefore(world: World): OrderCase[] {
  return Array.from({ length: NEIGHBOURS }, (_, i) => {
    const index = world.orders + i;
    const kase = ordinaryCase(world, index, {
      status: 'delivered',
      day: -(i % 3),
      returned: false,
      plain: true,
      method: METHODS[i % 4] ?? 'bank',
      pay: i % 4 < 3 ? 'full' : 'none',
    });
    const [paid] = kase.payments;
    const [receipt] = paid?.receipts ?? [];
    if (!paid || !receipt) return kase;
    const paidOn = i % 4 === 2 ? 3 + i : kase.order.at.day;
    receipt.at = { day: paidOn, second: receipt.at.second };
    for (const movement of paid.movements) movement.at = receipt.at;
    // The statement begins with the month.
    if (paidOn < 1) paid.bankEntries = [];
    for (const voucher of [...paid.bookings, ...paid.fees]) voucher.day = paidOn;
    if (i % 4 === 2) {
      const why = { zh: '本月收到上月订单的货款', en: 'money for an order of the month before' };
      kase.decoys.push({ story: 'order-of-last-month', references: [kase.order.orderNo, receipt.receiptNo], why });
    }
    return kase;
  });
}

/** The first orders of the next month: in every file, and none of them in the close. */
export function ordersAfter(world: World): OrderCase[] {
  return Array.from({ length: NEIGHBOURS }, (_, i) => {
    const index = world.orders + NEIGHBOURS + i;
    const kase = ordinaryCase(world, index, {
      status: 'delivered',
      day: world.lastDay + 1 + (i % 2),
      returned: false,
      plain: true,
      method: i % 2 === 0 ? 'card' : 'wechat',
      pay: 'full',
    });
    // Paid out in the next month; the acquirer's file ends before.
    for (const movement of kase.payments.flatMap((one) => one.movements)) movement.paidOut = false;
    return kase;
  });
}
