import { Calendar, type Day } from '../../../sample/calendar';
import { Draws, Topic } from '../../../sample/draws';
import { formatFen, taxInside, type Fen } from '../../../sample/fen';
import { Answers } from '../answers';
import { ACCOUNTS, MONTH, type Currency } from '../company';
import { Amounts } from './amounts';
import { Books } from './books';
import { Customers, type Customer } from './customers';
import { Ledger } from './ledger';
import { Numbers } from './numbers';

export type Status = 'draft' | 'approved' | 'delivered' | 'completed' | 'cancelled';
const SALE: readonly Status[] = ['approved', 'delivered', 'completed'];

/** One order and whose it is. Its number names its business case. */
export interface Deal {
  readonly no: string;
  readonly customer: Customer;
  readonly gross: Fen;
  readonly tax: Fen;
  readonly currency: Currency;
  readonly day: Day;
}

export type DealOptions = Partial<Omit<Deal, 'no'>> & { readonly status?: Status };

/** How a sale is booked where it is not booked as it should be. Null: nothing stands there. */
export interface SaleOptions {
  readonly reference?: string | null;
  readonly description?: string;
  readonly gross?: Fen;
  readonly tax?: Fen;
  readonly customer?: Customer;
  readonly currency?: Currency;
  readonly day?: Day;
  readonly red?: boolean;
  readonly cases?: readonly string[];
  readonly rate?: bigint;
}

export interface InvoiceOptions {
  readonly orderNo?: string | null;
  readonly gross?: Fen;
  readonly tax?: Fen;
  readonly customer?: Customer;
  readonly day?: Day;
  readonly original?: string;
  readonly cases?: readonly string[];
}

/** Where a month's sales are written: orders, vouchers, invoices, returns. Money is the till's (`till.ts`). */
export class Desk {
  readonly calendar = new Calendar(MONTH);
  readonly answers = new Answers();
  readonly books = new Books();
  readonly numbers = new Numbers(this.calendar);
  readonly ledger = new Ledger(this.books, this.answers, this.numbers, this.calendar);
  readonly customers: Customers;
  readonly amounts: Amounts;
  draws: Draws;

  constructor(
    readonly seed: number,
    orders: number,
  ) {
    this.customers = new Customers(Math.max(40, Math.floor(orders / 8)));
    this.amounts = new Amounts(orders);
    this.draws = new Draws(seed, Topic.Story, 0);
  }

  /** The draws of the next story: one more draw in one story changes nothing in the others. */
  turnTo(topic: Topic, index: number): void {
    this.draws = new Draws(this.seed, topic, index);
  }

  /** An order; its amount stands alone unless one is given. */
  order(options: DealOptions = {}): Deal {
    const customer = options.customer ?? this.customers.pick(this.draws);
    const gross = options.gross ?? this.amounts.alone(this.draws);
    const day = options.day ?? this.draws.between(2, 22);
    const { currency = 'CNY', status = 'delivered' } = options;
    const tax = options.tax ?? taxInside(gross, 13);
    const no = this.numbers.order(day);
    this.books.orders.push({
      order_no: no,
      customer_no: customer.no,
      customer_name: customer.name,
      order_date: this.calendar.iso(day),
      currency,
      gross_amount: formatFen(gross),
      tax_amount: formatFen(tax),
      status,
    });
    this.answers.record(no, [no]);
    if (this.calendar.contains(day) && SALE.includes(status)) this.answers.move('sales', customer.no, currency, gross);
    return { no, customer, gross, tax, currency, day };
  }

  /** Books a sale: Dr receivable, Cr revenue, Cr output tax. A negative gross is a return's. */
  sale(deal: Deal, options: SaleOptions = {}): string {
    const gross = options.gross ?? deal.gross;
    const tax = options.tax ?? (gross === deal.gross ? deal.tax : taxInside(gross, 13));
    const currency = options.currency ?? deal.currency;
    const customer = options.customer ?? deal.customer;
    return this.ledger.post({
      day: options.day ?? deal.day,
      reference: options.reference === undefined ? deal.no : options.reference,
      description: options.description ?? `销售 ${customer.name}`,
      cases: options.cases ?? [deal.no],
      lines: [
        { account: ACCOUNTS.receivable, amount: gross, customer: customer.no, currency },
        { account: ACCOUNTS.revenue, amount: tax - gross, currency },
        { account: ACCOUNTS.outputTax, amount: -tax, currency },
      ],
      ...(options.red === undefined ? {} : { red: options.red }),
      ...(options.rate === undefined ? {} : { rate: options.rate }),
    });
  }

  invoice(deal: Deal, options: InvoiceOptions = {}): string {
    const gross = options.gross ?? deal.gross;
    const tax = options.tax ?? (gross === deal.gross ? deal.tax : taxInside(gross, 13));
    const no = this.numbers.invoice();
    this.books.invoices.push({
      invoice_no: no,
      order_no: options.orderNo === undefined ? deal.no : (options.orderNo ?? ''),
      customer_no: (options.customer ?? deal.customer).no,
      issue_date: this.calendar.iso(options.day ?? deal.day),
      currency: deal.currency,
      net_amount: formatFen(gross - tax),
      tax_amount: formatFen(tax),
      gross_amount: formatFen(gross),
      kind: gross < 0n ? 'red' : 'blue',
      original_invoice_no: options.original ?? '',
    });
    this.answers.record(no, options.cases ?? [deal.no]);
    return no;
  }

  /** Goods come back: the return's row alone. @param amount positive */
  goodsBack(deal: Deal, amount: Fen, day: Day): string {
    const no = this.numbers.return(day);
    this.books.returns.push({
      return_no: no,
      order_no: deal.no,
      customer_no: deal.customer.no,
      return_date: this.calendar.iso(day),
      currency: deal.currency,
      gross_amount: formatFen(amount),
      reason: '客户退货',
    });
    this.answers.record(no, [no, deal.no]);
    if (this.calendar.contains(day)) this.answers.move('sales', deal.customer.no, deal.currency, -amount);
    return no;
  }

  /** A customer's balances as the month opens. */
  opening(customer: Customer, sales: Fen, ledger: Fen): void {
    this.books.openings.push({
      customer_no: customer.no,
      currency: 'CNY',
      sales_amount: formatFen(sales),
      ledger_amount: formatFen(ledger),
    });
    this.answers.move('sales', customer.no, 'CNY', sales);
    this.answers.move('ledger', customer.no, 'CNY', ledger);
  }
}
