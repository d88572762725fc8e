import type { Day } from '../../../sample/calendar';
import { formatFen, shareOf, type Fen } from '../../../sample/fen';
import { ACCOUNTS, type Currency } from '../company';
import type { Row } from './books';
import type { Customer } from './customers';
import type { Deal, Desk } from './desk';
import { stationOf, type Station } from './stations';

/** A charge or refund that waits for its station's next payout. */
export interface Charge {
  readonly day: Day;
  readonly row: Row;
  readonly transaction: string;
  readonly gross: Fen;
  readonly fee: Fen;
}

export interface ReceiptOptions {
  readonly amount: Fen;
  readonly day: Day;
  readonly customer: Customer;
  readonly method: string;
  readonly currency?: Currency;
  readonly orderNo?: string | null;
  readonly channelReference?: string | null;
  readonly description?: string;
  readonly second?: number;
  readonly cases?: readonly string[];
}

export interface ChargeOptions {
  readonly amount: Fen;
  readonly day: Day;
  readonly merchantReference?: string | null;
  readonly second?: number;
  readonly cases: readonly string[];
}

export interface TransferOptions {
  readonly amount: Fen;
  readonly day: Day;
  readonly counterparty: string;
  readonly remark: string;
  readonly currency?: Currency;
  readonly cases: readonly string[];
}

export interface BookingOptions {
  readonly amount: Fen;
  readonly day: Day;
  readonly account: string;
  readonly customer: Customer;
  readonly reference: string | null;
  readonly description?: string;
  readonly currency?: Currency;
  readonly cases: readonly string[];
}

/** A payment from receipt to voucher. Its receipt number names its business case. */
export interface Payment {
  readonly receipt: string;
  readonly transaction: string;
  readonly entry: string;
}

const NOON = 43_200;

/** Where money is written: receipts, charges at stations, transfers at the bank, and their vouchers. */
export class Till {
  /** `station day` → what waits for that day's payout. */
  readonly waiting = new Map<string, Charge[]>();

  constructor(private readonly desk: Desk) {}

  receipt(options: ReceiptOptions): string {
    const { desk } = this;
    const { amount, day, customer, currency = 'CNY' } = options;
    const no = desk.numbers.receipt(day);
    desk.books.receipts.push({
      receipt_no: no,
      order_no: options.orderNo ?? '',
      customer_no: customer.no,
      received_at: desk.calendar.time({ day, second: options.second ?? NOON + desk.draws.below(20_000) }),
      method: options.method,
      currency,
      amount: formatFen(amount),
      channel_reference: options.channelReference ?? '',
      description: options.description ?? '',
      counterparty: customer.name,
    });
    desk.answers.record(no, [no, ...(options.cases ?? [])]);
    if (desk.calendar.contains(day)) desk.answers.move('sales', customer.no, currency, -amount);
    return no;
  }

  /** Gives the last receipt written the number the channel knows it by. */
  nameChannel(reference: string): void {
    const row = this.desk.books.receipts.at(-1);
    if (row !== undefined) row['channel_reference'] = reference;
  }

  /** A payment at a station, or a refund where the amount is negative. */
  charge(station: Station, options: ChargeOptions): string {
    const { desk } = this;
    const { amount, day } = options;
    const transaction = desk.numbers.transaction(station.id, day);
    const fee = amount > 0n ? shareOf(amount, station.feeRate) : 0n;
    const row: Row = {
      transaction_no: transaction,
      merchant_reference: options.merchantReference ?? '',
      occurred_at: desk.calendar.time({ day, second: options.second ?? NOON + desk.draws.below(20_000) }),
      type: amount > 0n ? 'payment' : 'refund',
      currency: 'CNY',
      gross_amount: formatFen(amount),
      fee_amount: formatFen(fee),
      net_amount: formatFen(amount - fee),
    };
    desk.books.channels[station.channel].push(row);
    const key = `${station.id} ${day}`;
    this.waiting.set(key, [...(this.waiting.get(key) ?? []), { day, row, transaction, gross: amount, fee }]);
    desk.answers.record(transaction, [transaction, ...options.cases]);
    return transaction;
  }

  /** An entry at the bank. */
  transfer(options: TransferOptions): string {
    const { desk } = this;
    const reference = desk.numbers.bank(options.day);
    const { day, amount, counterparty, remark, currency = 'CNY' } = options;
    desk.books.bank.push({ day, currency, amount, reference, endToEnd: 'NOTPROVIDED', counterparty, remark });
    desk.answers.record(reference, options.cases);
    return reference;
  }

  /** Books money received: Dr bank, channel or cash, Cr receivable. */
  book(options: BookingOptions): string {
    const { amount, currency = 'CNY', customer } = options;
    return this.desk.ledger.post({
      day: options.day,
      reference: options.reference,
      description: options.description ?? `收款 ${customer.name}`,
      cases: options.cases,
      lines: [
        { account: options.account, amount, currency },
        { account: ACCOUNTS.receivable, amount: -amount, customer: customer.no, currency },
      ],
    });
  }

  /** A deal, or part of it, is paid at a station, everything in order. A negative amount is a refund. */
  payAtStation(deal: Deal, amount: Fen = deal.gross, options: { day?: Day; station?: Station } = {}): Payment {
    const { draws } = this.desk;
    const station = options.station ?? stationOf(draws);
    const day = options.day ?? Math.min(31, deal.day + draws.below(3));
    const { customer, no: orderNo } = deal;
    const receipt = this.receipt({ amount, day, customer, method: station.channel, orderNo, cases: [deal.no] });
    const transaction = this.charge(station, {
      ...{ amount, day, cases: [receipt] },
      merchantReference: draws.below(2) === 0 ? receipt : orderNo,
    });
    this.nameChannel(transaction);
    const reference = draws.below(2) === 0 ? receipt : transaction;
    const entry = this.book({ amount, day, account: station.account, customer, reference, cases: [receipt] });
    return { receipt, transaction, entry };
  }

  /** A deal is paid by transfer, the order's or the receipt's number in the remark, everything in order. */
  payByTransfer(deal: Deal, amount: Fen = deal.gross, day: Day = Math.min(31, deal.day + 2)): Payment {
    const { draws } = this.desk;
    const { customer, currency } = deal;
    const receipt = this.receipt({
      amount,
      day,
      customer,
      method: 'bank',
      currency,
      orderNo: deal.no,
      cases: [deal.no],
    });
    const remark = draws.below(2) === 0 ? `货款 ${deal.no}` : `${customer.name}付款，单号${receipt}`;
    const counterparty = customer.name;
    const transaction = this.transfer({ amount, day, currency, counterparty, remark, cases: [receipt] });
    const account = ACCOUNTS.bank[currency];
    const reference = draws.below(2) === 0 ? receipt : transaction;
    const entry = this.book({ amount, day, account, customer, reference, currency, cases: [receipt] });
    return { receipt, transaction, entry };
  }

  /** A deal is paid whole, one way or another. */
  pay(deal: Deal): Payment {
    return this.desk.draws.below(4) === 0 ? this.payByTransfer(deal) : this.payAtStation(deal);
  }
}
