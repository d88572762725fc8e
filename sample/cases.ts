import type { Bilingual, ExceptionKind, Method, ReconciliationName } from '../domain/words';
import type { Day, Moment } from './calendar';
import type { Customer, Product } from './catalogue';
import type { Fen } from './fen';

export type Status = 'draft' | 'approved' | 'delivered' | 'completed' | 'cancelled';
export type Currency = 'CNY' | 'USD';

/** A channel that holds money for the company until it pays it out. The till is one. */
export const CHANNELS = ['alipay', 'wechat', 'card', 'cash'] as const;
export type Channel = (typeof CHANNELS)[number];

export interface OrderLine {
  readonly product: Product;
  readonly quantity: number;
  readonly discount: Fen;
  readonly gross: Fen;
}

export interface Order {
  readonly orderNo: string;
  customer: Customer;
  readonly at: Moment;
  readonly gross: Fen;
  readonly tax: Fen;
  status: Status;
  readonly salesperson: string;
  readonly lines: readonly OrderLine[];
}

export interface SalesReturn {
  readonly returnNo: string;
  readonly orderNo: string;
  readonly customer: Customer;
  readonly day: Day;
  readonly gross: Fen;
  readonly tax: Fen;
  readonly reason: string;
}

export interface Invoice {
  readonly invoiceNo: string;
  orderNo: string;
  customer: Customer;
  day: Day;
  gross: Fen;
  tax: Fen;
  readonly kind: 'blue' | 'red';
  readonly original: string;
}

export interface Receipt {
  receiptNo: string;
  orderNo: string;
  readonly customer: Customer;
  at: Moment;
  readonly method: Method;
  currency: Currency;
  /** Negative: a refund. */
  amount: Fen;
  channelReference: string;
  description: string;
  readonly counterparty: string;
  /** Written in UTC with a Z, as some tills export it. */
  inUtc?: boolean;
}

/** A payment or refund at a channel. Amounts as the channel's merchant account sees them. */
export interface Movement {
  readonly channel: Channel;
  transactionNo: string;
  merchantReference: string;
  at: Moment;
  readonly type: 'payment' | 'refund';
  currency: Currency;
  gross: Fen;
  /** A cost is positive. */
  fee: Fen;
  /** Of a refund: the refund's own number. */
  readonly refundNo: string;
  readonly product: string;
  readonly payer: string;
  /** False where the channel does not pay it out in the sample's time. */
  paidOut: boolean;
}

export interface BankEntry {
  readonly bankReference: string;
  readonly endToEnd: string;
  day: Day;
  /** Credit +, debit −. */
  amount: Fen;
  remark: string;
  readonly counterparty: string;
  /** Pending: announced, not booked. */
  readonly pending?: boolean;
}

export interface Posting {
  account: Account;
  customer?: Customer;
  /** In the voucher's currency; a red amount is negative. */
  debit: Fen;
  credit: Fen;
}

export interface Account {
  readonly code: string;
  readonly name: string;
}

/** Where a voucher names the document it is for. */
export type Place = 'reference' | 'summary' | 'business' | 'settlement';

export interface Voucher {
  day: Day;
  summary: string;
  /** The number of the document it is for, and where it stands. */
  named: string;
  place: Place;
  currency: Currency;
  postings: Posting[];
  /** Given when it is written: 凭证号. */
  number?: number;
}

/** One payment of an order, as sales, channel or bank, and finance each know it. */
export interface Payment {
  receipts: Receipt[];
  movements: Movement[];
  bankEntries: BankEntry[];
  bookings: Voucher[];
  fees: Voucher[];
}

/** One return of an order. */
export interface ReturnCase {
  returns: SalesReturn[];
  invoices: Invoice[];
  bookings: Voucher[];
}

/** Everything that belongs to one order. */
export interface OrderCase {
  readonly index: number;
  readonly order: Order;
  /** Of the sale. */
  bookings: Voucher[];
  invoices: Invoice[];
  payments: Payment[];
  returned: ReturnCase[];
  readonly planted: Planted[];
  readonly decoys: Decoy[];
}

/** A number, or the voucher whose number is not given yet. */
export type Named = string | Voucher;

/** A difference that stands in the files on purpose: the answer to one exception. */
export interface Planted {
  readonly reconciliation: ReconciliationName;
  readonly kind: ExceptionKind;
  readonly left: readonly Named[];
  readonly right: readonly Named[];
  /** Other numbers the same records go by: a batch's day, its payout, the bank's reference. */
  readonly also?: readonly Named[];
  readonly currency: Currency;
  readonly difference: Fen;
  readonly story: string;
  readonly cause: Bilingual;
}

/** Traffic that looks wrong and is not. */
export interface Decoy {
  readonly story: string;
  readonly references: readonly Named[];
  readonly why: Bilingual;
}
