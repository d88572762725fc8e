import { ACCOUNTS, bookSale, salePostings } from '../bookkeeping';
import type { Day } from '../calendar';
import type { OrderCase, Voucher } from '../cases';
import { taxInside } from '../fen';
import { again, mistyped, only, PLAIN, plants, type Finding, type Scene, type Story } from './story';

/** The day in the next or the last month a story moves a voucher or order to. */
const nextMonth = ({ world, instance }: Scene): Day => world.lastDay + 1 + (instance % 3);

const sale = (kase: OrderCase): Voucher => only(kase.bookings);

/** Books an order that is no sale. */
function bookedThough(word: { zh: string; en: string }): (kase: OrderCase) => Finding {
  return (kase) => {
    const booked = bookSale(kase.order, kase.order.at.day);
    kase.bookings.push(booked);
    return {
      left: [kase.order.orderNo],
      right: [booked],
      difference: 0n,
      zh: `订单${word.zh}，财务仍记了收入`,
      en: `the order is ${word.en}, finance booked it all the same`,
    };
  };
}

export const ORDERS_LEDGER: readonly Story[] = [
  plants(
    'orders-ledger',
    'missing_in_finance',
    'sale-not-booked',
    PLAIN,
    (kase) => {
      kase.bookings = [];
      return {
        left: [kase.order.orderNo],
        right: [],
        difference: kase.order.gross,
        zh: '财务漏记该订单的收入',
        en: 'finance did not book the sale',
      };
    },
    3,
  ),
  plants('orders-ledger', 'missing_in_finance', 'return-not-booked', { ...PLAIN, returned: true }, (kase) => {
    const returned = only(kase.returned);
    returned.bookings = [];
    const { returnNo, gross } = only(returned.returns);
    return {
      left: [returnNo],
      right: [],
      difference: gross,
      zh: '财务漏记该退货',
      en: 'finance did not book the return',
    };
  }),
  plants(
    'orders-ledger',
    'missing_in_sales',
    'sale-unknown',
    PLAIN,
    (kase, { world, index }) => {
      const named = world.numbers(index).unknownOrder(kase.order.at.day);
      const booked = again(bookSale(kase.order, world.within(kase.order.at.day, 1), named));
      kase.bookings.push(booked);
      return {
        left: [],
        right: [booked],
        difference: -kase.order.gross,
        zh: '凭证所写订单在销售系统中不存在',
        en: 'the voucher names an order that sales does not have',
      };
    },
    3,
  ),
  plants(
    'orders-ledger',
    'amount_differs',
    'sale-amount',
    PLAIN,
    (kase) => {
      const { order } = kase;
      const booked = mistyped(order.gross);
      sale(kase).postings = salePostings(order.customer, booked, (order.tax * booked) / order.gross);
      return {
        left: [order.orderNo],
        right: [sale(kase)],
        difference: order.gross - booked,
        zh: '凭证金额录错',
        en: 'the voucher has a mistyped amount',
      };
    },
    3,
  ),
  plants('orders-ledger', 'tax_differs', 'sale-tax', PLAIN, (kase) => {
    const { order } = kase;
    const wrong = taxInside(order.gross, 3);
    sale(kase).postings = salePostings(order.customer, order.gross, wrong);
    return {
      left: [order.orderNo],
      right: [sale(kase)],
      difference: 0n,
      zh: '税额按 3% 计算',
      en: 'the tax was taken at 3 %',
    };
  }),
  plants(
    'orders-ledger',
    'date_differs',
    'sale-booked-next-month',
    ({ world, instance }) => ({ ...PLAIN, day: world.lastDay - (instance % 2) }),
    (kase, scene) => {
      sale(kase).day = nextMonth(scene);
      return {
        left: [kase.order.orderNo],
        right: [sale(kase)],
        difference: 0n,
        zh: '本月订单记入下月',
        en: 'an order of this month was booked in the next',
      };
    },
  ),
  plants(
    'orders-ledger',
    'date_differs',
    'sale-booked-early',
    ({ world }) => ({ ...PLAIN, status: 'approved', day: world.lastDay + 1 }),
    (kase, { world }) => {
      sale(kase).day = world.lastDay;
      return {
        left: [kase.order.orderNo],
        right: [sale(kase)],
        difference: 0n,
        zh: '下月订单提前记入本月',
        en: 'an order of next month was booked in this one',
      };
    },
  ),
  plants(
    'orders-ledger',
    'date_differs',
    'sale-booked-late',
    ({ instance }) => ({ ...PLAIN, status: 'approved', day: -(instance % 2) }),
    (kase, { instance }) => {
      sale(kase).day = 8 + (instance % 3);
      return {
        left: [kase.order.orderNo],
        right: [sale(kase)],
        difference: 0n,
        zh: '上月订单记入本月',
        en: 'an order of last month was booked in this one',
      };
    },
    1,
  ),
  plants(
    'orders-ledger',
    'duplicate',
    'sale-booked-twice',
    PLAIN,
    (kase, { world }) => {
      const second = again(sale(kase), world.within(sale(kase).day, 2));
      kase.bookings.push(second);
      return {
        left: [kase.order.orderNo],
        right: [sale(kase), second],
        difference: -kase.order.gross,
        zh: '同一订单记了两次',
        en: 'one order was booked twice',
      };
    },
    3,
  ),
  plants('orders-ledger', 'currency_differs', 'sale-currency', PLAIN, (kase) => {
    sale(kase).currency = 'USD';
    return {
      left: [kase.order.orderNo],
      right: [sale(kase)],
      difference: 0n,
      zh: '人民币订单按美元记账',
      en: 'an order in CNY was booked in USD',
    };
  }),
  plants('orders-ledger', 'customer_differs', 'sale-customer', PLAIN, (kase, { world, draws }) => {
    let other = world.customer(draws.below(world.customers));
    if (other.no === kase.order.customer.no) other = world.customer(Number(other.no.slice(1)));
    for (const posting of sale(kase).postings) if (posting.account === ACCOUNTS.receivable) posting.customer = other;
    return {
      left: [kase.order.orderNo],
      right: [sale(kase)],
      difference: 0n,
      zh: '应收记到了别的客户',
      en: 'the receivable was booked on another customer',
    };
  }),
  plants(
    'orders-ledger',
    'status_differs',
    'sale-cancelled',
    { ...PLAIN, status: 'cancelled' },
    bookedThough({ zh: '已取消', en: 'cancelled' }),
  ),
  plants(
    'orders-ledger',
    'status_differs',
    'sale-draft',
    { ...PLAIN, status: 'draft' },
    bookedThough({ zh: '尚未审核', en: 'a draft' }),
  ),
];
