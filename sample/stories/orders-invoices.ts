import type { Invoice, OrderCase } from '../cases';
import { taxInside } from '../fen';
import { mistyped, only, PLAIN, plants, type Finding, type Story } from './story';

const invoice = (kase: OrderCase): Invoice => only(kase.invoices);

/** An invoice of an order that must not have one: same amounts, so only the status is wrong. */
function invoicedThough(zh: string, en: string): (kase: OrderCase) => Finding {
  return (kase) => ({ left: [kase.order.orderNo], right: [invoice(kase).invoiceNo], difference: 0n, zh, en });
}

export const ORDERS_INVOICES: readonly Story[] = [
  plants(
    'orders-invoices',
    'unbilled',
    'not-invoiced',
    ({ instance }) => ({ ...PLAIN, billed: false, ...(instance % 2 ? { status: 'completed', pay: 'full' } : {}) }),
    (kase) => ({
      left: [kase.order.orderNo],
      right: [],
      difference: kase.order.gross,
      zh: '已发货未开票',
      en: 'delivered and not invoiced',
    }),
    3,
  ),
  plants(
    'orders-invoices',
    'billed_not_delivered',
    'invoiced-early',
    { ...PLAIN, status: 'approved', billed: true },
    invoicedThough('尚未发货已开票', 'invoiced before delivery'),
    3,
  ),
  plants('orders-invoices', 'missing_in_sales', 'invoice-unknown', PLAIN, (kase, { world, index }) => {
    const numbers = world.numbers(index);
    const unknown: Invoice = {
      ...invoice(kase),
      invoiceNo: numbers.invoice(2),
      orderNo: numbers.unknownOrder(kase.order.at.day),
    };
    kase.invoices.push(unknown);
    return {
      left: [],
      right: [unknown.invoiceNo],
      difference: -unknown.gross,
      zh: '发票所写订单在销售系统中不存在',
      en: 'the invoice names an order that sales does not have',
    };
  }),
  plants('orders-invoices', 'amount_differs', 'invoice-amount', PLAIN, (kase) => {
    const billed = mistyped(kase.order.gross);
    invoice(kase).tax = (kase.order.tax * billed) / kase.order.gross;
    invoice(kase).gross = billed;
    return {
      left: [kase.order.orderNo],
      right: [invoice(kase).invoiceNo],
      difference: kase.order.gross - billed,
      zh: '开票金额录错',
      en: 'the invoice has a mistyped amount',
    };
  }),
  plants('orders-invoices', 'tax_differs', 'invoice-tax', PLAIN, (kase) => {
    invoice(kase).tax = taxInside(kase.order.gross, 3);
    return {
      left: [kase.order.orderNo],
      right: [invoice(kase).invoiceNo],
      difference: 0n,
      zh: '发票税率错',
      en: 'the invoice was written at 3 %',
    };
  }),
  plants('orders-invoices', 'customer_differs', 'invoice-customer', PLAIN, (kase, { world }) => {
    invoice(kase).customer = world.customer(Number(kase.order.customer.no.slice(1)));
    return {
      left: [kase.order.orderNo],
      right: [invoice(kase).invoiceNo],
      difference: 0n,
      zh: '发票开给了别的客户',
      en: 'the invoice was made out to another customer',
    };
  }),
  plants('orders-invoices', 'duplicate', 'invoiced-twice', PLAIN, (kase, { world, index }) => {
    const first = invoice(kase);
    const second: Invoice = { ...first, invoiceNo: world.numbers(index).invoice(2), day: world.within(first.day, 1) };
    kase.invoices.push(second);
    return {
      left: [kase.order.orderNo],
      right: [first.invoiceNo, second.invoiceNo],
      difference: -kase.order.gross,
      zh: '同一订单开了两张发票',
      en: 'one order was invoiced twice',
    };
  }),
  plants(
    'orders-invoices',
    'status_differs',
    'invoice-cancelled',
    { ...PLAIN, status: 'cancelled', billed: true },
    invoicedThough('订单已取消，发票未红冲', 'the order is cancelled, its invoice was not reversed'),
  ),
  plants(
    'orders-invoices',
    'status_differs',
    'invoice-draft',
    { ...PLAIN, status: 'draft', billed: true },
    invoicedThough('订单尚未审核已开票', 'the order is a draft and was invoiced'),
  ),
  plants(
    'orders-invoices',
    'date_differs',
    'invoiced-next-month',
    ({ world, instance }) => ({ ...PLAIN, day: world.lastDay - 2 - (instance % 2) }),
    (kase, { world, instance }) => {
      invoice(kase).day = world.lastDay + 1 + (instance % 3);
      return {
        left: [kase.order.orderNo],
        right: [invoice(kase).invoiceNo],
        difference: 0n,
        zh: '本月发货下月开票',
        en: 'delivered this month, invoiced in the next',
      };
    },
  ),
];
